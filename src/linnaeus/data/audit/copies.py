"""What is said of images that are there more than once: in one split, in two (leaks), under several labels; and leaving leaks out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from linnaeus.data import row_file
from linnaeus.data.audit import duplicates, thumbnails
from linnaeus.data.audit.duplicates import Pairs, Pixels
from linnaeus.data.dataset import SPLITS, Dataset
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Finding

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Pairs of places, (first, other): of equal pixels, and of the same picture, which may be the same pairs; None: not looked for.

    Two mirror images under two labels are none: there a mirror changes the class.
    """

    exact: Pairs
    near: Pairs | None

    def all(self) -> tuple[Pairs, npt.NDArray[np.bool_]]:
        """Each pair once, the lower place first, and whether its pixels are equal."""
        found = (self.exact, () if self.near is None else self.near)
        exact, near = ({(int(a), int(b)) for a, b in pairs} for pairs in found)
        pairs = sorted(exact | near)
        return np.array(pairs, np.int64).reshape(-1, 2), np.array([pair in exact for pair in pairs], bool)


def findings(copies: Copies, whole: Dataset, split_N: Labels) -> list[Finding]:
    """Of all splits together. Pixels are compared, test images too: nothing is chosen by them, and no answer to one is looked at.

    Where near copies were not looked for, the number of them is None.
    """
    pairs, equal_P = copies.all()
    if not len(pairs):
        return []
    found = [
        *_leaks(pairs, equal_P, whole, split_N),
        *_contradictions(pairs, equal_P, whole),
        *_repeated(pairs, equal_P, whole, split_N),
    ]
    return found if copies.near is not None else [replace(one, values={**one.values, "near": None}) for one in found]


def _leaks(pairs: Pairs, equal_P: npt.NDArray[np.bool_], whole: Dataset, split_N: Labels) -> list[Finding]:
    found = []
    for split, other in (("train", "test"), ("train", "val"), ("val", "test")):
        crossing, which = across(pairs, split_N, SPLITS.index(split), SPLITS.index(other))
        if not len(crossing):
            continue
        concerned, leaked = np.unique(crossing[:, 0]), len(np.unique(crossing[:, 1]))
        of_other = int((split_N == SPLITS.index(other)).sum())
        found.append(
            Finding(
                kind="leak",
                severity="warning",
                count=len(concerned),
                files=_names(whole, concerned),
                pairs=_named(whole, crossing),
                values={
                    "split": split,
                    "other": other,
                    "leaked": leaked,
                    "of": of_other,
                    "share": round(leaked / of_other, 4),
                    **_kinds(equal_P[which]),
                },
            )
        )
    return found


def across(pairs: Pairs, split_N: Labels, split: int, other: int) -> tuple[Pairs, Labels]:
    """The pairs between two splits, as (place in the one, place in the other), and which of all pairs they are."""
    splits = split_N[pairs]
    forth, back = (splits == [split, other]).all(1), (splits == [other, split]).all(1)
    which = np.flatnonzero(forth | back)
    return np.where(back[which, None], pairs[which][:, ::-1], pairs[which]), which


def find(whole: Dataset, images_NSS: Pixels, tell: Watcher = nobody, *, near: bool = True) -> Copies:
    """Equal ones by all that the network sees; in a streamed folder by the grey views, which are at hand."""
    store = whole.store  # a few images at a time: all together are no small array
    pixels = row_file.each(store, whole.rows_N.tolist()) if isinstance(store, np.ndarray) else images_NSS
    exact = duplicates.exact(pixels)
    if not near:
        return Copies(exact=exact, near=None)
    alike = duplicates.near(images_NSS, tell)
    turned = (alike[:, 2] == 1) & (whole.labels_N[alike[:, 0]] != whole.labels_N[alike[:, 1]])
    return Copies(exact=exact, near=alike[~turned, :2])


def leaks(whole: Dataset, split_N: Labels, recipe: Recipe, tell: Watcher) -> list[tuple[int, int]]:
    """(row of a training image, row of its like) of what drop_leaks leaves out."""
    pairs, _ = find(whole, thumbnails.grey(whole, recipe, tell), tell).all()
    return [(int(one), int(like)) for one, like in left_out(pairs, split_N)]


def left_out(pairs: Pairs, split_N: Labels) -> Pairs:
    """(training place, its like) of each training image that has one in val or test: what drop_leaks leaves out.

    Pixels decide, not labels and not answers: the test split stays sealed, and no opening is counted.
    """
    crossing = np.concatenate([across(pairs, split_N, 0, other)[0] for other in (1, 2)])
    order = np.lexsort(crossing.T[::-1])
    _, first = np.unique(crossing[order, 0], return_index=True)
    return crossing[order][first]


def dropped(pairs: Sequence[tuple[str, str]]) -> list[Finding]:
    """What drop_leaks has left out."""
    if not pairs:
        return []
    return [
        Finding(
            kind="dropped",
            severity="note",
            count=len(pairs),
            files=tuple(image for image, _ in pairs),
            pairs=tuple(pairs),
        )
    ]


def _contradictions(pairs: Pairs, equal_P: npt.NDArray[np.bool_], whole: Dataset) -> list[Finding]:
    labels = whole.labels_N[pairs]
    which = np.flatnonzero(labels[:, 0] != labels[:, 1])
    if not len(which):
        return []
    count = Counter(tuple(sorted(whole.classes[label] for label in row)) for row in labels[which].tolist())
    common = count.most_common()
    concerned = np.unique(pairs[which])
    return [
        Finding(
            kind="contradiction",
            severity="warning",
            count=len(which),
            files=_names(whole, concerned),
            pairs=_named(whole, pairs[which]),
            values={"labels": [[one, other, number] for (one, other), number in common], **_kinds(equal_P[which])},
        )
    ]


def _repeated(pairs: Pairs, equal_P: npt.NDArray[np.bool_], whole: Dataset, split_N: Labels) -> list[Finding]:
    found = []
    for number, split in enumerate(SPLITS):
        which = np.flatnonzero((split_N[pairs] == number).all(1))
        superfluous = np.unique(pairs[which, 1])
        if not len(which):
            continue
        of = int((split_N == number).sum())
        found.append(
            Finding(
                kind="duplicate",
                severity="note",
                count=len(superfluous),
                files=_names(whole, superfluous),
                pairs=_named(whole, pairs[which]),
                values={"split": split, "of": of, "share": round(len(superfluous) / of, 4), **_kinds(equal_P[which])},
            )
        )
    return found


def _kinds(equal_P: npt.NDArray[np.bool_]) -> dict[str, int]:
    return {"exact": int(equal_P.sum()), "near": int((~equal_P).sum())}


def _names(whole: Dataset, places: Labels) -> tuple[str, ...]:
    return tuple(whole.names[place] for place in places)


def _named(whole: Dataset, pairs: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple((whole.names[one], whole.names[other]) for one, other in pairs)
