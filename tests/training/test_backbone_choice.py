"""The backbone that photographs begin at: the better one where the budget holds it, by what is measured here."""

import pytest

from linnaeus.classifier import onnx_engine
from linnaeus.errors import RecipeError
from linnaeus.events import Event
from linnaeus.training import backbone_choice


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of images for which a hundredth of a second for each was measured."""
    asked: list[int] = []
    monkeypatch.setattr(backbone_choice, "_image_s", lambda images, tell: asked.append(images) or 0.01)
    return asked


@pytest.mark.parametrize(
    ("images", "budget", "name"),
    [
        (1_000, 300.0, "imagenet-lite2-lite0"),
        (1_000, 70.0, "imagenet-lite2"),
        (1_000, 30.0, "imagenet"),
        (20_000, 300.0, "imagenet"),
        (5, 1.0, "imagenet-lite2-lite0"),
    ],
)
def test_the_budget_decides(images: int, budget: float, name: str, measured: list[int]) -> None:
    notes: list[Event] = []
    assert backbone_choice.begun(images, budget, False, notes.append) == {"weights": name}
    assert measured == [images]
    dearer = {"imagenet-lite2-lite0": 0, "imagenet-lite2": 1, "imagenet": 2}[name]
    assert [note.kind for note in notes] == ["backbone", *["backbone-dearer"] * dearer]
    assert notes[0].values["n"] == images
    prices = [note.values["seconds"] for note in notes]
    assert prices == sorted(prices), "the next dearer one first"


def test_a_budget_that_was_asked_for_shrinks_the_images(measured: list[int]) -> None:
    """At 224 px 10 s of 12 where 7.2 are for features: 160 px take 5.1."""
    notes: list[Event] = []
    assert backbone_choice.begun(1_000, 12.0, True, notes.append) == {"weights": "imagenet", "image_size": 160}
    assert [note.kind for note in notes] == ["smaller-photographs", "backbone", "backbone-dearer", "backbone-dearer"]
    assert notes[1].values["seconds"] == pytest.approx(10 * (160 / 224) ** 2)
    assert backbone_choice.begun(1_000, 20.0, True, notes.append) == {"weights": "imagenet"}


def test_a_slow_start_leaves_less_for_the_features(measured: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 20 s, 4 are spent: 12 are for the start and what is like it, and 8 hold 6.4 s of features, of which 10 s are 224 px."""
    monkeypatch.setattr(backbone_choice.time, "perf_counter", lambda: 104.0)
    assert backbone_choice.begun(1_000, 20.0, True, lambda event: None, 100.0)["image_size"] == 160
    assert "image_size" not in backbone_choice.begun(1_000, 20.0, True, lambda event: None, 104.0)
    with pytest.raises(RecipeError, match="at least 17 s"):  # 3.3 s at 128 px, a quarter longer, and 12
        backbone_choice.begun(1_000, 12.0, True, lambda event: None, 100.0)


def test_a_budget_that_holds_nothing_is_refused_with_one_that_would(measured: list[int]) -> None:
    with pytest.raises(RecipeError, match="at least 6 s, or fewer images"):
        backbone_choice.begun(1_000, 5.0, True, lambda event: None)
    assert backbone_choice.begun(1_000, 6.0, True, lambda event: None)["image_size"] == 128
    assert backbone_choice.begun(1_000, 5.0, False, lambda event: None) == {"weights": "imagenet"}, (
        "nobody asked for it"
    )


def test_without_a_budget_no_clock_decides(measured: list[int]) -> None:
    assert backbone_choice.begun(1_000, 0.0, True, lambda event: None) == {"weights": "imagenet"}
    assert not measured


def test_what_will_run_is_what_is_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With images enough the engine that will take them, by the graph that it will have; with few torch."""
    asked = []
    monkeypatch.setattr(onnx_engine, "faster", lambda *given: asked.append(given))
    assert backbone_choice._image_s(600, lambda event: None) > 0
    ((module, part, inputs_BCHW, images, *_),) = asked
    assert (part, images, inputs_BCHW.shape[1:]) == ("features", 600, (3, 224, 224))
    assert type(module).__name__ == "Lower", "the frozen blocks, without those that are trained"
