"""`StudyResult`: what a study has found, as `study.json` holds it, and the recipe that it recommends.

A cell is a point of the space with all its seeds. Its score is the mean over its seeds; with three seeds or more, `low` and
`high` are Student's 95 % interval of that mean, no narrower than that of the validation images; with one seed or two they are the
interval over images. `of` says which (`stats.seeds.interval`).

study.json: {"format": 1, "name", "status", "metric", "sampler", "stop", "factors": {NAME: [levels] | "range"}, "counts", "cells": […],
    "best": NUMBER | null, "effects": {…} | null (too few trials), "fronts": {"train_s": [NUMBER, …], "parameters": […]},
    "winner": {"value", "low", "high", "n"} | null (the best one's score, corrected for having been picked),
    "like_best": [NUMBER, …] (cells that cannot be told apart from it), "predicted", "spent_s", "jobs"}
    status: "finished", "budget" (it is spent), "running" or "stopped" (the same command goes on)
    counts: of trials: "finished", "stopped", "failed", "waiting"
    a cell: the fields of `Cell`, "point": {FACTOR: value}
    effects, predicted: the fields of `Effects` and `Prediction`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.record import codec
from linnaeus.record.display import Shown
from linnaeus.record.scores import Score
from linnaeus.studies.space import Point

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One point of the space: what its trials came to."""

    number: int
    point: Point
    state: str  # of its first trial that is not finished; else "finished"
    mean: float | None
    low: float | None
    high: float | None
    of: str  # what the interval is over: "seeds", "images", or "" where there is none
    n: int  # validation images
    values: tuple[float, ...]  # by seed
    seeds: tuple[int, ...]
    runs: tuple[str, ...]
    epochs: int  # that the furthest trial was trained
    scores: Mapping[int, float]  # of the first seed at rungs, by epochs
    train_s: float | None  # mean over seeds
    parameters: int | None
    macs: int | None
    reason: str  # why it failed
    # of a Welch test against the best cell, corrected by Holm; None: the best itself, or one seed
    p_best: float | None = None

    @property
    def score(self) -> Score | None:
        """The mean with its interval; None: not finished."""
        if self.mean is None or self.low is None or self.high is None:
            return None
        return Score(value=self.mean, low=self.low, high=self.high, n=self.n)

    @property
    def latest(self) -> float | None:
        """The mean, or of a cell that is not finished its last score at a rung."""
        return self.mean if self.mean is not None or not self.scores else self.scores[max(self.scores)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The mean score at a level of a factor, the other factors at their average, with its 95 % interval."""

    level: Any
    mean: float
    low: float
    high: float
    n: int  # trials there


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of the best level to the worst, with Tukey's simultaneous 95 % interval."""

    worst: Any
    best: Any
    value: float
    low: float
    high: float

    @property
    def score(self) -> Score:
        """The value with its interval."""
        return Score(value=self.value, low=self.low, high=self.high, n=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorEffect:
    """The F-test of the model with a factor against the model without it. Of a range, `levels` are its ends and its middle."""

    name: str
    kind: str  # "levels" or "range"
    df: int
    f: float
    p: float
    p_holm: float
    share: float  # of the sum of squares about the mean
    levels: tuple[Level, ...]
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The same of the products of two factors."""

    names: tuple[str, str]
    df: int
    f: float
    p: float
    p_holm: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Which factor mattered, see `stats.effects`."""

    # where trials are stopped early: the epochs after which the scores are, which all trials have come to
    at: int | None
    n: int  # trials
    error_df: int
    error_sd: float
    factors: tuple[FactorEffect, ...]
    interactions: tuple[Interaction, ...]
    # by factor: Optuna's fANOVA, of studies with a range
    importances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Seconds from begin to end with `jobs` trials at once. The interval holds the spread of the trials that were measured,
    and what a machine's pace may change; not other work that comes in between."""

    low_s: float
    middle_s: float
    high_s: float
    jobs: int
    trials: int
    epochs: int  # of all trials together
    measured: int  # trials that were begun for it
    precision: str
    images: int | None = None  # for validation; the fewest, where that is a factor
    things: int | None = None  # that they show, where several show one


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult(Shown):
    """What a study has found; its cells are points of the space, each with all its seeds.

    The winner's interval: Andrews, Kitagawa & McCloskey 2024, "Inference on Winners".
    """

    name: str  # of the study
    status: str  # "finished", "budget", "running" or "stopped"
    metric: str  # that is maximised
    sampler: str  # "grid", "random" or "tpe"
    stop: str  # what ends hopeless trials; "none"
    factors: Mapping[str, Any]  # their levels, by name
    counts: Mapping[str, int]  # trials by state
    cells: tuple[Cell, ...]  # a point of the space each
    best: int | None  # number of the cell of the greatest mean
    effects: Effects | None  # None: too few trials
    # numbers of the cells of the Pareto front, the cheapest first, by what they cost
    fronts: Mapping[str, Sequence[int]]
    predicted: Prediction | None  # time and cost, as they were estimated before it began
    spent_s: float  # seconds so far
    jobs: int  # trials at once
    folder: Path | None = None  # where it lies
    # of the best cell, corrected for having been picked (`stats.winner`); None: there is one cell alone
    winner: Score | None = None

    def to_plain(self) -> dict[str, Any]:
        """As `study.json` holds it."""
        return {"format": FORMAT, **codec.to_plain(self), "like_best": [cell.number for cell in self.like_best()]}

    def best_cell(self) -> Cell | None:
        """The cell that is recommended; None: none has finished."""
        return next((cell for cell in self.cells if cell.number == self.best), None)

    def like_best(self) -> list[Cell]:
        """Finished cells that cannot be told apart from the best one."""
        best = self.best_cell()
        others = [cell for cell in self.cells if cell.mean is not None and cell is not best]
        return [cell for cell in others if best is not None and not _is_worse(cell, best)]


def _is_worse(cell: Cell, best: Cell) -> bool:
    if cell.p_best is not None:
        return cell.p_best < 0.05
    return cell.high is not None and best.low is not None and cell.high < best.low


def keep(result: StudyResult, folder: Path) -> None:
    """Write `study.json`, and the recommended recipe where there is one."""
    files.write_json(folder / "study.json", result.to_plain())
    best = result.best_cell()
    if best is not None:
        recipe = (folder / "trials" / best.runs[0] / "recipe.toml").read_text(encoding="utf-8")
        files.write_whole(folder / "recommended.toml", heading(result, best) + recipe)


def heading(result: StudyResult, best: Cell) -> str:
    """What a reader of the recommended recipe should know."""
    of = f"{len(best.values)} seeds" if best.of == "seeds" else f"n {best.n:,} images, seeds {len(best.values)}"
    alike = len(result.like_best())
    rivals = f"{alike} others cannot be told apart from it" if alike else "all others are worse"
    return (
        f"# The best of {sum(cell.mean is not None for cell in result.cells)} points of the study {result.name}: "
        f"validation {result.metric} {best.mean:.4f} ({best.low:.4f}–{best.high:.4f}, {of}); {rivals}.\n"
        "# It was chosen by this score, which is therefore too high, the more so the more points were tried. What the recipe is\n"
        "# worth is told by images that chose nothing: linnaeus train --recipe FILE, then linnaeus evaluate last --split test,\n"
        "# or, of data without a test split, linnaeus evaluate last --data FOLDER.\n\n"
    )
