"""The looks of all figures: two thin axes, one accent, and the two ways out, SVG in the page's own colours or PNG on white.

No pyplot and nothing global but the SVG writer's two settings, for as long as it writes. matplotlib takes half a second to
import, so it is imported where it is needed.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from linnaeus import files
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from linnaeus.record.scores import Score
    from linnaeus.reporting.words import Words

    Array = npt.NDArray[Any]

SIZE = (5.0, 3.0)  # inches; a page scales it to the width it has
ROOM = (0.75, 0.6, 0.5, 0.3)  # inches at the left, at the right, below and above
TEXT = 10  # points
LETTER = 0.085  # inches: about the width of a letter at that size
KINDS = (".svg", ".png")
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    ink: str  # words and numbers
    line: str  # axes
    grey: str  # what is compared with
    accent: str  # what is looked at


PRINT = Palette(ink="#57534c", line="#c9c4ba", grey="#8c877d", accent="#a8402a")
# Colours that stand for the page's variables, which change with light and dark.
THEMED = Palette(ink="#fe0101", line="#fe0102", grey="#fe0103", accent="#fe0104")
VARIABLES = {"#fe0101": "var(--muted)", "#fe0102": "var(--hair)", "#fe0103": "var(--grey)", "#fe0104": "var(--accent)"}


def frame(
    palette: Palette,
    say: "Words",
    below: str = "",
    beside: str = "",
    size: tuple[float, float] = SIZE,
    room: tuple[float, float, float, float] = ROOM,
) -> "tuple[Figure, Axes]":
    """Axes without a box, with what they show `below` and `beside` them; `size` and the room around them in inches."""
    from matplotlib.figure import Figure

    (width, height), (left, right, under, above) = size, room
    figure = Figure(figsize=size, facecolor="none")
    place = (left / width, under / height, 1 - (left + right) / width, 1 - (under + above) / height)
    axes = figure.add_axes(place, facecolor="none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(palette.line)
    axes.tick_params(colors=palette.ink, color=palette.line, labelsize=TEXT, length=3)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(numbers(say))
    label(axes, palette, below, beside)
    return figure, axes


def per_cent(scores: "Sequence[Score]") -> "tuple[Array, Array, Array]":
    """Values (N,) of scores, then the lower and the upper ends of their intervals."""
    import numpy as np

    ends = ("value", "low", "high")
    value, low, high = (100 * np.array([getattr(score, end) for score in scores], np.float64) for end in ends)
    return value, low, high


def label(axes: "Axes", palette: Palette, below: str, beside: str = "", above: str = "", right: bool = False) -> None:
    """Say what the two axes show, in smaller letters where a language needs many; `above` is a line over the picture.

    `right` lets the words below end where the axis ends, and begin under what stands left of it.
    """
    from matplotlib.figure import Figure

    figure, box = axes.figure, axes.get_position()
    assert isinstance(figure, Figure)
    width, height = figure.get_size_inches()
    middle, centre = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    wide = width * (box.x1 if right else 2 * min(middle, 1 - middle))
    axes.set_xlabel(below, color=palette.ink, fontsize=_fitting(below, wide), loc="right" if right else "center")
    axes.set_ylabel(beside, color=palette.ink, fontsize=_fitting(beside, 2 * height * min(centre, 1 - centre)))
    axes.set_title(above, color=palette.ink, fontsize=TEXT, loc="left")


def _fitting(text: str, room: float) -> float:
    """The size, in points, of letters that fit into so many inches."""
    return min(TEXT, TEXT * room / (LETTER * max(len(text), 1)))


def legend(axes: "Axes", lines: Sequence[tuple[str, str]]) -> None:
    """Names of lines in their colours, over the picture."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=colour, linewidth=1.8, label=name) for name, colour in lines]
    axes.legend(handles=handles, frameon=False, labelcolor="linecolor", fontsize=TEXT - 1, loc="lower right",
                bbox_to_anchor=(1.0, 0.99), ncols=len(lines), borderaxespad=0.2, handlelength=1.4)  # fmt: skip


