"""The steps of a laboratory work: each by its command and what it found."""

from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from linnaeus.labs.call import LabResult, Step
from linnaeus.record import codec
from linnaeus.reporting import shown
from linnaeus.reporting.blocks import Block, Facts, Figure, Heading
from linnaeus.reporting.figures import sheet as sheets
from linnaeus.reporting.sharing import shared
from linnaeus.reporting.words import Words


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
        found.append(Figure(draw=draw, caption=say("lab-picture", file=name), alt=name, width_cm=14.0))
    return [*found, *(shown.look(_without_paths(step.found), say) or ())]


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
