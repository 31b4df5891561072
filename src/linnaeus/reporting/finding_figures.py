"""Figures of findings and of several runs, in the manner of the curves: drawn on the page's own colours."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from linnaeus.record.calibration import Bin, Point
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting import old_figures as figures
from linnaeus.reporting.old_figures import THEMED
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("-", "--", ":", "-.")
LONGEST_NAME = 14  # signs
LEAST_SHARE = 0.04  # of the height between the names of two lines


def reliability(bins: Sequence[Bin], name: str, say: Words) -> Markup:
    """How often answers are right by how sure they were, with 95 % intervals; on the diagonal the two agree."""
    held = [one for one in bins if one.count]
    axes = figures.axes_alone(THEMED)
    low = min([0.5, *(one.confidence for one in held), *(one.accuracy.low for one in held)])
    axes.plot([100 * low, 100], [100 * low, 100], color=THEMED.line, linewidth=1)
    sure = [100 * one.confidence for one in held]
    axes.vlines(sure, [100 * one.accuracy.low for one in held], [100 * one.accuracy.high for one in held],
                color=THEMED.val, alpha=0.35, linewidth=2.5)  # fmt: skip
    axes.plot(
        sure, [100 * one.accuracy.value for one in held], color=THEMED.val, linewidth=1.2, marker="o", markersize=3.5
    )
    axes.set_ylim(100 * low, 100)
    axes.set_xlim(100 * low, 100)
    told = [
        (100 * one.confidence, str(say("reading.bin", sure=say.percent(one.confidence), right=say.percent(one.accuracy.value),
                                       interval=say.between(one.accuracy), n=one.count)))
        for one in held
    ]  # fmt: skip
    return figures.svg(figures.figure_of(axes), name, str(say("calibration.figure")), sorted(told), say.point)


def risk(points: Sequence[Point], name: str, say: Words) -> Markup:
    """Accuracy of the surest images by their share, with the 95 % interval."""
    axes = figures.axes_alone(THEMED)
    coverage = [100 * one.coverage for one in points]
    axes.fill_between(coverage, [100 * one.accuracy.low for one in points], [100 * one.accuracy.high for one in points],
                      color=THEMED.val, alpha=0.18, linewidth=0)  # fmt: skip
    axes.plot(coverage, [100 * one.accuracy.value for one in points], color=THEMED.val, linewidth=1.4)
    axes.set_xlim(0, 100)
    axes.set_ylim(top=100)
    told = [
        (100 * one.coverage, str(say("reading.risk", share=say.percent(one.coverage), threshold=say.decimal(f"{one.threshold:.2f}"),
                                     right=say.percent(one.accuracy.value), interval=say.between(one.accuracy))))
        for one in points
    ]  # fmt: skip
    return figures.svg(figures.figure_of(axes), name, str(say("calibration.risk")), told, say.point)


def intervals(rows: Sequence[tuple[str, Score]], name: str, say: Words) -> Markup:
    """A row a run: its score and the 95 % interval, in percent."""
    axes = figures.axes_alone(THEMED, (5.0, 0.45 + 0.3 * len(rows)), left=0.24)
    places = np.arange(len(rows))
    axes.hlines(places, [100 * score.low for _, score in rows], [100 * score.high for _, score in rows],
                color=THEMED.val, alpha=0.35, linewidth=3)  # fmt: skip
    axes.plot([100 * score.value for _, score in rows], places, "o", color=THEMED.val, markersize=4)
    axes.set_yticks(places, figures.brief([one for one, _ in rows], LONGEST_NAME))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    return figures.svg(figures.figure_of(axes), name, str(say("axis.accuracy")), point=say.point)


def curves(records: Sequence[RunRecord], column: str, name: str, say: Words) -> Markup:
    """One column of the histories of some runs, by epoch, each line with the run's name at its end."""
    axes = figures.axes_alone(THEMED, right=0.2)
    scale = 100 if column.endswith("accuracy") else 1
    ends: list[tuple[float, str, str]] = []
    told: dict[float, list[str]] = {}
    for place, record in enumerate(records):
        rows = [row for row in record.curve() if getattr(row, column) is not None]
        if not rows:
            continue
        epochs, values = [row.epoch for row in rows], [scale * float(getattr(row, column)) for row in rows]
        colour = THEMED.train if place else THEMED.val
        axes.plot(epochs, values, color=colour, linestyle=STYLES[place % len(STYLES)], linewidth=1.4,
                  marker="o" if len(rows) == 1 else None, markersize=3.5)  # fmt: skip
        ends.append((values[-1], record.name, colour))
        for epoch, value in zip(epochs, values, strict=True):
            shown = say.percent(value / 100) if scale == 100 else say.decimal(f"{value:.4g}")
            told.setdefault(float(epoch), []).append(f"{record.name} {shown}")
    if scale == 100:
        axes.set_ylim(top=min(100.0, axes.get_ylim()[1]))
    axes.set_xlim(left=0)
    _named(axes, ends)
    readings = _readings(told, say)
    return figures.svg(figures.figure_of(axes), name, str(say(name.rpartition("-")[2])), readings, say.point)


def _readings(told: Mapping[float, Sequence[str]], say: Words) -> list[tuple[float, str]]:
    return [
        (epoch, " · ".join((str(say("reading.epoch", epoch=f"{epoch:g}")), *told[epoch]))) for epoch in sorted(told)
    ]


def _named(axes: "Axes", ends: Sequence[tuple[float, str, str]]) -> None:
    """Names at the right end of the lines, moved apart where they would cover each other."""
    low, high = axes.get_ylim()
    names = figures.brief([name for _, name, _ in ends], LONGEST_NAME)
    heights = sorted(
        ((value - low) / (high - low), name, colour) for name, (value, _, colour) in zip(names, ends, strict=True)
    )
    last = -1.0
    for height, name, colour in heights:
        last = max(height, last + 2 * LEAST_SHARE)
        axes.text(1.02, last, name, color=colour, fontsize=figures.TEXT - 1, va="center", transform=axes.transAxes)
