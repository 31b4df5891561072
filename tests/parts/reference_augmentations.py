"""Each augmentation once more, one image at a time and as plain as can be: what the fast ones are compared with.

A reference takes one image (H, W, C) as a NumPy array and the numbers that were drawn for it.
"""

import colorsys
import math

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


def vertical_flip(image: Image) -> Image:
    return np.stack([image[image.shape[0] - 1 - row] for row in range(image.shape[0])])


def _bilinear(image: Image, x16: int, y16: int, outside: float | None) -> np.ndarray:
    """The value between four pixels, the place in sixteenths; beyond the edge `outside`, or the nearest (None)."""
    height, width, channels = image.shape

    def at(column: int, row: int) -> np.ndarray:
        if outside is not None and not (0 <= column < width and 0 <= row < height):
            return np.full(channels, outside)
        return image[min(max(row, 0), height - 1), min(max(column, 0), width - 1)].astype(float)

    x, y = x16 // 16, y16 // 16
    right, down = (x16 - 16 * x) / 16, (y16 - 16 * y) / 16
    above = at(x, y) * (1 - right) + at(x + 1, y) * right
    below = at(x, y + 1) * (1 - right) + at(x + 1, y + 1) * right
    return np.floor(above * (1 - down) + below * down + 0.5)


def rotate(image: Image, angle: float, fill: float) -> Image:
    height, width, _ = image.shape
    out = np.empty_like(image)
    for row in range(height):
        for column in range(width):
            x, y = column - (width - 1) / 2, row - (height - 1) / 2
            x16 = round((math.cos(angle) * x + math.sin(angle) * y + (width - 1) / 2) * 16)
            y16 = round((math.cos(angle) * y - math.sin(angle) * x + (height - 1) / 2) * 16)
            out[row, column] = _bilinear(image, x16, y16, fill)
    return out


def affine(image: Image, matrix: np.ndarray, fill: float) -> Image:
    """`matrix` takes a place in the result, from the centre and with the move of its third column, to the source."""
    height, width, _ = image.shape
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    offset = matrix[:, :2] @ (matrix[:, 2] - centre) + centre
    fixed = [[round(4096 * value) for value in [*row, last]] for row, last in zip(matrix[:, :2], offset, strict=True)]
    out = np.empty_like(image)
    for row in range(height):
        for column in range(width):
            x16, y16 = (math.floor((a * column + b * row + c + 128) / 256) for a, b, c in fixed)
            out[row, column] = _bilinear(image, x16, y16, fill)
    return out


def resized_crop(image: Image, box: tuple[float, float, float, float]) -> Image:
    height, width, _ = image.shape
    top, left, high, wide = box
    out = np.empty_like(image)
    for row in range(height):
        y16 = min(max(round((top + (row + 0.5) * high / height - 0.5) * 16), 0), 16 * (height - 1))
        for column in range(width):
            x16 = min(max(round((left + (column + 0.5) * wide / width - 0.5) * 16), 0), 16 * (width - 1))
            out[row, column] = _bilinear(image, x16, y16, None)
    return out


def color(image: Image, brightness: float, contrast: float, saturation: float, turns: float) -> Image:
    """In float64, with Python's own HSV."""
    grey = np.array([0.299, 0.587, 0.114]) if image.shape[2] >= 3 else np.ones(1)
    colours = image[..., : len(grey)].astype(float)
    mean = (colours @ grey).mean() * brightness
    colours = (colours * brightness).clip(0, 255)
    colours = (mean + contrast * (colours - mean)).clip(0, 255)
    if len(grey) == 3:
        level = (colours @ grey)[..., None]
        colours = (level + saturation * (colours - level)).clip(0, 255)
        for pixel in colours.reshape(-1, 3):
            hue, chroma, value = colorsys.rgb_to_hsv(*pixel / 255)
            pixel[:] = 255 * np.array(colorsys.hsv_to_rgb((hue + turns) % 1, chroma, value))
    out = image.copy()
    out[..., : len(grey)] = np.floor(colours + 0.5).clip(0, 255)
    return out


def grayscale(image: Image) -> Image:
    out = image.copy()
    for pixel in out.reshape(-1, image.shape[2]):
        red, green, blue = (int(value) for value in pixel[:3])
        pixel[:3] = (299 * red + 587 * green + 114 * blue + 500) // 1000
    return out


def blur(image: Image, kernel: list[int]) -> Image:
    """`kernel` in 256ths."""
    radius, values = len(kernel) // 2, image.astype(int)
    for axis in (0, 1):
        rim = [(radius, radius) if axis == other else (0, 0) for other in range(3)]
        padded = np.pad(values, rim, mode="reflect")
        size = image.shape[axis]
        parts = [weight * padded.take(range(step, step + size), axis) for step, weight in enumerate(kernel)]
        values = (sum(parts) + 128) // 256
    return values.astype(image.dtype)


def cutout(image: Image, row: int, column: int, size: int, fill: float) -> Image:
    out = image.copy()
    for y in range(row - size // 2, row - size // 2 + size):
        for x in range(column - size // 2, column - size // 2 + size):
            if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                out[y, x] = fill
    return out


def mix_up(image: Image, other: Image, share256: int) -> Image:
    mixed = image.astype(int) * share256 + other.astype(int) * (256 - share256)
    return ((mixed + 128) // 256).astype(image.dtype)


def cut_mix(image: Image, other: Image, box: tuple[int, int, int, int]) -> Image:
    top, left, bottom, right = box
    out = image.copy()
    out[top:bottom, left:right] = other[top:bottom, left:right]
    return out
