"""Part of the training images: the recipe's `share` of each class, and so many of each class that its weights know as `replay` says.

Which ones follows from each image's content and `split_seed`: the images of a smaller share are among those of a larger one,
whatever the order of the files. Validation and test images are never thinned.
"""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from linnaeus.data.split import place
from linnaeus.events import Note, note
from linnaeus.recipe.recipe import Recipe

LEAST = 2  # images of a class that stay under any share, where it has them


def thinned(
    hashes: Sequence[str],
    labels_N: npt.NDArray[np.int64],
    classes: Sequence[str],
    recipe: Recipe,
    known: Collection[str] = (),
) -> tuple[npt.NDArray[np.int64], tuple[Note, ...]]:
    """Places, ascending, of the training images that are used, and how many they are of how many."""
    known_K = (
        np.array([name in known for name in classes], bool) if recipe.replay >= 0 else np.zeros(len(classes), bool)
    )
    if recipe.share == 1 and not known_K.any():
        return np.arange(len(labels_N)), ()
    key = f"linnaeus share {recipe.split_seed}".encode()
    order = np.argsort([place(key, content) for content in hashes], kind="stable")
    kept = []
    for label in range(len(classes)):
        of_class = order[labels_N[order] == label]
        most = min(len(of_class), max(LEAST, round(recipe.share * len(of_class))))
        kept.append(of_class[: min(most, recipe.replay) if known_K[label] else most])
    chosen = np.sort(np.concatenate(kept))
    return chosen, tuple(_told(labels_N, labels_N[chosen], known_K, recipe))


def _told(
    labels_N: npt.NDArray[np.int64], chosen_M: npt.NDArray[np.int64], known_K: npt.NDArray[np.bool_], recipe: Recipe
) -> list[Note]:
    notes = []
    if recipe.share < 1:
        before, after = int((~known_K[labels_N]).sum()), int((~known_K[chosen_M]).sum())
        notes.append(note("share-new" if known_K.any() else "share", share=recipe.share, n=after, of=before))
    if known_K.any():
        before, after = int(known_K[labels_N].sum()), int(known_K[chosen_M].sum())
        notes.append(note("replay", classes=int(known_K.sum()), each=recipe.replay, n=after, of=before))
    return notes
