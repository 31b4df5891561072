"""Where a training begins: sources, names, rows of the head, normalisation, and what cannot be begun with."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

import linnaeus
from linnaeus import files
from linnaeus.data.load import load, open_source
from linnaeus.errors import RecipeError, RunError
from linnaeus.events import note
from linnaeus.finetuning.weights import bundled, identify, matching
from linnaeus.finetuning.weights import source as origin
from linnaeus.finetuning.weights import start as weights
from linnaeus.recipe.spec import parse
from linnaeus.reporting.content import notes
from linnaeus.reporting.words import words
from tests.finetuning.small import DIGITS, MLP, backbone, equal, module, recipe, train
from tests.parts.test_models import shared
from tests.reporting import said
from tests.settings import given


def state(old: Path) -> dict[str, Tensor]:
    return dict(load_file(old / "model.safetensors"))


def start(source: Path | str, *changes: str, classes: tuple[str, ...] = DIGITS) -> tuple[weights.Start, nn.Module]:
    made = recipe(source, *changes)
    network = module(made, len(classes))
    return weights.start_at(made, network, classes), network


@pytest.fixture
def shipped(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of the old run's weights, as if they came along."""
    monkeypatch.setattr(bundled, "FOLDER", tmp_path / "along")
    bundled.pack(old, tmp_path / "along", "digits-mlp", {"licence": "none"})
    return "digits-mlp"


def half(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.half().float() for name, value in tensors.items()}


def test_a_run_gives_all_it_has(old: Path) -> None:
    found, network = start(old)
    assert equal(dict(network.state_dict()), state(old))
    assert (found.head, found.known, found.classes) == ("rows", DIGITS, DIGITS)
    assert (str(found.model), found.normalised, found.left_out) == (MLP, "weights", ())
    assert found.parent is not None and found.parent.name == "old"
    assert found.preprocessing is not None and (found.preprocessing.size, found.preprocessing.channels) == (8, 1)


def test_a_folder_without_its_run(old: Path, tmp_path: Path) -> None:
    for name in ("model.safetensors", "classifier.json"):
        shutil.copy(old / name, tmp_path / name)
    found, network = start(tmp_path)
    assert equal(dict(network.state_dict()), state(old))
    assert found.parent is None and found.known == DIGITS and found.normalised == "weights"


def test_a_file_alone_and_with_a_card_beside_it(old: Path, tmp_path: Path) -> None:
    save_file(state(old), tmp_path / "alone.safetensors")
    found, network = start(tmp_path / "alone.safetensors")
    assert equal(dict(network.state_dict()), state(old))
    assert (found.head, found.known, found.classes, found.normalised) == ("whole", (), (), "images")
    bundled.pack(old, tmp_path, "carded", {})
    found, network = start(tmp_path / "carded.safetensors")
    assert equal(dict(network.state_dict()), half(state(old)))  # fp16 comes as fp32
    assert (found.head, found.known, found.normalised) == ("rows", DIGITS, "weights")


def test_somebody_elses_json_is_no_card(old: Path, tmp_path: Path) -> None:
    save_file(state(old), tmp_path / "alone.safetensors")
    (tmp_path / "alone.json").write_text('{"hidden_size": 768}', encoding="utf-8")
    assert start(tmp_path / "alone.safetensors")[0].classes == ()


def test_what_comes_along_goes_by_its_name(old: Path, shipped: str) -> None:
    found, network = start(shipped)
    assert equal(dict(network.state_dict()), half(state(old)))
    assert found.source == shipped and found.known == DIGITS


def test_a_checkpoint_of_torch_in_bf16_nested_and_wrapped(old: Path, tmp_path: Path) -> None:
    wrapped = {f"_orig_mod.module.{name}": value.bfloat16() for name, value in state(old).items()}
    torch.save({"epoch": 3, "model_state_dict": wrapped, "optimizer": {}}, tmp_path / "held.pth")
    found, network = start(tmp_path / "held.pth")
    assert equal(dict(network.state_dict()), {name: value.bfloat16().float() for name, value in state(old).items()})
    assert found.nested == "model_state_dict"
    assert found.facts().nested == "model_state_dict"


