"""The curves of a training as a small SVG, written by hand: drawn in a millisecond, so that it can be drawn twice a second.

Words and axes have the colour of the page's text, so they are seen in light and in dark notebooks.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

History = Sequence[Mapping[str, Any]]

WIDTH, HEIGHT = 360, 210  # of one panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 26, 26
TRAIN, VAL = "#8c877d", "#d0563a"  # told apart on white and on black
MOST = 400  # epochs drawn; of more, evenly spaced ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One pair of curves: `name` and `val_name` are columns of the history, `low` and `high` the ends of the vertical axis."""

    title: str
    name: str
    val_name: str
    low: float
    high: float
    epochs: int

    def x(self, epoch: float) -> float:
        return LEFT + (epoch - 1) / max(self.epochs - 1, 1) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - min(max(share, 0.0), 1.0) * (HEIGHT - TOP - BOTTOM)


def best_row(history: History) -> Mapping[str, Any] | None:
    """The epoch of least validation loss; None without validation images."""
    known = [row for row in history if row.get("val_loss") is not None]
    return min(known, key=lambda row: row["val_loss"]) if known else None


def svg(history: History, epochs: int) -> str:
    """Loss and accuracy by epoch: median and quartiles over the batches, validation, and a ring at the best epoch so far."""
    best, rows = best_row(history), _thinned(history)
    losses = [row[name] for row in rows for name in ("loss_q3", "val_loss") if row.get(name) is not None]
    accuracies = [row[name] for row in rows for name in ("accuracy_q1", "val_accuracy") if row.get(name) is not None]
    high = max(losses, default=1.0) or 1.0
    low = max(0.0, min(accuracies, default=0.0) - 0.02)
    panels = (
        Panel(title="loss", name="loss", val_name="val_loss", low=0.0, high=1.05 * high, epochs=epochs),
        Panel(title="accuracy", name="accuracy", val_name="val_accuracy", low=min(low, 0.98), high=1.0, epochs=epochs),
    )
    drawn = "".join(
        f'<g transform="translate({place * WIDTH} 0)">{_panel(panel, rows, best)}</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg role="img" aria-label="loss and accuracy by epoch" viewBox="0 0 {2 * WIDTH} {HEIGHT}" width="{2 * WIDTH}" '
        f'style="max-width:100%;height:auto;font:12px sans-serif" fill="currentColor">{drawn}</svg>'
    )


def _panel(panel: Panel, rows: History, best: Mapping[str, Any] | None) -> str:
    pieces = [_frame(panel), _band(panel, rows), _line(panel, rows, panel.name, TRAIN)]
    pieces.append(_line(panel, rows, panel.val_name, VAL))
    if best is not None:
        at = f'cx="{panel.x(best["epoch"]):.1f}" cy="{panel.y(best[panel.val_name]):.1f}"'
        pieces.append(f'<circle {at} r="5" fill="none" stroke="{VAL}" stroke-width="2"/>')
    return "".join(pieces)


def _frame(panel: Panel) -> str:
    """Axes with their ends written, and the legend in the title."""
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    ticks = "".join(
        f'<text x="{LEFT - 6}" y="{panel.y(value) + 4:.1f}" text-anchor="end">{_short(panel, value)}</text>'
        f'<path d="M{LEFT} {panel.y(value):.1f}H{right}" stroke="currentColor" opacity="0.15"/>'
        for value in (panel.low, (panel.low + panel.high) / 2, panel.high)
    )
    return (
        f'<text x="{LEFT}" y="15">{html.escape(panel.title)}: <tspan fill="{TRAIN}">training, median and quartiles</tspan>, '
        f'<tspan fill="{VAL}">validation</tspan></text>{ticks}'
        f'<text x="{LEFT}" y="{HEIGHT - 8}">epoch 1</text>'
        f'<text x="{right}" y="{HEIGHT - 8}" text-anchor="end">{panel.epochs}</text>'
        f'<path d="M{LEFT} {bottom}H{right}" stroke="currentColor" opacity="0.5"/>'
    )


def _short(panel: Panel, value: float) -> str:
    return f"{100 * value:.0f} %" if panel.title == "accuracy" else f"{value:.2g}"


def _band(panel: Panel, rows: History) -> str:
    known = [row for row in rows if row.get(f"{panel.name}_q1") is not None]
    if len(known) < 2:
        return ""
    there = [f"{panel.x(row['epoch']):.1f} {panel.y(row[f'{panel.name}_q3']):.1f}" for row in known]
    back = [f"{panel.x(row['epoch']):.1f} {panel.y(row[f'{panel.name}_q1']):.1f}" for row in reversed(known)]
    return f'<path d="M{"L".join([*there, *back])}Z" fill="{TRAIN}" opacity="0.3"/>'


def _line(panel: Panel, rows: History, name: str, colour: str) -> str:
    points = [f"{panel.x(row['epoch']):.1f} {panel.y(row[name]):.1f}" for row in rows if row.get(name) is not None]
    if len(points) == 1:
        x, y = points[0].split()
        return f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>'
    return f'<path d="M{"L".join(points)}" fill="none" stroke="{colour}" stroke-width="1.8"/>' if points else ""


def _thinned(history: History) -> History:
    """At most so many rows, the last one always among them."""
    step = -(-len(history) // MOST)
    return list(history[::-1][::step])[::-1] if history else ()
