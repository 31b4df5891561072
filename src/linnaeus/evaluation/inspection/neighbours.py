"""The nearest training images in feature space, by the cosine of their features."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def nearest(train_ND: Array, features_MD: Array, most: int, own_M: Array | None = None) -> tuple[Array, Array]:
    """Rows of the nearest training images of each image, (M, k) int64, and their distances, 1 − cosine (M, k).

    `own_M` are the rows of the images themselves, where they are training images: none is its own neighbour. k is `most`, or
    as many as there are.
    """
    from sklearn.neighbors import NearestNeighbors  # takes a second to import

    k = min(most, len(train_ND) - (own_M is not None))
    if k < 1 or not len(features_MD):
        return np.empty((len(features_MD), max(k, 0)), np.int64), np.empty((len(features_MD), max(k, 0)))
    search = NearestNeighbors(n_neighbors=k + (own_M is not None), metric="cosine", algorithm="brute").fit(train_ND)
    distances, rows = search.kneighbors(features_MD)
    if own_M is not None:
        # What is left out of each row is the image itself, or the farthest where equal images have crowded it out.
        own = rows == own_M[:, None]
        own[~own.any(axis=1), -1] = True
        distances, rows = distances[~own].reshape(-1, k), rows[~own].reshape(-1, k)
    return rows.astype(np.int64), np.clip(distances, 0.0, 2.0)
