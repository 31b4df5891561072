"""What a mirror or a turn makes of classes, measured on a trained network: which predictions it keeps, and which it changes.

A network that was trained on turned images predicts the same of them, so that it cannot show a class that a mirror turns
into another. What it shows instead are classes that it cannot tell apart.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import in_order, loader
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.turns import augmented_by
from linnaeus.record.inspection import Confused, Move, Symmetry
from linnaeus.stats.confusion import confusion
from linnaeus.stats.groups import Things, things
from linnaeus.stats.score import accuracy_score, share_of

Array = npt.NDArray[Any]

# In the order of the record. A quarter turn is one against the clock; squares stay squares.
TURNS: dict[str, Callable[[Tensor], Tensor]] = {
    "mirror": lambda images_BCHW: images_BCHW.flip(3),
    "upside_down": lambda images_BCHW: images_BCHW.flip(2),
    "half_turn": lambda images_BCHW: images_BCHW.flip((2, 3)),
    "quarter_turn": lambda images_BCHW: images_BCHW.rot90(1, (2, 3)),
}
TOGETHER = 256  # images in a batch
MOST = 0.5  # of a class's images: where the interval lies above it, the class becomes the other
BLURRED = 0.3  # of the predictions between two classes wrong: half of them are wrong where nothing tells the two apart
LEAST = 10  # images of a class, so that something can be said of it


def measure(trained: Classifier, dataset: Dataset, plain_N: Array, recipe: Recipe) -> tuple[Symmetry, ...]:
    """Each turn of a split's images; `plain_N` are the classes answered to them as they are."""
    images = loader(dataset, trained.device, workers=recipe.workers, **trained.preprocessing.square)
    predictions: dict[str, list[Array]] = {kind: [] for kind in TURNS}
    for batch in images.batches(in_order(len(dataset), TOGETHER)):
        for kind, turn in TURNS.items():
            predictions[kind].append(trained.logits(turn(batch.images_BCHW)).argmax(1).cpu().numpy())
    shown = things(dataset.groups)
    return tuple(
        turned(dataset.labels_N, plain_N, np.concatenate(found), dataset.classes, kind,
               augmented_by(kind, recipe.augment), shown)
        for kind, found in predictions.items()
    )  # fmt: skip


def turned(
    labels_N: Array,
    plain_N: Array,
    turned_N: Array,
    classes: Sequence[str],
    kind: str,
    by: str | None,
    shown: Things | None = None,
) -> Symmetry:
    """From labels, predictions of images as they are and of them turned; `shown` are the things that they show.

    Whether a class becomes another is judged by its images alone: what a mirror does to a sign does not depend on which one it is.
    """
    right_N = plain_N == labels_N
    counts_KK = confusion(labels_N[right_N], turned_N[right_N], len(classes))
    return Symmetry(
        kind=kind,
        same=share_of(turned_N == labels_N, right_N, shown),
        moves=_moves(counts_KK, classes),
        augmented_by=by,
        blurred=_blurred(confusion(labels_N, plain_N, len(classes)), classes) if by else (),
    )


def _moves(counts_KK: Array, classes: Sequence[str]) -> tuple[Move, ...]:
    to: dict[int, int] = {}
    for label, row_K in enumerate(counts_KK):
        most = int(row_K.argmax())
        if most != label and accuracy_score(int(row_K[most]), int(row_K.sum())).low > MOST:
            to[label] = most
    return tuple(
        Move(
            name=classes[label],
            to=classes[most],
            count=int(counts_KK[label, most]),
            share=accuracy_score(int(counts_KK[label, most]), int(counts_KK[label].sum())),
            back=to.get(most) == label,
        )
        for label, most in to.items()
    )


def _blurred(confused_KK: Array, classes: Sequence[str]) -> tuple[Confused, ...]:
    """Pairs of classes between which the network guesses; or names always the same, which is wrong as often."""
    found = []
    for first, second in zip(*np.nonzero(np.triu(confused_KK + confused_KK.T, 1)), strict=True):
        pair = confused_KK[np.ix_((first, second), (first, second))]
        wrong = int(pair[0, 1] + pair[1, 0])
        share = accuracy_score(wrong, int(pair.sum()))
        if min(pair.sum(axis=1)) >= LEAST and share.low > BLURRED:
            found.append(
                Confused(name=classes[first], confused_with=classes[second], count=wrong, share=share, images=())
            )
    return tuple(sorted(found, key=lambda pair: -pair.share.value))
