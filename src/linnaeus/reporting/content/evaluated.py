"""What an evaluation found on one split, for a terminal."""

from markupsafe import Markup

from linnaeus.record.calibration import Calibration
from linnaeus.record.scores import SplitScores
from linnaeus.reporting.blocks import Block, Facts, Text
from linnaeus.reporting.content import calibration as calibrations
from linnaeus.reporting.content import classes, scores, verdict
from linnaeus.reporting.subject import split_title
from linnaeus.reporting.words import Words


def blocks(found: SplitScores, calibration: Calibration | None, say: Words) -> list[Block]:
    """Accuracy, the weakest class and the calibration in lines, then all metrics, then each class."""
    key = found.split
    facts: list[tuple[Text, Text]] = [(split_title(key, say), say.score(found.metrics["accuracy"]))]
    if (weakest := verdict.weakest(found, say)) is not None:
        facts.append((say("brief-weakest"), weakest))
    if calibration is not None:
        facts.append((say("brief-calibration"), Markup(" ").join(calibrations.sentences(calibration, key, say))))
    return [
        Facts(facts),
        scores.table([(key, found.metrics)], list(found.metrics), say),
        classes.table(found, key, say),
    ]
