"""The steps of a laboratory work: each by its command and what it found."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from linnaeus.data.images import decode
from linnaeus.delivery.answers import Predicted
from linnaeus.labs.call import LabResult, Step
from linnaeus.record import codec
from linnaeus.record.sharing import shared
from linnaeus.reporting import shown
from linnaeus.reporting.blocks import Block, Facts, Figure, Framed, Gallery, Heading, Paragraph, Picture, Pixels, Table
from linnaeus.reporting.figures import sheet as sheets
from linnaeus.reporting.words import Words

OPEN = 40  # rows of a table that stand open
PICTURES = 6  # from elsewhere, in a report: as many as stand in a row
SIDE = 96  # pixels of them


def look(found: LabResult, say: Words) -> list[Block]:
    """What each step found, and the reports."""
    told = [block for step in found.steps for block in blocks(step, say)]
    return [*told, Facts([(say("brief-report"), file) for file in found.reports])]


def blocks(step: Step, say: Words) -> list[Block]:
    """The command, and what it found as all media show it."""
    found: list[Block] = [Heading(Markup("<code>{}</code>").format(shared(str(step.call))))]
    file = getattr(step.found, "picture", None) or getattr(step.found, "sheet", None)
    if file and file.endswith(".png") and Path(file).is_file():
        draw, name = partial(sheets.of_file, Path(file)), shared(file)
        found.append(
            Figure(
                draw=draw,
                caption=say("lab-picture-seen" if step.call.verb == "audit" else "lab-picture-asked"),
                alt=name,
                width_cm=14.0,
            )
        )
    if not isinstance(step.found, Predicted):
        return [*found, *map(_folded, shown.look(_without_paths(step.found), say) or ())]
    return [*found, *_answers(step.found, say)]


def _folded(block: Block) -> Block:
    """Of a table that a terminal shows whole, the first rows stand open in a report."""
    if isinstance(block, Table) and block.open_rows is None and len(block.rows) > OPEN:
        return replace(block, open_rows=OPEN)
    return block


def _answers(found: Predicted, say: Words) -> Iterator[Block]:
    """Some pictures from elsewhere, evenly over all, with what is answered to each."""
    several = found.predictions
    some = several[:: max(1, -(-len(several) // PICTURES))]
    framed = [
        Framed(pictures=[Picture(pixels=_picture(one.name), label=shared(one.name))],
               lines=[shared(one.name), f"{one.labels[0]} {say.share(one.probabilities[0])}"])
        for one in some if Path(one.name).is_file()
    ]  # fmt: skip
    if framed:
        yield Gallery(framed=framed, caption=say("lab-elsewhere"))
    yield from shown.look(_without_paths(replace(found, predictions=some)), say) or ()
    if rest := len(several) - len(some):
        yield Paragraph(say("more-images", n=rest))


def _picture(name: str) -> Pixels:
    """A file as its network saw it, but for its size."""
    return decode.read(Path(name), channels=3, size=SIDE, resize="pad")


def _without_paths(found: Any) -> Any:
    """The same without absolute paths of the machine."""
    if isinstance(found, list):
        return [_without_paths(one) for one in found]
    return codec.from_plain(type(found), _shared(codec.to_plain(found)))


def _shared(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _shared(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_shared(value) for value in plain]
    return shared(plain) if isinstance(plain, str) else plain
