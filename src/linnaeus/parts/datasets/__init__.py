"""Data sets. One file each, with

    build(folder, /, *, …options) -> dict

`folder` is the cache folder for downloads. What is returned holds

    "classes"   list of class names; labels index it
    "splits"    {"train": (images, labels), "test": (images, labels)} and "val" if the set brings one; or {"all": (images,
                labels)}, where the splits are still to be drawn. images: uint8 array (N, H, W, C), or a list of absolute
                paths; labels: int64 (N,)
    "root"      for paths: the folder that names are relative to
    "groups"    for paths: the thing that each shows, {path: name}, where the set knows several images of one; may be left out
    "mirror"    True if a mirrored image keeps its class, False if not, None if nobody knows
    "notes"     what the user should know: sentences, or (kind, values) of which `reporting.content.notes` has the words; may be
                left out
    "names"     what `select` was told of class names that are one to a person

A ValueError becomes the user's message. Every data set also takes the options of `select`, and `folder=` in place of the
cache folder. One that can be downloaded declares `folder=None` itself: a local copy, into which nothing is downloaded.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
GOLDEN = (5**0.5 - 1) / 2


def select(
    dataset: dict[str, Any],
    /,
    *,
    classes: int | str | Sequence[int | str] | None = None,
    limit: int | None = None,
    names: Literal["merge", "keep"] | None = None,
) -> dict[str, Any]:
    """The part of a data set that is wished for.

    `classes` are names or numbers; their images stay, relabelled 0, 1, … in the order given. `limit` keeps at most so many
    images of each class in each split: always the same ones, spread over the class's images, and those of a smaller limit
    are among those of a larger one. `names` says what becomes of class names that a person would not tell apart (Cat and cat,
    1 and 1.0): "merge" makes one class of them, "keep" takes all names as they are written; None: they are asked about.

    Raises:
        ValueError: no such class (near names are said), a class named twice, or a limit below 1.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit={limit}: at least 1 image of each class must stay")
    wanted = range(len(dataset["classes"])) if classes is None else _numbers(classes, dataset["classes"])
    splits = {
        name: _selected(images, labels_N, wanted, limit) for name, (images, labels_N) in dataset["splits"].items()
    }
    chosen = [dataset["classes"][number] for number in wanted]
    return {**dataset, "classes": chosen, "splits": splits, "names": names}


def _selected(images: Any, labels_N: Labels, wanted: Sequence[int], limit: int | None) -> tuple[Any, Labels]:
    """The images and new labels of one split, in their old order."""
    places = [_spread(np.flatnonzero(labels_N == number), limit) for number in wanted]
    new_labels = np.repeat(np.arange(len(places)), [len(part) for part in places])
    chosen = np.concatenate(places) if places else np.zeros(0, np.int64)
    order = np.argsort(chosen)
    chosen = chosen[order]
    taken = images[chosen] if isinstance(images, np.ndarray) else [images[place] for place in chosen]
    return taken, new_labels[order].astype(np.int64)


def _spread(places: Labels, limit: int | None) -> Labels:
    """At most `limit` of them, evenly spread: multiples of the golden ratio, modulo 1, fill the unit interval evenly."""
    return places[np.argsort(np.arange(len(places)) * GOLDEN % 1)[:limit]]


def _numbers(wanted: int | str | Sequence[int | str], names: Sequence[str]) -> list[int]:
    wanted = [wanted] if isinstance(wanted, int | str) else list(wanted)
    numbers = [_number(name, names) for name in wanted]
    if not numbers:
        raise ValueError("classes=[] leaves nothing; name at least two classes")
    twice = next((name for name, number in zip(wanted, numbers, strict=True) if numbers.count(number) > 1), None)
    if twice is not None:
        raise ValueError(f"the class {twice} is named twice")
    return numbers


def _number(wanted: int | str, names: Sequence[str]) -> int:
    if wanted in names:
        return names.index(str(wanted))
    if isinstance(wanted, int):
        if not 0 <= wanted < len(names):
            raise ValueError(f"there is no class number {wanted}; they go from 0 to {len(names) - 1}")
        return wanted
    near = get_close_matches(wanted, names, n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(near)}?" if near else f"known: {_shortened(names)}"
    raise ValueError(f"there is no class {wanted!r}; {advice}")


def _shortened(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
