"""Sizes, aspects and channels of images as they lie in their files, before they are brought to one size."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linnaeus.data.dataset import Source
from linnaeus.data.images import decode
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Finding

LONG = 3.0  # times the usual ratio of width to height
ENLARGED = 2.0  # times
FEW = 0.1  # share of grey images among colour ones that may have come in by mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Of each readable image its name, width, height, and whether it is grey."""

    names: Sequence[str]
    widths: Sequence[int]
    heights: Sequence[int]
    grey: Sequence[bool]

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """Least, middle and largest width and height of the images, in pixels."""
        sides = {"width": sorted(self.widths), "height": sorted(self.heights)}
        return {name: (side[0], side[len(side) // 2], side[-1]) for name, side in sides.items()}


def look(source: Source) -> Seen:
    """Reads the headers of files."""
    found: list[tuple[str, int, int, bool]] = []
    for chunk in source.chunks:
        if isinstance(chunk.images, np.ndarray):
            _, height, width, channels = chunk.images.shape
            found += [(name, width, height, channels == 1) for name in chunk.names]
        else:
            headers = zip(chunk.names, map(decode.header, chunk.images), strict=True)
            found += [(name, *header) for name, header in headers if header is not None]
    names, widths, heights, grey = zip(*found, strict=True)
    return Seen(names=names, widths=widths, heights=heights, grey=grey)


def findings(seen: Seen, recipe: Recipe) -> list[Finding]:
    """Of each kind one, where there are such images."""
    widths, heights, grey = (np.array(column) for column in (seen.widths, seen.heights, seen.grey))
    ratio = np.log(widths / heights)
    is_odd = np.abs(ratio - np.median(ratio)) > np.log(LONG)
    is_small = np.minimum(widths, heights) * ENLARGED <= recipe.image_size
    kinds: list[tuple[str, npt.NDArray[np.bool_], dict[str, int | str]]] = [
        ("odd_shape", is_odd, {"resize": recipe.resize}),
        ("small_image", is_small, {"side": recipe.image_size}),
    ]
    if recipe.channels == 3 and grey.any() and grey.mean() <= FEW:
        kinds.append(("grey", grey, {}))
    return [
        Finding(
            kind=kind,
            severity="note",
            count=int(which.sum()),
            files=tuple(seen.names[place] for place in np.flatnonzero(which).tolist()),
            values=values,
        )
        for kind, which, values in kinds
        if which.any()
    ]
