"""How far a training is, in one line."""

from collections.abc import Iterable

from linnaeus.reporting.words import Words


def loss(value: float, say: Words) -> str:
    """The mean training loss."""
    return say("progress-loss", loss=say.number(value, 3)).unescape()


def validation(accuracy: float, say: Words) -> str:
    """The accuracy on validation images, so far."""
    return say("progress-validation", share=say.share(accuracy)).unescape()


def pace(images_per_s: float, say: Words) -> str:
    """Images a second."""
    return say("progress-pace", pace=say.count(round(images_per_s))).unescape()


def left(seconds: float, say: Words) -> str:
    """The time that the training will still take."""
    return say("progress-left", time=say.seconds(seconds)).unescape()


def taken(seconds: float, say: Words) -> str:
    """The time that the training took."""
    return say("progress-taken", time=say.seconds(seconds)).unescape()


def read(done: int, of: int, what: str, say: Words) -> str:
    """`1,200 of 50,000 images`; `what` is a word of who reads."""
    return say("progress-read", done=done, of=of, what=say.of("reading", what)).unescape()


def epoch(number: int, of: int, say: Words) -> str:
    """Which epoch, of how many."""
    return say("progress-epoch", epoch=number, of=of).unescape()


def together(facts: Iterable[str]) -> str:
    """The facts that there are, side by side; blanks that do not break are plain ones."""
    return "  ".join(fact for fact in facts if fact).replace("\u00a0", " ").replace("\u202f", " ")
