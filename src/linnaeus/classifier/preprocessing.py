"""`Preprocessing`, a file of its own: what is delivered needs it without the rest of a card."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linnaeus.data.images.decode import Square


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """How a network wants its images: a square of `size` pixels made by the rule `resize`, then (pixel / 255 − mean) / std.

    `decoder` is the one that reads its files (see `data.images.decode`); the earliest cards, which name none, had the first.
    """

    size: int
    channels: int
    resize: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    decoder: int = 1

    @property
    def square(self) -> "Square":
        """What of it makes the pixels: what `data.images` and the loaders take."""
        return {"channels": self.channels, "size": self.size, "resize": self.resize, "decoder": self.decoder}
