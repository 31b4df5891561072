"""What is seen of anything that a verb returns: the content that all media show, in a notebook as a fragment of a page."""

from importlib import import_module
from typing import Any

from linnaeus.errors import UnknownName
from linnaeus.reporting.blocks import Block, Section
from linnaeus.reporting.words import Words, words

# Where a type lies, and which function of `content`, of `(found, say)`, tells of it. By name, so that only what is looked at is
# imported.
LOOKS = {
    "Audit": ("record.facts", "data.audited"),
    "Card": ("stats.published", "references.look"),
    "Comparison": ("record.comparison", "comparison.look"),
    "Environment": ("record.facts", "machine.facts"),
    "Exported": ("delivery.export", "delivered.exported"),
    "EpochTimes": ("record.measurements", "bench.epochs"),
    "Inspection": ("record.inspection", "inspection.look"),
    "LabResult": ("labs.call", "steps.look"),
    "LayerTimes": ("record.measurements", "bench.layers"),
    "LrRange": ("record.measurements", "bench.lr_range"),
    "NetworkFacts": ("record.measurements", "network.look"),
    "Predicted": ("delivery.predictor", "singles.look"),
    "Reference": ("record.reference", "references.answer"),
    "Repeats": ("record.comparison", "comparison.repeats"),
    "RunRecord": ("record.record", "verdict.look"),
    "SingleImages": ("record.measurements", "singles.table"),
    "SplitScores": ("record.scores", "scores.look"),
    "StudyPlan": ("studies.estimate", "study.plan"),
    "StudyResult": ("studies.results", "study.brief"),
    "Transfers": ("record.comparison", "comparison.transfers"),
    "Unpaired": ("record.comparison", "comparison.counts"),
    "WeightsFacts": ("finetuning.weights.describe", "listing.look"),
    "Written": ("delivery.writing", "singles.written"),
}


def kind(name: str) -> type[Any]:
    """The type of that name. Raises UnknownName."""
    if name not in LOOKS:
        raise UnknownName("kind of result", name, LOOKS)
    found: type[Any] = getattr(import_module(f"linnaeus.{LOOKS[name][0]}"), name)
    return found


def look(found: object, say: Words) -> list[Block] | None:
    """As blocks, for any medium, of one thing or of several of a kind; None of what has no look of its own."""
    some = found[0] if isinstance(found, list) and found else found
    if (place := LOOKS.get(type(some).__name__)) is None:
        return None
    module, function = place[1].split(".")
    told = getattr(import_module(f"linnaeus.reporting.content.{module}"), function)(found, say)
    parts = [told] if isinstance(told, Section) else told
    return [block for part in parts for block in (part.blocks if isinstance(part, Section) else [part])]


def shown(found: object) -> str | None:
    """As HTML; None of what has no look of its own."""
    from linnaeus.reporting.render import notebook

    blocks = look(found, say := words())
    return notebook.render(blocks, say) if blocks is not None else None