def test_a_second_set_of_weights_in_a_file_is_told_and_taken_by_its_key(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    averaged = {name: value * 2 for name, value in state(old).items()}
    torch.save({"model": state(old), "model_ema": averaged, "epoch": 3}, tmp_path / "held.pt")
    found, _ = start(tmp_path / "held.pt")
    assert found.facts().others == ("model_ema",)
    assert "model_ema" in notes.line(note("start", start=found.facts(), classes=10), words("en"))
    monkeypatch.chdir(tmp_path)
    named = origin.anchored("held.pt:key=model_ema", tmp_path)
    assert named == f"{tmp_path / 'held.pt'}:key=model_ema"
    _, network = start(named)
    assert equal(dict(network.state_dict()), averaged)


@pytest.mark.parametrize("prefix", ["", "module.", "model.", "net.", "backbone.", "module._orig_mod.", "of.my.own."])
def test_prefixes_are_resolved(old: Path, prefix: str) -> None:
    network = module(recipe(""))
    found = matching.match({prefix + name: value for name, value in state(old).items()}, network)
    assert equal(found.weights, state(old))
    assert found.prefix == prefix
    assert not (found.missing or found.unexpected or found.mismatched or found.left_out)


def test_what_stands_beside_a_wrapped_network_is_left_out_and_said(old: Path, tmp_path: Path) -> None:
    held = {f"backbone.{name}": value for name, value in backbone(state(old)).items()}
    save_file({**held, "fc.weight": torch.zeros(7, 16), "loss.centres": torch.zeros(3)}, tmp_path / "held.safetensors")
    found, network = start(tmp_path / "held.safetensors")
    assert equal(backbone(dict(network.state_dict())), backbone(state(old)))
    assert found.head == "new" and set(found.left_out) == {"fc.weight", "loss.centres"}
    assert (found.facts().head, bool(found.facts().left_out)) == ("new", True)


@pytest.mark.parametrize(
    ("prefix", "beside"),
    [
        ("classifier_net.", {"criterion.weight": torch.ones(3), "train_acc.total": torch.tensor(0)}),
        ("the.net.", {"loss.scale": torch.tensor([float("inf")]), "best": torch.tensor(float("nan"))}),
        ("module.", {"n_averaged": torch.tensor(5)}),
        ("_forward_module._orig_mod.", {"metric.confusion": torch.zeros(10, 10)}),
        ("ema_model.module.", {"step": torch.tensor(7), "initted": torch.tensor(True)}),
    ],
)
def test_a_network_is_found_under_any_name_beside_whatever_else_was_saved(
    old: Path, prefix: str, beside: dict[str, Tensor]
) -> None:
    found = matching.match(
        {**beside, **{prefix + name: value for name, value in state(old).items()}}, module(recipe(""))
    )
    assert found.prefix == prefix
    assert not (found.missing or found.unexpected or found.mismatched)
    assert set(found.left_out) == set(beside)
    assert equal({name: found.weights[name] for name in state(old)}, state(old))


def test_a_counter_of_batches_may_be_absent(tmp_path: Path) -> None:
    full = dict(module(recipe("", "model=convnet(width=8)"), seed=1).state_dict())
    kept = {name: value.contiguous() for name, value in full.items() if not name.endswith("num_batches_tracked")}
    assert len(kept) < len(full)
    save_file(kept, tmp_path / "held.safetensors")
    _, network = start(tmp_path / "held.safetensors", "model=convnet(width=8)")
    assert equal({name: value for name, value in network.state_dict().items() if name in kept}, kept)


def test_rows_go_by_the_name_of_their_class(old: Path) -> None:
    """In another order, without some, and with a class that is new: its row is as it was drawn."""
    classes = ("7", "zebra", "0", "3")
    found, network = start(old, classes=classes)
    fresh, then, now = module(recipe(old), 4).state_dict(), state(old), network.state_dict()
    assert found.known == ("7", "0", "3") and found.head == "rows"
    for kind in ("weight", "bias"):
        for row, name in enumerate(classes):
            wanted = fresh[f"head.{kind}"][row] if name == "zebra" else then[f"head.{kind}"][int(name)]
            assert torch.equal(now[f"head.{kind}"][row], wanted)
    assert (found.facts().head, len(found.facts().known)) == ("rows", 3)


@pytest.mark.parametrize("classes", [DIGITS, ("7", "zebra")])
def test_rows_new_keeps_none(old: Path, classes: tuple[str, ...]) -> None:
    found, network = start(old, "rows=new", classes=classes)
    fresh = module(recipe(old), len(classes)).state_dict()
    assert torch.equal(network.state_dict()["head.weight"], fresh["head.weight"])
    assert equal(backbone(dict(network.state_dict())), backbone(state(old)))
    assert (found.head, found.known, found.classes) == ("new", (), DIGITS)


def test_other_classes_altogether_begin_anew(old: Path) -> None:
    assert start(old, classes=("ant", "bee"))[0].head == "new"


def test_a_head_without_names_is_taken_whole_or_not_at_all(old: Path, tmp_path: Path) -> None:
    save_file(state(old), tmp_path / "alone.safetensors")
    assert start(tmp_path / "alone.safetensors", classes=tuple("abcdefghij"))[0].head == "whole"
    assert start(tmp_path / "alone.safetensors", "rows=new")[0].head == "new"
    assert start(tmp_path / "alone.safetensors", classes=("a", "b"))[0].head == "new"


def test_the_rows_of_a_head_with_a_matrix_within() -> None:
    network = module(recipe("", "model=squeezenet(classifier='published')", "image_size=32", "channels=3"), 3)
    then = module(recipe("", "model=squeezenet(classifier='published')", "image_size=32", "channels=3"), 2, seed=1)
    how, kept, known = matching.head(dict(then.state_dict()), network, ("b", "a"), ("a", "b", "c"))
    assert (how, known) == ("rows", ("a", "b"))
    rows = then.state_dict()["head.position.weight"]
    assert torch.equal(kept["head.position.weight"][:2], rows.flip(0))


def test_akamasters_resnet_20(tmp_path: Path) -> None:
    shutil.copy(real("cifar10-resnet20.pt"), tmp_path / "akamaster.th")
    changes = ("model=resnet(depth=20, shortcut='A')", "image_size=32", "channels=3", "normalise=imagenet")
    found, network = start(tmp_path / "akamaster.th", *changes)
    held = torch.load(tmp_path / "akamaster.th", weights_only=True)
    assert torch.equal(network.state_dict()["head.weight"], held["linear.weight"])
    assert (found.head, found.left_out, found.normalised) == ("whole", (), "recipe")
    assert start(tmp_path / "akamaster.th", *changes, classes=("a", "b"))[0].head == "new"
    with pytest.raises(RecipeError, match=r"are for 3 channels, the recipe has channels = 1; set channels=3"):
        start(tmp_path / "akamaster.th", *changes, "channels=1")
    with pytest.raises(RecipeError, match=r"the file lacks layer1\.3\..* \(\d+ in all\).*name the model"):
        start(tmp_path / "akamaster.th", *changes, "model=resnet(depth=56, shortcut='A')")


def test_torchvisions_squeezenet(tmp_path: Path) -> None:
    shutil.copy(real("imagenet-squeezenet1_0-fp16.pt"), tmp_path / "squeezenet.pt")
    changes = ("model=squeezenet", "image_size=64", "channels=3")
    found, network = start(tmp_path / "squeezenet.pt", *changes, classes=("a", "b"))
    assert network.state_dict()["features.0.weight"].dtype == torch.float32
    assert found.head == "new" and found.left_out == ()


def real(name: str) -> Path:
    """A file of the real weights, or a skip with the reason."""
    file = Path(os.environ.get("LINNAEUS_DATA", "")).absolute() / "weights" / name
    return file if file.is_file() else shared(f"weights/{name}")


def no_card(old: Path, place: Path) -> Path:
    save_file(state(old), place / "held.safetensors")
    return place / "held.safetensors"


def cut(old: Path, place: Path) -> Path:
    no_card(old, place).write_bytes((old / "model.safetensors").read_bytes()[:-9])
    return place / "held.safetensors"


def other_bytes(old: Path, place: Path) -> Path:
    file = bundled.pack(old, place, "held", {})
    save_file(state(old), file)
    return file


def no_card_entry(old: Path, place: Path) -> Path:
    card = bundled.pack(old, place, "held", {}).with_suffix(".json")
    told = json.loads(card.read_text(encoding="utf-8"))
    del told["classes"], told["checksum"]  # as one that was written by hand
    card.write_text(json.dumps(told), encoding="utf-8")
    return place / "held.safetensors"


def not_finite(old: Path, place: Path) -> Path:
    save_file({**state(old), "head.bias": torch.full((10,), float("nan"))}, place / "held.safetensors")
    return place / "held.safetensors"


def unfinished(old: Path, place: Path) -> Path:
    shutil.copytree(old, place / "half")
    record = place / "half" / "record.json"
    files.write_json(record, {**files.read_json(record), "status": "stopped"})
    return place / "half"


@pytest.mark.parametrize(
    ("source", "changes", "kind", "message"),
    [
        (
            lambda old, place: old,
            ["model=mlp(hidden=[17])"],
            RecipeError,
            r"another shape of .*16×64 there, 17×64 here",
        ),
        (
            lambda old, place: old,
            ["model=linear"],
            RecipeError,
            r"no place for features.*they are of mlp.*leave the model",
        ),
        (lambda old, place: old, ["image_size=9"], RecipeError, r"they are for images of 8 px: set image_size=8"),
        (lambda old, place: old, ["channels=3"], RecipeError, r"are for 1 channels, .* channels = 3; set channels=1"),
        (no_card, ["model=mlp(hidden=[16, 16])"], RecipeError, r"the file lacks features\..*name the model"),
        (cut, [], RunError, r"held\.safetensors' cannot be read"),
        (other_bytes, [], RunError, r"not those that the card beside them describes"),
        (no_card_entry, [], RunError, r"the card beside .* is damaged \('classes'\)"),
        (not_finite, [], RunError, r"head\.bias holds numbers that are not finite"),
        (unfinished, [], RunError, r"half is stopped, not finished; go on with: linnaeus resume"),
        (lambda old, place: place, [], RunError, r"is a folder, but neither a run nor a trained model"),
        (lambda old, place: place / "gone.pt", [], RunError, r"there is no such run or file"),
    ],
)
def test_what_cannot_be_begun_with(old: Path, tmp_path: Path, source: Any, changes: list[str], kind: Any, message: str):
    with pytest.raises(kind, match=message) as caught:
        start(source(old, tmp_path), *changes)
    assert len(str(caught.value).splitlines()) == 1


def test_names_are_anchored(old: Path, tmp_path: Path, shipped: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "held.pt").touch()
    runs = old.parent
    for source, wanted in {
        "old": str(old),
        "last": str(old),
        str(old): str(old),
        "held.pt": str(tmp_path / "held.pt"),
        shipped: shipped,
        "timm:resnet18": "timm:resnet18",
        "timm:resnet18@held.pt": f"timm:resnet18@{tmp_path / 'held.pt'}",
    }.items():
        assert origin.anchored(source, runs) == wanted
    shutil.copytree(old, tmp_path / "runs" / shipped)
    assert origin.anchored(shipped, tmp_path / "runs") == str(tmp_path / "runs" / shipped)  # the user's own comes first
    with pytest.raises(RunError, match=r"there is no run 'digit-mlp'; did you mean digits-mlp\?.*linnaeus weights"):
        origin.anchored("digit-mlp", runs)
    with pytest.raises(RunError, match=r"'held\.pth': there is no such run or file"):
        origin.anchored("held.pth", runs)


def test_the_recipe_takes_network_and_images_from_the_weights(old: Path, shipped: str, tmp_path: Path) -> None:
    notes: list[str] = []
    more = ["device=cpu", "precision=fp32", "threads=1", "epochs=1", "compile=off"]
    record = linnaeus.train(
        "shapes(count=60, size=24)",
        **given(*more, f"weights={shipped}"),
        runs=tmp_path / "runs",
        report=False,
        progress=said.noting(notes),
    )
    taken = {name: record.recipe[name] for name in ("model", "image_size", "channels", "resize", "weights")}
    assert taken == {"model": MLP, "image_size": 8, "channels": 1, "resize": "crop", "weights": shipped}
    began = record.model.start
    assert (began.weights, began.head, began.known, began.normalised) == (shipped, "new", (), "weights")
    assert began.checksum == bundled.card(shipped)["weights"] and began.model == MLP
    preprocessing = json.loads((record.folder / "classifier.json").read_text(encoding="utf-8"))["preprocessing"]
    assert preprocessing["mean"] == bundled.card(shipped)["preprocessing"]["mean"]
    assert (
        f"starts from the weights of {shipped}, {MLP}: the head is new; pixels are normalised as they were for these weights"
    ) in notes


def test_what_is_given_wins_over_the_weights(old: Path, tmp_path: Path) -> None:
    fields = identify.defaults("old", old.parent)
    assert fields == {"model": parse(MLP), "image_size": 8, "channels": 1, "resize": "crop"}
    with pytest.raises(RecipeError, match=r"set image_size=8"):
        train(tmp_path, f"weights={old}", "image_size=10")


def test_the_recipes_normalisation_wins(old: Path) -> None:
    made = recipe(old)
    train_split = load(open_source(parse("digits(limit=30)")), made).train  # not quite those of the old run
    found, _ = start(old)
    assert found.preprocessing is not None

    def normalised(text: str, start: weights.Start | None, channels: int = 1) -> Any:
        preprocessing = weights.preprocessing(
            recipe(old, f"normalise='{text}'", f"channels={channels}"), train_split, start
        )
        return preprocessing.mean, preprocessing.std

    assert normalised("auto", found) == (found.preprocessing.mean, found.preprocessing.std)
    assert normalised("auto", None) != normalised("auto", found)
    assert np.isclose(normalised("auto", None)[0], 0.3, atol=0.05)  # measured
    assert normalised("0.5 / 0.25", found) == ((0.5,), (0.25,))
    assert normalised("0.5 / 0.25", found, 3) == ((0.5,) * 3, (0.25,) * 3)
    assert normalised("imagenet", None, 3)[0] == (0.485, 0.456, 0.406)
    with pytest.raises(RecipeError, match=r"'imagenet' is for 3 channels, the recipe has channels = 1.*channels=3"):
        normalised("imagenet", found)
    assert start(old, "normalise='0.5 / 0.25'")[0].normalised == "recipe"
