"""One trial of a study, and how long an epoch takes."""

import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing, running
from linnaeus.errors import Interrupted
from linnaeus.events import EpochDone, Event, Started, StepDone, Watcher
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import codec
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.studies.workers.executor import Outcome, Task

if TYPE_CHECKING:
    from linnaeus.data.dataset import Splits


MEASURED = 4.0  # seconds of steps, after which the time of an epoch is known well enough


def train(task: Task, tell: Watcher) -> Outcome:
    """Train one trial of a study, from wherever it is. Raises LinnaeusError as a training does."""
    recipe = Recipe(**read.from_plain(task.recipe))
    if task.measure:
        return measured(recipe, tell)
    runs, folder = Path(task.runs), RunFolder(Path(task.runs) / task.run)
    if folders.is_run(folder.path):
        record = folder.record()
        if record.status == "finished":
            return _finished(record)
        if task.until and len(record.history) >= task.until:
            return Outcome(kind="paused", scores=_scores(record))

    def watch(event: Event) -> None:
        tell(event)
        if task.until and isinstance(event, StepDone) and event.epoch > task.until:
            signal.raise_signal(signal.SIGTERM)  # the training saves itself after this step, and stops

    try:
        return _finished(running.train_once(recipe, composing.splits(recipe, tell), runs, task.run, watch, page=False))
    except Interrupted:
        record = folder.record()
        is_there = task.until and len(record.history) >= task.until
        return Outcome(kind="paused" if is_there else "interrupted", scores=_scores(record))


def _finished(record: RunRecord) -> Outcome:
    metrics = record.scores["val"].metrics
    facts = {
        "scores": codec.to_plain(metrics),
        "train_s": record.time.train_s,
        "images_per_s": record.time.images_per_s,
        "parameters": record.model.parameters,
        "macs": record.model.macs,
        "epochs": len(record.history),
        "precision": record.environment.precision,
        "threads": record.environment.threads,
    }
    return Outcome(kind="finished", scores=_scores(record), facts=facts)


def _scores(record: RunRecord) -> tuple[float, ...]:
    return tuple(row.val_accuracy for row in record.history if row.val_accuracy is not None)


class _Enough(Exception):
    """The time of an epoch is known."""


def measured(recipe: Recipe, tell: Watcher, splits: "Splits | None" = None) -> Outcome:
    """Begin a training in a folder that is thrown away, and time its first epoch, or some seconds of it."""
    from linnaeus.training.timing import in_smaller_steps

    recipe = in_smaller_steps(recipe)
    start, facts, steps = time.perf_counter(), dict[str, Any](), list[float]()

    def watch(event: Event) -> None:
        tell(event)
        now = time.perf_counter()
        match event:
            case Started(record=record, steps=total):
                told = {name: getattr(record.environment, name) for name in ("device", "precision", "threads")}
                facts.update(told, setup_s=now - start, steps=total, images=record.data.counts["train"])
                facts["epochs"] = record.recipe["epochs"]
                facts.update(val=record.data.counts.get("val"), things=record.data.things.get("val"))
                steps.append(now)
            case StepDone():
                steps.append(now)
                if len(steps) > 3 and now - steps[0] > MEASURED:
                    raise _Enough
            case EpochDone():
                facts["epoch_s"] = now - steps[0]
                raise _Enough

    with tempfile.TemporaryDirectory() as folder:
        try:
            record = running.train(
                recipe, splits or composing.splits(recipe, tell), RunFolder(Path(folder)), False, watch
            )
            facts.setdefault("epoch_s", record.time.train_s)
        except _Enough:
            pass
    facts["measured_s"] = steps[-1] - steps[min(1, len(steps) - 1)]  # the first step warms up
    if "epoch_s" not in facts:  # the first step warms up
        step = (steps[-1] - steps[1]) / (len(steps) - 2)
        facts["epoch_s"] = step * facts["steps"] / facts["epochs"]
    return Outcome(kind="measured", facts=facts)
