"""The recipe's trackers as a watcher: they are told each epoch, and whatever they raise never stops a training."""

import math
from collections.abc import Mapping
from typing import Any, Protocol

from linnaeus.distributed import ranks
from linnaeus.events import EpochDone, Event, Finished, Started, Stopped, Watcher, note
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord

NOT_CURVES = ("epoch", "step", "val_n")  # of a row of the history


class Tracker(Protocol):
    """See `linnaeus.parts.trackers`."""

    def begin(self, fields: Mapping[str, str], done: int) -> None: ...
    def row(self, epoch: int, values: Mapping[str, float]) -> None: ...
    def end(self, status: str, values: Mapping[str, float]) -> None: ...


def tracking(recipe: Recipe, folder: RunFolder, tell: Watcher) -> Watcher:
    """`tell`, and after it the recipe's trackers, of several processes those of the first one.

    Raises:
        RecipeError: a tracker that cannot be built, such as one whose package is not installed.
    """
    trackers = {}
    for spec in recipe.track.operands() if ranks().is_first else ():
        if spec != NO_AUGMENTATION:
            tracker: Tracker | None = catalog.build("trackers", spec, folder.path, folder.name)
            if tracker is not None:
                trackers[str(spec)] = tracker
    return Tracking(trackers, tell) if trackers else tell


class Tracking:
    """A watcher that hands on what it sees, and tells the trackers."""

    def __init__(self, trackers: Mapping[str, Tracker], tell: Watcher) -> None:
        self.trackers, self.tell = dict(trackers), tell
        self.images = 0  # that an epoch shows

    def __call__(self, event: Event) -> None:
        self.tell(event)
        match event:
            case Started(record=record, step=step, steps=steps):
                self.images = record.data.counts["train"]
                fields = {field: str(value) for field, value in record.recipe.items()}
                # A checkpoint at the last step of an epoch is older than the epoch's end, which is told once more.
                self._each("begin", fields, max(step - 1, 0) * record.recipe["epochs"] // steps)
            case EpochDone(epoch=epoch, row=row, seconds=seconds):
                rate = self.images / seconds if seconds else None
                self._each("row", epoch, _numbers({**codec.to_plain(row), "images_per_s": rate}))
            case Stopped(record=record) | Finished(record=record):
                self._each("end", record.status, _scores(record))

    def _each(self, method: str, *args: Any) -> None:
        for name, tracker in list(self.trackers.items()):
            try:
                getattr(tracker, method)(*args)
            # a full disk, a server that is away, a package's own fault: none is the training's
            except Exception as error:
                del self.trackers[name]
                reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                self.tell(note("tracker", tracker=name, reason=reason))


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in row.items()
        if name not in NOT_CURVES and isinstance(value, int | float) and math.isfinite(value)
    }


def _scores(record: RunRecord) -> dict[str, float]:
    """Each final score with its interval: `val/accuracy`, `val/accuracy/low`, `val/accuracy/high`, `val/accuracy/n`."""
    found = dict[str, float]()
    for split, scores in record.scores.items():
        for metric, score in scores.metrics.items():
            name = f"{split}/{metric}"
            found |= {name: score.value, f"{name}/low": score.low, f"{name}/high": score.high, f"{name}/n": score.n}
    return found
