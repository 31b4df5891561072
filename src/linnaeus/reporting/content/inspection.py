"""A closer look at a run's mistakes: confusions, neighbours, Grad-CAM, labels that may be wrong, mirrored and turned images."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.record.inspection import Inspection, LabelError, LabelErrors, Mistake, Symmetry
from linnaeus.reporting.blocks import (
    Block,
    Cell,
    Facts,
    Folded,
    Framed,
    Gallery,
    Heading,
    Items,
    Measured,
    Paragraph,
    Picture,
    Section,
    Table,
    Text,
)
from linnaeus.reporting.content.layout import breakable, by_split, paragraph, table, titled
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

Array = npt.NDArray[Any]

OPEN = 8  # rows of a table that stand open
MOST_LABELS = 48  # doubtful labels that are shown
HEAT = (224, 72, 32)  # of what spoke for a class
JUDGES = ("own", "retrained")


class _Kept:
    """The pictures of an inspection, and the Grad-CAM maps over them, as far as they were kept."""

    def __init__(self, run: Run, split: str) -> None:
        self.arrays: Mapping[str, Array] = run.folder.pictures(f"inspection-{split}") or {}

    def picture(self, row: int | None, label: Text) -> Picture | None:
        if row is None or row >= len(self.arrays.get("images", ())):
            return None
        return Picture(pixels=self.arrays["images"][row], label=label)

    def maps(self, row: int | None, labels: Sequence[Text]) -> list[Picture]:
        """The map of the prediction, and that of the label."""
        found = [
            maps
            for of, maps in zip(self.arrays.get("map_of", ()), self.arrays.get("maps", ()), strict=True)
            if of == row
        ]
        return [
            Picture(pixels=_heated(self.arrays["images"][row], heat), label=label)
            for maps in found[:1]
            for heat, label in zip(maps, labels, strict=True)
        ]


def section(run: Run, say: Words) -> Section | None:
    """None of a run whose mistakes were not looked at."""

    def split(one: Inspection, key: str, say: Words) -> Iterator[Block]:
        return _split(one, _Kept(run, key), say)

    found = by_split(run.record.inspection, say, split)
    return titled(say, "inspection", found) if found else None


def look(one: Inspection, say: Words) -> list[Block]:
    """The same of one split without its pictures, for a terminal or a notebook: where the files lie, and how long it took."""
    lists = [one.files[name] for name in ("mistakes", "fixes") if name in one.files]
    stages = (f"{say.of('stage', stage)} {say.seconds(taken)}" for stage, taken in one.time_s.items())
    about = ((say("inspection-lists"), " · ".join(lists)), (say("inspection-took"), " · ".join(stages)))
    return [*_split(one, None, say), Facts(about)]


def conclusions(one: Inspection, say: Words) -> Iterator[Markup]:
    """How many images are misclassified, which class is mistaken for which most often, and what a mirror does to the classes."""
    split, errors = split_title(one.split, say), say.score(one.errors)
    if one.pairs:
        most = one.pairs[0]
        yield say("conclude-mistakes", split=split, errors=errors, name=most.name, other=most.confused_with,
                  count=say.count(most.count), of=say.count(most.share.n))  # fmt: skip
    else:
        yield say("inspection-errors", split=split, errors=errors)
    for turned in one.symmetry:
        if turned.kind == "mirror":
            moves = _moves(turned, say)
            yield say("conclude-mirror-moves" if moves else "conclude-mirror", same=say.score(turned.same), moves=moves)


def _split(one: Inspection, kept: _Kept | None, say: Words) -> Iterator[Block]:
    told = [say("inspection-errors", split=split_title(one.split, say), errors=say.score(one.errors))]
    if file := one.files.get("mistakes"):  # a name, or a whole path where it is told by itself below
        told.append(say("inspection-file", file=PurePath(file).name, n=one.listed))
    yield paragraph(told)
    if one.pairs:
        yield _pairs(one, say)
    if kept is not None:
        yield from _neighbours(one, kept, say)
    if one.label_errors is not None:
        yield from _label_errors(one.label_errors, one.files.get("fixes", "fixes.csv"), kept, say)
    elif one.no_label_errors is not None:
        yield Heading(say("label-errors"), small=True)
        reason = one.no_label_errors  # records of format 1 do not tell the numbers
        known = say(f"label-errors-{reason.kind}", **reason.values) if reason.values else say("label-errors-unchecked")
        yield Paragraph(known)
    if one.symmetry:
        yield from _turned(one.symmetry, say)


def _heated(image_HWC: Array, map_HW: Array) -> Array:
    """The image in grey, reddened where `map_HW` (uint8, of any size) is high: (H, W, 3)."""
    from PIL import Image

    height, width = image_HWC.shape[:2]
    grey_HW = image_HWC[..., :3].mean(axis=2)
    heat = Image.fromarray(map_HW).resize((width, height), Image.Resampling.BILINEAR)
    share_HW1 = 0.75 * np.asarray(heat, np.float64)[..., None] / 255
    mixed_HW3 = (1 - share_HW1) * grey_HW[..., None] + share_HW1 * np.array(HEAT)
    return np.asarray(np.round(mixed_HW3).astype(np.uint8))


def _pairs(one: Inspection, say: Words) -> Table:
    rows = [
        [pair.name, pair.confused_with, say.count(pair.count), Measured(score=pair.share), say.count(pair.share.n),
         _file(pair.images[0]) if pair.images else ""]
        for pair in one.pairs
    ]  # fmt: skip
    columns = ("true", "predicted", "mistakes", "share", "support", "example")
    return table(say, columns, rows, say("inspection-pairs"), (2, 3, 4), OPEN)


def _neighbours(one: Inspection, kept: _Kept, say: Words) -> Iterator[Block]:
    framed = [frame for mistake in one.mistakes if mistake.neighbours and (frame := _framed(mistake, kept, say))]
    if not framed:
        return
    yield Heading(say("inspection-neighbours"), small=True)
    if one.no_attention is None:
        yield Paragraph(say("inspection-maps-text"))
    else:
        reason = f"no-maps-{one.no_attention.kind}"
        yield paragraph([say("inspection-neighbours-text"), say(reason if say.has(reason) else "no-maps")])
    caption = say("inspection-neighbours-caption", split=split_title(one.split, say))
    yield Gallery(framed=framed[:OPEN], caption=caption)
    if framed[OPEN:]:
        more = say("inspection-more", n=len(framed) - OPEN)
        yield Folded(summary=more, blocks=[Gallery(framed=framed[OPEN:], caption=caption)])


def _framed(mistake: Mistake, kept: _Kept, say: Words) -> Framed | None:
    """A mistake, where the network looked, and the nearest training images."""
    own = kept.picture(mistake.picture, mistake.name)
    if own is None:
        return None
    labels = (say("map-prediction", name=mistake.predicted), say("map-label", name=mistake.label))
    pictures, near = [own, *kept.maps(mistake.picture, labels)], []
    for neighbour in mistake.neighbours:
        label = say("neighbour", name=neighbour.label, file=neighbour.name)
        if (picture := kept.picture(neighbour.picture, label)) is not None:
            pictures.append(picture)
            near.append(neighbour.label)
    of_label, probability = (
        say.number(share, 2) for share in (mistake.of_label, mistake.top[0][1] if mistake.top else 0.0)
    )
    values = {"label": mistake.label, "of_label": of_label, "predicted": mistake.predicted, "probability": probability}
    lines: list[Text] = [say("mistake-probabilities", **values)]
    if near:
        lines.append(say("mistake-near", names=", ".join(near)))
    return Framed(pictures=pictures, lines=[*lines, _file(mistake.name)])


def _label_errors(found: LabelErrors, fixes: str, kept: _Kept | None, say: Words) -> Iterator[Block]:
    yield Heading(say("label-errors"), small=True)
    yield paragraph(_doubts(found, fixes, say))
    shown, framed = found.top[:MOST_LABELS], []
    for one in shown if kept is not None else ():
        if kept is not None and (picture := kept.picture(one.picture, one.name)) is not None:
            line = say("label-error-line", given=one.given, of_given=say.number(one.of_given, 2),
                       suggested=one.suggested, probability=say.number(one.of_suggested, 2))  # fmt: skip
            framed.append(Framed(pictures=[picture], lines=[line, _file(one.name)]))
    if framed:
        yield Gallery(framed=framed, caption=say("label-errors-pictures"))
        yield Folded(summary=say("label-errors-listed"), blocks=[_doubtful(shown, say)])
    elif shown:
        yield _doubtful(shown, say)


def _doubtful(shown: Sequence[LabelError], say: Words) -> Table:
    rows = [
        [_file(one.name), one.given, say.number(one.of_given, 2), one.suggested, say.number(one.of_suggested, 2),
         say(f"action-{one.action}")]
        for one in shown
    ]  # fmt: skip
    columns = ("image", "label", "probability", "suggested", "probability", "action")
    return table(say, columns, rows, say("label-errors-caption"), (2, 4), OPEN)


def _doubts(found: LabelErrors, fixes: str, say: Words) -> Iterator[Markup]:
    """How many labels are in doubt, by what they were judged, and how far that can be believed."""
    splits = ", ".join(str(say.of("split", split)) for split in found.splits)
    share = say.score(found.share, n=False)
    yield say("label-errors-text", n=found.count, of=found.share.n, splits=splits, share=share)
    if found.count:
        yield say("label-errors-relabel", n=found.relabel) if found.relabel else say("label-errors-relabel-none")
    judge = found.features if found.features in JUDGES else "weights"
    accuracy = say.score(found.accuracy, n=False)
    yield say(f"label-errors-{judge}", weights=found.features, folds=found.folds, accuracy=accuracy)
    if found.pairs:
        given, suggested, count = found.pairs[0]
        yield say("label-errors-pair", given=given, suggested=suggested, n=count)
    if found.both is not None:
        yield say("label-errors-both", n=found.both)
    if found.seen:
        yield say("label-errors-seen")
    if found.left_out:
        yield say("label-errors-left-out", folds=found.folds, names=", ".join(found.left_out))
    if found.count:
        yield say("label-errors-fix", file=fixes)


def _turned(found: Sequence[Symmetry], say: Words) -> Iterator[Block]:
    yield Heading(say("turned"), small=True)
    rows: list[list[Cell]] = [
        [say.of("turned", one.kind), Measured(score=one.same), say.count(one.same.n), _moves(one, say) or "–"]
        for one in found
    ]
    yield table(say, ("turned", "same", "support", "moves"), rows, say("turned-caption"), (1, 2))
    if told := [sentence for one in found for sentence in _warnings(one, say)]:
        yield Items(told)


def _moves(one: Symmetry, say: Words) -> str:
    """The classes most of whose images become one other, each with how many of how many."""
    return "; ".join(
        f"{move.name} → {move.to} ({say.count(move.count)} / {say.count(move.share.n)})" for move in one.moves
    )


def _warnings(one: Symmetry, say: Words) -> Iterator[Markup]:
    """Classes that change places when turned, and pairs that the augmentation makes alike; silence means all is well."""
    how = say.of("turned", one.kind)
    exchanged = [f"{move.name} ↔ {move.to}" for move in one.moves if move.back and move.name < move.to]
    if exchanged:
        key = "turned-exchanged" if one.augmented_by else "turned-exchanged-unused"
        yield say(key, how=how, pairs=", ".join(exchanged), part=one.augmented_by or "")
    for pair in one.blurred:
        yield say("turned-alike", part=one.augmented_by or "", how=how, name=pair.name, other=pair.confused_with,
                  count=pair.count, of=pair.share.n)  # fmt: skip


def _file(name: str) -> Markup:
    return Markup('<small class="file">{}</small>').format(breakable(name))
