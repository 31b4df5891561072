"""What watchers are told. A watcher is any function of one event; it sees and never touches.

for each event in the order of a training:
    Note*                     something the user should know, as a sentence that says what to do
    Reading*                  images decoded so far, where a folder is read
    Started                   the recipe is resolved, the machine chosen, the run's folder there
    (StepDone* EpochDone Saved?)*
    Finished, or Stopped      where the training was interrupted or cannot go on
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, SupportsFloat


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    done: int
    total: int
    what: str = "images decoded"


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
    row: Mapping[str, Any]  # the row of the history, see training.state
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


Event = Note | Reading | Started | StepDone | EpochDone | Saved | Finished | Stopped
Watcher = Callable[[Event], None]


def nobody(event: Event) -> None:
    """A watcher that does not look."""
