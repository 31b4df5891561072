"""Predictions for a few images that nobody picked: they stand at equal distances in the split."""

import numpy as np
from markupsafe import Markup

from linnaeus.reporting import kept
from linnaeus.reporting.blocks import Folded, Section, Table, Text
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
        chances_K = found["probabilities"][place]
        first, second = (int(index) for index in np.argsort(-chances_K, kind="stable")[:2])
        label = int(found["labels"][place])
        predicted: Text = classes[first] if first == label else Markup("<b>{}</b>").format(classes[first])
        likely, next_likely = (say.number(float(chances_K[index]), 2) for index in (first, second))
        name = kept.breakable(str(found["names"][place]))
        rows.append([name, classes[label], predicted, likely, classes[second], next_likely])
    columns = ("image", "true", "prediction", "probability", "second", "probability")
    table = Table(
        header=[say(f"column-{column}") for column in columns],
        rows=rows,
        numbers=frozenset((3, 5)),
        caption=say("examples-caption", split=split_title(key, say)),
    )
    blocks = [Folded(summary=say("examples-summary", n=len(rows)), blocks=[table])]
    return Section(key="examples", title=say("examples"), note=say("examples-note"), blocks=blocks)
