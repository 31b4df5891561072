"""`RunRecord`: what a run did and found, as `record.json` holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from linnaeus.errors import RunError
from linnaeus.record import codec, format1
from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Forgetting
from linnaeus.record.display import Shown
from linnaeus.record.facts import DataFacts, Environment, EpochRow, ModelFacts, Stage, Times
from linnaeus.record.inspection import Inspection
from linnaeus.record.reference import Reference
from linnaeus.record.scores import SplitScores

FORMAT = 2

Status = Literal["running", "stopped", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord(Shown):
    """One run. All that depends on the clock is in `time`: two equal trainings differ there and in `name` alone."""

    name: str
    status: Status  # "running", "stopped" or "finished"
    recipe: Mapping[str, Any]  # the fields of a recipe, parts in their notation
    parent: str | None = None  # the run that this one continues or extends
    data: DataFacts  # what the data are
    environment: Environment  # machine and versions
    model: ModelFacts  # what the network is
    time: Times = field(default_factory=Times)
    scores: Mapping[str, SplitScores] = field(default_factory=dict)  # by split
    test_openings: int = 0  # how often the test split was opened
    history: tuple[EpochRow, ...] = ()  # a row an epoch
    stages: tuple[Stage, ...] = ()  # of a fine-tuning, in the order in which they were tried
    earlier: tuple[EpochRow, ...] = ()  # rows of the runs that this one continues: epochs before its first
    # by split, of a run that adds classes to another's
    forgetting: Mapping[str, Forgetting] = field(default_factory=dict)
    calibration: Mapping[str, Calibration] = field(default_factory=dict)  # by split
    inspection: Mapping[str, Inspection] = field(default_factory=dict)  # by split
    references: Mapping[str, Reference] = field(default_factory=dict)  # by published card
    folder: Path | None = None  # where it lies; not part of the file

    def finished(self) -> "RunRecord":
        """Itself. Raises RunError: the run is not finished."""
        if self.status != "finished":
            raise RunError(f"{self.name} is {self.status}, not finished; go on with: linnaeus resume {self.name}")
        return self

    def is_fitted(self) -> bool:
        """True where all that was trained is a head that was fitted to its features: it has had no epoch."""
        head, kept = self.recipe.get("head", "linear"), [stage for stage in self.stages if stage.kept]
        if kept:
            return bool(kept[-1].fitted)
        return self.recipe.get("train") == "head" and head != "linear" and len(self.history) == 1

    def kept_epoch(self) -> int | None:
        """The epoch of this run, from 1, whose weights were kept: the last, or the one of least validation loss."""
        losses = [(row.val_loss, row.epoch) for row in self.history if row.val_loss is not None]
        if self.recipe.get("choose") == "best":
            return min(losses)[1] if losses else None
        return self.history[-1].epoch if self.history else None

    def curve(self) -> tuple[EpochRow, ...]:
        """The rows of this run after those of the runs that it continues, numbered through."""
        if not self.earlier:
            return self.history
        epochs, steps = self.earlier[-1].epoch, self.earlier[-1].step
        own = (replace(row, epoch=row.epoch + epochs, step=row.step + steps) for row in self.history)
        return (*self.earlier, *own)

    def led_here(self) -> tuple[EpochRow, ...]:
        """The rows of all epochs that led to the kept weights: what a run that continues this one has behind it."""
        return self.curve()[: len(self.earlier) + (self.kept_epoch() or 0)]


def to_plain(record: RunRecord) -> dict[str, Any]:
    """As `record.json` holds it."""
    return {"format": FORMAT, **codec.to_plain(record)}


def from_plain(plain: Any, folder: Path | None = None) -> RunRecord:
    """The record that `to_plain` wrote, or one of format 1.

    Raises:
        RunError: another format, or a field that is missing, wrong or unknown; it says where.
    """
    what = str(folder / "record.json") if folder is not None else "this record"
    found = plain.get("format") if isinstance(plain, Mapping) else None
    if found not in (1, FORMAT):
        raise RunError(f"{what} has format {found!r}; this version of Linnaeus reads formats 1 and {FORMAT}")
    if found == 1:
        plain = format1.record(plain, what)
    own = {name: value for name, value in plain.items() if name != "format"}
    return replace(codec.from_plain(RunRecord, own, what), folder=folder)
