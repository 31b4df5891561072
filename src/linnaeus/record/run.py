"""`RunRecord`: what a run did and found, as `record.json` holds it."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from linnaeus.errors import RunError
from linnaeus.record import scores as plain_scores
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
    data: Mapping[str, Any]  # fingerprint, classes, counts, skipped, warnings: data.describe
    environment: Mapping[str, Any]  # machine and what was chosen for it: device.describe
    model: Mapping[str, Any]  # parameters, macs, layers: training.layers
    time: Mapping[str, Any] = field(default_factory=dict)  # train_s, images_per_s, epochs_s
    scores: Mapping[str, SplitScores] = field(default_factory=dict)
    test_openings: int = 0
    history: tuple[Mapping[str, Any], ...] = ()  # a row an epoch: training.state
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
        }

    def _repr_html_(self) -> str:
        rows = [
            ("run", self.name),
            ("status", self.status),
            ("model", self.recipe["model"]),
            ("data", self.recipe["data"]),
        ]
        rows += [(f"{split} accuracy", found.metrics["accuracy"].percent()) for split, found in self.scores.items()]
        cells = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td>{html.escape(str(value))}</td></tr>"
            for name, value in rows
        )
        return f"<table>{cells}</table>"


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
    return RunRecord(scores=scores, history=tuple(plain.get("history", ())), folder=folder, **others)


_AS_THEY_ARE = ("name", "status", "recipe", "parent", "data", "environment", "model", "time", "test_openings")
