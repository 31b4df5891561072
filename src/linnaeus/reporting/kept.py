"""Images of a split that were kept as pictures, each with its label, its prediction and the probabilities of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.reporting.blocks import Framed, Picture, Pixels, Text
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

Array = npt.NDArray[Any]

SIDE = 96  # pixels on a page, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One image; `of_label` is the probability of its own class, None where no prediction tells it."""

    pixels: Pixels
    name: str
    label: int  # places among the classes
    predicted: int
    confidence: float  # probability of `predicted`
    of_label: float | None


def mistakes(run: Run, key: str) -> list[Kept]:
    """The mistakes on a split that have a picture, the most confident first. Raises RunError: a file is damaged."""
    return _kept(run, key, run.folder.pictures(f"mistakes-{key}"))


def examples(run: Run, key: str) -> dict[str, Kept]:
    """A typical correct image, the most confident mistake and the least certain prediction: "correct", "wrong", "hardest".

    Raises:
        RunError: a file is damaged.
    """
    found = run.folder.pictures(f"examples-{key}")
    if found is not None:
        kinds = [str(kind) for kind in found["kinds"]]
        return dict(zip(kinds, _kept(run, key, found), strict=True))
    worst = mistakes(run, key)[:1]  # of a run that kept no examples
    return {"wrong": worst[0]} if worst else {}


def framed(one: Kept, classes: Sequence[str], say: Words, head: Sequence[Text] = (), anchor: str = "") -> Framed:
    """The picture over its true class, its prediction and its file."""
    label, predicted = classes[one.label], classes[one.predicted]
    what = say("kept-picture", name=one.name, label=label, predicted=predicted)
    of_label = _probability(one.of_label, say) if one.of_label is not None else ""
    lines = [
        Markup("<b>{}</b>{}").format(label, of_label),
        Markup("→ {}{}").format(predicted, _probability(one.confidence, say)),
        Markup("<small>{}</small>").format(breakable(one.name)),
    ]
    return Framed(pictures=[Picture(pixels=one.pixels, label=what)], lines=[*head, *lines], anchor=anchor)


def side(kept: Sequence[Pixels], wanted: int = SIDE) -> int:
    """On how many pixels of a page to show them: about `wanted`, small ones enlarged by a whole factor."""
    longest = max((max(pixels.shape[:2]) for pixels in kept), default=1)
    return longest * round(wanted / longest) if longest <= wanted else wanted


def breakable(name: str) -> Markup:
    """A file's name that may go on in a new line after each folder."""
    return Markup("/<wbr>").join(name.split("/"))


def _probability(value: float, say: Words) -> Markup:
    return Markup(" <small>{}</small>").format(say.number(value, 2))


def _kept(run: Run, key: str, found: Mapping[str, Array] | None) -> list[Kept]:
    if found is None or not len(found["images"]):
        return []
    of_label = _of_labels(found, run.folder.predictions(key))
    return [
        Kept(
            pixels=image,
            name=str(found["names"][place]),
            label=int(found["labels"][place]),
            predicted=int(found["predicted"][place]),
            confidence=float(found["confidence"][place]),
            of_label=of_label[place],
        )
        for place, image in enumerate(found["images"])
    ]


def _of_labels(found: Mapping[str, Array], predictions: Mapping[str, Array] | None) -> list[float | None]:
    """The probability of each picture's own class, where the predictions tell it."""
    if predictions is None:
        return [None] * len(found["images"])
    rows = np.flatnonzero(np.isin(predictions["names"], found["names"]))
    places = {str(predictions["names"][row]): int(row) for row in rows}
    known = [places.get(str(name)) for name in found["names"]]
    return [
        float(predictions["probabilities"][row, int(label)]) if row is not None else None
        for row, label in zip(known, found["labels"], strict=True)
    ]
