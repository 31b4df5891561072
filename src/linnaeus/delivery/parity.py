"""Whether an exported file answers as the classifier that it was made of, picture by picture, from the files themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty
from linnaeus.data.images import decode, pixels
from linnaeus.delivery.onnx_model import OnnxModel
from linnaeus.errors import DataError, ImageError, LinnaeusError
from linnaeus.events import Reading, Watcher

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier

WORST = 5  # pictures that are told of
TOGETHER = 64
TIED = 1e-6  # two probabilities that float32 cannot tell apart

Array = npt.NDArray[Any]
Pictures = Sequence[tuple[str, Any]]  # name and path, or array


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One picture, and what both say of it."""

    name: str
    ours: str
    theirs: str
    difference: float  # the largest of a class's probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """`n` pictures compared; `largest` difference of a probability; `from_bf16`: by how much the run itself, which computes in
    mixed precision, differs from its float32 twin, None where it does not."""

    n: int
    largest: float
    tolerance: float
    different: tuple[Answer, ...]  # beyond the tolerance or of another class, the worst first
    from_bf16: float | None = None

    def demand(self, file: Path) -> None:
        """Raise LinnaeusError where any picture is answered differently."""
        if self.different:
            listed = "\n".join(
                f"  {one.name}: {one.ours} here, {one.theirs} exported, a probability {one.difference:.2g} apart"
                for one in self.different[:WORST]
            )
            raise LinnaeusError(
                f"{file} was not written: the exported model answers {len(self.different):,} of {self.n:,} pictures otherwise "
                f"(tolerance {self.tolerance:g}). The worst:\n{listed}"
            )


def compare(
    exported: OnnxModel, classifier: "Classifier", pictures: Pictures, tolerance: float, tell: Watcher
) -> Parity:
    """Each picture, undecoded, through both. What neither can read is left out.

    Raises:
        DataError: none of them can be read.
    """
    wanted = classifier.preprocessing
    twin = replace(classifier, precision="fp32")
    found: list[Answer] = []
    shifts: list[float] = []
    for start in range(0, len(pictures), TOGETHER):
        read = list(_read(pictures[start : start + TOGETHER], wanted.channels))
        tell(Reading(done=min(start + TOGETHER, len(pictures)), total=len(pictures), what="pictures"))
        if not read:
            continue
        squares_NHWC = np.stack([decode.fit(seen, wanted.size, wanted.resize) for _, seen, _ in read])
        ours_NK = _calibrated(twin, squares_NHWC)
        theirs_NK = np.concatenate([exported.answers(raw[None]) for _, _, raw in read])
        found += [
            _answer(name, ours_K, theirs_K, classifier.classes, exported.classes)
            for (name, _, _), ours_K, theirs_K in zip(read, ours_NK, theirs_NK, strict=True)
        ]
        if classifier.precision != "fp32":
            shifts.append(float(np.abs(_calibrated(classifier, squares_NHWC) - ours_NK).max()))
    if not found:
        raise DataError("none of the pictures to compare with can be read; name others with --check")
    different = [one for one in found if one.ours != one.theirs or not one.difference <= tolerance]
    return Parity(
        n=len(found),
        largest=max(one.difference for one in found),
        tolerance=tolerance,
        different=tuple(sorted(different, key=lambda one: (one.ours == one.theirs, -one.difference))),
        from_bf16=max(shifts) if shifts else None,
    )


def _read(group: Sequence[tuple[str, Any]], channels: int) -> Iterator[tuple[str, Array, Array]]:
    """Name, pixels as the classifier gets them before they are fitted, and as the file does."""
    for name, picture in group:
        try:
            seen = pixels.pixels(picture, channels)
            yield name, seen, pixels.pixels(picture, 3) if channels == 1 else seen
        except ImageError:
            continue


def _calibrated(classifier: "Classifier", squares_NHWC: Array) -> Array:
    return (classifier.calibration or Certainty()).probabilities(classifier.probabilities(squares_NHWC))


def _answer(name: str, ours_K: Array, theirs_K: Array, classes: Sequence[str], exported: Sequence[str]) -> Answer:
    best, other = int(ours_K.argmax()), int(theirs_K.argmax())
    if exported[best] == classes[best] and ours_K[best] - ours_K[other] <= TIED:
        other = best  # which of two comes first is chance
    return Answer(
        name=name,
        ours=classes[best],
        theirs=exported[other],
        difference=float(np.abs(ours_K - theirs_K).max()),
    )
