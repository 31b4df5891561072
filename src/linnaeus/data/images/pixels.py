"""Images as Python holds them, a path, a picture of Pillow, an array: one or many, and the pixels of each."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.data.images import decode
from linnaeus.errors import ImageError

CHANNELS = (1, 3, 4)


def one_by_one(images: Any) -> list[Any]:
    """The images of `images`, which is one or many.

    A text, a path, bytes and a picture are one image; so is an array (H, W) or (H, W, C) with 1, 3 or 4 channels, while (N, H, W)
    and (N, H, W, C) are N of them. Everything else is gone through. Raises ImageError where that cannot be.
    """
    if isinstance(images, str | Path | bytes | Image.Image):
        return [images]
    if isinstance(images, np.ndarray):
        is_one = images.ndim == 2 or (images.ndim == 3 and images.shape[2] in CHANNELS)
        return [images] if is_one or images.ndim < 2 else list(images)
    if isinstance(images, Sequence | Iterable):
        return list(images)
    raise ImageError(f"{_kind(images)} is no image; give a path, a picture of Pillow, an array, or a list of them")


def squares(images: Any, **wanted: Unpack[decode.Square]) -> npt.NDArray[np.uint8]:
    """uint8 (N, size, size, channels) of one image or many. Raises ImageError, which names the first that cannot be taken."""
    found = []
    for index, image in enumerate(one_by_one(images)):
        try:
            found.append(square(image, **wanted))
        except ImageError as error:
            name = image if isinstance(image, str | Path) else f"image {index}"
            raise ImageError(f"{name}: {error.reason}") from None
    side = wanted["size"]
    return np.stack(found) if found else np.empty((0, side, side, wanted["channels"]), np.uint8)


def square(image: Any, **wanted: Unpack[decode.Square]) -> npt.NDArray[np.uint8]:
    """uint8 (size, size, channels) of one image, as `pixels` takes it, a file by that decoder. Raises ImageError."""
    if isinstance(image, str | Path | bytes):
        source = Path(image) if isinstance(image, str) else image
        return decode.read(source, **wanted)
    return decode.fit(pixels(image, wanted["channels"]), wanted["size"], wanted["resize"])


def pixels(image: Any, channels: int) -> npt.NDArray[np.uint8]:
    """uint8 (H, W, `channels`) of one image: a path (as text, too), the content of a file, a picture of Pillow, or an array
    (H, W) or (H, W, C) of uint8.

    Raises:
        ImageError: it cannot be read, or it cannot be an image, with the reason.
    """
    if isinstance(image, str | Path):
        return decode.decode(Path(image), channels)
    if isinstance(image, bytes):
        return decode.decode(image, channels)
    if isinstance(image, Image.Image):
        return decode.of_picture(image, channels)
    if not hasattr(image, "__array__"):
        raise ImageError(f"{_kind(image)} is no image; give a path, a picture of Pillow, or an array")
    return decode.of_picture(Image.fromarray(array(image)), channels)


def array(image: Any) -> npt.NDArray[np.uint8]:
    """An array as Pillow takes it: uint8 (H, W) or (H, W, 3 or 4). Raises ImageError with the reason why it is no image."""
    found = np.asarray(image)
    if found.dtype != np.uint8:
        raise ImageError(_wrong_type(found.dtype))
    if found.ndim == 3 and found.shape[0] in CHANNELS and found.shape[2] not in CHANNELS:
        raise ImageError(f"an array {found.shape} has its channels first; they come last: image.transpose(1, 2, 0)")
    if found.ndim not in (2, 3) or (found.ndim == 3 and found.shape[2] not in CHANNELS) or not found.size:
        raise ImageError(f"an array {found.shape} is no image; give (H, W) or (H, W, C) with 1, 3 or 4 channels")
    return found[..., 0] if found.ndim == 3 and found.shape[2] == 1 else found


def _wrong_type(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return (
            f"an array of {dtype} has no defined range of brightness; give 0 to 255 as uint8, for values from 0 to 1 "
            '(image * 255).round().astype("uint8")'
        )
    return f"an array of {dtype} is no image; give 0 to 255 as uint8"


def _kind(thing: object) -> str:
    name = type(thing).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
