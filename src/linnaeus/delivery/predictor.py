"""Naming images from anywhere: files, folders, globs, standard input. What cannot be read is listed with its reason, never dropped."""

import glob
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.data.images import ahead, pixels
from linnaeus.delivery import onnx_model
from linnaeus.delivery.answers import UNKNOWN, Answer, Unread, Wish
from linnaeus.delivery.answers import Predicted as Predicted
from linnaeus.delivery.answers import Prediction as Prediction
from linnaeus.errors import DataError, ImageError, RunError
from linnaeus.events import Reading, Watcher, nobody

LONGEST_PATH = 4_096  # characters: what is longer is the content of an image
TOGETHER = 64  # images decoded and classified at once, while as many are decoded ahead: what bounds the memory

Source = Path | bytes
Read = tuple[str, npt.NDArray[np.uint8] | str]  # the name of an image, and its pixels or why there are none

_MISSING = (
    "such things are fitted on validation images: 20 and more are needed, and for a run that is older than all this, "
    "linnaeus evaluate RUN fits them now"
)


class Model(Protocol):
    """What a predictor asks: a `Classifier`, or what stands in its place."""

    @property
    def classes(self) -> tuple[str, ...]: ...
    @property
    def preprocessing(self) -> Preprocessing: ...
    @property
    def calibration(self) -> Certainty | None: ...

    def probabilities(self, images_NHWC: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Raw probabilities_NK of squares of the size that `preprocessing` wants."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """A trained network that classifies images of any size, of files and of arrays."""

    model: Any  # a `Model`; its fields are read only
    threads: int = 0  # that decode; 0: as many as there are cores

    @classmethod
    def load(cls, path: Path | str, *, device: str = "auto", threads: int = 0) -> "Predictor":
        """Of an exported FILE.onnx, or of the folder of a finished run, with `model.safetensors` and `classifier.json`.

        `device` "auto" is the GPU where there is one, "cpu" is none. Raises RunError.
        """
        if Path(path).suffix == onnx_model.SUFFIX:
            return cls(model=onnx_model.load(Path(path), threads, device), threads=threads)
        from linnaeus.classifier import classifier  # torch's: nothing else here needs it
        from linnaeus.device import pick_device

        return cls(model=classifier.load(Path(path)).to(pick_device(device)), threads=threads)

    def predict(self, images: Any, top: int = 1) -> list[Prediction]:
        """The `top` classes of one image or of many: paths (folders and globs too), pictures of Pillow, arrays of uint8.

        Raises:
            ImageError: an image that cannot be read, by its name; `listed` goes on without it.
        """
        found = self.listed(images, top=top)
        if found.unread:
            first = found.unread[0]
            raise ImageError(f"{first.name}: {first.error}")
        return list(found.predictions)

    def listed(
        self, images: Any, *, top: int = 1, sets: float | None = None, unknown: bool = False, tell: Watcher = nobody
    ) -> Predicted:
        """The same, with what cannot be read listed beside it; prediction sets at the level `sets`, and whether an image is
        unknown, where that is asked for.

        Raises:
            RunError: the classifier keeps no threshold for that.
        """
        wish = Wish(top=top, sets=sets, unknown=unknown)
        found = [one for group in self.groups(images, wish, tell=tell) for one in group]
        return Predicted(
            predictions=tuple(one for one in found if isinstance(one, Prediction)),
            unread=tuple(one for one in found if isinstance(one, Unread)),
        )

    def groups(
        self, images: Any, wish: Wish, *, tell: Watcher = nobody, without: Collection[str] = ()
    ) -> Iterator[list[Answer]]:
        """The same, some at a time and in the order of the images; those `without` are left out. Decoding is one group ahead.

        Raises:
            RunError: the classifier keeps no threshold for that.
        """
        check(self.model, wish)
        named = [pair for pair in sources(images) if pair[0] not in without]
        yield from self.answers(named, wish, tell)

    def answers(self, named: Sequence[tuple[str, Any]], wish: Wish, tell: Watcher = nobody) -> Iterator[list[Answer]]:
        """The same of images that have names already."""
        model, done = self.model, 0
        for found in ahead.in_groups(named, partial(_read, model), TOGETHER, self.threads):
            read = [image for _, image in found if not isinstance(image, str)]
            if read and not done and hasattr(model, "quickest"):
                model = model.quickest(np.stack(read), len(named), tell)
            yield _in_order(model, found, wish)
            done += len(found)
            tell(Reading(done=done, total=len(named), what="classified"))


def sources_of(images: Any) -> list[tuple[str, Any]]:
    """What `sources` gives, at once."""
    return list(sources(images))


def sources(images: Any) -> Iterator[tuple[str, Any]]:
    """(name, image) of each of `images`, which is one or many: what a path names, as `expand` does; what is an image, by its place."""
    for index, image in enumerate(pixels.one_by_one(images)):
        yield from _named(index, image)


def expand(path: str) -> Iterator[tuple[str, Source]]:
    """(name, source) of each image that `path` names: a file, all files below a folder, a glob, or `-`."""
    if path == "-":
        yield from _standard_input(sys.stdin.buffer.read())
    elif os.path.lexists(path):  # a link to nothing, too, is named and not searched for
        yield from _below(path)
    else:
        for name in sorted(glob.glob(path, recursive=True)) or [path]:  # noqa: PTH207  # pathlib has no absolute globs
            yield from _below(name)


def _below(path: str) -> Iterator[tuple[str, Source]]:
    """A file, or all files below a folder. Raises DataError for a folder without any."""
    if not os.path.isdir(path):  # noqa: PTH112  # pathlib raises where a name is too long
        yield path, Path(path)
        return
    empty = True
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            empty = False
            yield str(Path(folder, name)), Path(folder, name)
    if empty:
        raise DataError(f"there are no files in the folder {path}; name the one that holds the images")


def _named(index: int, image: Any) -> Iterator[tuple[str, Any]]:
    """What a path names, as `expand` does; what is an image already goes by its place."""
    if isinstance(image, str | Path):
        yield from expand(str(image))
    else:
        yield f"image {index}", image


def _standard_input(content: bytes) -> Iterator[tuple[str, Source]]:
    """One image, or, as `find` prints them with -print or -print0, lines that are paths, or paths that end in a zero byte."""
    between = b"\0" if content.endswith(b"\0") else b"\n"
    names = list(filter(None, (os.fsdecode(line.removesuffix(b"\r")) for line in content.split(between))))
    if names and len(names[0]) < LONGEST_PATH and "\0" not in names[0] and os.path.lexists(names[0]):
        for name in names:
            yield from expand(name)
    elif not content:
        raise DataError("standard input is empty; pipe one image, or paths, a line each")
    else:
        yield "-", content


def _read(model: Model, pair: tuple[str, Any]) -> Read:
    """The image as the network wants it, or the reason why not, behind its name."""
    name, source = pair
    try:
        return name, pixels.square(source, **model.preprocessing.square)
    except ImageError as error:
        return name, error.reason


def check(model: Model, wish: Wish) -> None:
    """Raise RunError where a threshold is needed that the classifier does not keep."""
    certainty, level = model.calibration or Certainty(), wish.sets
    if level is not None and level not in certainty.set_from:
        kept = ", ".join(f"{level:g}" for level in certainty.set_from)
        raise RunError(
            f"this run keeps prediction sets at the levels {kept}, not at {level:g}; choose one of them"
            if kept
            else f"this run keeps no prediction sets; {_MISSING}"
        )
    if wish.unknown and certainty.unknown_below is None:
        raise RunError(f"this run keeps no threshold below which an image is unknown; {_MISSING}")
    if wish.unknown and UNKNOWN in model.classes:
        raise RunError(
            f"this run has a class named {UNKNOWN!r}: an unknown image could not be told from one of that class"
        )


def _in_order(model: Model, found: list[Read], wish: Wish) -> list[Answer]:
    read = [(name, image) for name, image in found if not isinstance(image, str)]
    predicted = _predictions(model, read, wish)
    return [Unread(name=name, error=each) if isinstance(each, str) else next(predicted) for name, each in found]


def _predictions(model: Model, images: list[tuple[str, npt.NDArray[np.uint8]]], wish: Wish) -> Iterator[Prediction]:
    if images:
        raw_NK = model.probabilities(np.stack([image for _, image in images]))
        yield from told(model, [name for name, _ in images], raw_NK, wish)


def told(model: Model, names: Sequence[str], raw_NK: npt.NDArray[np.float32], wish: Wish) -> Iterator[Prediction]:
    """What is said of images by the network's raw probabilities."""
    certainty = model.calibration or Certainty()
    probabilities_NK = certainty.probabilities(raw_NK)
    order_NK = np.argsort(-raw_NK, axis=1, kind="stable")
    unknown_N = certainty.is_unknown(raw_NK)
    sets_NK = certainty.sets(raw_NK, wish.sets) if wish.sets is not None else None
    for row, (name, order) in enumerate(zip(names, order_NK, strict=True)):
        best = order[: wish.top]
        within = [index for index in order if sets_NK is None or sets_NK[row, index]]
        yield Prediction(
            name=name,
            labels=tuple(model.classes[index] for index in best),
            probabilities=tuple(float(probabilities_NK[row, index]) for index in best),
            unknown=bool(unknown_N[row]) if wish.unknown else None,
            set=tuple(model.classes[index] for index in within) if sets_NK is not None else None,
        )
