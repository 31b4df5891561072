"""The backbone that photographs begin at: the better one where the budget holds it, by what is measured here."""

import pytest

from linnaeus.events import Event
from linnaeus.training import backbone_choice


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A pass takes 10 ms, and for the larger network 25."""
    asked: list[str] = []

    def seconds(backbone):
        asked.append(backbone.name)
        return 0.01 if backbone.name.endswith("lite0") else 0.025

    monkeypatch.setattr(backbone_choice, "_seconds", seconds)
    return asked


@pytest.mark.parametrize(
    ("images", "budget", "name"),
    [
        (1_000, 300.0, "imagenet-lite2"),
        (1_000, 60.0, "imagenet"),
        (20_000, 300.0, "imagenet"),
        (5, 1.0, "imagenet-lite2"),
    ],
)
def test_the_budget_decides(images: int, budget: float, name: str, measured: list[str]) -> None:
    notes: list[Event] = []
    assert backbone_choice.begun(images, budget, notes.append) == name
    assert [note.kind for note in notes] == ["backbone", "backbone-smaller"][: 1 + (name != "imagenet")]
    assert notes[0].values["n"] == images


def test_without_a_budget_no_clock_decides(measured: list[str]) -> None:
    assert backbone_choice.begun(1_000, 0.0, lambda event: None) == "imagenet"
    assert not measured
