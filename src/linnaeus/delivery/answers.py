"""Predictions as people's programs read them: CSV, JSON, a JSON object a line. The standard library alone.

`csv` has one row an image, of what cannot be read the reason in the last column. Of an unknown image `label` is "unknown", and `likeliest`
its likeliest class. A set is a JSON list: names may hold any sign.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.files import csv_text
from linnaeus.record.display import Shown

UNKNOWN = "unknown"

Plain = Mapping[str, Any]  # an answer, as a line of JSON has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of each image: so many classes, its prediction set at a level, whether it is unknown."""

    top: int = 1
    sets: float | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The most probable classes of one image, the best first, with their probabilities after the temperature.

    `unknown`: the best of them is less probable than the run's threshold. `set`: the prediction set, the best first.
    Both are None where they were not asked for.
    """

    name: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    unknown: bool | None = None
    set: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An image that cannot be read, and why."""

    name: str
    error: str


Answer = Prediction | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted(Shown):
    """What is said of many images, and those that could not be read."""

    predictions: tuple[Prediction, ...]  # one for each image that could be read, in order
    unread: tuple[Unread, ...]  # images that could not be read, with the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns a table of answers has: `ranks` classes an image, whether it is unknown, its prediction set."""

    ranks: int
    unknown: bool
    sets: bool

    def titles(self) -> list[str]:
        later = [title for rank in range(2, self.ranks + 1) for title in (f"label_{rank}", f"probability_{rank}")]
        return ["image", "label", "probability", *later, *["likeliest"] * self.unknown, *["set"] * self.sets, "error"]

    def row(self, one: Plain) -> list[str]:
        """The cells of an answer."""
        more = self.unknown + self.sets
        if "error" in one:
            return [one["name"], *[""] * (2 * self.ranks + more), one["error"]]
        labels = (UNKNOWN if one.get("unknown") else one["labels"][0], *one["labels"][1:])
        pairs = zip(labels, one["probabilities"], strict=True)
        cells = [cell for label, share in pairs for cell in (label, f"{share:.6f}")]
        cells += [""] * (2 * self.ranks - len(cells))
        cells += [one["labels"][0]] * self.unknown
        cells += [json.dumps(one["set"], ensure_ascii=False)] * self.sets
        return [one["name"], *cells, ""]


def csv_lines(columns: Columns, found: Iterable[Plain]) -> Iterator[str]:
    """The lines of a table, its titles first, each with its end, harmless to spreadsheets."""
    yield csv_text([columns.titles()])
    for one in found:
        yield csv_text([columns.row(one)])


def json_line(one: Answer) -> str:
    """One answer a line, ASCII: it holds file names of any bytes exactly."""
    return json.dumps(asdict(one), allow_nan=False) + "\n"


def json_parts(predictions: Iterable[Plain], unread: Iterable[Plain]) -> Iterator[str]:
    """The text of a `Predicted` as `record.codec` has it, with exact names and probabilities, one image after another."""
    for begin, found in (('{\n  "predictions": [', predictions), ('],\n  "unread": [', unread)):
        yield begin
        between = ""
        for one in found:
            yield f"{between}\n    {_indented(one)}"
            between = ","
        yield "\n  " if between else ""
    yield "]\n}\n"


def _indented(one: Plain) -> str:
    text = json.dumps(one, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # a name that is not UTF-8, whose bytes stand as \udcXX
        text = json.dumps(one, indent=2, allow_nan=False)
    return text.replace("\n", "\n    ")


def as_csv(found: Predicted) -> str:
    """All at once, what could not be read at the end."""
    predictions = found.predictions
    columns = Columns(
        ranks=max((len(one.labels) for one in predictions), default=1),
        unknown=any(one.unknown is not None for one in predictions),
        sets=any(one.set is not None for one in predictions),
    )
    return "".join(csv_lines(columns, map(asdict, _all(found))))


def as_json(found: Predicted) -> str:
    """The record itself."""
    return "".join(json_parts(map(asdict, found.predictions), map(asdict, found.unread)))


def as_json_lines(found: Predicted) -> str:
    """An object a line, what could not be read at the end."""
    return "".join(map(json_line, _all(found)))


def _all(found: Predicted) -> tuple[Answer, ...]:
    return *found.predictions, *found.unread
