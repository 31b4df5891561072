"""`Preprocessing`, a file of its own: what is delivered needs it without the rest of a card."""

from dataclasses import dataclass


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
