"""Images of a split that were kept as pictures, each with its label, its prediction and the probabilities of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.reporting.blocks import Framed, Picture, Pixels, Text
from linnaeus.reporting.content.layout import bold, breakable, small
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
        return dict(zip(map(str, found["kinds"]), _kept(run, key, found), strict=True))
    worst = mistakes(run, key)[:1]  # of a run that kept no examples
    return {"wrong": worst[0]} if worst else {}


def framed(one: Kept, classes: Sequence[str], say: Words, head: Sequence[Text] = ()) -> Framed:
    """The picture over its true class, its prediction and its file."""
    label, predicted = classes[one.label], classes[one.predicted]
    of_label, confidence = (Markup(" ") + small(say.number(share, 2)) if share is not None else ""
                            for share in (one.of_label, one.confidence))  # fmt: skip
    lines = [bold(label) + of_label, Markup("→ {}{}").format(predicted, confidence), small(breakable(one.name))]
    what = say("kept-picture", name=one.name, label=label, predicted=predicted)
    return Framed(pictures=[Picture(pixels=one.pixels, label=what)], lines=[*head, *lines])


def _kept(run: Run, key: str, found: Mapping[str, Array] | None) -> list[Kept]:
    if found is None or not len(found["images"]):
        return []
    predictions, of_label = run.folder.predictions(key), dict[str, Array]()
    if predictions is not None:
        rows = np.flatnonzero(np.isin(predictions["names"], found["names"]))
        of_label = {str(predictions["names"][row]): predictions["probabilities"][row] for row in rows}
    columns = (found[name] for name in ("images", "names", "labels", "predicted", "confidence"))
    return [
        Kept(
            pixels=pixels,
            name=str(name),
            label=int(label),
            predicted=int(predicted),
            confidence=float(confidence),
            of_label=float(of_label[str(name)][int(label)]) if str(name) in of_label else None,
        )
        for pixels, name, label, predicted, confidence in zip(*columns, strict=True)
    ]
