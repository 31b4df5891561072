"""`StudyResult`: what a study has found, as `study.json` holds it, and the recipe that it recommends.

A cell is a point of the space with all its seeds. Its score is the mean over its seeds; with two seeds or more, `low` and
`high` are Student's 95 % interval of that mean, which speaks of other seeds on these validation images; with one seed they are
that run's interval over images. `of` says which.

study.json: {"format": 1, "name", "status", "metric", "sampler", "stop", "factors": {NAME: [levels] | "range"}, "counts", "cells": […],
    "best": NUMBER | null, "effects": {…} (studies.effects), "fronts": {"train_s": [NUMBER, …], "parameters": […]}, "like_best": [NUMBER, …]
    (cells that cannot be told apart from it), "predicted", "spent_s", "jobs"}
    status: "finished", "budget" (it is spent), "running" or "stopped" (the same command goes on)
    counts: of trials: "finished", "stopped", "failed", "waiting"
    a cell: the fields of `Cell`, "point": {FACTOR: value}
    predicted: null, or {"low_s", "middle_s", "high_s", "jobs", "trials", "epochs", "measured", "precision"}
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.studies import space
from linnaeus.studies.space import Factor, Point
from linnaeus.studies.store import Store, Trial

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
    p_best: float | None = (
        None  # of a Welch test against the best cell, corrected by Holm; None: the best itself, or one seed
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResult:
    name: str
    status: str
    metric: str
    sampler: str
    stop: str
    factors: Mapping[str, Any]
    counts: Mapping[str, int]
    cells: tuple[Cell, ...]
    best: int | None  # number of the cell of the greatest mean
    effects: Mapping[str, Any]
    fronts: Mapping[
        str, Sequence[int]
    ]  # numbers of the cells of the Pareto front, the cheapest first, by what they cost
    predicted: Mapping[str, Any] | None
    spent_s: float
    jobs: int
    folder: Path | None = None

    def to_plain(self) -> dict[str, Any]:
        plain = asdict(self)
        del plain["folder"]
        for cell in plain["cells"]:
            cell["scores"] = {str(epochs): value for epochs, value in cell["scores"].items()}
            cell["point"] = dict(cell["point"])
        return {"format": FORMAT, **plain, "like_best": [cell.number for cell in self.like_best()]}

    def best_cell(self) -> Cell | None:
        """The cell that is recommended; None: none has finished."""
        return next((cell for cell in self.cells if cell.number == self.best), None)

    def ranked(self) -> list[Cell]:
        """The finished cells, the best first; then those that came furthest."""
        return sorted(
            self.cells,
            key=lambda c: (c.mean is None, -(c.mean or 0.0), -c.epochs, -max(c.scores.values(), default=0.0)),
        )

    def like_best(self) -> list[Cell]:
        """Finished cells that cannot be told apart from the best one."""
        best = self.best_cell()
        others = [cell for cell in self.cells if cell.mean is not None and cell is not best]
        return [cell for cell in others if best is not None and not _is_worse(cell, best)]


def summarise(store: Store, folder: Path, status: str) -> StudyResult:
    """The result of a study's trials as they are."""
    trials, notes = store.trials(), store.notes()
    about: Mapping[str, Any] = notes["about"]
    numbers = sorted({trial.cell for trial in trials})
    cells = _with_p([_cell([trial for trial in trials if trial.cell == number], about["metric"]) for number in numbers])
    whole = [cell for cell in cells if cell.mean is not None and cell.state == "finished"]
    best = max(whole, key=lambda cell: (cell.mean or 0.0, -cell.number), default=None)
    states = [trial.state for trial in trials]
    return StudyResult(
        name=folder.name,
        status=status,
        metric=about["metric"],
        sampler=about["sampler"],
        stop=about["stop"],
        factors=about["factors"],
        counts={
            **{state: states.count(state) for state in ("finished", "stopped", "failed")},
            "waiting": states.count("waiting") + states.count("running"),
        },
        cells=tuple(cells),
        best=best.number if best else None,
        effects=_effects(trials, about, store),
        fronts={cost: _front(whole, cost) for cost in ("train_s", "parameters")},
        predicted=notes.get("predicted"),
        spent_s=float(notes.get("spent_s", 0.0)),
        jobs=int(notes.get("settled", {}).get("jobs", 1)),
        folder=folder,
    )


