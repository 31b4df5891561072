"""Figures of a document: the report's curves with words on their axes, and pictures that a page shows by other means; all as PNG."""

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linnaeus.record import codec
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting import old_figures as figures
from linnaeus.reporting import plots, tables
from linnaeus.reporting.document_paper import clean
from linnaeus.reporting.old_figures import PRINT
from linnaeus.reporting.pictures import RIGHT, SMALL, WRONG, shares
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]

DOTS = 200  # an inch
NUMBERED = 20  # classes up to which the cells of a confusion matrix hold their counts
NAMED = 40  # and up to which its rows are named
LONGEST_NAME = 18  # letters of a class in a figure

DRAW = {"accuracy": figures.accuracy, "loss": figures.loss, "rate": figures.rate}


def curve(name: str, record: RunRecord, say: Words) -> bytes:
    """The "accuracy", "loss" or "rate" by epoch."""
    marks = figures.Marks(kept=tables.kept_epoch(record), began=len(record.earlier) or None)
    figure = DRAW[name](codec.to_plain(record.curve()), PRINT, marks)
    axes = figure.axes[0]
    wide = name == "loss" and figures.is_wide(codec.to_plain(record.curve()))
    plots.label(axes, PRINT, str(say("axis.epoch")), "")
    axes.set_ylabel(str(say("loss.log" if wide else name)), color=PRINT.ink, fontsize=figures.TEXT)
    if name != "rate":
        lines = {"train": PRINT.train, "val": PRINT.val} if has_validation(record) else {"train": PRINT.train}
        _legend(axes, {str(say.of("split", split)): colour for split, colour in lines.items()})
    axes.yaxis.set_major_formatter(lambda value, _: say.decimal(f"{value:.3g}"))
    for text in axes.texts:
        text.set_text(say.decimal(text.get_text()))
    return _png(figure)


def has_validation(record: RunRecord) -> bool:
    """True where its epochs were scored on validation images."""
    return bool(record.history) and record.history[-1].val_loss is not None


def confusion(counts_KK: Array, classes: Sequence[str], say: Words) -> bytes:
    """Rows are true classes, columns answers; grey is right, red a mistake, darker a larger share of the row."""
    count = len(classes)
    side = min(6.4, 2.2 + 0.34 * count)
    axes = plots.axes_alone(PRINT, (side, side))
    pixels_KKC = np.ones((count, count, 4))
    pixels_KKC[..., :3] = np.where(np.eye(count, dtype=bool)[..., None], RIGHT, WRONG)
    pixels_KKC[..., :3] /= 255
    pixels_KKC[..., 3] = np.sqrt(shares(counts_KK)) if count <= NAMED else np.cbrt(shares(counts_KK))
    axes.imshow(pixels_KKC, interpolation="nearest")
    axes.xaxis.set_label_position("top")
    axes.xaxis.tick_top()
    axes.spines[["top", "right", "left", "bottom"]].set_visible(True)
    axes.spines[:].set_color(PRINT.line)
    axes.set_xlabel(str(say("confusion.answered")), color=PRINT.ink, fontsize=figures.TEXT)
    axes.set_ylabel(str(say("confusion.true")), color=PRINT.ink, fontsize=figures.TEXT)
    small = max(4.5, min(9.0, 150 / count))
    if count <= NAMED:
        names = [_short(name) for name in classes]
        axes.set_xticks(range(count), names, rotation=90 if max(map(len, names)) > 2 else 0, fontsize=small)
        axes.set_yticks(range(count), names, fontsize=small)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
    axes.tick_params(length=0)
    if count <= NUMBERED:
        for row, column in zip(*np.nonzero(counts_KK), strict=True):
            text = say.count(int(counts_KK[row, column]))
            ink = "white" if row == column and pixels_KKC[row, column, 3] > 0.5 else "#1f1d1a"
            axes.text(column, row, text, ha="center", va="center", fontsize=small - 1, color=ink)
    return _png(figures.figure_of(axes))


