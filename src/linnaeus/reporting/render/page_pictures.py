"""`PagePictures`: every picture of a page once, as a `data:` address in a definition that any number of places refer to."""

import base64
import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from linnaeus.reporting.blocks import SHARP, Pixels

LARGEST = 128  # pixels; a page of a hundred photographs stays small
MOST_BYTES = 3_500_000  # of all addresses: with its words and curves a page then stays below 5 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture of the page: where it is defined, and its size in pixels."""

    id: str  # from its content, so that two pages in one window do not mistake each other's
    width: int
    height: int
    address: str

    @property
    def hard(self) -> bool:
        """True where it is so small that it is enlarged with hard edges."""
        return max(self.width, self.height) <= SHARP


class PagePictures:
    """Pictures in the order in which they came. Equal ones are one; when the page would become too large, no more are taken."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.room = most_bytes
        self._held: dict[bytes, Shown] = {}

    @property
    def pictures(self) -> list[Shown]:
        return list(self._held.values())

    def add(self, pixels: Pixels) -> Shown | None:
        """An image (H, W) or (H, W, 1, 3 or 4 channels); None: there is no room for it."""
        key = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
        if key in self._held:
            return self._held[key]
        text = address(pixels)
        if len(text) > self.room:
            return None
        self.room -= len(text)
        height, width = pixels.shape[:2]
        scale = min(1.0, LARGEST / max(height, width, 1))
        wide, high = (max(1, round(scale * side)) for side in (width, height))
        self._held[key] = Shown(id=f"p{key.hex()[:12]}", width=wide, height=high, address=text)
        return self._held[key]


def address(pixels: Pixels) -> str:
    """An image as PNG; photographs, whose PNG is large, as JPEG."""
    picture = Image.fromarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels)
    small = max(picture.size) <= SHARP
    picture.thumbnail((LARGEST, LARGEST))
    if small or picture.mode == "RGBA":
        return _data(picture, "PNG", optimize=True)
    return _data(picture, "JPEG", quality=88)


def side(longest: int, wanted: int) -> int:
    """On how many pixels of a page to show pictures of this size: about `wanted`, small ones enlarged by a whole factor."""
    return longest * round(wanted / longest) if longest <= wanted else wanted


def dots(pixels_HW4: Pixels) -> str:
    """A picture that is kept dot by dot, of any size."""
    return _data(Image.fromarray(pixels_HW4), "PNG", optimize=True)


def _data(picture: Image.Image, kind: str, **options: int | bool) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
