"""Files of answers against labels that those who answered do not hold.

A file of answers is what `linnaeus predict --format csv` writes, or any CSV with the columns `image` and `label`; one of
labels has the same two, and may have a third, `group`: the thing that an image shows, so that things are counted (see
`stats.groups`). Images go by the longest ending of their path that one labelled image alone has, labels as a person reads
them ("30.0" is 30). An image without an answer is a wrong one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np

from linnaeus import files
from linnaeus.data import class_names
from linnaeus.errors import DataError, LinnaeusError, UsageError
from linnaeus.labs import lists
from linnaeus.labs.likeness import Alike, alike
from linnaeus.record.scores import Score, wilson
from linnaeus.stats.groups import share, things

Verdict = Literal["passed", "failed", "open"]
HEADS = {
    "image": ("filename", "file", "path", "изображение", "файл", "картинка"),
    "label": ("class", "prediction", "predicted", "метка", "класс", "ответ"),
    "group": ("thing", "группа", "объект"),
}
Answers = Mapping[str, str]  # the class of each labelled image that has an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One file of answers: its accuracy with a 95 % interval, of all images and of each class."""

    name: str
    right: int
    accuracy: Score
    classes: tuple[tuple[str, int, Score], ...]  # name, right, recall
    verdict: Verdict | None  # None: no accuracy was asked for
    missing: tuple[str, ...] = ()  # images without an answer, which count as wrong
    unknown: tuple[str, ...] = ()  # answers to images without a label, which do not count
    ambiguous: tuple[str, ...] = ()  # answers whose image may be one of several, which do not count
    twice: tuple[str, ...] = ()  # images that are answered again; the first answer counts

    def remarks(self) -> dict[str, tuple[str, ...]]:
        """What is odd about the file: the images, by what it is."""
        found = {key: getattr(self, key) for key in ("missing", "unknown", "ambiguous", "twice")}
        return {key: images for key, images in found.items() if images}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file of answers that cannot be scored, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A class of hand-ins, in the order they were given."""

    n: int  # labelled images
    to_reach: float | None
    groups: int | None  # things that they show, where the labels tell
    scored: tuple[Scored, ...]
    unread: tuple[Unread, ...]
    alike: tuple[Alike, ...]


@dataclass(frozen=True)
class Labels:
    """What is right: the class of each image."""

    of: Answers
    groups: Mapping[str, str] | None = None  # the thing that each image shows

    @cached_property
    def endings(self) -> dict[str, list[str]]:
        """The images that end in it, by each ending of their paths: `sea/1.png` is one of `test/sea/1.png`."""
        found = defaultdict(list)
        for image in self.of:
            for ending in _endings(image):
                found[ending].append(image)
        return found

    @cached_property
    def known(self) -> dict[str, str]:
        """The classes, by what is equal for names that are one to a person."""
        found = defaultdict(list)
        for name in dict.fromkeys(self.of.values()):
            found[class_names.key(name)].append(name)
        return {key: names[0] for key, names in found.items() if len(names) == 1}

    def image(self, name: str) -> list[str]:
        """The labelled images that a name may mean: by the longest of its endings that any has."""
        return next((self.endings[ending] for ending in _endings(name) if ending in self.endings), [])

    def label(self, name: str) -> str:
        """The class that a label means; one that there is not stands for itself."""
        return name if name in self.classes else self.known.get(class_names.key(name), name)

    @cached_property
    def classes(self) -> frozenset[str]:
        return frozenset(self.of.values())

    def score(self, images: Sequence[str], hits: Set[str]) -> Score:
        """The share of these images that are right."""
        shown = things([self.groups[image] for image in images]) if self.groups is not None else None
        if shown is not None:
            return share(np.array([image in hits for image in images]), shown)
        right = len(hits & set(images))
        low, high = wilson(right, len(images))
        return Score(value=right / len(images), low=low, high=high, n=len(images))


def graded(answers: Sequence[Path], labels: Path, to_reach: float | None = None) -> Graded:
    """Score files of answers, each by itself: one that cannot be read stops no other.

    A file has passed if the lower end of its interval is at least `to_reach`, failed if the upper end is below it; between, so many
    images cannot tell.

    Raises:
        DataError: labels that cannot be read, of no image, or of one image twice; or no file could be scored. UsageError: `to_reach`.
    """
    if to_reach is not None and not 0 < to_reach <= 1:
        raise UsageError(f"--pass {to_reach:g} must be a share above 0 and up to 1, such as 0.98")
    right = labelled(labels)
    found, scored, unread = dict[str, Answers](), list[Scored](), list[Unread]()
    for name, file in zip(told_apart(answers), answers, strict=True):
        try:
            one, found[name] = _scored(name, file, right, to_reach)
            scored.append(one)
        except LinnaeusError as error:
            unread.append(Unread(name=name, why=str(error)))
    if unread and not scored:
        raise DataError("\n".join(one.why for one in unread))
    return Graded(
        n=len(right.of),
        to_reach=to_reach,
        groups=len(set(right.groups.values())) if right.groups is not None else None,
        scored=tuple(scored),
        unread=tuple(unread),
        alike=tuple(alike(found, right.of)),
    )


def labelled(file: Path) -> Labels:
    """The labels that a file holds. Raises DataError: it cannot be read, or labels no image or one image twice."""
    found, repeated, groups = _column(file)
    if repeated or not found:
        raise DataError(f"{file} labels {repeated[0]!r} twice" if repeated else f"{file} labels no image")
    return Labels(found, groups or None)


def passing(n: int, to_reach: float) -> tuple[int | None, int | None]:
    """Of `n` images the least correct that pass and the most that fail: 264 and 246 of 270 for 0.95. None: no number does."""
    least = next((right for right in range(n + 1) if wilson(right, n)[0] >= to_reach), None)
    most = next((right for right in range(n, -1, -1) if wilson(right, n)[1] < to_reach), None)
    return least, most


def told_apart(several: Sequence[Path]) -> list[str]:
    """A name for each file: its own, or as many of its folders' as tell all of them apart, without what all have in common."""
    paths = [file.resolve().with_suffix("").parts for file in several]
    last = -1
    while len(set(paths)) > 1 and len({parts[last:] for parts in paths}) == 1:
        last -= 1
    names = ["/".join(parts[last : len(parts) + last + 1]) for parts in paths]
    first = last
    while len(set(names)) < len(set(paths)):
        first -= 1
        names = ["/".join(parts[first:][: last - first + 1]) for parts in paths]
    return names


