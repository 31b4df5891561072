"""Pictures on one sheet, a caption under each."""

import math
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from linnaeus.record.measurements import SingleImage
from linnaeus.reporting.blocks import SHARP
from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 6.4  # inches
COLUMNS = 6
LONGEST_NAME = 22  # letters that fit below a picture of as many columns


def sheet(
    pictures: Iterable[npt.NDArray[np.uint8]],
    captions: Sequence[str],
    columns: int,
    palette: Palette,
    accented: Collection[int] = (),
) -> "Figure":
    """Images (H, W) or (H, W, C); the captions of the `accented` places are coloured."""
    from matplotlib.figure import Figure

    rows, inches = math.ceil(len(captions) / columns), WIDTH / columns
    under = 0.14 / inches * max((text.count("\n") + 1 for text in captions), default=1)  # in sides of a picture
    figure = Figure(figsize=(WIDTH, rows * inches * (1 + under)), facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    for place, (image, caption) in enumerate(zip(pictures, captions, strict=True)):
        left, top = place % columns, (place // columns) * (1 + under)
        shown = image[..., 0] if image.ndim == 3 and image.shape[-1] == 1 else image
        high, wide = (side / max(image.shape[:2]) for side in image.shape[:2])
        axes.imshow(
            shown, cmap="gray", vmin=0, vmax=255, interpolation="nearest" if max(image.shape[:2]) <= SHARP else "antialiased",
            extent=(left + 0.5 - 0.47 * wide, left + 0.5 + 0.47 * wide, top + 0.5 + 0.47 * high, top + 0.5 - 0.47 * high),
        )  # fmt: skip
        colour = palette.accent if place in accented else palette.ink
        axes.text(left + 0.5, top + 1, style.UNSEEN.sub("", caption), ha="center", va="top", fontsize=7.5, color=colour,
                  parse_math=False)  # fmt: skip
    axes.set(xlim=(0, columns), ylim=(rows * (1 + under), 0), aspect="auto")
    axes.set_axis_off()
    return figure


def of_file(file: Path, palette: Palette) -> "Figure":
    """A picture that was written as PNG."""
    from matplotlib.figure import Figure
    from matplotlib.image import imread

    pixels_HWC = imread(file)
    figure = Figure(figsize=(WIDTH, WIDTH * pixels_HWC.shape[0] / pixels_HWC.shape[1]), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(pixels_HWC)
    axes.set_axis_off()
    return figure


def sheet_of_singles(
    pictures: Iterable[npt.NDArray[np.uint8]], singles: Sequence[SingleImage], say: Words, palette: Palette
) -> "Figure":
    """A picture each. A wrong prediction stands behind an arrow."""
    captions, wrong = [], []
    for place, single in enumerate(singles):
        names = dict.fromkeys((single.label, single.predicted))
        told = " → ".join(style.brief([name], LONGEST_NAME // len(names))[0].replace(r"\$", "$") for name in names)
        captions.append(f"{told}\n{say.share(single.probability)}")
        wrong += [place] * (len(names) - 1)
    return sheet(pictures, captions, max(1, min(COLUMNS, len(singles))), palette, wrong)
