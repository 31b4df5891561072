"""A training by epoch: loss, accuracy, learning rate."""

from collections.abc import Sequence
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
WIDE = 20  # times the smallest loss: from there on a linear scale would flatten the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Epochs that a vertical line marks."""

    kept: int | None = None  # whose weights were kept
    began: int | None = None  # the last one of the runs that this one continues


NO_MARKS = Marks()


def loss(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """Median and quartiles of the training loss, and the validation loss; logarithmic where `is_wide`."""
    wide = is_wide(rows)
    figure, axes = _axes(rows, marks, str(say("loss-log" if wide else "loss")), say, palette)
    _band(axes, rows, ("loss_q1", "loss_q3"), palette.grey)
    _line(axes, rows, "loss", palette.grey)
    _line(axes, rows, "val_loss", palette.accent)
    if wide:
        style.logarithmic(axes, "y", say)
    else:
        axes.set_ylim(bottom=0)
    ends = [(last(rows, "loss"), palette.grey), (last(rows, "val_loss"), palette.accent)]
    _ends(axes, [(value, f"{value:.3g}".replace(".", say.point), colour) for value, colour in ends])
    _legend(axes, rows, say, palette)
    return figure


def accuracy(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """Median and quartiles of the batches' accuracy, and validation accuracy with its interval, in per cent."""
    figure, axes = _axes(rows, marks, str(say("accuracy")), say, palette)
    _band(axes, rows, ("accuracy_q1", "accuracy_q3"), palette.grey, scale=100)
    _band(axes, rows, ("val_low", "val_high"), palette.accent, scale=100)
    _line(axes, rows, "accuracy", palette.grey, scale=100)
    _line(axes, rows, "val_accuracy", palette.accent, scale=100)
    axes.set_ylim(bottom=max(0.0, axes.get_ylim()[0]), top=100)
    ends = [(100 * last(rows, "accuracy"), palette.grey), (100 * last(rows, "val_accuracy"), palette.accent)]
    _ends(axes, [(value, say.number(value, 1), colour) for value, colour in ends])
    _legend(axes, rows, say, palette)
    return figure


def learning_rate(rows: Rows, marks: Marks, say: Words, palette: Palette) -> "Figure":
    """The learning rate at the end of each epoch."""
    figure, axes = _axes(rows, marks, str(say("rate")), say, palette)
    _line(axes, rows, "lr", palette.grey)
    axes.set_ylim(bottom=0)
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


def last(rows: Rows, name: str) -> float:
    """The value of the last epoch; nan: it has none."""
    values = column(rows, name)
    return float(values[-1]) if len(values) else float("nan")


def by_epoch(axes: "Axes", epochs: Array, say: Words, palette: Palette, beside: str) -> None:
    """Set the axes for epochs below and `beside` at the left."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(style.numbers(say))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    if len(epochs):
        axes.set_xlim(epochs.min() - 0.5 * (len(epochs) == 1), epochs.max() + 0.5 * (len(epochs) == 1))
    style.label(axes, palette, str(say("axis-epoch")), beside)


def _axes(rows: Rows, marks: Marks, beside: str, say: Words, palette: Palette) -> "tuple[Figure, Axes]":
    figure, axes = style.frame(palette)
    by_epoch(axes, column(rows, "epoch"), say, palette, beside)
    if marks.kept is not None:
        axes.axvline(marks.kept, color=palette.line, linewidth=1)
    if marks.began is not None:
        axes.axvline(marks.began + 0.5, color=palette.line, linewidth=1, linestyle=(0, (2, 3)))
    return figure, axes


def _legend(axes: "Axes", rows: Rows, say: Words, palette: Palette) -> None:
    lines = [(str(say.of("split", "train")), palette.grey)]
    if is_validated(rows):
        lines.append((str(say.of("split", "val")), palette.accent))
    style.legend(axes, lines)


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


def _ends(axes: "Axes", ends: Sequence[tuple[float, str, str]]) -> None:
    """Last values at the right end of their lines, moved apart where they would cover each other."""
    axes.get_ylim()  # makes matplotlib settle the limits
    shown = sorted((axes.transLimits.transform(axes.transScale.transform((0, value)))[1], text, colour)
                   for value, text, colour in ends if np.isfinite(value))  # fmt: skip
    if len(shown) == 2 and shown[1][0] - shown[0][0] < NARROWEST:
        middle = (shown[0][0] + shown[1][0]) / 2
        low = min(max(middle - NARROWEST / 2, 0.0), 1 - NARROWEST)
        shown = [(low, *shown[0][1:]), (low + NARROWEST, *shown[1][1:])]
    for height, text, colour in shown:
        axes.text(1.025, height, text, color=colour, fontsize=style.TEXT, va="center", transform=axes.transAxes)
