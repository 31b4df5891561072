"""Which image belongs to which split, drawn from its content: equal images never fall on two sides, and adding files moves none.

An image's split depends on its own content and the seed, on nothing else. So each class gets the stated shares in expectation, not
to the image: exact shares would have to move old images whenever new ones come.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

TRAIN, VAL, TEST = 0, 1, 2


def content_hashes(images_NHWC: npt.NDArray[np.uint8]) -> list[str]:
    """BLAKE2b of each image's pixels, 32 hexadecimal digits."""
    return [hashlib.blake2b(np.ascontiguousarray(image), digest_size=16).hexdigest() for image in images_NHWC]


def draw(hashes: Sequence[str], *, val: float, test: float, seed: int) -> npt.NDArray[np.int8]:
    """TRAIN, VAL or TEST for each image (N,), with shares `val` and `test` in expectation."""
    key = f"linnaeus split {seed}".encode()
    places = np.array([place(key, content) for content in hashes])
    return np.select([places < test, places < test + val], [TEST, VAL], TRAIN).astype(np.int8)


def place(key: bytes, content: str) -> float:
    """A number in [0, 1), uniform over contents; another for each key."""
    return int.from_bytes(hashlib.blake2b(content.encode(), key=key, digest_size=8).digest()) / 2**64


def fingerprint(hashes: Sequence[str], labels_N: npt.NDArray[np.int64], classes: Sequence[str]) -> str:
    """One checksum of a data set's contents, labels and class names, whatever the order of its images; 16 hexadecimal digits."""
    rows = sorted(f"{content} {classes[label]}" for content, label in zip(hashes, labels_N.tolist(), strict=True))
    return hashlib.blake2b("\n".join([*classes, *rows]).encode(), digest_size=8).hexdigest()
