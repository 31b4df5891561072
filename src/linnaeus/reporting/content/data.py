"""The data of a run: where its images come from, how many there are, what the audit found, and how they look."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from linnaeus.record.facts import Audit
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Facts, Heading, Items, Paragraph, Section, Text
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
    """What is in a data set, what it says of itself, and what is wrong with it; see `audit.findings`."""
    about: list[tuple[Text, Text]] = [(say("audit-sizes"), _sizes(facts.sizes, say))]
    for split, found in facts.expected.items():
        accuracy, interval = say.share(found.accuracy), say.span(found.low, found.high)
        key = "audit-expected-things" if found.things else "audit-expected"
        told = say(key, n=found.n, things=found.things, accuracy=accuracy, interval=interval)
        about.append((say.of("split", split), told))
    blocks: list[Block] = [Paragraph(audit.overview(facts, say)), Facts(about), audit.counts(facts, say)]
    if facts.skipped:
        blocks.append(audit.skipped(facts.skipped, say))
    beside: list[tuple[Text, Text]] = [(say("audit-sheet"), facts.sheet)] if facts.sheet else []
    beside += [(say.of("severity", "note"), shared(notes.line(note, say))) for note in facts.notes]
    if beside:
        blocks.append(Facts(beside))
    wrong = audit.findings(facts.findings, say, opened) or [Paragraph(say("audit-nothing"))]
    return [titled(say, "data", blocks, note=False), titled(say, "audit", wrong, note=False)]


def same(run: Run, say: Words) -> Section:
    """In a report of several runs, of data that were described before."""
    return titled(say, "data", [Paragraph(say("data-same", fingerprint=run.record.data.fingerprint))], note=False)


def _sizes(sizes: Mapping[str, Sequence[int]], say: Words) -> Markup:
    least, middle, largest = (
        f"{width} × {height}" for width, height in zip(sizes["width"], sizes["height"], strict=True)
    )
    if least == largest:
        return say("audit-size-one", size=least)
    return say("audit-size", least=least, middle=middle, largest=largest)
