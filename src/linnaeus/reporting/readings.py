"""What a curve tells of each epoch, in words, for who points at it."""

from collections.abc import Mapping, Sequence
from typing import Any

from linnaeus.reporting.words import Words

MOST_EPOCHS = 400  # with a reading of their own; of more, every second, third …

# What is told of an epoch, by the curve: key of its words, column of the history, and whether it is a share.
COLUMNS: Mapping[str, Sequence[tuple[str, str, bool]]] = {
    "loss": (("reading.train", "loss", False), ("reading.val", "val_loss", False)),
    "accuracy": (("reading.train", "accuracy", True), ("reading.val", "val_accuracy", True)),
    "rate": (("reading.rate", "lr", False),),
}


def of_epochs(history: Sequence[Mapping[str, Any]], name: str, say: Words) -> list[tuple[float, str]]:
    """Epochs and their readings: `epoch 3 · training 0.312 · validation 0.345`."""
    step = -(-len(history) // MOST_EPOCHS)
    return [(float(row["epoch"]), _reading(row, name, say)) for row in history[::step] if row.get("epoch") is not None]


def _reading(row: Mapping[str, Any], name: str, say: Words) -> str:
    told = [str(say("reading.epoch", epoch=str(row["epoch"])))]
    for key, column, is_share in COLUMNS[name]:
        value = row.get(column)
        if value is not None:
            shown = say.percent(float(value)) if is_share else say.decimal(f"{float(value):.4g}")
            told.append(str(say(key, value=shown)))
    if name == "accuracy" and row.get("val_low") is not None and row.get("val_high") is not None:
        low, high = (say.decimal(f"{100 * float(row[end]):.1f}") for end in ("val_low", "val_high"))
        told[-1] += f" ({low}–{high})"
    return " · ".join(told)
