"""Some training images of each class, as the network gets them."""

import numpy as np

from linnaeus.reporting.blocks import Framed, Gallery, Picture, Section
from linnaeus.reporting.content.layout import titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

SIDE = 56  # pixels on a page, about


def section(run: Run, say: Words) -> Section | None:
    """None where no pictures were kept."""
    found = run.folder.pictures("samples")
    if found is None or not len(found["images"]):
        return None
    order = np.argsort(found["labels"], kind="stable")
    named = [(run.record.data.classes[int(found["labels"][place])], found["images"][place]) for place in order]
    frames = [
        Framed(pictures=[Picture(pixels=pixels, label=say("samples-picture", name=name))], lines=[name])
        for name, pixels in named
    ]
    return titled(say, "samples", [Gallery(framed=frames, side=SIDE, caption=say("samples-caption"))])