def _scored(name: str, file: Path, right: Labels, to_reach: float | None) -> tuple[Scored, Answers]:
    said, twice, _ = _column(file)
    found, unknown, ambiguous = dict[str, str](), list[str](), list[str]()
    for image, label in said.items():
        meant = right.image(image)
        if len(meant) != 1:
            (ambiguous if meant else unknown).append(image)
        elif meant[0] in found:
            twice.append(image)
        else:
            found[meant[0]] = right.label(label)
    if not found:
        some, other = next(iter(said), ""), next(iter(right.of))
        raise DataError(
            f"{file} answers none of the {len(right.of)} images that have a label: {some!r} is none of {other!r} …"
        )
    hits = {image for image, label in right.of.items() if found.get(image) == label}
    accuracy, classes = right.score(list(right.of), hits), list[tuple[str, int, Score]]()
    for label in sorted(right.classes):
        of = [image for image in right.of if right.of[image] == label]
        classes.append((label, len(hits & set(of)), right.score(of, hits)))
    one = Scored(
        name=name,
        right=len(hits),
        accuracy=accuracy,
        classes=tuple(classes),
        verdict=None if to_reach is None else _verdict(accuracy, to_reach),
        missing=tuple(image for image in right.of if image not in found),
        unknown=tuple(unknown),
        ambiguous=tuple(ambiguous),
        twice=tuple(twice),
    )
    return one, found


def _verdict(accuracy: Score, to_reach: float) -> Verdict:
    return "passed" if accuracy.low >= to_reach else "failed" if accuracy.high < to_reach else "open"


def _column(file: Path) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """Labels by image, the images that are named again, and the thing that each shows, if a column tells. Raises DataError."""
    (_, head), *below = lists.rows(file) or [(1, ["none"])]
    places = lists.columns(head, HEADS)
    if not {"image", "label"} <= places.keys():
        raise DataError(f"{file} needs the columns image and label; it has {', '.join(cell.strip() for cell in head)}")
    found, again, groups = dict[str, str](), list[str](), dict[str, str]()
    for _, line in below:
        row = {key: files.csv_cell(cell) for key, cell in lists.cells(line, places)}
        if row["image"] in found:
            again.append(row["image"])
            continue
        found[row["image"]] = row["label"]
        if "group" in row:
            groups[row["image"]] = row["group"]
    return found, again, groups


def _endings(name: str) -> list[str]:
    """Of a path the whole of it and each shorter ending."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return ["/".join(parts[place:]) for place in range(len(parts))]
