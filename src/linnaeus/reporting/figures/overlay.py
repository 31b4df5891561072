"""Several runs in one picture: their curves over each other, their scores below each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from linnaeus.record.scores import Score
from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.curves import Rows, by_epoch, column
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = ("-", "--", ":", "-.")
LONGEST_NAME = 14  # letters at the end of a line
LONGEST_ROW = 32  # and before a row
LEAST_SHARE = 0.08  # of the height between the names of two lines


def curves(runs: Sequence[tuple[str, Rows]], name: str, beside: str, say: Words, palette: Palette) -> "Figure":
    """The column `name` of the histories of some runs by epoch, each line with its run's name at its end.

    `beside` is what the axis shows. A share, whose name ends with "accuracy", is in per cent. The first run is coloured.
    """
    figure, axes = style.frame(palette, say, say("axis-epoch"), beside, room=(0.75, 1.15, 0.5, 0.12))
    scale = 100 if name.endswith("accuracy") else 1
    ends, seen = list[tuple[float, str, str]](), [np.zeros(0)]
    for place, (run, rows) in enumerate(runs):
        values, epochs = scale * column(rows, name), column(rows, "epoch")
        known = np.isfinite(values)
        if not known.any():
            continue
        colour = palette.grey if place else palette.accent
        axes.plot(epochs[known], values[known], color=colour, linestyle=LINES[place % len(LINES)], linewidth=1.4,
                  marker="o" if known.sum() == 1 else None, markersize=3.5)  # fmt: skip
        ends.append((float(values[known][-1]), run, colour))
        seen.append(epochs[known])
    by_epoch(axes, np.concatenate(seen))
    if scale == 100:
        axes.set_ylim(top=min(100.0, axes.get_ylim()[1]))
    # Names at the right end of the lines, moved apart where they would cover each other.
    (low, high), names = axes.get_ylim(), style.brief([run for _, run, _ in ends], LONGEST_NAME)
    at = -1.0
    for value, run, colour in sorted((value, run, colour) for run, (value, _, colour) in zip(names, ends, strict=True)):
        at = max((value - low) / (high - low), at + LEAST_SHARE)
        axes.text(1.02, at, run, color=colour, fontsize=style.TEXT - 1, va="center", transform=axes.transAxes)
    return figure


def intervals(rows: Sequence[tuple[str, Score]], say: Words, palette: Palette) -> "Figure":
    """A row a run or a class: its score and the 95 % interval, in per cent."""
    names = style.brief([name for name, _ in rows], LONGEST_ROW)
    left = 0.25 + style.LETTER * max(map(len, names), default=0)
    size = (5.2, 0.72 + 0.28 * len(rows))
    figure, axes = style.frame(palette, say, size=size, room=(left, 0.2, 0.5, 0.1))
    places, (value, low, high) = np.arange(len(rows)), style.per_cent([score for _, score in rows])
    axes.hlines(places, low, high, color=palette.accent, alpha=0.4, linewidth=3)
    axes.plot(value, places, "o", color=palette.accent, markersize=4.5)
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(right=min(100.0, axes.get_xlim()[1] + 1))
    axes.locator_params(axis="x", nbins=6)
    axes.grid(axis="x", color=palette.line, alpha=0.5, linewidth=0.6)
    axes.set_axisbelow(True)
    style.label(axes, palette, say("axis-accuracy"), right=True)
    return figure
