"""Images as the audit looks at them: grey, small, all of one size.

G is grey values of N images, uint8 (N, S, S). S is the side that the network sees, at most `LARGEST`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from linnaeus.data import cache, row_file
from linnaeus.data.dataset import Dataset
from linnaeus.data.images import decode
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.recipe import Recipe

LARGEST = 64  # pixels
SOME = 4096  # images at once

Pixels = npt.NDArray[np.uint8]


def grey(dataset: Dataset, recipe: Recipe, tell: Watcher = nobody) -> Pixels:
    """The images of a data set, in its order, grey (N, S, S); of streamed files those that the cache keeps at this size."""
    side = min(recipe.image_size, LARGEST)
    if isinstance(dataset.store, np.ndarray):
        return _grey_of_arrays(dataset.store, dataset.rows_N, side)
    paths = [dataset.store[row] for row in dataset.rows_N]
    # all of them: what cannot be read is no longer among the images of a data set
    found = cache.decoded(paths, size=side, channels=1, resize=recipe.resize, folder=cache.cache_folder(), tell=tell)
    return found.images[..., 0]


def smaller(images_NSS: Pixels, side: int) -> Pixels:
    """Areas averaged to `side` pixels (N, side, side); images that are no larger are returned as they are."""
    if images_NSS.shape[1] <= side:
        return images_NSS
    return _mapped(images_NSS[..., None], range(len(images_NSS)), side)


def _grey_of_arrays(store_NHWC: Pixels, rows_N: npt.NDArray[np.int64], side: int) -> Pixels:
    if store_NHWC.shape[1] > side:
        return _mapped(store_NHWC, rows_N.tolist(), side)
    out = np.empty((len(rows_N), *store_NHWC.shape[1:3]), np.uint8)
    for start in range(0, len(rows_N), SOME):
        out[start : start + SOME] = _luminance(store_NHWC[rows_N[start : start + SOME]])
    return out


def _mapped(store_NHWC: Pixels, rows: Sequence[int], side: int) -> Pixels:
    def one(row: int) -> Pixels:
        return decode.fit(_luminance(store_NHWC[row])[..., None], side, "stretch")[..., 0]

    out = np.empty((len(rows), side, side), np.uint8)
    some = max(1, row_file.HELD // store_NHWC[0].nbytes)
    with ThreadPoolExecutor() as threads:
        for start in range(0, len(rows), some):
            for place, image_SS in enumerate(threads.map(one, rows[start : start + some]), start):
                out[place] = image_SS
            row_file.let_go(store_NHWC)
    return out


def _luminance(images: Pixels) -> Pixels:
    """ITU-R 601 in whole numbers, as Pillow has it, of (…, C) with 1, 3 or 4 channels."""
    if images.shape[-1] == 1:
        return images[..., 0]
    red, green, blue = (images[..., channel].astype(np.uint32) for channel in range(3))
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).astype(np.uint8)
