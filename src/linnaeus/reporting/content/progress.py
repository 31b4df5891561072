"""How far a training is, in one line, and how fast it goes."""

import time
from collections.abc import Callable, Iterable, Mapping

from linnaeus.reporting.words import Words

# What may be told: the name of its value in the message `progress-…`, and how a number becomes that value.
FORMS: Mapping[str, tuple[str, Callable[[Words, float], str]]] = {
    "loss": ("loss", lambda say, loss: say.number(loss, 3)),
    "validation": ("share", Words.share),  # accuracy so far
    "pace": ("pace", lambda say, images_per_s: say.count(round(images_per_s))),
    "left": ("time", Words.seconds),
    "taken": ("time", Words.seconds),
}


class Pace:
    """Images a second of late, and the seconds left, by the wall clock."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, step: int) -> None:
        """A training begins, or goes on where so many steps are done."""
        self.began = self.since = time.monotonic()
        self.first_step, self.images, self.rate = step, 0, 0.0

    def look(self, step: int, steps: int) -> tuple[float, float]:
        """Images a second since a while ago, and seconds left; `images` are counted by who watches."""
        now = time.monotonic()
        if now > self.since and self.images:
            fresh = self.images / (now - self.since)
            self.rate = fresh if not self.rate else 0.7 * self.rate + 0.3 * fresh
            self.images, self.since = 0, now
        done = step - self.first_step
        return self.rate, (now - self.began) / done * (steps - step) if done else 0.0

    def taken(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began


def facts(found: Mapping[str, float | None], say: Words) -> list[str]:
    """`loss 0.312`, `val 93.1 %`, `1,200 images/s`, `12.0 s left`: those that are known."""
    return [
        say(f"progress-{name}", **{FORMS[name][0]: FORMS[name][1](say, value)}).unescape()
        for name, value in found.items()
        if value is not None
    ]


def line(number: int, of: int, found: Mapping[str, float | None], say: Words) -> str:
    """Which epoch, of how many, and the facts side by side."""
    return together([epoch(number, of, say), *facts(found, say)])


def read(done: int, of: int, what: str, say: Words) -> str:
    """`1,200 of 50,000 images`; `what` is a word of who reads."""
    return say("progress-read", done=done, of=of, what=say.of("reading", what)).unescape()


def epoch(number: int, of: int, say: Words) -> str:
    """Which epoch, of how many."""
    return say("progress-epoch", epoch=number, of=of).unescape()


def together(told: Iterable[str]) -> str:
    """Facts side by side; blanks that do not break are plain ones."""
    return "  ".join(told).replace("\u00a0", " ").replace("\u202f", " ")
