"""How far probabilities can be believed, and what they are good for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linnaeus.record.calibration import Bin, Point
from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reliability(bins: Sequence[Bin], say: Words, palette: Palette) -> "Figure":
    """How often predictions are right by their confidence, with 95 % intervals; on the diagonal the two agree."""
    held = [one for one in bins if one.count]
    figure, axes = style.frame(palette, right=0.2, above=0.12)
    low = 100 * min([0.5, *(one.confidence for one in held), *(one.accuracy.low for one in held)])
    axes.plot([low, 100], [low, 100], color=palette.line, linewidth=1)
    confidence = [100 * one.confidence for one in held]
    axes.vlines(confidence, [100 * one.accuracy.low for one in held], [100 * one.accuracy.high for one in held],
                color=palette.accent, alpha=0.35, linewidth=2.5)  # fmt: skip
    axes.plot(confidence, [100 * one.accuracy.value for one in held], "o-", color=palette.accent, linewidth=1.2,
              markersize=3.5, clip_on=False)  # fmt: skip
    axes.set_ylim(low, 100)
    axes.set_xlim(low, 100)
    style.label(axes, palette, str(say("axis-confidence")), str(say("axis-right")))
    return figure


def risk_coverage(points: Sequence[Point], say: Words, palette: Palette) -> "Figure":
    """Accuracy of the most confident predictions by their share, with the 95 % interval."""
    figure, axes = style.frame(palette, right=0.2, above=0.12)
    coverage = [100 * one.coverage for one in points]
    axes.fill_between(coverage, [100 * one.accuracy.low for one in points], [100 * one.accuracy.high for one in points],
                      color=palette.accent, alpha=0.18, linewidth=0)  # fmt: skip
    axes.plot(coverage, [100 * one.accuracy.value for one in points], color=palette.accent, linewidth=1.4)
    axes.set_xlim(0, 100)
    axes.set_ylim(top=100)
    axes.yaxis.set_major_formatter(style.numbers(say))
    style.label(axes, palette, str(say("axis-coverage")), str(say("axis-right")))
    return figure
