"""Images given from Python, as arrays or as a dataset of PyTorch: `memory(content="3f2a9c0d1b7e4a55", images="1797 × 8 × 8 × 1")`.

They are known by their content, and a run keeps no copy of them. Such a call stands in the recipe of the run and can be opened in
the process that gave the images, or in another one once they are given again.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_held: dict[str, dict[str, Any]] = {}


def hold(content: str, images_NHWC: npt.NDArray[np.uint8], labels_N: npt.NDArray[np.int64], classes: list[str]) -> None:
    """Keep images for `build`, under what they are known by."""
    _held[content] = {"classes": classes, "splits": {"all": (images_NHWC, labels_N)}, "mirror": None}


def build(folder: Path, /, *, content: str, images: str = "") -> dict[str, Any]:
    """`content` is what the images are known by, `images` their number and shape, for people to read.

    ValueError: they were not given in this process.
    """
    if content not in _held:
        raise ValueError(
            "its images were given from Python and are not kept with the run; give them again: data=(X, y)"
        )
    return _held[content]
