"""Pictures of measurements that are no run, in the manner of the report's curves, as files of their own."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linnaeus import files
from linnaeus.errors import UsageError
from linnaeus.record.transfers import Transfers
from linnaeus.reporting import figures
from linnaeus.reporting.figures import PRINT, Palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = (".svg", ".png")
LINES = ("-", "--", ":", "-.")
ROW = 0.17  # inches of a bar
ROOM = 1.15  # of the first smoothed loss: what a diverging loss does above is of no interest


def check_name(file: Path) -> None:
    """Raise UsageError where the name of a picture does not end as one, before hours are spent on what it shows."""
    if file.suffix.lower() not in KINDS:
        raise UsageError(f"{str(file)!r} cannot be the name of a picture; write FILE.svg or FILE.png")


def write(figure: "Figure", file: Path) -> None:
    """Write a figure drawn with `PRINT`, whole or not at all. Raises UsageError as `check_name`, RunError as `files`."""
    check_name(file)
    figure.set_facecolor("white")
    files.write_whole(file, figures.png(figure) if file.suffix.lower() == ".png" else _svg(figure))


def rate_range(found: Mapping[str, Any], palette: Palette = PRINT) -> "Figure":
    """The loss by the learning rate, of each step and smoothed, with the suggested rate; `found` as `api.rates` gives it."""
    rates, losses, smoothed = (np.array([row[key] for row in found["steps"]]) for key in ("rate", "loss", "smoothed"))
    axes = axes_alone(palette)
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.plot(rates, losses, color=palette.train, linewidth=0.8, alpha=0.6)
    axes.plot(rates, smoothed, color=palette.val, linewidth=1.4)
    axes.axvline(found["suggestion"], color=palette.line, linewidth=1)
    low, high = min(smoothed.min(), losses.min()), ROOM * smoothed[0]
    axes.set_ylim(low - 0.05 * (high - low), high)
    axes.set_xlim(rates[0], rates[-1])
    where: dict[str, Any] = {
        "transform": axes.get_xaxis_transform(),
        "va": "top",
        "fontsize": figures.TEXT,
        "color": palette.ink,
    }
    axes.text(found["suggestion"], 0.98, f" {found['suggestion']:g}", **where)
    label(axes, palette, "learning rate", "loss: of each step, and smoothed")
    return figures.figure_of(axes)


def layer_times(found: Mapping[str, Any], palette: Palette = PRINT) -> "Figure":
    """A bar a layer, in the order of the network: forward, then backward; `found` as `api.bench_layers` gives it."""
    rows = found["layers"]
    forward, backward = (1000 * np.array([row[key] for row in rows]) for key in ("forward_s", "backward_s"))
    places = np.arange(len(rows))
    axes = axes_alone(palette, (7.0, 0.9 + ROW * len(rows)))
    axes.barh(places, forward, height=0.72, color=palette.train)
    axes.barh(places, backward, height=0.72, left=forward, color=palette.val)
    axes.set_yticks(places, [f"{row['name']}  {row['kind']}" for row in rows])
    axes.tick_params(axis="y", length=0, labelsize=figures.TEXT - 2)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    machine = found["machine"]
    label(axes, palette, "milliseconds: forward (grey) and backward (red)", f"{found['model']}: {found['batch']} images of "
          f"{found['channels']} × {found['size']} × {found['size']}, {machine['device']}, {machine['precision']}")  # fmt: skip
    return figures.figure_of(axes)


def transfers(found: Transfers, palette: Palette = PRINT) -> "Figure":
    """Validation accuracy by the share of the training images, a line a way, each point with its 95 % interval."""
    axes = axes_alone(palette)
    ways, shares = (list(dict.fromkeys(getattr(way, key) for way in found.ways)) for key in ("way", "share"))
    for place, name in enumerate(ways):
        rows = [way for way in found.ways if way.way == name]
        aside = 1 + 0.03 * (place - (len(ways) - 1) / 2)  # so that intervals at one share stand beside each other
        x = np.array([row.share for row in rows]) * aside
        value, low, high = (
            100 * np.array([getattr(row.score, end) for row in rows]) for end in ("value", "low", "high")
        )
        colour = palette.val if place == len(ways) - 1 else palette.train
        axes.plot(x, value, color=colour, linestyle=LINES[place % len(LINES)], linewidth=1.4, marker=".", label=name)
        axes.vlines(x, low, high, color=colour, alpha=0.5, linewidth=1)
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xticks(shares, [f"{100 * share:g} %" for share in shares])
    axes.legend(frameon=False, labelcolor=palette.ink, fontsize=figures.TEXT)
    label(axes, palette, "share of the training images", f"validation accuracy, %, with 95 % intervals: {found.data}")
    return figures.figure_of(axes)


def axes_alone(palette: Palette, size: tuple[float, float] = (6.0, 3.6)) -> "Axes":
    """Axes in the report's manner, with room for words beside them; `size` in inches."""
    from matplotlib.figure import Figure

    axes = Figure(figsize=size, facecolor="none", layout="constrained").add_subplot(facecolor="none")
    figures.plain_frame(axes, palette)
    return axes


def label(axes: "Axes", palette: Palette, below: str, above: str) -> None:
    """Say what the two axes show: the one below it, the other as a line above the picture."""
    axes.set_xlabel(below, color=palette.ink, fontsize=figures.TEXT)
    axes.set_title(above, color=palette.ink, fontsize=figures.TEXT, loc="left")


def _svg(figure: "Figure") -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    with (
        figures.letters_may_lack(),
        rc_context({"svg.hashsalt": "linnaeus"}),
    ):  # equal figures are equal bytes; letters become shapes
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None})
    return buffer.getvalue()
