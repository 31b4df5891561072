"""A study drawn: a score by each factor, all points as lines, a score against what it costs."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from linnaeus.studies.results import Cell, Level

Factor = Sequence[Any] | str  # levels, or a range: "log(0.001, 1)"

MOST_LETTERS = 18  # of a level under an axis
MOST_UPRIGHT = 46  # letters of all levels that fit beside each other
WIDE = 20  # times the smallest cost: from there on the scale is logarithmic


def one_factor(
    name: str, factor: Factor, cells: "Sequence[Cell]", means: "Sequence[Level]", say: Words, palette: Palette
) -> "Figure":
    """Each cell's score by its value of one factor; over them the `means` of the effects, by level, with their intervals.

    Cells that were stopped early are grey, with the score they had then.
    """
    levels, place = [] if isinstance(factor, str) else [_short(level) for level in factor], _place_of(factor)
    slanted = sum(map(len, levels)) > MOST_UPRIGHT
    size, under = ((5.0, 3.5), 1.1) if slanted else ((5.0, 3.0), 0.5)
    figure, axes = style.frame(palette, say, name, say("runs-curves-accuracy"), size, room=(0.75, 0.2, under, 0.12))
    for finished, colour, alpha in ((False, palette.grey, 0.5), (True, palette.accent, 0.45)):
        shown = [cell for cell in cells if (cell.mean is not None) == finished and cell.latest is not None]
        axes.plot([place(cell.point[name]) for cell in shown], _scores(shown), "o", color=colour, alpha=alpha,
                  markersize=3.5)  # fmt: skip
    if means:
        across = [place(level.level) for level in means]
        mean, low, high = ([100 * getattr(one, end) for one in means] for end in ("mean", "low", "high"))
        axes.vlines(across, low, high, color=palette.ink, linewidth=2.5, alpha=0.4)
        axes.plot(across, mean, "-", color=palette.ink, linewidth=1)
    if levels:
        axes.set_xticks(range(len(levels)), levels, rotation=20 if slanted else 0, ha="right" if slanted else "center")
        axes.set_xlim(-0.5, len(levels) - 0.5)
    else:
        _numeric(axes, str(factor).startswith("log"), say)
    return figure


def parallel(factors: Mapping[str, Factor], cells: "Sequence[Cell]", say: Words, palette: Palette) -> "Figure":
    """A line a cell through its values; the quarter of the best ones is coloured."""
    scored = sorted((cell for cell in cells if cell.latest is not None), key=lambda cell: cell.latest or 0)
    scores, names = _scores(scored), [*factors, str(say("accuracy"))]
    figure, axes = style.frame(palette, say, size=(6.2, 3.0), room=(0.35, 0.7, 0.4, 0.12))
    low, high, best = min(scores), max(scores), np.quantile(scores, 0.75)
    for cell, score in zip(scored, scores, strict=True):
        heights = [_height(factors[name], cell.point[name]) for name in factors]
        heights.append((score - low) / (high - low) if high > low else 0.5)
        is_best = score >= best
        axes.plot(range(len(names)), heights, color=palette.accent if is_best else palette.grey,
                  alpha=0.75 if is_best else 0.3, linewidth=1.1 if is_best else 0.8)  # fmt: skip
    for across, name in enumerate(names):
        axes.axvline(across, color=palette.line, linewidth=1)
        ends = [(0.0, say.in_percent(low / 100)), (1.0, say.in_percent(high / 100))]
        for height, text in _ends(factors[name], say) if name in factors else ends:
            axes.text(across + 0.02, height, text, color=palette.ink, fontsize=style.TEXT - 0.5, va="center")
    axes.set_xticks(range(len(names)), [_short(name) for name in names])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    return figure


def front(cells: "Sequence[Cell]", cost: str, members: Sequence[int], say: Words, palette: Palette) -> "Figure":
    """Accuracy against a cost, `train_s` or `parameters`; the Pareto front of `members` is joined."""
    beside = say("runs-curves-accuracy")
    figure, axes = style.frame(palette, say, say(f"axis-{cost}"), beside, room=(0.75, 0.25, 0.5, 0.12))
    known = {cell.number: (float(getattr(cell, cost)), 100 * cell.mean) for cell in cells
             if cell.mean is not None and getattr(cell, cost) is not None}  # fmt: skip
    axes.plot(*_columns(known.values()), "o", color=palette.grey, alpha=0.6, markersize=3.5)
    on_it = [known[number] for number in members if number in known]
    axes.plot(*_columns(on_it), "o-", color=palette.accent, linewidth=1.2, markersize=4)
    values = [spent for spent, _ in known.values() if spent > 0]
    _numeric(axes, bool(values) and max(values) / min(values) > WIDE, say)
    return figure


def _columns(pairs: Collection[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


def _scores(cells: "Sequence[Cell]") -> list[float]:
    return [100 * (cell.latest or 0) for cell in cells]


def _numeric(axes: "Axes", logarithmic: bool, say: Words) -> None:
    if logarithmic:
        style.logarithmic(axes, "x", say)
    else:
        axes.locator_params(axis="x", nbins=4)


def _place_of(factor: Factor) -> Any:
    if isinstance(factor, str):
        return float
    places = {str(level): place for place, level in enumerate(factor)}
    return lambda level: places[str(level)]


def _height(factor: Factor, value: Any) -> float:
    """Where on its upright axis a value lies, 0 to 1."""
    if not isinstance(factor, str):
        return float(_place_of(factor)(value)) / max(1, len(factor) - 1)
    low, high, value = *_range(factor), float(value)
    if factor.startswith("log"):
        low, high, value = math.log(low), math.log(high), math.log(value)
    return float((value - low) / (high - low))


def _ends(factor: Factor, say: Words) -> list[tuple[float, str]]:
    if isinstance(factor, str):
        low, high = _range(factor)
        return [(0.0, say.figures(low)), (1.0, say.figures(high))]
    return [(place / max(1, len(factor) - 1), _short(level)) for place, level in enumerate(factor)]


def _range(factor: str) -> tuple[float, float]:
    """`log(0.001, 1)` as its two ends."""
    low, high = factor[factor.index("(") + 1 : -1].split(",")
    return float(low), float(high)


def _short(value: object) -> str:
    return style.brief([str(value)], MOST_LETTERS)[0]
