"""A grid of pictures: each image with its label and what the network took it for, as a file of its own."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linnaeus.reporting import figures
from linnaeus.reporting.figures import PRINT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = 6
SIDE = 1.35  # inches of a picture
LONGEST_NAME = 22  # signs that fit above one


def grid(images_MHWC: npt.NDArray[np.uint8], singles: Sequence[Mapping[str, Any]]) -> "Figure":
    """`singles` as `api.show` gives them, an image each. A wrong answer says for what the image was taken, after an arrow."""
    from matplotlib.figure import Figure

    rows = -(-len(singles) // COLUMNS)
    columns = min(COLUMNS, len(singles))
    figure = Figure(figsize=(columns * SIDE, rows * (SIDE + 0.25)), layout="constrained")
    places = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for place in places:
        place.set_axis_off()
    for place, image_HWC, single in zip(places, images_MHWC, singles, strict=False):
        picture = image_HWC[..., 0] if image_HWC.shape[-1] == 1 else image_HWC
        place.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        is_right = single["label"] == single["answer"]
        names = [single["label"]] if is_right else [single["label"], single["answer"]]
        name = " → ".join(figures.brief([one], LONGEST_NAME // len(names))[0] for one in names)
        colour = PRINT.ink if is_right else PRINT.val
        place.set_title(f"{name}\n{100 * single['probability']:.0f} %", fontsize=figures.TEXT, color=colour)
    return figure
