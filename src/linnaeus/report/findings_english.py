"""The English words of what a page shows beyond scores: images behind cells, readings of curves, findings, several runs."""

from linnaeus.report.english import Forms

FINDINGS: dict[str, Forms] = {
    # images behind the cells of a confusion matrix
    "confusion.hint": "Choose a coloured cell to see its images, or the name of a row to see all mistakes of that class.",
    "confusion.class": "<b>{name}</b>: {n} of {of} taken for something else",
    "confusion.cell": (
        "<b>{name}</b> taken for <b>{taken_for}</b>: {n} image",
        "<b>{name}</b> taken for <b>{taken_for}</b>: {n} images",
    ),
    "confusion.shown": "the {n} surest shown",
    "close": "close",
    # readings of curves
    "reading.epoch": "epoch {epoch}",
    "reading.train": "training {value}",
    "reading.val": "validation {value}",
    "reading.rate": "rate {value}",
    # foot
    "foot.data": "data {value}",
    "foot.recipe": "recipe {value}",
    "foot.weights": "weights {value}",
    "foot.command": "To write this page again: <code>{command}</code>",
    "repeat.examine": "look at the mistakes again",
    "repeat.weights": "SHA-256 of the weights",
    "repeat.recipe": "SHA-256 of the recipe",
    # several runs
    "runs.title": ("{n} run", "{n} runs compared"),
}
