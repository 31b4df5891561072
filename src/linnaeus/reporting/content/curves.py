"""Accuracy, loss and learning rate by epoch."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.facts import EpochRow
from linnaeus.reporting.blocks import Figure, Figures, Items, Paragraph, Reading, Section
from linnaeus.reporting.content.layout import titled
from linnaeus.reporting.figures import curves
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

MOST_READINGS = 400  # epochs with a reading of their own; of more, every second, third …
DRAWN = {"accuracy": curves.accuracy, "loss": curves.loss, "rate": curves.learning_rate}
WIDTHS = {"accuracy": 11.5, "loss": 11.5, "rate": 9.0}  # cm
# What is told of an epoch beside each curve: key of its words, column of the history.
COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {
    "accuracy": (("reading-train", "accuracy"), ("reading-val", "val_accuracy")),
    "loss": (("reading-train", "loss"), ("reading-val", "val_loss")),
    "rate": (("reading-rate", "lr"),),
}


def section(run: Run, say: Words) -> Section | None:
    """None where a head was fitted in closed form: it has no epochs to show."""
    record, rows = run.record, run.record.curve()
    if not rows:
        return titled(say, "learning", [Paragraph(say("learning-none"))], note=False)
    if record.is_fitted():
        return None
    marks = curves.Marks(kept=run.kept_epoch(), began=len(record.earlier) or None)
    accuracy, loss, rate = (_figure(name, rows, marks, say) for name in DRAWN)
    return titled(say, "learning", [Figures([accuracy, loss]), rate, Items(list(_keys(run, say)))])


def _figure(name: str, rows: Sequence[EpochRow], marks: curves.Marks, say: Words) -> Figure:
    wide, step = name == "loss" and curves.is_wide(rows), -(-len(rows) // MOST_READINGS)
    return Figure(
        draw=partial(DRAWN[name], rows, marks, say),
        caption=say("curve-loss-log" if wide else f"curve-{name}"),
        alt=_alt(name, rows, say),
        width_cm=WIDTHS[name],
        readings=[Reading(x=float(row.epoch), text=_reading(row, name, say)) for row in rows[::step]],
    )


def _alt(name: str, rows: Sequence[EpochRow], say: Words) -> Markup:
    """Of each line its first and its last value, and its extreme between."""
    told = []
    for key, column in COLUMNS[name]:
        values = [float(value) for row in rows if (value := getattr(row, column)) is not None]
        if values:
            shown = {"first": values[0], "last": values[-1], "best": min(values) if name == "loss" else max(values)}
            told.append(say(f"{key}-line", **{which: _value(name, value, say) for which, value in shown.items()}))
    return say("curve-alt", n=len(rows), lines=Markup("; ").join(told))


def _reading(row: EpochRow, name: str, say: Words) -> Markup:
    """`epoch 3 · training 0.312 · validation 0.345`"""
    told = [say("reading-epoch", epoch=str(row.epoch))]
    for key, column in COLUMNS[name]:
        value = getattr(row, column)
        if value is not None:
            told.append(say(key, value=_value(name, float(value), say)))
    if name == "accuracy" and row.val_low is not None and row.val_high is not None:
        told[-1] += f" ({say.span(row.val_low, row.val_high)})"
    return Markup(" · ").join(told)


def _value(name: str, value: float, say: Words) -> str:
    return say.share(value) if name == "accuracy" else say.figures(value)


def _keys(run: Run, say: Words) -> Iterator[Markup]:
    """What the lines, bands and marks of the figures are."""
    yield say("key-train", augment=str(run.record.recipe.get("augment", "none")))
    if curves.is_validated(run.record.curve()):
        yield say("key-val")
    if run.record.earlier and run.record.parent:
        yield say("key-began", run=run.record.parent)
    kept = run.kept_epoch()
    if kept is not None:
        yield say("mark-kept", epoch=kept)
