"""Accuracy, loss and learning rate by epoch, what that says of the fit, and what to try next."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.facts import EpochRow
from linnaeus.record.record import RunRecord
from linnaeus.reporting.blocks import Block, Figure, Figures, Items, Paragraph, Reading, Section
from linnaeus.reporting.content.layout import titled, together
from linnaeus.reporting.figures import curves
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words
from linnaeus.stats.learning_curve import Remark, is_judged, least_gap, remarks

MOST_READINGS = 400  # epochs with a reading of their own; of more, every second, third …
DRAWN = {"accuracy": curves.accuracy, "loss": curves.loss, "rate": curves.learning_rate}
WIDTHS = {"accuracy": 11.5, "loss": 11.5, "rate": 9.0}  # cm
# What is told of an epoch beside each curve: key of its words, column of the history.
COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {
    "accuracy": (("reading-train", "accuracy"), ("reading-val", "val_accuracy")),
    "loss": (("reading-train", "loss"), ("reading-val", "val_loss")),
    "rate": (("reading-rate", "lr"),),
}
SHARES = ("train", "val", "val_then", "val_now", "chance")  # said as per cent
POINTS = ("gap", "gap_then", "rise", "slope", "drop", "gain")  # differences of shares
ENDS = ("low", "high")  # of an interval: of the share or of the difference that the remark is about
LOSSES = ("loss", "before", "val_loss_then", "val_loss_now", "train_loss_then", "train_loss_now")


def section(run: Run, say: Words) -> Section | None:
    """None where a head was fitted to its features: it has no epochs to show."""
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


def fit(run: Run, say: Words) -> Section | None:
    """None of a run without epochs."""
    record = run.record
    if not record.history or record.is_fitted():
        return None
    found = judged(record, run.word, say)
    block: Block = Items(found) if remarks(record) else Paragraph(found[0] if found else say("fit-few"))
    return titled(say, "fit", [block])


def judged(record: RunRecord, name: str, say: Words) -> list[Markup]:
    """Each remark with its advice; without one, that none of the checks found anything; nothing of a curve that cannot be judged."""
    found = [together(pair) for pair in told(record, name, say)]
    return found or ([_none(record, say)] if record.history and is_judged(record) else [])


def _none(record: RunRecord, say: Words) -> Markup:
    """That nothing was found, with the smallest gap that these images could have shown."""
    return say("fit-none", gap=say.points(least_gap(record)), n=record.history[-1].val_n or 0)


def told(record: RunRecord, name: str, say: Words) -> list[tuple[Markup, Markup]]:
    """Statement and advice of each remark, the most important first. `name` is what a person would type to name the run."""
    return [in_words(one, name, say) for one in remarks(record)]


def says_chance(record: RunRecord) -> bool:
    """True where the first remark is that the score is no better than always guessing the most frequent class."""
    return any(one.key == "under_fitting.chance" for one in remarks(record)[:1])


def in_words(one: Remark, name: str, say: Words) -> tuple[Markup, Markup]:
    """Statement and advice."""
    # Commands hold the numbers as they are typed, whatever the language; `n` is counted in words.
    typed = {key: f"{value:.2g}" if isinstance(value, float) else str(value) for key, value in one.values.items()}
    advice = say(f"advice-{one.advice}", run=name, n=one.values.get("epochs", 0), **typed)
    return say(f"fit-{one.key}", **_facts(one, say)), advice


def _facts(one: Remark, say: Words) -> Mapping[str, object]:
    """Shares in per cent, their differences in points, losses and learning rates as numbers."""
    shown: dict[str, object] = {}
    for name, value in one.facts.items():
        if name in SHARES or (name in ENDS and one.key == "under_fitting.chance"):
            shown[name] = say.share(value)
        elif name in POINTS or name in ENDS:
            shown[name] = say.points(value)
        elif name in LOSSES:
            shown[name] = say.number(value, 3)
        else:
            shown[name] = value if isinstance(value, int) else say.figures(value, 2)
    if "things" in shown:
        shown["n"] = f"{say.count(int(one.facts['n']))} {say('of-things', n=shown['things'])}"
    return shown
