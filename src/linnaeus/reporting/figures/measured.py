"""Measurements that are no run: a learning-rate range, the time of each layer, ways of transfer."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from linnaeus.record.comparison import Transfers
from linnaeus.record.measurements import LayerTimes, LrRange
from linnaeus.reporting.figures import curves, style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Found = TypeVar("Found", LrRange, LayerTimes, Transfers)

BAR = 0.17  # inches
ROOM = 1.15  # of the first smoothed loss: what a diverging loss does above is of no interest


def drawn(found: Found, out: Path | str | None) -> Found:
    """The same with its picture drawn, .svg or .png, where one is wished for."""
    if out is None:
        return found
    draw: Any = {LrRange: lr_range, LayerTimes: layer_times, Transfers: transfers}[type(found)]
    style.write(draw(found, words(), style.PRINT), Path(out))
    return replace(found, picture=str(out))


def lr_range(found: LrRange, say: Words, palette: Palette) -> "Figure":
    """The loss by the learning rate, of each step and smoothed, with the suggested one."""
    rates, losses, smoothed = (
        np.array([getattr(row, key) for row in found.steps]) for key in ("lr", "loss", "smoothed")
    )
    figure, axes = style.frame(palette, say, say("rate"), say("loss"), (6.0, 3.6), room=(0.75, 0.2, 0.5, 0.3))
    style.logarithmic(axes, "x", say)
    axes.plot(rates, losses, color=palette.grey, linewidth=0.8, alpha=0.6)
    axes.plot(rates, smoothed, color=palette.accent, linewidth=1.4)
    axes.axvline(found.suggestion, color=palette.line, linewidth=1)
    low, high = min(smoothed.min(), losses.min()), ROOM * smoothed[0]
    axes.set(xlim=(rates[0], rates[-1]), ylim=(low - 0.05 * (high - low), high))
    axes.text(found.suggestion, 0.98, f" {say.figures(found.suggestion)}", va="top", fontsize=style.TEXT,
              color=palette.ink, transform=axes.get_xaxis_transform())  # fmt: skip
    style.legend(axes, [(str(say("axis-step")), palette.grey), (str(say("axis-smoothed")), palette.accent)])
    return figure


def layer_times(found: LayerTimes, say: Words, palette: Palette) -> "Figure":
    """A bar a layer, in the order of the network: forward, then backward."""
    rows = found.layers
    forward, backward = (1000 * np.array([getattr(row, key) for row in rows]) for key in ("forward_s", "backward_s"))
    names = style.brief([f"{row.name}  {row.kind}" for row in rows], 40)
    left = 0.2 + 0.8 * style.LETTER * max(map(len, names), default=0)
    size = (7.0, 1.1 + BAR * len(rows))
    figure, axes = style.frame(palette, say, size=size, room=(left, 0.2, 0.5, 0.55))
    places = np.arange(len(rows))
    axes.barh(places, forward, height=0.72, color=palette.grey)
    axes.barh(places, backward, height=0.72, left=forward, color=palette.accent)
    axes.set_yticks(places, names)
    axes.tick_params(axis="y", length=0, labelsize=style.TEXT - 2)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    values = {name: getattr(found, name) for name in ("model", "batch", "channels", "size", "device", "precision")}
    above = str(say("axis-layers", **values).unescape()).replace("$", r"\$")
    style.label(axes, palette, say("axis-milliseconds"), above=above)
    axes.title.set_y(1.02)
    style.legend(axes, [(str(say("axis-forward")), palette.grey), (str(say("axis-backward")), palette.accent)])
    return figure


def transfers(found: Transfers, say: Words, palette: Palette) -> "Figure":
    """Validation accuracy by the share of the training images, a line a way, each point with its 95 % interval."""
    figure, axes = style.frame(
        palette, say, say("axis-train-share"), say("axis-accuracy"), (6.0, 3.6), room=(0.75, 0.2, 0.5, 0.3)
    )
    ways, shares = (list(dict.fromkeys(getattr(way, key) for way in found.ways)) for key in ("way", "share"))
    for place, name in enumerate(ways):
        rows = [way for way in found.ways if way.way == name]
        aside = 1 + 0.03 * (place - (len(ways) - 1) / 2)  # so that intervals at one share stand beside each other
        x = np.array([row.share for row in rows]) * aside
        value, low, high = style.per_cent([row.score for row in rows])
        colour = palette.accent if place == len(ways) - 1 else palette.grey
        axes.plot(
            x,
            value,
            color=colour,
            linestyle=curves.LINES[place % len(curves.LINES)],
            linewidth=1.4,
            marker=".",
            label=name,
        )
        axes.vlines(x, low, high, color=colour, alpha=0.5, linewidth=1)
    style.logarithmic(axes, "x", say)
    axes.set_xticks(shares, [say.share(share) for share in shares])
    axes.legend(frameon=False, labelcolor=palette.ink, fontsize=style.TEXT)
    return figure
