"""Trainings by epoch: loss, accuracy and learning rate of one, and those of several over each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.facts import EpochRow
from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]
Rows = Sequence[EpochRow]

NARROWEST = 0.08  # distance of two texts at the right end, as a share of the height
LINES = ("-", "--", ":", "-.")  # of several runs
LONGEST_NAME, LEAST_SHARE = 15, 0.08  # letters at the end of such a line, and the share of the height between two names
WIDE = 20  # times the smallest loss: from there on a linear scale would flatten the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Epochs that a vertical line marks."""

    kept: int | None = None  # whose weights were kept
    began: int | None = None  # the last one of the runs that this one continues


def loss(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """Median and quartiles of the training loss, and the validation loss; logarithmic where `is_wide`."""
    wide = is_wide(rows)
    figure, axes = _axes(rows, marks, say("loss-log" if wide else "loss"), say, palette)
    _band(axes, rows, ("loss_q1", "loss_q3"), palette.grey)
    _lines(axes, rows, "loss", say, palette)
    if wide:
        style.logarithmic(axes, "y", say)
    else:
        axes.set_ylim(bottom=0)
    _ends(axes, rows, "loss", lambda value: f"{value:.3g}".replace(".", say.point), palette)
    return figure


def accuracy(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """Median and quartiles of the batches' accuracy, and validation accuracy with its interval, in per cent."""
    figure, axes = _axes(rows, marks, say("accuracy"), say, palette)
    _band(axes, rows, ("accuracy_q1", "accuracy_q3"), palette.grey, scale=100)
    _band(axes, rows, ("val_low", "val_high"), palette.accent, scale=100)
    _lines(axes, rows, "accuracy", say, palette, scale=100)
    axes.set_ylim(bottom=max(0.0, axes.get_ylim()[0]), top=100)
    _ends(axes, rows, "accuracy", lambda value: say.in_percent(value / 100), palette, scale=100)
    return figure


def learning_rate(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """The learning rate at the end of each epoch."""
    figure, axes = _axes(rows, marks, say("rate"), say, palette)
    _line(axes, rows, "lr", palette.grey)
    axes.set_ylim(bottom=0)
    return figure


def of_runs(runs: Sequence[tuple[str, Rows]], name: str, beside: str, say: Words, palette: Palette) -> "Figure":
    """The column `name` of the histories of some runs by epoch, each line with its run's name at its end.

    `beside` is what the axis shows. A share, whose name ends with "accuracy", is in per cent. The first run is coloured.
    """
    figure, axes = style.frame(palette, say, say("axis-epoch"), beside, room=(0.75, 1.25, 0.5, 0.12))
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
    _by_epoch(axes, np.concatenate(seen))
    if scale == 100:
        axes.set_ylim(top=min(100.0, axes.get_ylim()[1]))
    # Names at the right end of the lines, moved apart where they would cover each other.
    (low, high), names = axes.get_ylim(), style.brief([run for _, run, _ in ends], LONGEST_NAME)
    at = -1.0
    for value, run, colour in sorted((value, run, colour) for run, (value, _, colour) in zip(names, ends, strict=True)):
        at = max((value - low) / (high - low), at + LEAST_SHARE)
        axes.text(1.02, at, run, color=colour, fontsize=style.TEXT - 1, va="center", transform=axes.transAxes)
    return figure


def is_wide(rows: Rows) -> bool:
    """True if the losses span so much that a linear scale would flatten the end of them."""
    values = np.concatenate([column(rows, name) for name in ("loss", "val_loss")])
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(values.min() > 0) and bool(values.max() / values.min() > WIDE)


def is_validated(rows: Rows) -> bool:
    """True where the epochs were scored on validation images."""
    return bool(np.isfinite(column(rows, "val_loss")).any())


def column(rows: Rows, name: str) -> Array:
    """One column of the history; nan where a row lacks it."""
    return np.array([np.nan if (value := getattr(row, name)) is None else float(value) for row in rows], np.float64)


def _by_epoch(axes: "Axes", epochs: Array) -> None:
    """Set the axes for epochs below."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    if len(epochs):
        axes.set_xlim(epochs.min() - 0.5 * (len(epochs) == 1), epochs.max() + 0.5 * (len(epochs) == 1))


def _axes(rows: Rows, marks: Marks, beside: str, say: Words, palette: Palette) -> "tuple[Figure, Axes]":
    figure, axes = style.frame(palette, say, say("axis-epoch"), beside)
    _by_epoch(axes, column(rows, "epoch"))
    if marks.kept is not None:
        axes.axvline(marks.kept, color=palette.line, linewidth=1)
    if marks.began is not None:
        axes.axvline(marks.began + 0.5, color=palette.line, linewidth=1, linestyle=(0, (2, 3)))
    return figure, axes


def _lines(axes: "Axes", rows: Rows, name: str, say: Words, palette: Palette, scale: float = 1) -> None:
    """Of training and validation, and what they are called."""
    _line(axes, rows, name, palette.grey, scale)
    _line(axes, rows, f"val_{name}", palette.accent, scale)
    named = [("train", palette.grey), *([("val", palette.accent)] if is_validated(rows) else [])]
    style.legend(axes, [(str(say.of("split", split)), colour) for split, colour in named])


def _line(axes: "Axes", rows: Rows, name: str, colour: str, scale: float = 1) -> None:
    values = scale * column(rows, name)
    marker = "o" if np.isfinite(values).sum() == 1 else None  # one epoch makes no line
    axes.plot(column(rows, "epoch"), values, color=colour, linewidth=1.4, marker=marker, markersize=4, clip_on=False)


def _band(axes: "Axes", rows: Rows, names: tuple[str, str], colour: str, scale: float = 1) -> None:
    low, high = (scale * column(rows, name) for name in names)
    if np.isfinite(low).sum() == 1:
        axes.vlines(column(rows, "epoch"), low, high, color=colour, alpha=0.35, linewidth=3)
    elif np.isfinite(low).any():
        axes.fill_between(column(rows, "epoch"), low, high, color=colour, alpha=0.18, linewidth=0)


def _ends(
    axes: "Axes", rows: Rows, name: str, shown: Callable[[float], str], palette: Palette, scale: float = 1
) -> None:
    """Last values at the right end of their lines, moved apart where they would cover each other."""
    axes.get_ylim()  # makes matplotlib settle the limits
    to_height = axes.transScale + axes.transLimits
    last = [
        (scale * column(rows, one)[-1:], colour)
        for one, colour in ((name, palette.grey), (f"val_{name}", palette.accent))
    ]
    ends = sorted((to_height.transform((0, value))[1], shown(value), colour) for values, colour in last
                  for value in values.tolist() if np.isfinite(value))  # fmt: skip
    heights = [height for height, _, _ in ends]
    if len(ends) == 2 and heights[1] - heights[0] < NARROWEST:
        low = min(max(sum(heights) / 2 - NARROWEST / 2, 0.0), 1 - NARROWEST)
        heights = [low, low + NARROWEST]
    for height, (_, text, colour) in zip(heights, ends, strict=True):
        axes.text(1.025, height, text, color=colour, fontsize=style.TEXT, va="center", transform=axes.transAxes)
