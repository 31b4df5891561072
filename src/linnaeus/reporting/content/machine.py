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


def section(run: Run, say: Words) -> Section:
    """What was timed, and on what."""
    times, environment = list(_times(run.record.time, say)), list(facts(run.record.environment, say))
    blocks: list[Block] = [Facts(times) if times else Paragraph(say("time-none"))]
    if environment:
        blocks.append(Facts(environment))
    return titled(say, "machine", blocks, note=False)


def facts(found: Environment, say: Words) -> Iterator[tuple[Text, Text]]:
    """What is known of the machine, and what was chosen of it."""
    for field in fields(found):
        value = getattr(found, field.name)
        if value not in (None, "") and not (field.name == "processes" and value == 1):
            yield say.of("machine", field.name), _value(value, say)


def look(found: Environment, say: Words) -> list[Block]:
    """What a notebook shows of an environment."""
    return [Facts(list(facts(found, say)))]


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
