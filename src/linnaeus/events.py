"""What watchers are told. A watcher is any function of one event; it sees and never touches.

for each event in the order of a training:
    Note*                     something the user should know
    Reading*                  images decoded so far, where a folder is read
    Started                   the recipe is resolved, the machine chosen, the run's folder there
    (StepDone* EpochDone Saved?)*
    StageDone                 where a head was fitted to its features, and after each further stage, which begins with StageBegun
    Finished, or Stopped      where the training was interrupted or cannot go on
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, SupportsFloat


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A kind, and the numbers and names to tell it with; `reporting.content.notes` has the words."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


def note(kind: str, **values: Any) -> Note:
    """`note("budget", epochs=3)`"""
    return Note(kind=kind, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    done: int
    total: int
    what: str = "decoded"  # as a Note has its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    record: Any  # RunRecord with status "running"
    folder: Path
    step: int  # 0, or where a resumed run goes on
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    epoch: int  # from 1
    epochs: int
    step: int  # steps done so far, over all epochs
    steps: int
    images: int
    loss: SupportsFloat  # stays on the device until a watcher asks: float(event.loss) waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochDone:
    epoch: int
    epochs: int
    row: Any  # EpochRow
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBegun:
    train: str  # a word of the recipe's `train`
    step: int  # 0, or where a resumed run goes on
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDone:
    stage: Any  # Stage of the record
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    record: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    record: Any  # with status "stopped"


Event = Note | Reading | Started | StepDone | EpochDone | StageBegun | StageDone | Saved | Finished | Stopped
Watcher = Callable[[Event], None]


def nobody(event: Event) -> None:
    """A watcher that does not look.

    >>> record = linnaeus.train("digits(limit=60)", model="linear", epochs=1, progress=linnaeus.nobody)

    Args:
        event: what is told.
    """
