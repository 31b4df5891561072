"""`RunRecord`: what a run did and found, as `record.json` holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from linnaeus.errors import RunError
from linnaeus.recipe import renamed
from linnaeus.record import scores as plain_scores
from linnaeus.record import shown as shown_as
from linnaeus.record.scores import SplitScores

FORMAT = 1

Status = Literal["running", "stopped", "finished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run.

    `recipe`, `data`, `environment`, `model` and `time` are plain values, documented where they are measured. All that depends
    on the clock is in `time`: two equal trainings differ there and in `name` alone.
    """

    name: str
    status: Status
    recipe: Mapping[str, Any]
    parent: str | None = None
    data: Mapping[str, Any]  # fingerprint, classes, counts, skipped: training.session; findings, dropped: data.findings
    environment: Mapping[str, Any]  # machine and what was chosen for it: device.describe
    model: Mapping[str, Any]  # parameters, macs, layers: training.layers
    time: Mapping[str, Any] = field(default_factory=dict)  # train_s, images_per_s, epochs_s
    scores: Mapping[str, SplitScores] = field(default_factory=dict)
    test_openings: int = 0
    history: tuple[Mapping[str, Any], ...] = ()  # a row an epoch: training.state
    earlier: tuple[Mapping[str, Any], ...] = ()  # rows of the runs that this one continues: epochs before its first
    # of a run that adds classes to another's, by split: record.forgetting
    forgetting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    calibration: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by split: record.calibration
    inspection: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by split: record.inspection
    references: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by published card: record.reference
    folder: Path | None = None  # where it lies; not part of the file

    def to_plain(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "name": self.name,
            "status": self.status,
            "recipe": dict(self.recipe),
            "parent": self.parent,
            "data": dict(self.data),
            "environment": dict(self.environment),
            "model": dict(self.model),
            "time": dict(self.time),
            "scores": {
                split: {
                    metric: {"value": s.value, "low": s.low, "high": s.high, "n": s.n}
                    for metric, s in found.metrics.items()
                }
                for split, found in self.scores.items()
            },
            "classes": {split: plain_scores.to_plain(found)["classes"] for split, found in self.scores.items()},
            "test_openings": self.test_openings,
            "history": [dict(row) for row in self.history],
            "earlier": [dict(row) for row in self.earlier],
            **{name: {key: dict(found) for key, found in getattr(self, name).items()} for name in _FINDINGS},
        }

    def kept_epoch(self) -> int | None:
        """The epoch of this run, from 1, whose weights were kept: the last, or the one of least validation loss."""
        losses = [(row["val_loss"], row["epoch"]) for row in self.history if row.get("val_loss") is not None]
        if self.recipe.get("choose") == "best":
            return min(losses)[1] if losses else None
        return self.history[-1]["epoch"] if self.history else None

    def curve(self) -> tuple[Mapping[str, Any], ...]:
        """The rows of this run after those of the runs that it continues, numbered through."""
        if not self.earlier:
            return self.history
        epochs, steps = self.earlier[-1]["epoch"], self.earlier[-1]["step"]
        own = ({**row, "epoch": row["epoch"] + epochs, "step": row["step"] + steps} for row in self.history)
        return (*self.earlier, *own)

    def led_here(self) -> tuple[Mapping[str, Any], ...]:
        """The rows of all epochs that led to the kept weights: what a run that continues this one has behind it."""
        return self.curve()[: len(self.earlier) + (self.kept_epoch() or 0)]

    def _repr_html_(self) -> str:
        return shown_as.run(self)


def from_plain(plain: Mapping[str, Any], folder: Path | None = None) -> RunRecord:
    """The record that `to_plain` wrote.

    Raises:
        RunError: another format, or a file that lacks what a record has.
    """
    if not isinstance(plain, Mapping) or plain.get("format") != FORMAT:
        found = plain.get("format") if isinstance(plain, Mapping) else None
        raise RunError(
            f"{folder or 'this record'} has format {found!r}; this version of Linnaeus reads format {FORMAT}"
        )
    try:
        scores = {
            split: plain_scores.from_plain(
                {"split": split, "metrics": metrics, "classes": plain["classes"].get(split, ())}
            )
            for split, metrics in plain["scores"].items()
        }
        others = {name: plain[name] for name in _AS_THEY_ARE}
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{folder or 'this record'} is not a whole record: {error!r} is missing or malformed") from None
    others["recipe"] = renamed.today(others["recipe"])
    history, earlier = (tuple(plain.get(name, ())) for name in ("history", "earlier"))
    findings = {name: plain.get(name, {}) for name in _FINDINGS}  # which records of earlier versions lack
    findings["inspection"] = plain.get("inspection", plain.get("examined", {}))  # which those had under another name
    return RunRecord(scores=scores, history=history, earlier=earlier, folder=folder, **findings, **others)


_AS_THEY_ARE = ("name", "status", "recipe", "parent", "data", "environment", "model", "time", "test_openings")
_FINDINGS = ("forgetting", "calibration", "inspection", "references")
