"""`Album`: every picture of a page once, as a `data:` address in a definition that any number of places refer to."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.reporting import pictures

Array = npt.NDArray[Any]

MOST_BYTES = 3_700_000  # of all addresses: with its words and curves a page then stays below 5 MB
HEAT = (224, 72, 32)  # of what spoke for an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture of the page: where it is defined, and its size in pixels."""

    id: str
    width: int
    height: int
    address: str

    @property
    def hard(self) -> bool:
        """True where it is so small that it is enlarged with hard edges."""
        return max(self.width, self.height) <= pictures.SMALL


class Album:
    """Pictures in the order in which they came. Equal ones are one; when the page would become too large, no more are taken."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.room = most_bytes
        self._held: dict[bytes, Shown] = {}
        self.refused = 0

    @property
    def pictures(self) -> list[Shown]:
        return list(self._held.values())

    def add(self, image_HWC: Array) -> Shown | None:
        """An image (H, W, 1, 3 or 4 channels) of uint8; None: there is no room for it."""
        key = hashlib.sha256(repr(image_HWC.shape).encode() + image_HWC.tobytes()).digest()
        if key in self._held:
            return self._held[key]
        address = pictures.address(image_HWC)
        if len(address) > self.room:
            self.refused += 1
            return None
        self.room -= len(address)
        height, width = image_HWC.shape[:2]
        scale = min(1.0, pictures.LARGEST / max(height, width, 1))
        shown = Shown(
            id=f"p{len(self._held)}",
            width=max(1, round(scale * width)),
            height=max(1, round(scale * height)),
            address=address,
        )
        self._held[key] = shown
        return shown


def heated(image_HWC: Array, map_HW: Array) -> Array:
    """The image in grey, reddened where `map_HW` (uint8, of any size) is high: (H, W, 3)."""
    height, width = image_HWC.shape[:2]
    grey_HW = image_HWC[..., :3].mean(axis=2)
    heat = Image.fromarray(map_HW).resize((width, height), Image.Resampling.BILINEAR)
    share_HW1 = 0.75 * np.asarray(heat, np.float64)[..., None] / 255
    mixed_HW3 = (1 - share_HW1) * grey_HW[..., None] + share_HW1 * np.array(HEAT)
    return np.asarray(np.round(mixed_HW3).astype(np.uint8))
