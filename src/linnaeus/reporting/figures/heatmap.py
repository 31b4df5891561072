"""A confusion matrix as a figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linnaeus.reporting.figures import style
from linnaeus.reporting.figures.style import Palette
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = npt.NDArray[Any]

NUMBERED = 20  # classes up to which the cells hold their counts
NAMED = 40  # and up to which rows and columns are named
LONGEST_NAME = 18  # letters of a class
RIGHT, WRONG = (128, 124, 116), (206, 88, 62)  # of both light and dark pages; how full a cell is filled is its opacity


def confusion(counts_KK: Array, classes: Sequence[str], say: Words, palette: Palette) -> "Figure":
    """Rows are true classes, columns predictions; grey is right, red a mistake, darker a larger share of the row."""
    count = len(classes)
    names = [style.brief([name], LONGEST_NAME)[0] for name in classes] if count <= NAMED else []
    small = max(4.5, min(9.0, 150 / count))
    room = 0.35 + style.LETTER * small / style.TEXT * max(map(len, names), default=0)
    turned = max(map(len, names), default=0) > 2
    above = room if turned else 0.5
    side = min(5.4, 1.0 + 0.36 * count)
    size = (side + room + 0.1, side + above + 0.1)
    figure, axes = style.frame(palette, say, size=size, room=(room, 0.1, 0.1, above))
    axes.imshow(shades(counts_KK), interpolation="nearest")
    axes.xaxis.set_label_position("top")
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(palette.line)
    style.label(axes, palette, say("confusion-answered"), say("confusion-true"))
    axes.set_xticks(range(len(names)), names, rotation=90 if turned else 0, fontsize=small)
    axes.set_yticks(range(len(names)), names, fontsize=small)
    axes.tick_params(length=0)
    if count <= NUMBERED:
        shares_KK = shares(counts_KK)
        for row, column in zip(*np.nonzero(counts_KK), strict=True):
            ink = "white" if row == column and shares_KK[row, column] > 0.25 else "#1f1d1a"
            axes.text(column, row, say.count(int(counts_KK[row, column])), ha="center", va="center", fontsize=small - 1,
                      color=ink)  # fmt: skip
    return figure


def shades(counts_KK: Array) -> npt.NDArray[np.uint8]:
    """A pixel (K, K, 4) a cell: what is right grey, mistakes coloured, by their share of the row."""
    pixels_KK4 = np.zeros((*counts_KK.shape, 4), np.uint8)
    pixels_KK4[..., :3] = np.where(np.eye(len(counts_KK), dtype=bool)[..., None], RIGHT, WRONG)
    root = np.cbrt if len(counts_KK) > NAMED else np.sqrt  # makes one mistake in fifty visible
    pixels_KK4[..., 3] = np.round(255 * root(shares(counts_KK)))
    return pixels_KK4


def shares(counts_KK: Array) -> Array:
    """Of each row's images, the share in each cell; rows without images are 0."""
    return np.asarray(counts_KK / np.maximum(counts_KK.sum(axis=1, keepdims=True), 1))
