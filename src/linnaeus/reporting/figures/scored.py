"""Scores with their intervals; how far probabilities can be believed, and what they are good for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from linnaeus.record.calibration import Bin, Point
from linnaeus.record.scores import Score
from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_ROW = 32  # letters before a row


def reliability(bins: Sequence[Bin], say: Words, palette: Palette) -> "Figure":
    """How often predictions are right by their confidence, with 95 % intervals; on the diagonal the two agree."""
    held = [one for one in bins if one.count]
    right, low, high = style.per_cent([one.accuracy for one in held])
    confidence = [100 * one.confidence for one in held]
    least = min([50, *confidence, *low])
    figure, axes = style.frame(palette, say, say("axis-confidence"), say("axis-right"), room=(0.75, 0.2, 0.5, 0.12))
    axes.plot([least, 100], [least, 100], color=palette.line, linewidth=1)
    axes.vlines(confidence, low, high, color=palette.accent, alpha=0.35, linewidth=2.5)
    axes.plot(confidence, right, "o-", color=palette.accent, linewidth=1.2, markersize=3.5, clip_on=False)
    axes.set(xlim=(least, 100), ylim=(least, 100))
    return figure


def risk_coverage(points: Sequence[Point], say: Words, palette: Palette) -> "Figure":
    """Accuracy of the most confident predictions by their share, with the 95 % interval."""
    right, low, high = style.per_cent([one.accuracy for one in points])
    coverage = [100 * one.coverage for one in points]
    figure, axes = style.frame(palette, say, say("axis-coverage"), say("axis-right"), room=(0.75, 0.2, 0.5, 0.12))
    axes.fill_between(coverage, low, high, color=palette.accent, alpha=0.18, linewidth=0)
    axes.plot(coverage, right, color=palette.accent, linewidth=1.4)
    axes.set_xlim(0, 100)
    axes.set_ylim(top=100)
    return figure


def rows(found: Sequence[tuple[str, Score]], say: Words, palette: Palette) -> "Figure":
    """A row a run or a class: its score and the 95 % interval, in per cent."""
    names = style.brief([name for name, _ in found], LONGEST_ROW)
    left = 0.25 + style.LETTER * max(map(len, names), default=0)
    size = (5.2, 0.72 + 0.28 * len(found))
    figure, axes = style.frame(palette, say, size=size, room=(left, 0.2, 0.5, 0.1))
    places, (value, low, high) = np.arange(len(found)), style.per_cent([score for _, score in found])
    axes.hlines(places, low, high, color=palette.accent, alpha=0.4, linewidth=3)
    axes.plot(value, places, "o", color=palette.accent, markersize=4.5)
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_xlim(right=min(100.0, axes.get_xlim()[1] + 1))
    axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x", color=palette.line, alpha=0.5, linewidth=0.6)
    axes.set_axisbelow(True)
    style.label(axes, palette, say("axis-accuracy"), right=True)
    return figure
