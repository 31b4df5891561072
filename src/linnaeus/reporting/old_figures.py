"""Curves of a run, drawn once with matplotlib: as SVG whose colours are the page's own, or as PNG for documents.

No pyplot and nothing global but the SVG writer's two settings, for as long as it writes. matplotlib takes half a second
to import, so it is imported where it is needed.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]
History = Sequence[Mapping[str, Any]]

SIZE = (5.0, 2.9)  # inches; a page scales it to the width it has
TEXT = 10  # points
NARROWEST = 0.08  # distance of two texts at the right end, as a share of the height


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    ink: str  # words and numbers
    line: str  # axes
    train: str
    val: str


PRINT = Palette(ink="#57534c", line="#c9c4ba", train="#8c877d", val="#a8402a")
# Colours that stand for the page's variables, which change with light and dark.
THEMED = Palette(ink="#fe0101", line="#fe0102", train="#fe0103", val="#fe0104")
VARIABLES = {"#fe0101": "var(--muted)", "#fe0102": "var(--hair)", "#fe0103": "var(--grey)", "#fe0104": "var(--accent)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Epochs that a vertical line marks."""

    kept: int | None = None  # whose weights were kept
    began: int | None = None  # the last one of the runs that this one continues


NO_MARKS = Marks()


def loss(history: History, palette: Palette = THEMED, marks: Marks = NO_MARKS) -> "Figure":
    """Median and quartiles of the training loss, and the validation loss, by epoch; logarithmic where `is_wide`."""
    axes = _axes(history, palette, marks)
    _band(axes, history, ("loss_q1", "loss_q3"), palette.train)
    _line(axes, history, "loss", palette.train)
    _line(axes, history, "val_loss", palette.val)
    if is_wide(history):
        from matplotlib.ticker import LogLocator, NullFormatter

        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=6))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.minorticks_off()
    else:
        axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(_plain)
    _ends(axes, [(_last(history, "loss"), palette.train), (_last(history, "val_loss"), palette.val)], _plain)
    return figure_of(axes)


def accuracy(history: History, palette: Palette = THEMED, marks: Marks = NO_MARKS) -> "Figure":
    """Median and quartiles of the batches' accuracy, and validation accuracy with its interval, by epoch, in percent."""
    axes = _axes(history, palette, marks)
    _band(axes, history, ("accuracy_q1", "accuracy_q3"), palette.train, scale=100)
    _band(axes, history, ("val_low", "val_high"), palette.val, scale=100)
    _line(axes, history, "accuracy", palette.train, scale=100)
    _line(axes, history, "val_accuracy", palette.val, scale=100)
    axes.set_ylim(bottom=max(0.0, axes.get_ylim()[0]), top=100)
    ends = [(100 * _last(history, "accuracy"), palette.train), (100 * _last(history, "val_accuracy"), palette.val)]
    _ends(axes, ends, lambda value, _: f"{value:.1f}")
    return figure_of(axes)


def rate(history: History, palette: Palette = THEMED, marks: Marks = NO_MARKS) -> "Figure":
    """The learning rate at the end of each epoch."""
    axes = _axes(history, palette, marks)
    axes.yaxis.set_major_formatter(_plain)
    _line(axes, history, "lr", palette.train)
    axes.set_ylim(bottom=0)
    return figure_of(axes)


def is_wide(history: History) -> bool:
    """True if the losses span so much that a linear scale would flatten the end of them."""
    values = np.concatenate([_series(history, key) for key in ("loss", "val_loss")])
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(values.min() > 0) and bool(values.max() / values.min() > 20)


def png(figure: "Figure", dots_per_inch: int = 200) -> bytes:
    """The figure as a picture on white, for documents: draw it with `PRINT`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    figure.set_facecolor("white")
    figure.set_dpi(dots_per_inch)
    with letters_may_lack():
        FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


@contextmanager
def letters_may_lack() -> Iterator[None]:
    """A letter that the font lacks is drawn as a box, which is all that there is to say of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"(?s)Glyph .* missing from", UserWarning)
        yield


