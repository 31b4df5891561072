"""How far a training is, in one line."""

from collections.abc import Iterable

from linnaeus.reporting.words import Words


def loss(value: float, say: Words) -> str:
    """The mean training loss."""
    return str(say("progress-loss", loss=say.number(value, 3)))


def validation(accuracy: float, say: Words) -> str:
    """The accuracy on validation images, so far."""
    return str(say("progress-validation", share=say.share(accuracy)))


def pace(images_per_s: float, say: Words) -> str:
    """Images a second."""
    return str(say("progress-pace", pace=say.count(round(images_per_s))))


def left(seconds: float, say: Words) -> str:
    """The time that the epoch will still take."""
    return str(say("progress-left", time=say.seconds(seconds)))


def taken(seconds: float, say: Words) -> str:
    """The time that the epoch took."""
    return str(say("progress-taken", time=say.seconds(seconds)))


def epoch(number: int, of: int, say: Words) -> str:
    """Which epoch, of how many."""
    return str(say("progress-epoch", epoch=number, of=of))


def together(facts: Iterable[str]) -> str:
    """The facts that there are, side by side; blanks that do not break are plain ones."""
    return "  ".join(fact for fact in facts if fact).replace("\u00a0", " ").replace("\u202f", " ")
