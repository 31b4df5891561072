"""Single images of a run: some that it trains on, its most confident mistakes, and predictions for a few that nobody picked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.reporting.blocks import Block, Folded, Framed, Gallery, Heading, Paragraph, Picture, Pixels, Section, Text
from linnaeus.reporting.content import grade
from linnaeus.reporting.content.layout import bold, breakable, small, table, titled
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MOST_MISTAKES = 24  # of a split; the others are behind the cells of the confusion matrix
MOST_EXAMPLES = 8
SMALLER = 56  # pixels on a page, about, of images that are seen by the dozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An image that was kept as a picture; `of_label` is the probability of its own class, None where no prediction tells it."""

    pixels: Pixels
    name: str
    label: int  # places among the classes
    predicted: int
    confidence: float  # probability of `predicted`
    of_label: float | None


def samples(run: Run, say: Words) -> Section | None:
    """Some training images of each class, as the network gets them; None where no pictures were kept."""
    found = run.folder.pictures("samples")
    if found is None or not len(found["images"]):
        return None
    frames = []
    for place in np.argsort(found["labels"], kind="stable"):
        name = run.record.data.classes[int(found["labels"][place])]
        picture = Picture(pixels=found["images"][place], label=say("samples-picture", name=name))
        frames.append(Framed(pictures=[picture], lines=[name]))
    return titled(say, "samples", [Gallery(framed=frames, side=SMALLER, caption=say("samples-caption"))])


def mistakes(run: Run, say: Words) -> Section | None:
    """None where no pictures of mistakes were kept, though there are some; none of a split on which the run is no better than guessing."""
    blocks: list[Block] = []
    for key in run.splits():
        if grade.in_vain(run, key):
            continue  # what a guess is confident of tells nothing
        shown, name = mistaken(run, key)[:MOST_MISTAKES], split_title(key, say)
        if shown:
            framed = [framed_one(one, run.classes(key), say) for one in shown]
            blocks += [Heading(name), Gallery(framed=framed, caption=say("mistakes-caption", split=name, n=len(shown)))]
        elif run.record.scores[key].metrics["accuracy"].value == 1:
            blocks += [Heading(name), Paragraph(say("mistakes-none"))]
    return titled(say, "mistakes", blocks) if blocks else None


def examples(run: Run, say: Words) -> Section | None:
    """Predictions at equal distances in the split of the headline; None where none were kept, or it has one class."""
    key = run.headline()
    found = run.folder.predictions(key) if key is not None else None
    if key is None or found is None or not len(found["names"]) or found["probabilities"].shape[1] < 2:
        return None
    classes, rows = run.classes(key), []
    for place in np.unique(np.linspace(0, len(found["names"]) - 1, MOST_EXAMPLES).round().astype(int)):
        chances_K, label = found["probabilities"][place], int(found["labels"][place])
        first, second = (int(index) for index in np.argsort(-chances_K, kind="stable")[:2])
        predicted = classes[first] if first == label else bold(classes[first])
        likely, next_likely = (say.number(float(chances_K[index]), 2) for index in (first, second))
        name = breakable(str(found["names"][place]))
        rows.append([name, classes[label], predicted, likely, classes[second], next_likely])
    columns = ("image", "true", "prediction", "probability", "second", "probability")
    listed = table(say, columns, rows, say("examples-caption", split=split_title(key, say)), (3, 5))
    return titled(say, "examples", [Folded(summary=say("examples-summary", n=len(rows)), blocks=[listed])])


def mistaken(run: Run, key: str) -> list[Kept]:
    """The mistakes on a split that have a picture, the most confident first. Raises RunError: a file is damaged."""
    return _kept(run, key, run.folder.pictures(f"mistakes-{key}"))


def chosen(run: Run, key: str) -> dict[str, Kept]:
    """A typical correct image, the most confident mistake and the least certain prediction: "correct", "wrong", "hardest".

    Raises:
        RunError: a file is damaged.
    """
    found = run.folder.pictures(f"examples-{key}")
    if found is not None:
        return dict(zip(map(str, found["kinds"]), _kept(run, key, found), strict=True))
    return dict(zip(["wrong"], mistaken(run, key), strict=False))  # of a run that kept no examples


def framed_one(one: Kept, classes: Sequence[str], say: Words, head: Sequence[Text] = ()) -> Framed:
    """The picture over its true class, its prediction and its file."""
    label, predicted = classes[one.label], classes[one.predicted]
    of_label, confidence = (Markup(" ") + small(say.number(share, 2)) if share is not None else ""
                            for share in (one.of_label, one.confidence))  # fmt: skip
    lines = [bold(label) + of_label, Markup("→ {}{}").format(predicted, confidence), small(breakable(one.name))]
    what = say("kept-picture", name=one.name, label=label, predicted=predicted)
    return Framed(pictures=[Picture(pixels=one.pixels, label=what)], lines=[*head, *lines])


def _kept(run: Run, key: str, found: Mapping[str, npt.NDArray[Any]] | None) -> list[Kept]:
    if found is None or not len(found["images"]):
        return []
    of_label: dict[str, float] = {}
    if (predictions := run.folder.predictions(key)) is not None:
        for row in np.flatnonzero(np.isin(predictions["names"], found["names"])):
            of_label[str(predictions["names"][row])] = float(
                predictions["probabilities"][row, predictions["labels"][row]]
            )
    columns = (found[name] for name in ("images", "names", "labels", "predicted", "confidence"))
    return [
        Kept(pixels=pixels, name=str(name), label=int(label), predicted=int(predicted), confidence=float(confidence),
             of_label=of_label.get(str(name)))
        for pixels, name, label, predicted, confidence in zip(*columns, strict=True)
    ]  # fmt: skip