def _effects(trials: Sequence[Trial], about: Mapping[str, Any], store: Store) -> dict[str, Any]:
    """Of the finished trials; where some were stopped early, of the last epoch that all have come to."""
    from linnaeus.stats.effects import ENOUGH, Row, effects

    factors = factors_of(about["factors"])
    if about["stop"] == "none":
        rows = [Row(point=one.point, score=one.value) for one in trials if one.value is not None]
        found = effects(factors, rows)
    else:
        firsts = [
            min((one for one in trials if one.cell == cell), key=lambda one: one.seed)
            for cell in {t.cell for t in trials}
        ]
        begun = [one for one in firsts if one.scores]
        shared = set.intersection(*(set(one.scores) for one in begun)) if begun else set()
        if not shared:
            return {}
        rows = [Row(point=one.point, score=one.scores[max(shared)]) for one in begun]
        found = effects(factors, rows, at=max(shared))
    if found and len(factors) > 1 and len(rows) >= ENOUGH and any(factor.is_range for factor in factors):
        found["importances"] = store.importances()
    return found


def factors_of(about: Mapping[str, Any]) -> list[Factor]:
    """The factors, from how the result names them: lists of levels, and ranges as text."""
    levels = [Factor(name=name, levels=tuple(value)) for name, value in about.items() if not isinstance(value, str)]
    ranges = {name: value for name, value in about.items() if isinstance(value, str)}
    known = {one.name: one for one in (*levels, *(space.parse(ranges, ()).factors if ranges else ()))}
    return [known[name] for name in about]


def _front(cells: Sequence[Cell], cost: str) -> list[int]:
    from linnaeus.stats.effects import front

    known = [cell for cell in cells if getattr(cell, cost) is not None]
    return front(
        {cell.number: cell.mean or 0.0 for cell in known}, {cell.number: float(getattr(cell, cost)) for cell in known}
    )


def _cell(trials: Sequence[Trial], metric: str) -> Cell:
    trials = sorted(trials, key=lambda trial: trial.seed)
    first, done = trials[0], [trial for trial in trials if trial.state == "finished"]
    values = tuple(trial.value for trial in done if trial.value is not None)
    mean, low, high, of = _interval(values, done, metric)
    facts = done[0].facts if done else {}
    times = [float(trial.facts["train_s"]) for trial in done]
    return Cell(
        number=first.cell,
        point=first.point,
        state=next((trial.state for trial in trials if trial.state != "finished"), "finished"),
        mean=mean,
        low=low,
        high=high,
        of=of,
        n=int(facts["scores"][metric]["n"]) if done else 0,
        values=values,
        seeds=tuple(trial.seed for trial in done),
        runs=tuple(trial.run for trial in trials),
        epochs=max(int(trial.facts.get("epochs", max(trial.scores, default=0))) for trial in trials),
        scores=first.scores,
        train_s=sum(times) / len(times) if times else None,
        parameters=facts.get("parameters"),
        macs=facts.get("macs"),
        reason=next((trial.reason for trial in trials if trial.state == "failed"), ""),
    )


def _interval(
    values: Sequence[float], done: Sequence[Trial], metric: str
) -> tuple[float | None, float | None, float | None, str]:
    if not values:
        return None, None, None, ""
    mean = sum(values) / len(values)
    if len(values) == 1:
        score = done[0].facts["scores"][metric]
        return mean, float(score["low"]), float(score["high"]), "images"
    import numpy as np
    from scipy import stats

    half = float(stats.t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5)
    return mean, max(0.0, mean - half), min(1.0, mean + half), "seeds"


def _with_p(cells: list[Cell]) -> list[Cell]:
    """Each cell of several seeds with the p-value of a Welch test against the best one, corrected by Holm."""
    from linnaeus.stats.effects import holm

    several = [cell for cell in cells if len(cell.values) > 1]
    best = max(several, key=lambda cell: cell.mean or 0.0, default=None)
    others = [cell for cell in several if cell is not best]
    if best is None or not others:
        return cells
    corrected = dict(zip([one.number for one in others], holm([_welch(best, one) for one in others]), strict=True))
    return [replace(cell, p_best=corrected.get(cell.number)) for cell in cells]


def _welch(first: Cell, second: Cell) -> float:
    from scipy import stats

    if len(set(first.values)) == len(set(second.values)) == 1:  # no spread at all: nothing to divide by
        return float(first.mean == second.mean)
    return float(stats.ttest_ind(first.values, second.values, equal_var=False).pvalue)


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
    of = f"{len(best.values)} seeds" if best.of == "seeds" else f"n {best.n:,} images, one seed"
    alike = len(result.like_best())
    rivals = f"{alike} others cannot be told apart from it" if alike else "all others are worse"
    return (
        f"# The best of {sum(cell.mean is not None for cell in result.cells)} points of the study {result.name}: "
        f"validation {result.metric} {best.mean:.4f} ({best.low:.4f}–{best.high:.4f}, {of}); {rivals}.\n"
        "# It was chosen by this score, which is therefore too high, the more so the more points were tried. What the recipe is\n"
        "# worth is told by images that chose nothing: linnaeus train --recipe FILE, then linnaeus evaluate last --split test.\n\n"
    )
