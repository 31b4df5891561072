"""Images on which little is to be seen: constant, dark, bright and blurred ones, by a few numbers of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linnaeus.record.facts import Finding

FLAT = 6  # grey levels from the darkest to the brightest pixel, one in a hundred apart: below, an image is constant
DARK = 40  # grey level that 99 % of the pixels of a dark image lie below
BRIGHT = 215  # and that 99 % of a bright one's lie above
BLURRED = 4.0  # standard deviations below the usual sharpness, of all images and of those of its class
SHARP = 0.02  # sharpness from which on no image is called blurred: white noise has 20
SOME = 256  # images at once

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A number for each of N images."""

    low_N: npt.NDArray[np.int64]  # grey level below which 1 % of the pixels are
    high_N: npt.NDArray[np.int64]  # and 99 %
    sharpness_N: Floats  # variance of the Laplacian over that of the pixels: independent of brightness and contrast


def measure(images_NSS: Pixels) -> Quality:
    """Of grey images."""
    parts = [_measured(images_NSS[start : start + SOME]) for start in range(0, len(images_NSS), SOME)]
    low_N, high_N, sharpness_N = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Quality(low_N=low_N, high_N=high_N, sharpness_N=sharpness_N)


def _measured(images: Pixels) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    sorted_NP = np.sort(images.reshape(len(images), -1), axis=1)
    last = sorted_NP.shape[1] - 1
    grey = images.astype(np.float32)
    laplacian = (
        4 * grey[:, 1:-1, 1:-1] - grey[:, :-2, 1:-1] - grey[:, 2:, 1:-1] - grey[:, 1:-1, :-2] - grey[:, 1:-1, 2:]
    )
    variance = grey.var(axis=(1, 2))
    sharpness = laplacian.var(axis=(1, 2)) / np.maximum(variance, 1) if laplacian.size else np.full(len(images), 1e6)
    low, high = (sorted_NP[:, round(share * last)].astype(np.int64) for share in (0.01, 0.99))
    return low, high, sharpness.astype(np.float32)


def findings(found: Quality, labels_N: npt.NDArray[np.int64], names: Sequence[str]) -> list[Finding]:
    """Of each kind one, where there are such images; an image is of one kind only."""
    constant_N = found.high_N - found.low_N < FLAT
    dark_N = ~constant_N & (found.high_N < DARK)
    bright_N = ~constant_N & (found.low_N > BRIGHT)
    blurred_N = ~(constant_N | dark_N | bright_N) & _blurred(found.sharpness_N, labels_N)
    kinds = {"constant": constant_N, "dark": dark_N, "bright": bright_N, "blurred": blurred_N}
    return [
        Finding(
            kind=kind,
            severity="warning",
            count=int(which_N.sum()),
            files=tuple(names[place] for place in np.flatnonzero(which_N).tolist()),
        )
        for kind, which_N in kinds.items()
        if which_N.any()
    ]


def _blurred(sharpness_N: Floats, labels_N: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Far below what is usual, by the median and the standard deviation that quartiles tell, among all and within the class."""
    log_N = np.log(np.maximum(sharpness_N, 1e-6))
    far_N = (log_N < _limit(log_N)) & (sharpness_N < SHARP)
    for label in np.unique(labels_N[far_N]):
        of_class = labels_N == label
        far_N &= ~of_class | (log_N < _limit(log_N[of_class]))
    return far_N


def _limit(log_N: Floats) -> float:
    lower, middle, upper = np.quantile(log_N, (0.25, 0.5, 0.75))
    return float(middle - BLURRED * max(upper - lower, 0.1) / 1.349)
