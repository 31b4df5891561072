"""Mean and standard deviation of each channel, measured on the training split and kept in the classifier."""

import numpy as np
import numpy.typing as npt

from linnaeus.data.dataset import Dataset
from linnaeus.data.images import decode
from linnaeus.recipe.recipe import Recipe

SAMPLED = 2_000  # images, thousands of pixels each: more change no fourth decimal that matters


def channel_statistics(train: Dataset, recipe: Recipe) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """(means, standard deviations) on the scale 0–1, rounded to four decimals, from evenly spaced images of the split."""
    picked = np.linspace(0, len(train) - 1, min(SAMPLED, len(train))).astype(np.int64)
    pixels = pictures(train, picked, recipe)
    counts = [np.bincount(pixels[..., channel].ravel(), minlength=256) for channel in range(pixels.shape[-1])]
    values = np.arange(256) / 255
    means = [float(values @ count / count.sum()) for count in counts]
    stds = [
        float(np.sqrt((values - mean) ** 2 @ count / count.sum())) for mean, count in zip(means, counts, strict=True)
    ]
    return tuple(round(mean, 4) for mean in means), tuple(round(max(std, 1e-3), 4) for std in stds)


def pictures(dataset: Dataset, indices: npt.NDArray[np.int64], recipe: Recipe) -> npt.NDArray[np.uint8]:
    """Some images of a split as the network will see them, before augmentation: (M, H, W, C)."""
    rows = dataset.rows_N[indices]
    if isinstance(dataset.store, np.ndarray):
        return dataset.store[rows]
    size, channels, resize, decoder = recipe.image_size, recipe.channels, recipe.resize, recipe.decoder
    return np.stack(
        [decode.read(dataset.store[row], channels=channels, size=size, resize=resize, decoder=decoder) for row in rows]
    )


def some_of_each(dataset: Dataset, most: int) -> npt.NDArray[np.int64]:
    """Where at most `most` images lie, evenly spaced within each class, of each class as many or all it has."""
    each = max(1, most // max(1, sum(count > 0 for count in dataset.counts())))
    places = [np.flatnonzero(dataset.labels_N == label) for label in range(len(dataset.classes))]
    picked = [place[np.linspace(0, len(place) - 1, min(each, len(place))).astype(np.int64)] for place in places]
    return np.sort(np.concatenate(picked))
