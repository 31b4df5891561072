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
    "foot.lab": "To do the whole work again: <code>{command}</code>",
    "repeat.examine": "look at the mistakes again",
    "repeat.weights": "SHA-256 of the weights",
    "repeat.recipe": "SHA-256 of the recipe",
    # several runs
    "runs.title": ("{n} run", "{n} runs compared"),
    "runs.lead": "All on <code>{source}</code>.",
    "runs.lead.various": "On {n} data sets: their scores do not compare.",
    "runs.note": (
        "Accuracy with its 95&nbsp;% interval. Runs whose intervals overlap may still differ: the comparison below looks at the "
        "same images."
    ),
    "runs.accuracy": "Accuracy ({split}), %, with the 95&nbsp;% interval",
    "compare": "Compared image by image",
    "compare.note": "McNemar’s mid-p test; Tango’s 95&nbsp;% interval of the difference in percentage points.",
    "compare.on": "On the {split} images that both runs have seen.",
    "runs.differences": "Where the recipes differ",
    "runs.differences.note": "All other fields are the same.",
    "runs.curves.note": "By epoch, on validation images. The first run is coloured.",
    "runs.curves.accuracy": "Validation accuracy, %",
    "runs.curves.loss": "Validation loss",
    # calibration
    "calibration.note": (
        "Of answers given with probability p the share p should be right; ECE is the mean gap. On the diagonal the two agree; "
        "bars are 95&nbsp;% intervals."
    ),
    "calibration.figure": "Right answers, %, by probability given, %",
    "calibration.risk": "Accuracy of the surest images, %, by their share, %",
    "reading.bin": "given {sure} · right {right} ({interval}) · {n} images",
    "reading.risk": "surest {share} · from probability {threshold} · right {right} ({interval})",
    "sets": "Prediction sets: as many classes as it takes to hold the right one",
    # a closer look
    "examination.note": "Nearest training images in feature space; labels in doubt; what mirrors and turns make of classes.",
    "examination.neighbours": "The surest mistakes, and the training images nearest to them",
    "examination.neighbours.text": "Large, the image; small, the nearest training images. Point at one to see what it is.",
    "examination.maps.text": (
        "Large, the image; then in red what spoke for the answer and what for the true class (Grad-CAM); then the nearest "
        "training images. Point at one to see what it is."
    ),
    "examination.more": ("{n} more", "{n} more"),
    "map.answer": "what spoke for {name}, the answer",
    "map.label": "what spoke for {name}, the true class",
    "neighbour": "{name}: {file}",
    "mistake.line": '<b>{label}</b> <small>{of_label}</small> <i class="taken">→ {predicted} <small>{chance}</small></i>',
    "mistake.near": "near: {names}",
    "turned": "Mirrored and turned",
    "turned.blurred": (
        "<code>{part}</code> shows both turned, and they cannot be told apart: <b>{name}</b> taken for <b>{taken_for}</b>, "
        "{count} of {of}."
    ),
    "suspects": "Labels in doubt",
    "suspects.fixes": "The whole list is <code>fixes.csv</code>; <code>linnaeus data DATA --apply fixes.csv</code> makes a corrected copy.",
    "suspect.line": '<b>{given}</b> <small>{of_given}</small> <i class="taken">→ {suggested} <small>{chance}</small></i>',
    # fit and published numbers
    "fit.note": "What the curves say, with the numbers that it rests on, and what to try next.",
    "references.note": "The run beside published rows: comparable only where what was done is the same.",
    # findings of the audit
    "audit": "What the audit found",
    "audit.pair": "{first} = {second}",
    "audit.files": ("{n} file", "{n} files"),
    "audit.first": "the first {n} shown",
}
