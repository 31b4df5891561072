"""Two backbones side by side: their own features, cut and trained each from its end."""

from pathlib import Path

import pytest
import torch

from linnaeus.classifier import classifier
from linnaeus.classifier.classifier import Classifier, build_module
from linnaeus.data.randomness import generator
from linnaeus.delivery import hub_folder
from linnaeus.finetuning import freeze, seam
from linnaeus.finetuning.weights import catalogue, installed, matching, source
from linnaeus.recipe.spec import parse

SIDE = 64
LOOKS_BCHW = torch.rand((2, 3, SIDE, SIDE), generator=generator("pair"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def built(weights: str) -> torch.nn.Module:
    found = source.find(weights)
    module = build_module(found.model, 3, 4, SIDE).eval()
    fits = matching.match(found.read()[0], module)
    assert (fits.missing, fits.unexpected, fits.mismatched) == ((), (), ())
    module.load_state_dict(fits.weights, strict=False)
    return module


@torch.inference_mode()
def test_its_features_are_those_of_both() -> None:
    found = built(catalogue.PAIR.name).features(LOOKS_BCHW)
    wanted = [built(one.name).features(LOOKS_BCHW) for one in catalogue.PAIR.parts]
    assert torch.equal(found, torch.cat(wanted, 1))


def test_its_facts_are_those_of_both() -> None:
    found = source.find(catalogue.PAIR.name)
    assert found.preprocessing == catalogue.PAIR.parts[0].preprocessing
    assert found.card["published"] == {"accuracy": [0.776, 0.751]}
    assert found.card["licence"] == "Apache-2.0"
    assert len(found.checksum(found.read()[0])) == len(source.find("imagenet").checksum({}))
    assert len(installed.read(catalogue.PAIR)) == sum(len(installed.read(one)) for one in catalogue.PAIR.parts)


def test_the_last_blocks_are_those_of_each() -> None:
    module = build_module(parse(catalogue.PAIR.model), 3, 4, SIDE)
    plan = freeze.plan(module, "last(2)")
    plan.apply(1, 1)
    trained = {name.rpartition(".")[0] for name, weight in module.named_parameters() if weight.requires_grad}
    alone = build_module(parse(catalogue.find("imagenet").model), 3, 4, SIDE)
    freeze.plan(alone, "last(2)").apply(1, 1)
    of_one = {name.rpartition(".")[0] for name, weight in alone.named_parameters() if weight.requires_grad} - {"head"}
    assert {name for name in trained if name.startswith("beside.")} == {f"beside{name[4:]}" for name in of_one}
    assert len(trained) == 2 * len(of_one) + 1


def test_timm_has_no_such_network() -> None:
    """So that its weights go to a hub under our names."""
    assert hub_folder.names_in_timm("timm", build_module(parse(catalogue.PAIR.model), 3, 4, SIDE)) is None


def test_it_is_cut_in_two() -> None:
    module = built(catalogue.PAIR.name)
    found = seam.halves(module, freeze.plan(module, "last(2)"), 3, SIDE)
    assert found is not None
    assert len(found.lower.shapes) == 2
    with torch.inference_mode():
        activations = found.lower.features(LOOKS_BCHW)
        assert activations.shape == (2, found.lower.width)
        assert torch.equal(found.upper(activations), module(LOOKS_BCHW))


def test_a_classifier_of_it_is_kept_and_loaded(tmp_path: Path) -> None:
    module, model = built(catalogue.PAIR.name), parse(catalogue.PAIR.model)
    kept = Classifier(module=module, classes=tuple("abcd"), preprocessing=catalogue.PAIR.preprocessing, model=model)
    kept.save(tmp_path)
    with torch.inference_mode():
        assert torch.equal(classifier.load(tmp_path).module(LOOKS_BCHW), module(LOOKS_BCHW))
