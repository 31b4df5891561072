"""Each augmentation once more, one image at a time and as plain as can be: what the fast ones are compared with.

A reference takes one image (H, W, C) as a NumPy array and the numbers that were drawn for it.
"""

import numpy as np

Image = np.ndarray  # (H, W, C)


def flip(image: Image) -> Image:
    height, width, _ = image.shape
    out = image.copy()
    for row in range(height):
        for column in range(width):
            out[row, column] = image[row, width - 1 - column]
    return out


def crop(image: Image, top: int, left: int, pad: int, mode: str) -> Image:
    numpy_mode = {"reflect": "reflect", "zero": "constant", "edge": "edge"}[mode]
    padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)), mode=numpy_mode)
    return padded[top : top + image.shape[0], left : left + image.shape[1]]


def shift(image: Image, down: int, right: int, fill: str) -> Image:
    height, width, _ = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            source_row, source_column = row - down, column - right
            if fill == "edge":
                source_row, source_column = min(max(source_row, 0), height - 1), min(max(source_column, 0), width - 1)
            if 0 <= source_row < height and 0 <= source_column < width:
                out[row, column] = image[source_row, source_column]
    return out


def erase(image: Image, box: tuple[int, int, int, int], colour: float) -> Image:
    top, left, bottom, right = box
    out = image.copy()
    out[top:bottom, left:right] = colour
    return out
