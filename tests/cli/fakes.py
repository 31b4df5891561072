"""A front desk that trains nothing: it tells the watcher what a training would, and returns what it was made with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest

from linnaeus import events
from linnaeus.delivery.predictor import Predicted, Prediction
from linnaeus.record.calibration import Calibration
from linnaeus.record.facts import Times
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ClassScores, Score, SplitScores
from tests.record import made

CLASSES = ["cat", "dog"]


def split_scores(split: str = "val") -> SplitScores:
    cat = ClassScores(
        name="cat",
        precision=Score(value=1.0, low=0.4, high=1.0, n=3),
        recall=Score(value=0.75, low=0.5, high=0.9, n=4),
        f1=Score(value=0.86, low=0.5, high=0.97, n=4),
        support=4,
        predicted=3,
        correct=3,
        confused_with="dog",
    )
    dog = replace(
        cat,
        name="dog",
        recall=Score(value=1.0, low=0.7, high=1.0, n=6),
        support=6,
        predicted=7,
        correct=6,
        confused_with=None,
    )
    metrics = {
        "accuracy": Score(value=0.9, low=0.61, high=0.98, n=10),
        "log_loss": Score(value=0.3, low=0.1, high=0.5, n=10),
    }
    return SplitScores(split=split, metrics=metrics, classes=(cat, dog))


def run_record(folder: Path | None = None) -> RunRecord:
    return RunRecord(
        name="pets-1",
        status="finished",
        recipe={
            "data": "pets",
            "image_size": 32,
            "channels": 3,
            "model": "convnet",
            "augment": "crop(pad=4) | flip",
            "optimizer": "adamw(lr=0.003)",
            "epochs": 3,
            "ema": 0.0,
            "seed": 0,
        },
        data=made.data(CLASSES),
        environment=made.ENVIRONMENT,
        model=made.MODEL,
        time=Times(train_s=1.5, images_per_s=900.0),
        scores={"val": split_scores()},
        folder=folder,
    )


@dataclass
class FrontDesk:
    """What it was asked, and what it will answer; `error` is raised instead."""

    record: RunRecord = field(default_factory=run_record)
    answers: Predicted = field(default_factory=lambda: Predicted(predictions=(), unread=()))
    data: dict[str, Any] = field(default_factory=dict)
    calibration: Calibration | None = None
    error: BaseException | None = None
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def answering(self, name: str, answer: Callable[[], Any]) -> Callable[..., Any]:
        def function(*args: Any, progress: events.Watcher = events.nobody, **options: Any) -> Any:
            self.asked.append((name, args, options))
            if self.error is not None:
                raise self.error
            if name in ("train", "resume"):
                self.tell(progress)
            return answer()

        return function

    def tell(self, watch: events.Watcher) -> None:
        watch(events.note("budget", seconds=12.5, n=3, share=None))
        watch(events.Reading(done=1, total=2))
        watch(events.Reading(done=2, total=2))
        watch(events.Started(record=self.record, folder=Path("runs/pets-1"), step=0, steps=6))
        for step in range(1, 7):
            epoch = (step + 1) // 2
            watch(events.StepDone(epoch=epoch, epochs=3, step=step, steps=6, images=64, loss=1 / step))
            if step % 2 == 0:
                row = made.row(epoch, step=step, loss=1 / step, val_accuracy=0.5 + epoch / 10)
                watch(events.EpochDone(epoch=epoch, epochs=3, row=row, seconds=0.1))
        watch(events.Saved(step=6))
        watch(events.Finished(record=self.record))


def stand_in(monkeypatch: pytest.MonkeyPatch, verb: str, fake: Callable[..., Any], file: str | None = None) -> None:
    """Puts `fake` in the place of a verb of the front desk. It is called by the verb's own signature, or not at all."""
    place = import_module(f"linnaeus.api.{file or verb}")
    real = getattr(place, verb)
    real = getattr(real, "stands_for", real)  # of a fake before this one
    made = create_autospec(real, side_effect=fake)
    made.stands_for = real
    monkeypatch.setattr(place, verb, made)


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


def answer(name: str, *pairs: tuple[str, float]) -> Prediction:
    labels, probabilities = zip(*pairs, strict=True)
    return Prediction(name=name, labels=labels, probabilities=probabilities)
