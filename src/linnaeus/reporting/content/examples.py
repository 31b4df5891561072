"""Predictions for a few images that nobody picked: they stand at equal distances in the split."""

import numpy as np

from linnaeus.reporting.blocks import Folded, Section
from linnaeus.reporting.content.layout import bold, breakable, table, titled
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MOST = 8  # images


def section(run: Run, say: Words) -> Section | None:
    """None where no predictions were kept for the split of the headline, or it has one class."""
    key = run.headline()
    found = run.folder.predictions(key) if key is not None else None
    if key is None or found is None or not len(found["names"]) or found["probabilities"].shape[1] < 2:
        return None
    classes, rows = run.classes(key), []
    for place in np.unique(np.linspace(0, len(found["names"]) - 1, MOST).round().astype(int)):
        chances_K, label = found["probabilities"][place], int(found["labels"][place])
        first, second = (int(index) for index in np.argsort(-chances_K, kind="stable")[:2])
        predicted = classes[first] if first == label else bold(classes[first])
        likely, next_likely = (say.number(float(chances_K[index]), 2) for index in (first, second))
        name = breakable(str(found["names"][place]))
        rows.append([name, classes[label], predicted, likely, classes[second], next_likely])
    columns = ("image", "true", "prediction", "probability", "second", "probability")
    listed = table(say, columns, rows, say("examples-caption", split=split_title(key, say)), (3, 5))
    return titled(say, "examples", [Folded(summary=say("examples-summary", n=len(rows)), blocks=[listed])])
