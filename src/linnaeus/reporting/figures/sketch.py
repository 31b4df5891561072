"""The curves of a training as a small SVG, written by hand: drawn in a millisecond, so that it can be drawn twice a second.

Words and axes have the colour of the page's text, so they are seen in light and in dark notebooks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from linnaeus.reporting.words import Words

History = Sequence[Mapping[str, Any]]

WIDTH, HEIGHT = 360, 210  # of one panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 26, 26
TRAIN, VAL = "#8c877d", "#d0563a"  # told apart on white and on black
MOST = 400  # epochs drawn; of more, evenly spaced ones


def best_row(history: History) -> Mapping[str, Any] | None:
    """The epoch of least validation loss; None without validation images."""
    known = [row for row in history if row.get("val_loss") is not None]
    return min(known, key=lambda row: row["val_loss"]) if known else None


def svg(history: History, epochs: int, say: Words) -> Markup:
    """Loss and accuracy by epoch: median and quartiles over the batches, validation, and a ring at the best epoch so far."""
    rows = list(history[::-1][:: -(-len(history) // MOST) or 1])[::-1]  # the last one always among them
    high = max(
        (row[name] for row in rows for name in ("loss_q3", "val_loss") if row.get(name) is not None), default=1.0
    )
    low = min(
        (row[name] for row in rows for name in ("accuracy_q1", "val_accuracy") if row.get(name) is not None),
        default=0.0,
    )
    low = min(max(0.0, low - 0.02), 0.98)
    best = best_row(history)
    drawn = _panel("loss", rows, best, epochs, (0.0, 1.05 * (high or 1.0)), say)
    drawn += Markup('<g transform="translate({} 0)">{}</g>').format(
        WIDTH, _panel("accuracy", rows, best, epochs, (low, 1.0), say)
    )
    return Markup(
        '<svg role="img" aria-label="{}, {}" viewBox="0 0 {} {}" width="{}" style="max-width:100%;height:auto;font:12px sans-serif" '
        'fill="currentColor">{}</svg>'
    ).format(say("live-loss"), say("live-accuracy"), 2 * WIDTH, HEIGHT, 2 * WIDTH, drawn)


def _panel(
    name: str, rows: History, best: Mapping[str, Any] | None, epochs: int, ends: tuple[float, float], say: Words
) -> Markup:
    """One pair of curves, the columns `name` and `val_name` of the history."""
    low, high = ends

    def x(epoch: float) -> float:
        return LEFT + (epoch - 1) / max(epochs - 1, 1) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - min(max((value - low) / (high - low), 0.0), 1.0) * (HEIGHT - TOP - BOTTOM)

    def points(column: str, some: History) -> list[str]:
        return [f"{x(row['epoch']):.1f} {y(row[column]):.1f}" for row in some if row.get(column) is not None]

    pieces = [_frame(name, [(value, y(value)) for value in (low, (low + high) / 2, high)], epochs, say)]
    upper, lower = points(f"{name}_q3", rows), points(f"{name}_q1", rows[::-1])
    if len(upper) > 1:
        pieces.append(Markup('<path d="M{}Z" fill="{}" opacity="0.3"/>').format("L".join([*upper, *lower]), TRAIN))
    for column, colour in ((name, TRAIN), (f"val_{name}", VAL)):
        pieces.append(_line(points(column, rows), colour))
    if best is not None:
        ring = '<circle cx="{:.1f}" cy="{:.1f}" r="5" fill="none" stroke="{}" stroke-width="2"/>'
        pieces.append(Markup(ring).format(x(best["epoch"]), y(best[f"val_{name}"]), VAL))
    return Markup("").join(pieces)


def _frame(name: str, ticks: Sequence[tuple[float, float]], epochs: int, say: Words) -> Markup:
    """Axes with their ends written, and the legend in the title."""
    tick = Markup(
        '<text x="{}" y="{:.1f}" text-anchor="end">{}</text><path d="M{} {:.1f}H{}" stroke="currentColor" opacity="0.15"/>'
    )
    drawn = Markup("").join(
        tick.format(LEFT - 6, y + 4, f"{100 * value:.0f}\u00a0%" if name == "accuracy" else say.figures(value, 2), LEFT, y, WIDTH - RIGHT)
        for value, y in ticks
    )  # fmt: skip
    return Markup(
        '<text x="{}" y="15">{}: <tspan fill="{}">{}</tspan>, <tspan fill="{}">{}</tspan></text>{}<text x="{}" y="{}">{} 1</text>'
        '<text x="{}" y="{}" text-anchor="end">{}</text><path d="M{} {}H{}" stroke="currentColor" opacity="0.5"/>'
    ).format(
        LEFT, say(f"live-{name}"), TRAIN, say("live-train"), VAL, say.of("split", "val"), drawn, LEFT, HEIGHT - 8, say("axis-epoch"),
        WIDTH - RIGHT, HEIGHT - 8, epochs, LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT,
    )  # fmt: skip


def _line(points: Sequence[str], colour: str) -> Markup:
    if len(points) == 1:
        return Markup('<circle cx="{}" cy="{}" r="2.5" fill="{}"/>').format(*points[0].split(), colour)
    line = '<path d="M{}" fill="none" stroke="{}" stroke-width="1.8"/>'
    return Markup(line).format("L".join(points), colour) if points else Markup("")