def svg(
    figure: "Figure", name: str, label: str, readings: Sequence[tuple[float, str]] = (), point: str = "."
) -> Markup:
    """The figure as an element of an HTML page. `name` keeps its ids apart from other figures'; `label` is read aloud.

    `readings` are places on the horizontal axis, rising, and what is to be told to who points at them. `point` is the decimal point
    of the language, in which the numbers beside the axes are written, too.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    words_stay = {"svg.fonttype": "none", "svg.hashsalt": name}  # as words; and equal figures are equal text
    with letters_may_lack(), rc_context(words_stay):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub(r"font-family: [^;\"]*; ?", "", text)  # the page's own letters
    text = re.sub(r"font: (?:[\d.]+ )?([\d.]+px)[^;\"]*", r"font-size: \1", text)
    text = re.sub(r">([−-]?\d+)\.(\d+)</text>", rf">\1{point}\2</text>", text)
    text = re.sub("|".join(VARIABLES), lambda match: VARIABLES[match[0]], text)
    text = re.sub(r"\s*\n\s*", " ", text)
    box = re.search(r'viewBox="[^"]*"', text)
    assert box is not None, "matplotlib always writes one"
    opening = Markup('<svg class="plot" role="img" aria-label="{}" {}>').format(label, Markup(box[0]))
    drawn = text[text.index(">") + 1 : text.rindex("</svg>")]
    return opening + Markup(drawn) + _zones(figure, readings) + Markup("</svg>")


def _zones(figure: "Figure", readings: Sequence[tuple[float, str]]) -> Markup:
    """Upright strips over the whole figure, each nearest to its place, which tell it as their titles."""
    axes = figure.axes[0]
    width, height = (float(72 * side) for side in figure.get_size_inches())
    to_page = axes.transData + figure.transFigure.inverted()
    middles = [width * float(to_page.transform((place, 1.0))[0]) for place, _ in readings]
    box = axes.get_position()
    borders = [width * box.x0, *((a + b) / 2 for a, b in pairwise(middles)), width * box.x1]
    strip = Markup(
        '<g class="zone"><rect x="{:.1f}" y="0" width="{:.1f}" height="{:.1f}"/><path d="M{:.1f} {:.1f}V{:.1f}"/><title>{}</title></g>'
    )
    bottom, top = height * (1 - box.y0), height * (1 - box.y1)
    return Markup("").join(
        strip.format(left, max(right - left, 0.1), height, middle, bottom, top, text)
        for (left, right), middle, (_, text) in zip(pairwise(borders), middles, readings, strict=False)
    )


def _axes(history: History, palette: Palette, marks: Marks) -> "Axes":
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=SIZE, facecolor="none")
    axes = figure.add_axes((0.105, 0.115, 0.785, 0.845), facecolor="none")
    plain_frame(axes, palette)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    epochs = _series(history, "epoch")
    if len(epochs):
        axes.set_xlim(epochs[0] - 0.5 * (len(epochs) == 1), epochs[-1] + 0.5 * (len(epochs) == 1))
    if marks.kept is not None:
        axes.axvline(marks.kept, color=palette.line, linewidth=1)
    if marks.began is not None:
        axes.axvline(marks.began + 0.5, color=palette.line, linewidth=1, linestyle=(0, (2, 3)))
    return axes


def axes_alone(palette: Palette, size: tuple[float, float] = SIZE, left: float = 0.105, right: float = 0.11) -> "Axes":
    """Empty axes in the manner of the curves; `size` in inches, `left` and `right` the room beside them as shares of the width."""
    from matplotlib.figure import Figure

    below = 0.115 * SIZE[1] / size[1]  # the numbers under a low figure need as much room as those under a high one
    figure = Figure(figsize=size, facecolor="none")
    axes = figure.add_axes((left, below, 1 - left - right, 0.96 - below), facecolor="none")
    plain_frame(axes, palette)
    return axes


def plain_frame(axes: "Axes", palette: Palette) -> None:
    """Two thin axes and no box."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(palette.line)
    axes.tick_params(colors=palette.ink, color=palette.line, labelsize=TEXT, length=3)


def figure_of(axes: "Axes") -> "Figure":
    """The figure that the axes stand in."""
    from matplotlib.figure import Figure

    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    return figure


def _line(axes: "Axes", history: History, key: str, colour: str, scale: float = 1) -> None:
    values = scale * _series(history, key)
    marker = "o" if np.isfinite(values).sum() == 1 else None  # one epoch makes no line
    axes.plot(
        _series(history, "epoch"), values, color=colour, linewidth=1.4, marker=marker, markersize=4, clip_on=False
    )


def _band(axes: "Axes", history: History, keys: tuple[str, str], colour: str, scale: float = 1) -> None:
    low, high = (scale * _series(history, key) for key in keys)
    if np.isfinite(low).sum() == 1:
        axes.vlines(_series(history, "epoch"), low, high, color=colour, alpha=0.35, linewidth=3)
    elif np.isfinite(low).any():
        axes.fill_between(_series(history, "epoch"), low, high, color=colour, alpha=0.18, linewidth=0)


def _ends(axes: "Axes", ends: Sequence[tuple[float, str]], text: Any) -> None:
    """Last values at the right end of their lines, moved apart where they would cover each other."""
    axes.get_ylim()  # makes matplotlib settle the limits
    shown = sorted((axes.transLimits.transform(axes.transScale.transform((0, value)))[1], value, colour)
                   for value, colour in ends if np.isfinite(value))  # fmt: skip
    if len(shown) == 2 and shown[1][0] - shown[0][0] < NARROWEST:
        middle = (shown[0][0] + shown[1][0]) / 2
        low = min(max(middle - NARROWEST / 2, 0.0), 1 - NARROWEST)
        shown = [(low, *shown[0][1:]), (low + NARROWEST, *shown[1][1:])]
    for height, value, colour in shown:
        axes.text(1.025, height, text(value, None), color=colour, fontsize=TEXT, va="center", transform=axes.transAxes)


def _plain(value: float, _: Any = None) -> str:
    return f"{value:.3g}"


def _series(history: History, key: str) -> Array:
    """One column of the history; nan where a row lacks it."""
    return np.array([np.nan if row.get(key) is None else float(row[key]) for row in history], np.float64)


def _last(history: History, key: str) -> float:
    values = _series(history, key)
    return float(values[-1]) if len(values) else float("nan")


def brief(names: Sequence[str], most: int) -> list[str]:
    """Names of at most so many signs that stay apart: long ones go without what all share at their ends, then without their middle."""
    if max(map(len, names), default=0) > most and len(names) > 1:
        names = [name[_shared(names) :] for name in names]
        end = _shared([name[::-1] for name in names])
        names = [name[: len(name) - end] for name in names]
    left = most // 2
    cut = [name if len(name) <= most else f"{name[:left]}…{name[left + 1 - most :]}" for name in names]
    return [name.replace("$", r"\$") for name in cut]


def _shared(names: Sequence[str]) -> int:
    """How many signs all begin with, up to a hyphen, where something is left of each."""
    common = "".join(signs[0] for signs in takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False)))
    return min(common.rfind("-") + 1, min(map(len, names)) - 1)
