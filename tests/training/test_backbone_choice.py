"""The backbone that photographs begin at: the better one where the budget holds it, by what is measured here."""

import pytest

from linnaeus.events import Event
from linnaeus.finetuning.weights import catalogue
from linnaeus.training import backbone_choice
from linnaeus.training.backbone_choice import Cost

PASS_S = {"imagenet-lite0": 0.01, "imagenet-lite2": 0.025, "imagenet-lite2-lite0": 0.04}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def cost(backbone, images, tell):
        asked.append(backbone.name)
        return Cost(name=backbone.name, seconds=images * PASS_S[backbone.name])

    monkeypatch.setattr(backbone_choice, "_cost", cost)
    return asked


@pytest.mark.parametrize(
    ("images", "budget", "name"),
    [
        (1_000, 300.0, "imagenet-lite2-lite0"),
        (1_000, 70.0, "imagenet-lite2"),
        (1_000, 30.0, "imagenet-lite0"),
        (20_000, 300.0, "imagenet-lite0"),
        (5, 1.0, "imagenet-lite2-lite0"),
    ],
)
def test_the_budget_decides(images: int, budget: float, name: str, measured: list[str]) -> None:
    notes: list[Event] = []
    assert backbone_choice.begun(images, budget, notes.append) == name
    assert [note.kind for note in notes] == ["backbone", "backbone-dearer", "backbone-dearer"][: len(measured)]
    assert notes[0].values["n"] == images
    assert measured[-1] == name, "what is not needed is not measured"


def test_without_a_budget_no_clock_decides(measured: list[str]) -> None:
    assert backbone_choice.begun(1_000, 0.0, lambda event: None) == "imagenet"
    assert not measured


def test_what_will_run_is_what_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With images enough the engine that will take them, by the graph that it will have; with few torch."""
    asked = []
    monkeypatch.setattr(backbone_choice.onnx_engine, "faster", lambda *given: asked.append(given))
    cost = backbone_choice._cost(catalogue.find("imagenet"), 600, lambda event: None)
    assert cost.name == "imagenet"
    assert cost.seconds > 0
    ((module, part, inputs_BCHW, images, *_),) = asked
    assert (part, images, inputs_BCHW.shape[1:]) == ("features", 600, (3, 224, 224))
    assert type(module).__name__ == "Lower", "the frozen blocks, without those that are trained"
