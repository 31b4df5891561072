"""How long a run took, and on which machine, with which versions."""

import statistics
from collections.abc import Iterator
from dataclasses import fields

from markupsafe import Markup

from linnaeus.record.facts import Environment, Times
from linnaeus.reporting.blocks import Block, Facts, Paragraph, Section, Text
from linnaeus.reporting.content.layout import titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

MAIN = ("gpu", "cpu", "cores", "memory_gb", "system", "python", "torch")  # what a sentence names


def section(run: Run, say: Words) -> Section:
    """What was timed, and on what."""
    times = list(_times(run.record.time, say))
    timed = Facts(times) if times else Paragraph(say("time-none"))
    return titled(say, "machine", [timed, *facts(run.record.environment, say)], note=False)


def facts(found: Environment, say: Words) -> list[Block]:
    """What is known of the machine, and what was chosen of it."""
    values = ((field.name, getattr(found, field.name)) for field in fields(found))
    known = [(say.of("machine", name), _value(value, say)) for name, value in values
             if value not in (None, "") and not (name == "processes" and value == 1)]  # fmt: skip
    return [Facts(known)] if known else []


def conclusions(found: Environment, say: Words) -> list[Markup]:
    """On what it was trained, in one line."""
    known = [Markup("{}: {}").format(say.of("machine", name), _value(value, say)) for name in MAIN
             if (value := getattr(found, name)) not in (None, "")]  # fmt: skip
    return [Markup("; ").join(known)]


def _times(found: Times, say: Words) -> Iterator[tuple[Markup, str]]:
    if found.train_s:
        yield say("time-train"), say.seconds(found.train_s)
    if found.epochs_s:
        yield say("time-epoch"), say.seconds(statistics.median(found.epochs_s))
    if found.images_per_s:
        yield say("time-speed"), say.count(round(found.images_per_s))
    if found.total_s:
        yield say("time-total"), say.seconds(found.total_s)


def _value(value: object, say: Words) -> Text:
    if isinstance(value, bool):
        return say("yes" if value else "no")
    return say.figures(value, 4) if isinstance(value, float) else str(value)
