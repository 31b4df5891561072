"""`page`: a run's records as one HTML file that needs nothing else."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from linnaeus.record.confusion import ConfusedPair, confusion
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.record.scores import SplitScores
from linnaeus.report import figures, forgotten, pictures, tables
from linnaeus.report.words import LANGUAGES, Words

Array = npt.NDArray[Any]

ORDER = ("val", "test", "train")  # of splits on the page; scores on other data come after them
MOST_CELLS = 30  # classes of a confusion matrix that is written out; a larger one is a picture
MOST_ROWS = 40  # of a table that stands open
WEAKEST = 20  # classes shown of a table that does not
MOST_SKIPPED = 100
MOST_MISTAKES = 24
MISTAKE_SIDE, SAMPLE_SIDE = 96, 56  # pixels on the page, about
NO_DATA = {"source": "", "fingerprint": "", "classes": [], "counts": {}, "per_class": {}, "skipped": [], "notes": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    address: str
    label: str  # class name
    predicted: str = ""
    confidence: float = 0.0  # probability of `predicted`
    of_label: float | None = None  # probability of `label`
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitView:
    """What the page shows of one split."""

    key: str
    title: str
    scores: SplitScores
    table: tables.ClassTable
    matrix: list[tables.MatrixRow] | None  # written out, where there are few classes
    picture: str | None  # of the matrix, where there are many
    pairs: list[ConfusedPair]
    mistakes: list[Picture]
    mistakes_side: int  # pixels on the page


def page(folder: RunFolder, language: str = "en") -> str:
    """The run's page; of an unfinished run, as far as it has come.

    Raises:
        RunError: the folder holds no record, or a file in it is damaged.
    """
    say = LANGUAGES[language]
    record = folder.record()
    if record.status != "finished" and len(found := folder.history()) > len(record.history):
        record = replace(
            record, history=found
        )  # the record of a run is written at its end, the history after each epoch
    order = sorted(record.scores, key=_place)
    samples, samples_side = _samples(folder, record)
    text = _environment(language).get_template("page.html").render(
        run=record,
        data=NO_DATA | dict(record.data),
        splits=[_split(folder, record, key, say) for key in order],
        metrics=tables.metrics(record, order),
        forgotten=forgotten.views(record, sorted(record.forgetting, key=_place), say),
        curves=dict(_curves(record, say)),
        wide=figures.is_wide(record.curve()),
        kept=tables.kept_epoch(record),
        samples=samples,
        samples_side=samples_side,
        recipe=tables.recipe(record.recipe, say),
        toml="".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in record.recipe.items()),
        commands=commands(folder, record),
        times=tables.times(record.time, say),
        path=shlex.quote(str(folder.path)),
        tables=tables,
        many=MOST_ROWS,
        weakest=WEAKEST,
        most_skipped=MOST_SKIPPED,
    )  # fmt: skip
    return text.encode("utf-8", "replace").decode()  # names of files may hold what is not text


def _place(key: str) -> tuple[int, str]:
    """Plain scores first, in the order of their splits; then those of several views, which flatter; then other data."""
    split, _, views = key.partition("+")
    return (ORDER.index(split) + len(ORDER) * bool(views), "") if split in ORDER else (2 * len(ORDER), key)


def _split(folder: RunFolder, record: RunRecord, key: str, say: Words) -> SplitView:
    scores = record.scores[key]
    classes = [row.name for row in scores.classes]
    found = folder.predictions(key)
    counts = None
    if found is not None and len(found["labels"]) and found["probabilities"].shape[1] == len(classes):
        counts = confusion(found["labels"], found["probabilities"].argmax(axis=1), len(classes))
    few = len(classes) <= MOST_CELLS
    mistakes, side = _mistakes(folder, key, classes, found)
    return SplitView(
        key=key,
        title=_title(key, say),
        scores=scores,
        table=tables.by_class(scores, weakest_first=len(classes) > MOST_ROWS),
        matrix=tables.matrix(counts, classes) if counts is not None and few else None,
        picture=pictures.matrix(counts) if counts is not None and not few else None,
        pairs=tables.pairs(counts, classes) if counts is not None else [],
        mistakes=mistakes,
        mistakes_side=side,
    )


def _title(key: str, say: Words) -> str:
    """What scores are of: a split, or "val+flip", several views of its images."""
    split, _, views = key.partition("+")
    title = say.of("split", split)
    return str(say("split.views", split=title, views=views) if views else title)


def _mistakes(
    folder: RunFolder, split: str, classes: list[str], predictions: Mapping[str, Array] | None
) -> tuple[list[Picture], int]:
    found = folder.pictures(f"mistakes-{split}")
    if found is None or not len(found["images"]):
        return [], 0
    places: dict[str, int] = {}
    if predictions is not None:
        rows = np.flatnonzero(np.isin(predictions["names"], found["names"]))
        places = {str(predictions["names"][row]): int(row) for row in rows}

    def picture(index: int) -> Picture:
        name, label = str(found["names"][index]), int(found["labels"][index])
        known = predictions is not None and name in places
        return Picture(
            address=pictures.address(found["images"][index]),
            label=classes[label],
            predicted=classes[int(found["predicted"][index])],
            confidence=float(found["confidence"][index]),
            of_label=float(predictions["probabilities"][places[name], label]) if known and predictions else None,
            name=name,
        )

    return [picture(index) for index in range(min(len(found["images"]), MOST_MISTAKES))], pictures.side(
        found["images"], MISTAKE_SIDE
    )


def _samples(folder: RunFolder, record: RunRecord) -> tuple[list[tuple[str, list[str]]], int]:
    """Addresses of the pictures of each class, and their side on the page."""
    found, classes = folder.pictures("samples"), record.data.get("classes", [])
    if found is None or not len(found["images"]):
        return [], 0
    groups = [
        (classes[int(label)], [pictures.address(image) for image in found["images"][found["labels"] == label]])
        for label in np.unique(found["labels"])
    ]
    return groups, pictures.side(found["images"], SAMPLE_SIDE)


def _curves(record: RunRecord, say: Words) -> Iterator[tuple[str, Markup]]:
    if record.history:
        marks = figures.Marks(kept=tables.kept_epoch(record), began=len(record.earlier) or None)
        for name, draw in (("loss", figures.loss), ("accuracy", figures.accuracy), ("rate", figures.rate)):
            yield name, figures.svg(draw(record.curve(), marks=marks), name, str(say(name)))


def commands(folder: RunFolder, record: RunRecord) -> list[tuple[str, str]]:
    """What was done, as commands: the key of the words that say so, and the line."""
    run, machine = shlex.quote(str(folder.path)), record.environment
    again = f"linnaeus train --recipe {shlex.quote(str(folder.recipe))}"
    for flag in ("precision", "threads"):
        if flag in machine:
            again += f" --{flag} {machine[flag]}"
    if "device" in machine:
        again += f" --set device={machine['device']}"
    if "compiled" in machine:
        again += f" --set compile={'on' if machine['compiled'] else 'off'}"
    commands = [("repeat.train", again)]
    if record.status != "finished":
        return [*commands, ("repeat.resume", f"linnaeus resume {run}")]
    commands += [("repeat.evaluate", f"linnaeus evaluate {run} --split {shlex.quote(split)}") for split in record.scores
                 if split in ("train", "val")]  # fmt: skip
    if "test" in record.data.get("counts", {}):
        commands.append(("repeat.test", f"linnaeus evaluate {run} --split test"))
    return [*commands, ("repeat.predict", f"linnaeus predict {run} FILE")]


@cache
def _environment(language: str) -> Environment:
    say = LANGUAGES[language]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = say
    shown = (say.count, say.percent, say.between, say.decimals, say.decimal, tables.shape)
    environment.filters |= {function.__name__: function for function in shown}
    return environment
