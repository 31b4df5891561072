"""Files of answers against labels that those who answered do not hold.

A file of answers is what `linnaeus predict --format csv` writes, or any CSV with the columns `image` and `label`; one of
labels has the same two. Images go by name, by their last part where that is unambiguous. An image without an answer is a wrong one.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from linnaeus.errors import DataError, UsageError
from linnaeus.record.scores import wilson

Verdict = Literal["passed", "failed", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Accuracy of one file of answers, with Wilson's 95 % interval."""

    name: str
    right: int
    n: int
    low: float
    high: float
    classes: tuple[tuple[str, int, int, float, float], ...]  # name, right, n, low, high
    verdict: Verdict | None  # None: no accuracy was asked for
    missing: tuple[str, ...] = ()  # images without an answer, which count as wrong
    unknown: tuple[str, ...] = ()  # answers to images without a label, which do not count
    twice: tuple[str, ...] = ()  # images that are answered again; the first answer counts

    @property
    def value(self) -> float:
        return self.right / self.n


def scored(answers: Path, labels: Path, to_reach: float | None = None) -> Scored:
    """Score a file of answers.

    They have passed if the lower end of the interval is at least `to_reach`, failed if the upper end is below it; between, so
    many images cannot tell.

    Raises:
        DataError: a file that cannot be read or lacks a column, labels of no image or of one image twice. UsageError: `to_reach`.
    """
    if to_reach is not None and not 0 < to_reach <= 1:
        raise UsageError(f"--pass {to_reach:g} must be a share above 0 and up to 1, such as 0.98")
    truth, repeated = _column(labels)
    if repeated or not truth:
        raise DataError(f"{labels} labels {repeated[0]!r} twice" if repeated else f"{labels} labels no image")
    said, twice = _column(answers)
    known = {_last(name): name for name in truth}
    by_last = len(known) == len(truth) and not said.keys() & truth.keys()
    found = {known.get(_last(name), name) if by_last else name: label for name, label in said.items()}
    right = {name for name, label in truth.items() if found.get(name) == label}
    classes = []
    for label in sorted(set(truth.values())):
        of = [name for name in truth if truth[name] == label]
        hits = len(right.intersection(of))
        classes.append((label, hits, len(of), *wilson(hits, len(of))))
    low, high = wilson(len(right), len(truth))
    return Scored(
        name=answers.stem,
        right=len(right),
        n=len(truth),
        low=low,
        high=high,
        classes=tuple(classes),
        verdict=None if to_reach is None else "passed" if low >= to_reach else "failed" if high < to_reach else "open",
        missing=tuple(name for name in truth if name not in found),
        unknown=tuple(name for name in found if name not in truth),
        twice=tuple(twice),
    )


def _column(file: Path) -> tuple[dict[str, str], list[str]]:
    """Labels by image, and the images that are named again."""
    try:
        rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        if not {"image", "label"} <= set(rows.fieldnames or ()):
            raise DataError(
                f"{file} needs the columns image and label; it has {', '.join(rows.fieldnames or ['none'])}"
            )
        found, again = dict[str, str](), list[str]()
        for row in rows:
            name = (row["image"] or "").strip().removeprefix("'")
            if name in found:
                again.append(name)
            else:
                found[name] = (row["label"] or "").strip().removeprefix("'")
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    return found, again


def _last(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name
