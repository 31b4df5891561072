"""From the trials of a study to what they found: a mean and its interval a point, the best, those like it, effects, fronts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.errors import DataError, RunError
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import Score, Z
from linnaeus.stats import paired, seeds
from linnaeus.stats.effects import ENOUGH, Row, effects, front
from linnaeus.stats.multiple import holm
from linnaeus.stats.winner import of_winner
from linnaeus.studies import space
from linnaeus.studies.results import Cell, Effects, Prediction, StudyResult
from linnaeus.studies.space import Factor
from linnaeus.studies.store import Store, Trial

FEW_SEEDS = 3  # of a cell: from so many on its own spread tells something


def summarise(store: Store, folder: Path, status: str) -> StudyResult:
    """The result of a study's trials as they are."""
    trials, notes = store.trials(), store.notes()
    predicted = notes.get("predicted")
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
        winner=_winner(whole, best, folder, about["metric"]) if best and len(whole) > 1 else None,
        effects=_effects(trials, about, store),
        fronts={cost: _front(whole, cost) for cost in ("train_s", "parameters")},
        predicted=codec.from_plain(Prediction, predicted) if predicted else None,
        spent_s=float(notes.get("spent_s", 0.0)),
        jobs=int(notes.get("settled", {}).get("jobs", 1)),
        folder=folder,
    )


def _winner(cells: Sequence[Cell], best: Cell, folder: Path, metric: str) -> Score | None:
    """The best cell's score, corrected for having been picked among these cells; None of a metric that is no share."""
    if metric == "log_loss":
        return None
    means = np.array([cell.mean or 0.0 for cell in cells])
    try:
        found = _covariance(cells, folder) if metric == "accuracy" else None
    except (RunError, DataError):  # predictions are gone, or are of other images
        found = None
    if found is None:  # as if the cells shared nothing: wider than need be
        ends = np.array([(cell.low or 0.0, cell.high or 1.0) for cell in cells])
        found = np.diag(np.maximum((ends[:, 1] - ends[:, 0]) / (2 * Z), 1e-6) ** 2)
    value, low, high = of_winner(means, found)
    return Score(value=min(1.0, max(0.0, value)), low=max(0.0, low), high=min(1.0, high), n=best.n)


def _covariance(cells: Sequence[Cell], folder: Path) -> npt.NDArray[np.float64]:
    runs = [[paired.side(RunFolder(folder / "trials" / run), "val") for run in cell.runs] for cell in cells]
    rows = iter(paired.shared([side for sides in runs for side in sides], "val"))
    right = [np.stack([paired.right(side)[next(rows)] for side in sides]).astype(float) for sides in runs]
    arms = [
        seeds.Arm(name=str(cell.number), runs=cell.runs, right_SN=one, train_s=None)
        for cell, one in zip(cells, right, strict=True)
    ]
    return seeds.covariance(arms)


def _effects(trials: Sequence[Trial], about: Mapping[str, Any], store: Store) -> Effects | None:
    """Of the finished trials; where some were stopped early, of the last epoch that all have come to."""
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
            return None
        rows = [Row(point=one.point, score=one.scores[max(shared)]) for one in begun]
        found = effects(factors, rows, at=max(shared))
    if found and len(factors) > 1 and len(rows) >= ENOUGH and any(factor.is_range for factor in factors):
        found = replace(found, importances=store.importances())
    return found


def factors_of(about: Mapping[str, Any]) -> list[Factor]:
    """The factors, from how the result names them: lists of levels, and ranges as text."""
    levels = [Factor(name=name, levels=tuple(value)) for name, value in about.items() if not isinstance(value, str)]
    ranges = {name: value for name, value in about.items() if isinstance(value, str)}
    known = {one.name: one for one in (*levels, *(space.parse(ranges, ()).factors if ranges else ()))}
    return [known[name] for name in about]


def _front(cells: Sequence[Cell], cost: str) -> list[int]:
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
    scores = [codec.from_plain(Score, trial.facts["scores"][metric]) for trial in done if trial.value is not None]
    low, high, over = seeds.interval(scores)
    most = max(1.0, *(score.high for score in scores))  # of shares 1; a loss has no end
    return mean, max(0.0, low), min(most, high), over


def _with_p(cells: list[Cell]) -> list[Cell]:
    """Each cell of several seeds with the p-value of a t test against the best one, corrected by Holm.

    The test is Welch's. Of two seeds its degrees of freedom are so few that 18 and 71 % are no difference: then the spread is pooled over
    all cells, as an analysis of variance has it (Fisher's least significant difference).
    """
    several = [cell for cell in cells if len(cell.values) > 1]
    best = max(several, key=lambda cell: cell.mean or 0.0, default=None)
    others = [cell for cell in several if cell is not best]
    if best is None or not others:
        return cells
    few = min(len(cell.values) for cell in several) < FEW_SEEDS
    raw = [_pooled(best, one, several) if few else _welch(best, one) for one in others]
    corrected = dict(zip([one.number for one in others], holm(raw), strict=True))
    return [replace(cell, p_best=corrected.get(cell.number)) for cell in cells]


def _welch(first: Cell, second: Cell) -> float:
    from scipy import stats

    if len(set(first.values)) == len(set(second.values)) == 1:  # no spread at all: nothing to divide by
        return float(first.mean == second.mean)
    return float(stats.ttest_ind(first.values, second.values, equal_var=False).pvalue)


def _pooled(first: Cell, second: Cell, cells: Sequence[Cell]) -> float:
    from scipy.special import stdtr

    rests = [value - (cell.mean or 0.0) for cell in cells for value in cell.values]
    freedom = len(rests) - len(cells)
    variance = sum(rest**2 for rest in rests) / freedom * (1 / len(first.values) + 1 / len(second.values))
    apart = abs((first.mean or 0.0) - (second.mean or 0.0))
    return 2 * float(stdtr(freedom, -apart / math.sqrt(variance))) if variance else float(not apart)
