"""Single images: what the network says of each, by its logits; and predictions of images that have no label."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from markupsafe import Markup

from linnaeus.record.measurements import SingleImages
from linnaeus.reporting.blocks import Block, Facts, Text
from linnaeus.reporting.content import layout
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from linnaeus.delivery.answers import Predicted, Prediction, Unread
    from linnaeus.delivery.writing import Written

LOGITS = 12  # classes whose logits fit beside each other; of more, the largest are shown
LARGEST = 3


def look(found: "Predicted", say: Words) -> list[Block]:
    """A row an image, with its classes; then what could not be read, and why."""
    blocks = predictions(found.predictions, say)
    return [*blocks, Facts(_reasons(found.unread))] if found.unread else blocks


def written(found: "Written", say: Words) -> list[Block]:
    """Where predictions were written, and what could not be read."""
    text = say("single-written-text", file=str(found.file), n=found.n)
    return [Facts([(say("single-written"), text), *_reasons(found.first_unread)])]


def _reasons(unread: "Sequence[Unread]") -> list[tuple[Text, Text]]:
    return [(one.name, one.error) for one in unread]


def table(found: SingleImages, say: Words) -> list[Block]:
    """A row an image, with its logits."""
    classes, images = found.classes, found.images
    is_narrow = len(classes) <= LOGITS
    rows: list[list[Text]] = []
    for image in images:
        logits = image.logits
        said = [say.number(logits[name], 1) for name in classes] if is_narrow else [_largest(logits, say)]
        wrong = "" if image.label == image.predicted else say("single-wrong")
        rows.append([image.name, image.label, image.predicted, wrong, say.share(image.probability), *said])
    columns = ["image", "true", "predicted", "", "chance"]
    columns += (
        [say("single-logit", name=classes[0]), *map(Markup.escape, classes[1:])]
        if is_narrow
        else [say("single-logits")]
    )
    correct = sum(image.label == image.predicted for image in images)
    values = {"n": len(images), "split": say.of("split", found.split), "run": found.run}
    told = (say("single-correct"), say("single-correct-text", correct=correct, **values))
    return [
        layout.table(say, columns, rows, say("single-caption"), range(4, len(columns))),
        layout.known(told, (say("picture"), found.picture)),
    ]


def conclusions(found: "SingleImages | Predicted", say: Words) -> list[Markup]:
    """How many of the images are classified correctly, and which not; of images without labels what they were taken for."""
    if not isinstance(found, SingleImages):
        return _taken_for(found.predictions, say)
    wrong = [image for image in found.images if image.label != image.predicted]
    values = {"n": len(found.images), "correct": len(found.images) - len(wrong), "split": say.of("split", found.split)}
    told = [say("conclude-singles", run=found.run, **values)]
    return told + [say("conclude-single", name=one.name, label=one.label, predicted=one.predicted,
                       probability=say.share(one.probability)) for one in wrong]  # fmt: skip


def _taken_for(found: "Sequence[Prediction]", say: Words) -> list[Markup]:
    """The classes that were predicted most often, and the answer that is least certain."""
    if not found:
        return []
    often = Counter(one.labels[0] for one in found)
    classes = ", ".join(f"{name} ({say.count(count)})" for name, count in often.most_common(LOGITS))
    least = min(found, key=lambda one: one.probabilities[0])
    return [say("conclude-predicted", n=len(found), classes=classes + ("…" if len(often) > LOGITS else ""),
                name=PurePath(least.name).name, label=least.labels[0], probability=say.share(least.probabilities[0]))]  # fmt: skip


def _largest(logits: Mapping[str, float], say: Words) -> str:
    best = sorted(logits.items(), key=lambda pair: -pair[1])[:LARGEST]
    return ", ".join(f"{name} {say.number(logit, 1)}" for name, logit in best)


def predictions(found: "Sequence[Prediction]", say: Words) -> list[Block]:
    """A row an image: its classes, the most probable first, with their probabilities; its prediction set in braces."""
    if not found:
        return []
    ranks = max(len(one.labels) for one in found)
    with_sets = any(one.set is not None for one in found)
    titles = [title for rank in range(2, ranks + 1) for title in (say("single-class", rank=rank), "")]
    rows: list[list[Text]] = []
    for one in found:
        first = say("single-unknown", name=one.labels[0]) if one.unknown else one.labels[0]
        pairs = zip((first, *one.labels[1:]), one.probabilities, strict=True)
        cells: list[Text] = [cell for label, share in pairs for cell in (label, say.share(float(share)))]
        cells += [""] * (2 * ranks - len(cells))
        braced = f"{{{', '.join(one.set)}}}" if one.set is not None else ""
        rows.append([one.name, *cells, *([braced] if with_sets else [])])
    columns = ["image", "class", "", *titles, *([say("single-set")] if with_sets else [])]
    return [layout.table(say, columns, rows, numbers=range(2, 2 * ranks + 1, 2))]
