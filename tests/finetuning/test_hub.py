"""Weights by timm's names: from a file, from its cache, or one clear message."""

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from linnaeus.errors import LinnaeusError, RunError, UnknownName
from linnaeus.finetuning.weights import describe, hub, identify, start
from linnaeus.finetuning.weights import source as origin
from linnaeus.recipe.spec import Spec
from tests.finetuning.small import module, recipe

NAME = "resnet10t.c3_in1k"


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    return timm.create_model("resnet10t", num_classes=7)


@pytest.fixture
def file(network: torch.nn.Module, tmp_path: Path) -> Path:
    save_file(network.state_dict(), tmp_path / "held.safetensors")
    return tmp_path / "held.safetensors"


def test_a_file_serves_in_place_of_the_hub(network: torch.nn.Module, file: Path) -> None:
    source = f"timm:{NAME}@{file}"
    fields = identify.defaults(source, file.parent)
    assert fields == {"model": Spec("timm", (NAME,)), "image_size": 176, "channels": 3, "resize": "crop"}
    made = recipe(source, f"model=timm('{NAME}')", "image_size=64", "channels=3")
    built = module(made, 2)
    found = start.start_at(made, built, ("a", "b"))
    assert torch.equal(built.state_dict()["body.conv1.0.weight"], network.state_dict()["conv1.0.weight"])
    assert found.head == "new" and found.left_out == ()
    assert found.preprocessing is not None and found.preprocessing.mean == (0.485, 0.456, 0.406)


def test_what_timm_fetched_before_needs_no_network(network: torch.nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = timm.create_model("resnet10t").state_dict()
    monkeypatch.setattr(hub, "_cached", lambda published: whole)
    found, _ = origin.find(f"timm:{NAME}").read()
    assert torch.equal(found["fc.weight"], whole["fc.weight"])


def test_offline_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline() -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(hub, "_cached", lambda published: None)
    monkeypatch.setattr(hub, "_reach", offline)
    with pytest.raises(RunError, match=r"cannot be fetched \(no route to host\); go online.*timm:resnet10t.*@PATH"):
        origin.find(f"timm:{NAME}").read()


def test_it_is_described_without_being_fetched() -> None:
    found = describe.describe(origin.find(f"timm:{NAME}"))
    assert found.tensors is None
    assert found.preprocessing is not None and found.preprocessing.size == 176


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("timm:resnet10tt", UnknownName, r"no set of weights of timm 'resnet10tt'; did you mean resnet10t"),
        ("timm:resnet10t.nowhere", UnknownName, r"did you mean resnet10t\.c3_in1k"),
        (f"timm:{NAME}@gone.pt", RunError, r"there is no file gone\.pt"),
    ],
)
def test_wrong_names(source: str, kind: type[LinnaeusError], message: str) -> None:
    with pytest.raises(kind, match=message):
        origin.find(source)


def test_a_file_of_another_network(tmp_path: Path) -> None:
    save_file({"conv.weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(
        RunError, match=r"the file given for timm:resnet10t\.c3_in1k does not hold weights of this network"
    ):
        origin.find(f"timm:{NAME}@{tmp_path / 'other.safetensors'}").read()
