"""Drawings of a study: a slice for each factor, parallel coordinates, accuracy against what it costs."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from linnaeus.reporting import old_figures as figures
from linnaeus.reporting.old_figures import THEMED
from linnaeus.reporting.words import Words

Cell = Mapping[str, Any]  # as in study.json

MOST_LETTERS = 18  # of a level under an axis


def score_of(cell: Cell) -> float | None:
    """The mean of a finished cell, else its last score at a rung."""
    if cell["mean"] is not None:
        return float(cell["mean"])
    scores = cell["scores"]
    return float(scores[max(scores, key=int)]) if scores else None


def slice_of(
    name: str, factor: Sequence[Any] | str, cells: Sequence[Cell], means: Sequence[Cell], say: Words
) -> Markup:
    """Each cell's score by its value of one factor; over them the means of the effects with their intervals.

    Cells that were stopped early are grey, with the score they had then.
    """
    axes = figures.axes_alone(THEMED, (5.0, 2.9 if isinstance(factor, str) else 3.2))
    place = _place_of(factor)
    for finished, colour, alpha in ((False, THEMED.train, 0.5), (True, THEMED.val, 0.45)):
        shown = [cell for cell in cells if (cell["mean"] is not None) == finished and score_of(cell) is not None]
        across = [place(cell["point"][name]) for cell in shown]
        axes.plot(
            across, [100 * (score_of(cell) or 0) for cell in shown], "o", color=colour, alpha=alpha, markersize=3.5
        )
    if means:
        across = [place(level["level"]) for level in means]
        axes.vlines(
            across,
            [100 * m["low"] for m in means],
            [100 * m["high"] for m in means],
            color=THEMED.ink,
            linewidth=2.5,
            alpha=0.4,
        )
        axes.plot(across, [100 * m["mean"] for m in means], "-", color=THEMED.ink, linewidth=1)
    if isinstance(factor, str):
        if factor.startswith("log"):
            axes.set_xscale("log")
    else:
        axes.set_xticks(range(len(factor)), [_short(level) for level in factor])
        axes.set_xlim(-0.5, len(factor) - 0.5)
        if sum(len(_short(level)) for level in factor) > 50:
            figure = figures.figure_of(axes)
            axes.set_position((0.105, 0.34, 0.785, 0.62))
            axes.tick_params(axis="x", rotation=20)
            for label in axes.get_xticklabels():
                label.set_horizontalalignment("right")
            assert figure is not None
    return figures.svg(
        figures.figure_of(axes), f"slice-{_id(name)}", str(say("study.slice", factor=name)), point=say.point
    )


def parallel(factors: Mapping[str, Any], cells: Sequence[Cell], say: Words) -> Markup:
    """A line a cell through its values; the quarter of the best ones is coloured."""
    scored = sorted((cell for cell in cells if score_of(cell) is not None), key=lambda cell: score_of(cell) or 0)
    scores = [100 * (score_of(cell) or 0) for cell in scored]
    names = [*factors, str(say("axis.accuracy"))]
    axes = figures.axes_alone(THEMED, (6.0, 3.0), left=0.06, right=0.1)
    low, high = min(scores), max(scores)
    best = np.quantile(scores, 0.75)
    for cell, score in zip(scored, scores, strict=True):
        heights = [_height(factors[name], cell["point"][name]) for name in factors]
        heights.append((score - low) / (high - low) if high > low else 0.5)
        is_best = score >= best
        axes.plot(range(len(names)), heights, color=THEMED.val if is_best else THEMED.train,
                  alpha=0.75 if is_best else 0.3, linewidth=1.1 if is_best else 0.8)  # fmt: skip
    for across, name in enumerate(names):
        axes.axvline(across, color=THEMED.line, linewidth=1)
        ends = _ends(factors[name]) if name in factors else [(0.0, f"{low:.1f}"), (1.0, f"{high:.1f}")]
        for height, text in ends:
            axes.text(across + 0.02, height, text, color=THEMED.ink, fontsize=8, va="center")
    axes.set_xticks(range(len(names)), [_short(name) for name in names])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    return figures.svg(figures.figure_of(axes), "parallel", str(say("study.parallel")), point=say.point)


def front(cells: Sequence[Cell], cost: str, members: Sequence[int], say: Words) -> Markup:
    """Accuracy against a cost, `train_s` or `parameters`; the Pareto front is joined."""
    axes = figures.axes_alone(THEMED)
    known = {cell["number"]: cell for cell in cells if cell["mean"] is not None and cell[cost] is not None}
    costs = {number: float(cell[cost]) for number, cell in known.items()}
    axes.plot(
        list(costs.values()),
        [100 * cell["mean"] for cell in known.values()],
        "o",
        color=THEMED.train,
        alpha=0.6,
        markersize=3.5,
    )
    on_it = [number for number in members if number in known]
    axes.plot(
        [costs[n] for n in on_it],
        [100 * known[n]["mean"] for n in on_it],
        "o-",
        color=THEMED.val,
        linewidth=1.2,
        markersize=4,
    )
    values = [value for value in costs.values() if value > 0]
    if values and max(values) / min(values) > 20:
        axes.set_xscale("log")
    else:
        axes.locator_params(axis="x", nbins=4)
    return figures.svg(figures.figure_of(axes), f"front-{_id(cost)}", str(say(f"study.front.{cost}")), point=say.point)


def _place_of(factor: Sequence[Any] | str) -> Any:
    if isinstance(factor, str):
        return float
    places = {str(level): place for place, level in enumerate(factor)}
    return lambda level: places[str(level)]


def _height(factor: Sequence[Any] | str, value: Any) -> float:
    """Where on its upright axis a value lies, 0 to 1."""
    if not isinstance(factor, str):
        return float(_place_of(factor)(value)) / max(1, len(factor) - 1)
    low, high, value = *_range(factor), float(value)
    if factor.startswith("log"):
        low, high, value = math.log(low), math.log(high), math.log(value)
    return float((value - low) / (high - low))


def _ends(factor: Sequence[Any] | str) -> list[tuple[float, str]]:
    if isinstance(factor, str):
        low, high = _range(factor)
        return [(0.0, f"{low:g}"), (1.0, f"{high:g}")]
    return [(place / max(1, len(factor) - 1), _short(level)) for place, level in enumerate(factor)]


def _range(factor: str) -> tuple[float, float]:
    """`log(0.001, 1)` as its two ends."""
    low, high = factor[factor.index("(") + 1 : -1].split(",")
    return float(low), float(high)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _id(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)
