"""What the audit found in the data of a run, as blocks of its page: what, how many, which files, what to do."""

from collections.abc import Iterator

from markupsafe import Markup

from linnaeus.record.facts import DataFacts, Finding
from linnaeus.reporting import sentences
from linnaeus.reporting.old_blocks import Block, Folded, Items, Paragraph
from linnaeus.reporting.words import Words

LISTED = 20  # files, or pairs of files


def audited(data: DataFacts, say: Words) -> list[Block]:
    """A paragraph a finding, warnings first, its files folded away; of data that were not audited, nothing."""
    return [block for one in data.findings for block in _finding(one, say)]


def _finding(one: Finding, say: Words) -> Iterator[Block]:
    what, advice = sentences.finding(one, say)
    text = Markup("<b>{}</b>").format(what) if one.severity == "warning" else what
    yield Paragraph(Markup("{}{}").format(text, Markup("<br><small>{}</small>").format(advice) if advice else ""))
    listed = [say("audit.pair", first=first, second=second) for first, second in one.pairs[:LISTED]] or one.files[
        :LISTED
    ]
    if listed:
        summary = say("audit.files", n=one.count)
        if one.count > len(listed):
            summary = Markup("{}, {}").format(summary, say("audit.first", n=len(listed)))
        yield Folded(summary=summary, blocks=[Items([Markup("<code>{}</code>").format(name) for name in listed])])
