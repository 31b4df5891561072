"""Sizes, aspects and channels of images as they lie in their files, before they are brought to one size."""

from collections import Counter
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
ODD = 0.02  # share of files of other formats among those of one; a placeholder is often a GIF among JPEGs


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Of each readable image its name, width, height, whether it is grey, and the format of its file; None: it lies in none."""

    names: Sequence[str]
    widths: Sequence[int]
    heights: Sequence[int]
    grey: Sequence[bool]
    formats: Sequence[str | None]

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """Least, middle and largest width and height of the images, in pixels."""
        sides = {"width": sorted(self.widths), "height": sorted(self.heights)}
        return {name: (side[0], side[len(side) // 2], side[-1]) for name, side in sides.items()}


def look(source: Source) -> Seen:
    """Reads the headers of files."""
    found: list[tuple[str, int, int, bool, str | None]] = []
    for chunk in source.chunks:
        if isinstance(chunk.images, np.ndarray):
            _, height, width, channels = chunk.images.shape
            found += [(name, width, height, channels == 1, None) for name in chunk.names]
        else:
            headers = zip(chunk.names, chunk.images, map(decode.header, chunk.images), strict=True)
            found += [(name, *header, decode.format_name(path)) for name, path, header in headers if header is not None]
    names, widths, heights, grey, formats = zip(*found, strict=True)
    return Seen(names=names, widths=widths, heights=heights, grey=grey, formats=formats)


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
    usual, of_usual = Counter(seen.formats).most_common(1)[0]
    others = sorted({name for name in seen.formats if name and name != usual})
    if usual and others and len(seen.formats) - of_usual <= ODD * len(seen.formats):
        is_other = np.array([name != usual for name in seen.formats])
        kinds.append(("odd_format", is_other, {"usual": usual, "formats": ", ".join(others)}))
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
