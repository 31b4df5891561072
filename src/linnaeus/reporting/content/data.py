"""The data of a run: where its images come from, how many there are, what the audit found, and how they look."""

from dataclasses import replace

from markupsafe import Markup

from linnaeus.record.facts import Audit
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Facts, Heading, Items, Paragraph, Section
from linnaeus.reporting.content import audit, notes
from linnaeus.reporting.content.layout import paragraph, titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words


def section(run: Run, say: Words) -> Section | None:
    """Of a run that was cut off before its data were described, that."""
    data = run.record.data
    if not data.counts:
        return titled(say, "data", [Paragraph(say("data-none"))], note=False)
    blocks: list[Block] = [Paragraph(audit.overview(data, say))]
    if data.things:
        told = [
            say("data-things", split=say.of("split", name), images=data.counts[name], n=count)
            for name, count in data.things.items()
        ]
        blocks.append(paragraph([*told, say("data-things-note")]))
    if data.notes:
        blocks += [Heading(say("data-notes")), Items([shared(notes.line(note, say)) for note in data.notes])]
    if data.findings:
        blocks += [Heading(say("audit")), *audit.findings(data.findings, say)]
    blocks.append(audit.counts(data, say))
    if data.skipped:
        blocks.append(audit.skipped(data.skipped, say))
    return titled(say, "data", blocks)


def since(run: Run, say: Words) -> Markup | None:
    """What became of its images since training, where that was looked at and is worth a word."""
    found = run.since()
    return audit.sentence(found, say)[0] if found is not None else None


def audited(facts: Audit, say: Words, opened: int = 0) -> list[Section]:
    """A data set by itself, with what it says of itself before what was found; see `audit.sections`."""
    first, *others = audit.sections(facts, say, opened)
    said = [(say.of("severity", "note"), shared(notes.line(note, say))) for note in facts.notes]
    return [replace(first, blocks=[*first.blocks, *([Facts(said)] if said else [])]), *others]


def same(run: Run, say: Words) -> Section:
    """In a report of several runs, of data that were described before."""
    return titled(say, "data", [Paragraph(say("data-same", fingerprint=run.record.data.fingerprint))], note=False)
