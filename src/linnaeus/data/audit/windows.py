"""Pictures as short codes, so that of a picture and a cut, mirrored, turned or stamped copy some codes are nearly the same.

A copy shows a window of its original. So each image is looked at through `WINDOWS`: cut by up to 14 % on any side, moved by 7 %, turned
by 5 degrees, and each of them mirrored. The middle of what a window shows is one half of a likely match, the middle of another image is
the other half; borders, black corners and most logos lie outside it. Where a logo covers the middle, the four corners are left.

A code has `BITS` signs of projections of the lowest frequencies of the cosine transform, each frequency weighted by its height, which
makes up for how natural pictures fall off. The share of bits that differ is the angle between two such spectra in half turns
(random hyperplanes; Charikar 2002, doi 10.1145/509907.509965). All products are of whole numbers below 2²⁴, exact in 32 bits, so that
every machine finds the same codes. D is the number of frequencies, W of windows, Q of codes of an image.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

SIDE = 16  # pixels, at most, from which codes are made; sums stay below 2²⁴
FREQUENCIES = 8  # below
BITS = 256
WORDS = BITS // 64
INTERVALS = ((0, 1), (0, 0.93), (0.07, 1), (0, 0.86), (0.07, 0.93), (0.14, 1), (-0.07, 0.93), (0.07, 1.07))
TURNED = tuple((interval, degrees) for degrees in (-5, 5) for interval in ((0, 1), (0.06, 0.94)))
CENTRE = (0.15, 0.15, 0.7)  # left, top and side of the part of a copy that is compared
CORNERS = ((0, 0, 0.6), (0.4, 0, 0.6), (0, 0.4, 0.6), (0.4, 0.4, 0.6))
FLIPPED = (1, 0, 3, 2)  # the corner that a mirror puts in the place of each

Floats = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint64]  # (…, WORDS)
Pixels = npt.NDArray[np.uint8]


def _window(across: tuple[float, float], down: tuple[float, float], degrees: float) -> npt.NDArray[np.float64]:
    """(2, 3): from places in the copy to places in the original, both from 0 to 1."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag([across[1] - across[0], down[1] - down[0]])
    middle = np.array([sum(across) / 2, sum(down) / 2])
    return np.column_stack([matrix, middle - matrix @ [0.5, 0.5]])


WINDOWS = np.array(
    [_window(across, down, 0) for across in INTERVALS for down in INTERVALS]
    + [_window(interval, interval, degrees) for interval, degrees in TURNED]
)
_TURNED_OVER = np.array([[-1.0, 0, 1], [0, 1, 0], [0, 0, 1]])


def placed(which_P: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """(P, 2, 3): the windows of numbers of queries: twice the number of the window, one more where it is mirrored."""
    plain = WINDOWS[which_P // 2]
    return np.where((which_P % 2 == 1)[:, None, None], plain @ _TURNED_OVER, plain)


class Views:
    """Codes of images, uint8 (N, S, S) with S no more than `SIDE`."""

    def __init__(self, images_NSS: Pixels) -> None:
        self.images, self.side = images_NSS, images_NSS.shape[1]

    def centres(self) -> Codes:
        """(N, WORDS) of the middle of each."""
        return _codes(self._spectra(slice(None), _maps(self.side, CENTRE, 1))[:, 0])

    def windows(self, places: slice) -> Codes:
        """(n, 2 W, WORDS) of what copies of these would show in their middle, as it is and mirrored, in turn."""
        spectra = self._spectra(places, _maps(self.side, CENTRE, len(WINDOWS)))
        both = np.stack([spectra, spectra * _odd()], axis=2)
        return _codes(both.reshape(len(spectra), -1, spectra.shape[-1]))

    def corner(self, number: int, places: slice = slice(None), *, mirrored: bool = False) -> Codes:
        """(n, WORDS) of one corner; `mirrored`: as it would be in this place if the image were."""
        part = CORNERS[FLIPPED[number] if mirrored else number]
        spectra = self._spectra(places, _maps(self.side, part, 1))[:, 0]
        return _codes(spectra * _odd() if mirrored else spectra)

    def _spectra(self, places: slice, maps: Floats) -> Floats:
        """(n, W, D), whole numbers below 2¹⁴."""
        images = self.images[places]
        spectra = images.reshape(len(images), -1).astype(np.float32) @ maps.T
        return np.rint(spectra / 1024).reshape(len(images), -1, len(_frequencies()))


def _codes(spectra: Floats) -> Codes:
    return np.packbits(spectra @ _hyperplanes() > 0, axis=-1).view(np.uint64)


@lru_cache
def _frequencies() -> npt.NDArray[np.int64]:
    """(D, 2): down and across, without the mean."""
    grid = np.stack(np.meshgrid(np.arange(FREQUENCIES), np.arange(FREQUENCIES), indexing="ij"), -1).reshape(-1, 2)
    height = np.hypot(*grid.T)
    return np.asarray(grid[(height > 0) & (height < FREQUENCIES)])


@lru_cache
def _odd() -> Floats:
    """-1 at the frequencies whose sign a mirror changes."""
    return np.asarray(np.where(_frequencies()[:, 1] % 2, -1, 1), np.float32)


@lru_cache
def _hyperplanes() -> Floats:
    signs: Any = np.random.default_rng(0).integers(0, 2, (len(_frequencies()), BITS))
    return np.asarray(2 * signs - 1, np.float32)


@lru_cache
def _maps(side: int, part: tuple[float, float, float], windows: int) -> Floats:
    """(windows * D, side²) in whole numbers up to 127: the spectrum of a part of what each window shows."""
    angles = np.pi / SIDE * (np.arange(SIDE) + 0.5) * np.arange(FREQUENCIES)[:, None]
    cosines = np.cos(angles) / np.linalg.norm(np.cos(angles), axis=1, keepdims=True)
    down, across = _frequencies().T
    basis = (
        np.einsum("da,db->dab", cosines[down], cosines[across]).reshape(len(down), -1) * np.hypot(down, across)[:, None]
    )
    maps = np.concatenate([basis @ _sampled(window, part, side) for window in WINDOWS[:windows]])
    return np.asarray(np.rint(maps * (127 / np.abs(maps).max())), np.float32)


def _sampled(window: npt.NDArray[np.float64], part: tuple[float, float, float], side: int) -> npt.NDArray[np.float64]:
    """(SIDE², side²): pixels of the part of the copy from those of the original, each the mean of four bilinear samples."""
    left, top, width = part
    steps = (np.arange(2 * SIDE) + 0.5) / (2 * SIDE)
    down, across = np.meshgrid(top + width * steps, left + width * steps, indexing="ij")
    places = np.einsum("ij,jab->iab", window, np.stack([across, down, np.ones_like(down)])).reshape(2, -1)
    x, y = np.clip(places * side - 0.5, 0, side - 1)
    column, row = (np.minimum(one.astype(int), side - 2) for one in (x, y))
    out, rows = np.zeros((x.size, side * side)), np.arange(x.size)
    for dy, high in ((0, 1 - (y - row)), (1, y - row)):
        for dx, wide in ((0, 1 - (x - column)), (1, x - column)):
            np.add.at(out, (rows, (row + dy) * side + column + dx), high * wide)
    return np.asarray(out.reshape(SIDE, 2, SIDE, 2, -1).mean((1, 3)).reshape(SIDE * SIDE, -1))