def pictures(images_NHWC: Array, captions: Sequence[str], columns: int) -> bytes:
    """A sheet of pictures, a caption under each; small ones are enlarged with hard edges."""
    from matplotlib.figure import Figure

    rows, inches = math.ceil(len(captions) / columns), 6.4 / columns
    under = 0.14 / inches * max(text.count("\n") + 1 for text in captions)  # height of a caption, in sides of a picture
    figure = Figure(figsize=(6.4, rows * inches * (1 + under)), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    for place, (image, caption) in enumerate(zip(images_NHWC, captions, strict=True)):
        left, top = place % columns, (place // columns) * (1 + under)
        shown = image[..., 0] if image.shape[-1] == 1 else image
        hard = max(image.shape[:2]) <= SMALL
        axes.imshow(
            shown, cmap="gray", vmin=0, vmax=255, interpolation="nearest" if hard else "antialiased",
            extent=(left + 0.03, left + 0.97, top + 0.97, top + 0.03),
        )  # fmt: skip
        axes.text(
            left + 0.5, top + 1, clean(caption), ha="center", va="top", fontsize=7.5, color=PRINT.ink, parse_math=False
        )
    axes.set(xlim=(0, columns), ylim=(rows * (1 + under), 0), aspect="auto")
    axes.set_axis_off()
    return figures.png(figure, DOTS)


def intervals(rows: Sequence[tuple[str, Score]], say: Words) -> bytes:
    """A row a run or a class: its score and the 95 % interval, in percent."""
    axes = plots.axes_alone(PRINT, (6.0, 0.8 + 0.27 * len(rows)))
    places = np.arange(len(rows))
    value, low, high = (100 * np.array([getattr(score, end) for _, score in rows]) for end in ("value", "low", "high"))
    axes.hlines(places, low, high, color=PRINT.val, alpha=0.5, linewidth=2.5)
    axes.plot(value, places, "o", color=PRINT.val, markersize=5)
    axes.set_yticks(places, [_short(name, 40) for name, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(right=min(100.0, axes.get_xlim()[1] + 1))
    axes.xaxis.set_major_formatter(lambda tick, _: say.decimal(f"{tick:g}"))
    axes.grid(axis="x", color=PRINT.line, alpha=0.5, linewidth=0.6)
    axes.set_axisbelow(True)
    plots.label(axes, PRINT, str(say("axis.accuracy")), "")
    return _png(figures.figure_of(axes))


def reliability(bins: Sequence[Mapping[str, Any]], say: Words) -> bytes:
    """The share of right answers by the probability that was given, each group with its 95 % interval."""
    axes = plots.axes_alone(PRINT, (4.6, 4.2))
    axes.plot([0, 100], [0, 100], color=PRINT.line, linewidth=1)
    confidence = [100 * row["confidence"] for row in bins]
    right = [100 * row["accuracy"] for row in bins]
    axes.vlines(confidence, [100 * row["low"] for row in bins], [100 * row["high"] for row in bins],
                color=PRINT.val, alpha=0.5, linewidth=2.5)  # fmt: skip
    axes.plot(confidence, right, "o-", color=PRINT.val, linewidth=1, markersize=4.5)
    axes.set_ylim(0, 100)
    axes.set_xlim(min([*confidence, 50]) - 3, 100.5)
    plots.label(axes, PRINT, str(say("axis.confidence")), "")
    axes.set_ylabel(str(say("axis.right")), color=PRINT.ink, fontsize=figures.TEXT)
    return _png(figures.figure_of(axes))


def _legend(axes: "Axes", lines: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linewidth=1.8, label=name) for name, colour in lines.items()]
    axes.legend(
        handles=handles, frameon=False, labelcolor=PRINT.ink, fontsize=figures.TEXT - 1, loc="lower center",
        bbox_to_anchor=(0.5, 1.0), ncols=2,
    )  # fmt: skip


def _short(name: str, most: int = LONGEST_NAME) -> str:
    """A name that does not fill the figure, without signs that would be read as formulas or directions."""
    plain = clean(name).replace("$", r"\$")
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _png(figure: "Figure") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)
    with figures.letters_may_lack():
        figure.savefig(buffer, format="png", dpi=DOTS, bbox_inches="tight", pad_inches=0.04, facecolor="white")
    return buffer.getvalue()
