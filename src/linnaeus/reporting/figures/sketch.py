"""The curves of a training as a small SVG: drawn in a millisecond, so that it can be drawn twice a second.

What it looks like is `render/templates/sketch.html`; it is seen in light and in dark notebooks.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from linnaeus.record.facts import EpochRow
from linnaeus.reporting.render.html import environment
from linnaeus.reporting.words import BLANK, Words

History = Sequence[EpochRow]

WIDTH, HEIGHT = 360, 210  # of one panel, in pixels
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 26, 26
TRAIN, VAL = "#8c877d", "#d0563a"  # told apart on white and on black
MOST = 400  # epochs drawn; of more, evenly spaced ones


def best_row(history: History) -> EpochRow | None:
    """The epoch of least validation loss; None without validation images."""
    known = [(row.val_loss, place) for place, row in enumerate(history) if row.val_loss is not None]
    return history[min(known)[1]] if known else None


def svg(history: History, epochs: int, say: Words) -> Markup:
    """Loss and accuracy by epoch: median and quartiles over the batches, validation, and a ring at the best epoch so far."""
    rows = list(history[::-1][:: -(-len(history) // MOST) or 1])[::-1]  # the last one always among them
    high = max(_values(rows, "loss_q3", "val_loss"), default=1.0)
    low = min(_values(rows, "accuracy_q1", "val_accuracy"), default=0.0)
    best = [row for row in (best_row(history),) if row is not None]
    panels = [
        _panel("loss", rows, best, epochs, (0.0, 1.05 * (high or 1.0)), say),
        _panel("accuracy", rows, best, epochs, (min(max(0.0, low - 0.02), 0.98), 1.0), say),
    ]
    return Markup(environment().get_template("sketch.html").render(
        panels=panels, say=say, epochs=epochs, width=WIDTH, height=HEIGHT, left=LEFT, right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM, train=TRAIN, val=VAL,
    ))  # fmt: skip


def _values(rows: History, *columns: str) -> list[float]:
    return [value for row in rows for column in columns if (value := getattr(row, column)) is not None]


def _panel(
    name: str, rows: History, best: History, epochs: int, ends: tuple[float, float], say: Words
) -> dict[str, Any]:
    """Where one pair of curves lies, the columns `name` and `val_name` of the history."""
    low, high = ends

    def y(value: float) -> float:
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def points(column: str, some: History) -> list[tuple[float, float]]:
        known = ((row.epoch, value) for row in some if (value := getattr(row, column)) is not None)
        wide = (WIDTH - LEFT - RIGHT) / max(epochs - 1, 1)
        return [(round(LEFT + (epoch - 1) * wide, 1), y(value)) for epoch, value in known]

    def shown(value: float) -> str:
        return f"{100 * value:.0f}{BLANK}%" if name == "accuracy" else say.figures(value, 2)

    above, below = points(f"{name}_q3", rows), points(f"{name}_q1", rows[::-1])
    return {
        "title": say(f"live-{name}"),
        "ticks": [(y(value), shown(value)) for value in (low, (low + high) / 2, high)],
        "band": [*above, *below] if len(above) > 1 else [],
        "train": points(name, rows),
        "val": points(f"val_{name}", rows),
        "best": points(f"val_{name}", best),
    }
