"""What the driver of a study asks of the place where trials run: processes of this machine (`studies.local`), or a cluster.

The driver starts tasks and waits for news. A place knows nothing of stores, rungs or retries; a worker knows its task alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from linnaeus.events import Watcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Train one recipe as the run `run` of the folder `runs`, from wherever it is, to its end or past `until` epochs.

    Given twice it does no harm: a run that is there is taken up, one that is finished answers at once.
    `measure`: only a few steps are timed, in a folder that is thrown away.
    """

    run: str
    runs: str
    recipe: Mapping[str, Any]  # whole, in plain values
    until: int = 0  # epochs, after which the trial waits in its checkpoint; 0: to its end
    measure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a task. `scores` are those of the validation images after each epoch, from the first."""

    kind: Literal["finished", "paused", "interrupted", "measured"]
    scores: tuple[float, ...] = ()
    # of a finished one: "scores" (metric → value, low, high, n), "train_s", "total_s", "parameters", "macs", "images_per_s", "run";
    # of a measured one: "setup_s", "epoch_s", "epochs", "precision"
    facts: Mapping[str, Any] = field(default_factory=dict)


# what studies are handed; a function at the top of a module, so that a worker finds it
Train = Callable[[Task, Watcher], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """A task's worker is at work: an epoch has ended, or nothing but time has passed (`epoch` 0)."""

    run: str
    epoch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    run: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The task raised an error, in words fit for a user."""

    run: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """The worker is gone, and its task with it; another one is there in its place."""

    run: str
    reason: str


News = Alive | Done | Failed | Died


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the trials of a study run, and how many at once.

    >>> linnaeus.study("study.toml", place=linnaeus.Place(jobs=1), progress=False).status
    'finished'
    """

    jobs: int | None = None  # None: one on this machine, on a cluster as many as it has room for
    on: str | None = None  # None: this machine; else a cluster: ray, HOST:PORT or ray://HOST:PORT


HERE = Place()


class Executor(Protocol):
    """A place with room for some tasks at once."""

    jobs: int
    threads: int  # of a task whose recipe leaves them open

    def start(self, task: Task) -> None:
        """Begin a task; there must be room: fewer than `jobs` are under way."""

    def news(self, seconds: float) -> list[News]:
        """What has happened; waits at most so long for the first."""

    def end(self, seconds: float) -> None:
        """Ask what is under way to save and stop, wait at most so long, and let all workers go."""
