"""`Transfers`: several ways from trained weights to another task, on several shares of its data, compared on the same images."""

from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.record import shown as shown_as
from linnaeus.record.comparison import Comparison
from linnaeus.record.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One run: a way of training on a share of the training images, and what came of it on validation."""

    way: str  # "scratch", or a word of the recipe's `train`
    share: float
    images: int  # that it was trained on
    run: str
    score: Score
    train_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """`comparisons` are, for each share, of every way but the first against the first, on the same validation images."""

    data: str
    weights: str
    ways: tuple[Way, ...]
    comparisons: tuple[tuple[float, Comparison], ...]

    def to_plain(self) -> dict[str, Any]:
        pairs = [{"share": share, **comparison.to_plain()} for share, comparison in self.comparisons]
        return {
            "data": self.data,
            "weights": self.weights,
            "ways": [asdict(way) for way in self.ways],
            "comparisons": pairs,
        }

    def _repr_html_(self) -> str:
        return shown_as.transfers(self)
