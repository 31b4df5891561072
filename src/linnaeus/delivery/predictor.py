"""Naming images from anywhere: files, folders, globs, standard input. What cannot be read is listed with its reason, never dropped."""

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linnaeus.classifier import Classifier
from linnaeus.data import decode
from linnaeus.device import cores
from linnaeus.errors import ImageError
from linnaeus.events import Reading, Watcher

TOGETHER = 256  # images decoded and classified at once: what bounds the memory

Source = Path | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The most probable classes of one image, the best first."""

    name: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    answers: tuple[Answer, ...]
    unread: tuple[tuple[str, str], ...]  # name and reason


def predict(classifier: Classifier, paths: Sequence[str], *, top: int, tell: Watcher) -> Answers:
    """The `top` classes of every image that `paths` name, in their order."""
    sources = [pair for path in paths for pair in expand(path)]
    answers: list[Answer] = []
    unread: list[tuple[str, str]] = []
    with ThreadPoolExecutor(cores()) as pool:  # Pillow frees the interpreter while it decodes
        for start in range(0, len(sources), TOGETHER):
            group = sources[start : start + TOGETHER]
            images = list(pool.map(lambda pair: _read(classifier, pair[1]), group))
            read = [(name, image) for (name, _), image in zip(group, images, strict=True) if not isinstance(image, str)]
            unread += [
                (name, reason) for (name, _), reason in zip(group, images, strict=True) if isinstance(reason, str)
            ]
            answers += _answers(classifier, [name for name, _ in read], [image for _, image in read], top)
            tell(Reading(done=min(start + TOGETHER, len(sources)), total=len(sources), what="images named"))
    return Answers(answers=tuple(answers), unread=tuple(unread))


def expand(path: str) -> Iterator[tuple[str, Source]]:
    """(name, source) of each image that `path` names: a file, all files below a folder, a glob, or `-`."""
    if path == "-":
        yield from _standard_input(sys.stdin.buffer.read())
    elif Path(path).is_dir():
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (
                (str(Path(folder, name)), Path(folder, name)) for name in sorted(files) if not name.startswith(".")
            )
    elif not Path(path).exists() and (found := sorted(glob.glob(path, recursive=True))):  # noqa: PTH207  # pathlib has no absolute globs
        for name in found:
            yield from expand(name)
    else:
        yield path, Path(path)


def _standard_input(content: bytes) -> Iterator[tuple[str, Source]]:
    """One image, or, as `find` prints them, lines that are paths."""
    lines = content.decode(errors="replace").splitlines() if b"\0" not in content else []
    if lines and Path(lines[0]).exists():
        for line in filter(None, lines):
            yield from expand(line)
    else:
        yield "-", content


def _read(classifier: Classifier, source: Source) -> npt.NDArray[np.uint8] | str:
    """The image as the network wants it, or the reason why not."""
    intake = classifier.intake
    try:
        return decode.read(source, channels=intake.channels, size=intake.size, resize=intake.resize)
    except ImageError as error:
        return error.reason


def _answers(
    classifier: Classifier, names: list[str], images: list[npt.NDArray[np.uint8]], top: int
) -> Iterator[Answer]:
    if not images:
        return
    probabilities_NK = classifier.probabilities(np.stack(images))
    best_NK = np.argsort(-probabilities_NK, axis=1, kind="stable")[:, :top]
    for name, row, best in zip(names, probabilities_NK, best_NK, strict=True):
        labels = tuple(classifier.classes[index] for index in best)
        yield Answer(name=name, labels=labels, probabilities=tuple(float(row[index]) for index in best))
