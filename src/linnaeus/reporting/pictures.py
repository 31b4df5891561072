"""Pixels as text: thumbnails and matrices as `data:` addresses, so that a page needs no other file."""

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]

SMALL = 64  # pixels; up to this side a picture is kept pixel by pixel and enlarged with hard edges
LARGEST = 128  # pixels; a page of a hundred photographs stays small

# Of both light and dark pages; the share that a cell is filled with is its opacity.
RIGHT, WRONG = (128, 124, 116), (206, 88, 62)


def address(image_HWC: Array) -> str:
    """A picture (H, W, 1, 3 or 4 channels) of uint8 as PNG; photographs, whose PNG is large, as JPEG."""
    picture = Image.fromarray(image_HWC[..., 0] if image_HWC.shape[-1] == 1 else image_HWC)
    if max(picture.size) <= SMALL or picture.mode == "RGBA":
        picture.thumbnail((LARGEST, LARGEST))
        return _data(picture, "PNG", optimize=True)
    picture.thumbnail((LARGEST, LARGEST))
    return _data(picture, "JPEG", quality=88)


def side(images_NHWC: Array, wanted: int) -> int:
    """On how many pixels of a page to show pictures of this size: about `wanted`, small ones enlarged by a whole factor."""
    longest = max(images_NHWC.shape[1:3], default=1)
    return longest * round(wanted / longest) if longest <= wanted else wanted


def matrix(confusion_KK: Array) -> str:
    """A confusion matrix, a pixel a cell: what is right grey, mistakes coloured, by their share of the row."""
    classes = len(confusion_KK)
    share_KK = shares(confusion_KK)
    pixels = np.zeros((classes, classes, 4), np.uint8)
    pixels[..., :3] = np.where(np.eye(classes, dtype=bool)[..., None], RIGHT, WRONG)
    pixels[..., 3] = np.round(255 * np.cbrt(share_KK))  # the root makes one mistake in fifty visible
    return _data(Image.fromarray(pixels), "PNG", optimize=True)


def shares(confusion_KK: Array) -> Array:
    """Of each row's images, the share in each cell; rows without images are 0."""
    return np.asarray(confusion_KK / np.maximum(confusion_KK.sum(axis=1, keepdims=True), 1))


def _data(picture: Image.Image, kind: str, **options: Any) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"
