"""What answers a task of a lab besides runs: studies, and what commands have printed. As blocks of a page, and in the Word document.

A finding is a mapping: {"study": what study.json holds}, or {"command": "linnaeus bench …", "text": what it printed}.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from linnaeus.reporting.document_paper import BREAK, Paper, Table
from linnaeus.reporting.old_blocks import Block, Cell, Folded, Items, Measured, Paragraph, Rows
from linnaeus.reporting.words import Words

Finding = Mapping[str, Any]

NEXT = "next "  # begins the line by which a command suggests others


def blocks(finding: Finding, say: Words) -> list[Block]:
    """For a page: a study by its table and sentences, a printed text under its command."""
    if "study" in finding:
        return _brief(finding, say)
    text = Markup("<pre><code>{}</code></pre>").format(_text(finding))
    return [Folded(summary=Markup("<code>{}</code>").format(finding["command"]), blocks=[Paragraph(text)])]


def write(paper: Paper, finding: Finding) -> None:
    """The same in a Word document."""
    if "study" not in finding:
        paper.code(finding["command"])
        paper.printed(_text(finding))
        return
    for block in _brief(finding, paper.say):
        if isinstance(block, Paragraph):
            paper.text(block.text)
        elif isinstance(block, Items):
            paper.items(block.texts)
        elif isinstance(block, Rows):
            rows = [[_plain(cell, paper.say) for cell in row] for row in block.rows]
            caption = paper.say("study.title", name=finding["study"]["name"])
            header = [str(name).replace(".", f".{BREAK}") for name in block.header]  # model.activation is long
            paper.table(caption, Table(header=header, rows=rows, numbers=block.numbers))


def _brief(finding: Finding, say: Words) -> list[Block]:
    from linnaeus.reporting import study  # it makes pages, and pages import this

    return study.brief(finding["study"], say)


def _text(finding: Finding) -> str:
    """Without what it suggests to do next."""
    lines = str(finding["text"]).rstrip().splitlines()
    ends = [place for place, line in enumerate(lines) if line.startswith(NEXT)]
    return "\n".join(lines[: ends[-1]] if ends else lines).rstrip()


def _plain(cell: Cell, say: Words) -> str | Markup:
    if isinstance(cell, Measured):
        return f"{say.percent(cell.score.value)} ({say.between(cell.score)})"
    return cell if cell is not None else ""