def numbers(say: "Words") -> "Callable[[float, object], str]":
    """Numbers beside an axis, in four digits at most, as matplotlib wants them: `0.25`, `2·10⁻⁵`."""
    return lambda value, _: say.figures(value, 4)


def logarithmic(axes: "Axes", side: str, say: "Words") -> None:
    """Make the "x" or "y" axis logarithmic, its numbers written as on the others."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.set(**{f"{side}scale": "log"})
    axis = axes.xaxis if side == "x" else axes.yaxis
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if side == "y" else (1,), numticks=6))
    axis.set_major_formatter(numbers(say))
    axis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def brief(names: Sequence[str], most: int) -> list[str]:
    """Names of at most so many letters that stay apart: long ones go without what all share at their ends, then without their middle."""
    names = [UNSEEN.sub("", name) for name in names]
    if max(map(len, names), default=0) > most and len(names) > 1:
        names = [name[_shared(names) :] for name in names]
        end = _shared([name[::-1] for name in names])
        names = [name[: len(name) - end] for name in names]
    left = most // 2
    cut = [name if len(name) <= most else f"{name[:left]}…{name[left + 1 - most :]}" for name in names]
    return [name.replace("$", r"\$") for name in cut]  # else it would begin a formula


def _shared(names: Sequence[str]) -> int:
    """How many letters all begin with, up to a hyphen, where something is left of each."""
    common = "".join(letters[0] for letters in takewhile(lambda some: len(set(some)) == 1, zip(*names, strict=False)))
    return min(common.rfind("-") + 1, min(map(len, names)) - 1)


def png(figure: "Figure", dots_per_inch: int = 200) -> bytes:
    """The figure as a picture on white, for documents: draw it with `PRINT`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    figure.set_facecolor("white")
    figure.set_dpi(dots_per_inch)
    with letters_may_lack():
        FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()


def svg(figure: "Figure", name: str, alt: str, readings: Sequence[tuple[float, str]] = ()) -> Markup:
    """The figure, drawn with `THEMED`, as an element of an HTML page.

    `name` keeps its ids apart from other figures'; `alt` is read aloud. `readings` are places on the horizontal axis, rising,
    and what is to be told to who points at them.
    """
    text = _svg(figure, {"svg.fonttype": "none", "svg.hashsalt": name})  # words as words; equal figures are equal text
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", text)
    text = re.sub(r"font-family: [^;\"]*; ?", "", text)  # the page's own letters
    text = re.sub(r"font: (?:[\d.]+ )?([\d.]+px)[^;\"]*", r"font-size: \1", text)
    text = re.sub("|".join(VARIABLES), lambda match: VARIABLES[match[0]], text)
    text = re.sub(r"\s*\n\s*", " ", text)
    box = re.search(r'viewBox="[^"]*"', text)
    assert box is not None, "matplotlib always writes one"
    opening = Markup('<svg class="plot" role="img" aria-label="{}" {}>').format(alt, Markup(box[0]))
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


def check_name(file: Path) -> None:
    """Raise UsageError where the name of a picture does not end as one, before hours are spent on what it shows."""
    if file.suffix.lower() not in KINDS:
        raise UsageError(f"{str(file)!r} cannot be the name of a picture; write FILE.svg or FILE.png")


def write(figure: "Figure", file: Path) -> None:
    """Write a figure drawn with `PRINT`, whole or not at all. Raises UsageError as `check_name`, RunError as `files`."""
    check_name(file)
    figure.set_facecolor("white")
    if file.suffix.lower() == ".png":
        files.write_whole(file, png(figure))
    else:
        files.write_whole(file, _svg(figure, {"svg.hashsalt": "linnaeus"}).encode())  # letters become shapes


def _svg(figure: "Figure", settings: dict[str, str]) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with letters_may_lack(), rc_context(settings):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    return buffer.getvalue()


@contextmanager
def letters_may_lack() -> Iterator[None]:
    """A letter that the font lacks is drawn as a box, which is all that there is to say of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"(?s)Glyph .* missing from", UserWarning)
        yield
