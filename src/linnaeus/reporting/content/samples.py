"""Some training images of each class, as the network gets them."""

import numpy as np

from linnaeus.reporting import kept
from linnaeus.reporting.blocks import Framed, Gallery, Picture, Section
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

SIDE = 56  # pixels on a page, about


def section(run: Run, say: Words) -> Section | None:
    """None where no pictures were kept."""
    found, classes = run.folder.pictures("samples"), run.record.data.classes
    if found is None or not len(found["images"]):
        return None
    frames = [
        Framed(
            pictures=[Picture(pixels=found["images"][place], label=say("samples-picture", name=name))],
            lines=[name],
        )
        for place in np.argsort(found["labels"], kind="stable")
        for name in [classes[int(found["labels"][place])]]
    ]
    gallery = Gallery(framed=frames, side=kept.side(list(found["images"]), SIDE), caption=say("samples-caption"))
    return Section(key="samples", title=say("samples"), note=say("samples-note"), blocks=[gallery])
