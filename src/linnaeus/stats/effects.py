"""Which factor mattered, by how much, and how surely: least squares on the trials of a study.

Model: score = constant + a part of each factor. A factor of levels has a part for each level, which sum to zero; a range has a
straight and a bent part (t and t², with t from −1 to 1 over the range, of the logarithm for log ranges). A factor is tested by the
F-test of the model with it against the model without it; a pair of factors, by that of the products of their parts. What the model
leaves over, seeds and unmodelled interactions alike, is the error. p-values are corrected by Holm, main effects and interactions
apart.

All of it describes the space that was tried, on these validation images: another range would give a factor another share.

What it finds are `studies.results.Effects`; their `importances` are Optuna's fANOVA (Hutter, Hoos & Leyton-Brown 2014,
"An efficient approach for assessing hyperparameter importance"), shares of a forest's variance.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.stats.multiple import holm
from linnaeus.studies.results import Difference, Effects, FactorEffect, Interaction, Level
from linnaeus.studies.space import Factor, Plain, Point

Array = npt.NDArray[np.float64]

LEAST = 3  # degrees of freedom that the error must have for anything to be said
ENOUGH = 10  # trials for a forest


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One trial: its point, and its score."""

    point: Point
    score: float


def effects(factors: Sequence[Factor], rows: Sequence[Row], at: int | None = None) -> Effects | None:
    """Main effects and interactions of two; None where there are too few trials."""
    factors = [factor for factor in factors if len({row.point[factor.name] for row in rows}) > 1]
    scores_N = np.array([row.score for row in rows])
    parts = {factor.name: _parts(factor, [row.point[factor.name] for row in rows]) for factor in factors}
    whole = _together(len(rows), parts.values())
    error_df = len(rows) - _rank(whole)
    if not factors or error_df < LEAST:
        return None
    total, rest = float(((scores_N - scores_N.mean()) ** 2).sum()), _rest(whole, scores_N)
    mains = [
        _tested(scores_N, _together(len(rows), [parts[o.name] for o in factors if o is not factor]), whole, total)
        for factor in factors
    ]
    pairs = []
    for first, second in itertools.combinations(factors, 2):
        products = np.einsum("ni,nj->nij", parts[first.name], parts[second.name]).reshape(len(rows), -1)
        found = _tested(scores_N, whole, np.hstack([whole, products]), total)
        pairs += [{"names": (first.name, second.name), **found}] if found else []
    std = math.sqrt(rest / error_df)
    tested = [
        {"name": factor.name, "kind": "range" if factor.is_range else "levels", **main}
        | _means(factor, factors, rows, scores_N, whole, std, error_df)
        for factor, main in zip(factors, mains, strict=True)
        if main
    ]
    return Effects(
        at=at,
        n=len(rows),
        error_df=error_df,
        error_sd=std,
        factors=tuple(FactorEffect(**one) for one in _with_holm(tested)),
        interactions=tuple(Interaction(**one) for one in _with_holm(pairs)),
    )


def _with_holm(tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    corrected = holm([test["p"] for test in tests])
    return [{**test, "p_holm": p} for test, p in zip(tests, corrected, strict=True)]


def _parts(factor: Factor, values: Sequence[Plain]) -> Array:
    """The columns of a factor in the model, (N, df)."""
    if factor.is_range:
        t_N = np.array([_scaled(factor, float(value)) for value in values])
        return np.stack([t_N, t_N**2], axis=1) if len(set(values)) > 2 else t_N[:, None]
    levels = [level for level in factor.levels if level in values]
    found_NK = np.array([[float(value == level) for level in levels[:-1]] for value in values])
    last_N = np.array([value == levels[-1] for value in values])
    found_NK[last_N] = -1.0  # the parts of all levels sum to zero
    return found_NK


def _scaled(factor: Factor, value: float) -> float:
    """−1 at the low end of a range, 1 at its high end."""
    low, high = factor.low, factor.high
    if factor.kind == "log":
        low, high, value = math.log(low), math.log(high), math.log(value)
    return 2 * (value - low) / (high - low) - 1


def _together(count: int, parts: Any) -> Array:
    return np.hstack([np.ones((count, 1)), *parts])


def _rank(columns: Array) -> int:
    return int(np.linalg.matrix_rank(columns))


def _rest(columns: Array, scores_N: Array) -> float:
    """The sum of squares that a model leaves over."""
    solution = np.linalg.lstsq(columns, scores_N, rcond=None)[0]
    return float(((scores_N - columns @ solution) ** 2).sum())


def _tested(scores_N: Array, without: Array, model: Array, total: float) -> dict[str, Any]:
    """The F-test of a model against the one without something; empty where the trials cannot tell."""
    from scipy import stats

    df, error_df = _rank(model) - _rank(without), len(scores_N) - _rank(model)
    if df < 1 or error_df < LEAST or not total:
        return {}
    explained, rest = max(0.0, _rest(without, scores_N) - _rest(model, scores_N)), _rest(model, scores_N)
    f = explained / df / (rest / error_df) if rest > 1e-15 else math.inf
    p = float(stats.f.sf(f, df, error_df))
    return {"df": df, "f": min(f, 1e9), "p": p, "share": explained / total}


def _means(
    factor: Factor,
    factors: Sequence[Factor],
    rows: Sequence[Row],
    scores_N: Array,
    whole: Array,
    std: float,
    error_df: int,
) -> dict[str, Any]:
    """Means at the levels of a factor, and the difference of the best and the worst."""
    from scipy import stats

    values = [row.point[factor.name] for row in rows]
    shown = [factor.at(share) for share in (0.0, 0.5, 1.0)] if factor.is_range else None
    shown = shown or [level for level in factor.levels if level in values]
    start = 1 + sum(_parts(o, [r.point[o.name] for r in rows]).shape[1] for o in factors[: factors.index(factor)])
    at_levels = np.tile(whole.mean(axis=0), (len(shown), 1))
    own = _parts(factor, shown)[:, : _parts(factor, values).shape[1]]
    at_levels[:, start : start + own.shape[1]] = own
    inverse = np.linalg.pinv(whole)
    mean, weights = at_levels @ inverse @ scores_N, at_levels @ inverse
    half = stats.t.ppf(0.975, error_df) * std * np.linalg.norm(weights, axis=1)
    best, worst = int(mean.argmax()), int(mean.argmin())
    tukey = stats.studentized_range.ppf(0.95, len(shown), error_df) / math.sqrt(2)
    wide = float(tukey * std * np.linalg.norm(weights[best] - weights[worst]))
    gap = float(mean[best] - mean[worst])
    return {
        "levels": tuple(
            Level(level=level, mean=float(m), low=float(m - h), high=float(m + h), n=values.count(level))
            for level, m, h in zip(shown, mean, half, strict=True)
        ),
        "difference": Difference(worst=shown[worst], best=shown[best], value=gap, low=gap - wide, high=gap + wide),
    }


def front(scores: Mapping[int, float], costs: Mapping[int, float]) -> list[int]:
    """Pareto front: those that nobody beats at no more cost, the cheapest first."""
    found: list[int] = []
    for key in sorted(scores, key=lambda key: (costs[key], -scores[key], key)):
        if not found or scores[key] > scores[found[-1]]:
            found.append(key)
    return found
