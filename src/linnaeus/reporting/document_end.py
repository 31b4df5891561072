"""The end of a document: how long it took, on which machine, and how to do it again."""

from typing import Any

from markupsafe import Markup

from linnaeus.record import codec
from linnaeus.reporting import tables
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.reporting.repeat import commands
from linnaeus.reporting.words import Words


def machine(paper: Paper, run: Held, level: int) -> None:
    """What was timed, and on what."""
    say, record = paper.say, run.record
    paper.heading(say("machine"), level)
    times = tables.times(codec.to_plain(record.time), say)
    shown = [(name, value) for name, value in codec.to_plain(record.environment).items() if value is not None]
    if not times and not shown:
        paper.text(say("time.none"))
        return
    paper.text(say("machine.text", table=paper.next("table")))
    rows: list[list[Text]] = [[say(key), text] for key, text in times]
    rows += [[say.of("machine", name), _value(value, say)] for name, value in shown]
    header = [say("column.what"), say("column.value")]
    paper.table(say("machine.caption"), Table(header=header, rows=rows))


def repeat(paper: Paper, run: Held, level: int) -> None:
    """Commands, and what tells that the data are the same; the recipe has its own table."""
    say, record = paper.say, run.record
    paper.heading(say("repeat"), level)
    paper.text(say("repeat.note"))
    for key, line in commands(run.folder, record):
        paper.text(_upper(say(key)) + Markup(":"))
        paper.code(line)
    if record.data.fingerprint:
        paper.text(_upper(say("repeat.fingerprint")) + Markup(": <code>{}</code>").format(record.data.fingerprint))


def _value(value: Any, say: Words) -> Text:
    if isinstance(value, bool):
        return say("yes" if value else "no")
    return str(say.decimal(f"{value:g}")) if isinstance(value, float) else str(value)


def _upper(text: Markup) -> Markup:
    """The text as the beginning of a paragraph."""
    return Markup(text[:1].upper() + text[1:])
