"""`Engine`: what all routes share. An image comes in as bytes or pixels, an answer goes out as `predict --format json` has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty
from linnaeus.delivery import predictor
from linnaeus.delivery.answers import Prediction, Wish
from linnaeus.device import cores
from linnaeus.errors import RunError
from linnaeus.web import refusals
from linnaeus.web.batches import Batches, Row
from linnaeus.web.bodies import Room
from linnaeus.web.decoders import Decoders, Square
from linnaeus.web.limits import LIMITS, Limits
from linnaeus.web.metrics import Metrics

CHOICES = ("top", "sets", "unknown")


class Engine:
    """A classifier at work: `square` and `row` of one image wait for a place, a process that decodes, and the network."""

    def __init__(self, model: Any, limits: Limits = LIMITS) -> None:
        self.model, self.limits, self.metrics = model, limits, Metrics()
        self.decoders = Decoders(model.preprocessing, limits, cores())
        self.batches = Batches(model.probabilities, limits.together)
        self.room = Room(limits.held)
        self.waiting = 0

    async def start(self) -> None:
        await self.decoders.start()
        self.batches.start()

    async def stop(self) -> None:
        self.batches.stop()
        await self.decoders.stop()

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places for images that wait. Raises Refusal where all are taken."""
        if self.waiting >= self.limits.waiting:
            raise refusals.busy()
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def row(self, content: bytes) -> Row:
        """Raw probabilities_K of an encoded image. Raises Refusal where it cannot be read."""
        return await self.of_square(await self.decoders.square(content))

    async def of_square(self, square: Square) -> Row:
        """Raw probabilities_K of a square of the size that the network wants."""
        self.metrics.images += 1
        return await self.batches.probabilities(square)

    def answer(self, name: str, row: Row, wish: Wish) -> Prediction:
        """What is said of an image."""
        return next(predictor.told(self.model, [name], row[None], wish))

    def calibrated(self, rows_NK: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
        """Calibrated probabilities_NK."""
        return np.asarray((self.model.calibration or Certainty()).probabilities(rows_NK))

    def wish(self, asked: dict[str, str]) -> Wish:
        """What the query of a request asks for. Raises Refusal, 400, for what cannot be given."""
        if unknown := sorted(asked.keys() - set(CHOICES)):
            raise refusals.unsound(f"there is no {unknown[0]!r}; a request may say {', '.join(CHOICES)}")
        try:
            wish = Wish(
                top=int(asked.get("top", 1)),
                sets=float(asked["sets"]) if "sets" in asked else None,
                unknown={"true": True, "1": True, "false": False, "0": False}[asked.get("unknown", "false").lower()],
            )
        except (KeyError, ValueError):
            raise refusals.unsound(
                "top is a whole number, sets a number such as 0.9, unknown is true or false"
            ) from None
        if not 1 <= wish.top <= 10_000:
            raise refusals.unsound("top is a number from 1 to 10000")
        try:
            predictor.check(self.model, wish)
        except RunError as error:
            raise refusals.unsound(str(error)) from None
        return wish
