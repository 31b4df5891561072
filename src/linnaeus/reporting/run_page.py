"""One run as a part of a page: from its folder to what the templates lay out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.recipe import shell
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ConfusedPair, SplitScores
from linnaeus.reporting import cells, findings, forgotten, pictures, readings, tables
from linnaeus.reporting import old_figures as figures
from linnaeus.reporting.album import Album, Shown
from linnaeus.reporting.audited import audited
from linnaeus.reporting.repeat import commands
from linnaeus.reporting.words import Words
from linnaeus.stats.confusion import confusion

Array = npt.NDArray[Any]

ORDER = ("val", "test", "train")  # of splits on the page; scores on other data come after them
MOST_CELLS = 30  # classes of a confusion matrix that is written out; a larger one is a picture
MOST_ROWS = 40  # of a table that stands open
WEAKEST = 20  # classes shown of a table that does not
MOST_SKIPPED = 100
MOST_MISTAKES = 24  # among the surest; the others are behind the cells of the matrix
SAMPLE_SIDE = 56  # pixels on the page, about
NO_DATA = {"source": "", "fingerprint": "", "classes": [], "counts": {}, "per_class": {}, "skipped": [], "notes": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitView:
    """What the page shows of one split."""

    key: str
    id: str  # its fragment
    title: str
    scores: SplitScores
    table: tables.ClassTable
    matrix: list[tables.MatrixRow] | None  # written out, where there are few classes
    picture: str | None  # of the matrix, where there are many
    pairs: list[tuple[ConfusedPair, str | None]]  # with the fragment that opens their images
    mistakes: cells.Mistakes


def held(folder: RunFolder) -> RunRecord:
    """The record, of an unfinished run with the epochs that are done: its record is written at the end, its history after each."""
    record = folder.record()
    if record.status != "finished" and len(found := folder.history()) > len(record.history):
        return replace(record, history=found)
    return record


def view(folder: RunFolder, record: RunRecord, say: Words, album: Album, prefix: str = "") -> dict[str, Any]:
    """The values of `run.html`. `prefix` begins all fragments of this run, where a page has several.

    Raises:
        RunError: a file in the folder, or a part of its record, is damaged.
    """
    order = sorted(record.scores, key=_place)
    samples, samples_side = _samples(folder, record, album)
    splits = [
        _split(folder, record, key, prefix + _fragment(key, place), say, album) for place, key in enumerate(order)
    ]
    return {
        "prefix": prefix,
        "run": record,
        "data": NO_DATA | codec.to_plain(record.data),
        "environment": codec.to_plain(record.environment),
        "splits": splits,
        "metrics": tables.metrics(record, order),
        "forgotten": forgotten.views(record, sorted(record.forgetting, key=_place), say),
        "curves": dict(_curves(record, prefix, say)),
        "wide": figures.is_wide(codec.to_plain(record.curve())),
        "kept": tables.kept_epoch(record),
        "findings": findings.sections(folder, record, say, album, prefix),
        "audited": audited(record.data, say),
        "samples": samples,
        "samples_side": samples_side,
        "recipe": tables.recipe(record.recipe, say),
        "toml": "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in record.recipe.items()),
        "commands": commands(folder, record),
        "fingerprints": folder.fingerprints(),
        "times": tables.times(codec.to_plain(record.time), say),
        "path": shell.quoted(str(folder.path)),
        "tables": tables,
        "many": MOST_ROWS,
        "weakest": WEAKEST,
        "most_skipped": MOST_SKIPPED,
        "most_mistakes": MOST_MISTAKES,
    }


def split_title(key: str, say: Words) -> str:
    """What scores are of: a split, or "val+flip", several views of its images."""
    split, _, views = key.partition("+")
    title = say.of("split", split)
    return str(say("split.views", split=title, views=views) if views else title)


def _place(key: str) -> tuple[int, str]:
    """Plain scores first, in the order of their splits; then those of several views, which flatter; then other data."""
    split, _, views = key.partition("+")
    return (ORDER.index(split) + len(ORDER) * bool(views), "") if split in ORDER else (2 * len(ORDER), key)


def _fragment(key: str, place: int) -> str:
    return key if key in ORDER else f"scores{place}"


def _split(folder: RunFolder, record: RunRecord, key: str, id: str, say: Words, album: Album) -> SplitView:
    scores = record.scores[key]
    classes = [row.name for row in scores.classes]
    found = folder.predictions(key)
    counts = None
    if found is not None and len(found["labels"]) and found["probabilities"].shape[1] == len(classes):
        counts = confusion(found["labels"], found["probabilities"].argmax(axis=1), len(classes))
    few = len(classes) <= MOST_CELLS
    mistakes = cells.mistakes(folder, key, classes, counts, id, album)
    return SplitView(
        key=key,
        id=id,
        title=split_title(key, say),
        scores=scores,
        table=tables.by_class(scores, weakest_first=len(classes) > MOST_ROWS),
        matrix=tables.matrix(counts, classes, mistakes) if counts is not None and few else None,
        picture=pictures.matrix(counts) if counts is not None and not few else None,
        pairs=_pairs(counts, classes, mistakes) if counts is not None else [],
        mistakes=mistakes,
    )


def _pairs(counts_KK: Array, classes: list[str], mistakes: cells.Mistakes) -> list[tuple[ConfusedPair, str | None]]:
    place = {name: index for index, name in enumerate(classes)}
    found = tables.pairs(counts_KK, classes)
    return [(pair, mistakes.links.get((place[pair.name], place[pair.confused_with]))) for pair in found]


def _samples(folder: RunFolder, record: RunRecord, album: Album) -> tuple[list[tuple[str, list[Shown]]], int]:
    """Pictures of each class, and their side on the page."""
    found, classes = folder.pictures("samples"), record.data.classes
    if found is None or not len(found["images"]):
        return [], 0
    groups = [
        (classes[int(label)], [album.add(image) for image in found["images"][found["labels"] == label]])
        for label in np.unique(found["labels"])
    ]
    shown = [(name, [one for one in group if one is not None]) for name, group in groups]
    return [pair for pair in shown if pair[1]], pictures.side(found["images"], SAMPLE_SIDE)


def _curves(record: RunRecord, prefix: str, say: Words) -> Iterator[tuple[str, Markup]]:
    if record.history:
        marks = figures.Marks(kept=tables.kept_epoch(record), began=len(record.earlier) or None)
        for name, draw in (("loss", figures.loss), ("accuracy", figures.accuracy), ("rate", figures.rate)):
            zones = readings.of_epochs(codec.to_plain(record.curve()), name, say)
            yield (
                name,
                figures.svg(
                    draw(codec.to_plain(record.curve()), marks=marks), prefix + name, str(say(name)), zones, say.point
                ),
            )
