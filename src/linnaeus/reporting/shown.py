"""What is seen of anything that a verb returns: the content that all media show, in a notebook as a fragment of a page."""

from importlib import import_module
from typing import Any

from linnaeus.errors import UnknownName
from linnaeus.reporting.blocks import Block
from linnaeus.reporting.words import Words, words

# Where a type lies, and which content tells of it: its `look(found, say)` gives the blocks. By name, so that only what is looked at
# is imported.
LOOKS = {
    "Audit": ("record.facts", "audit"),
    "Card": ("stats.published", "references"),
    "Comparison": ("record.comparison", "comparison"),
    "Environment": ("record.facts", "machine"),
    "Exported": ("delivery.export", "exported"),
    "EpochTimes": ("record.measurements", "bench"),
    "Inspection": ("record.inspection", "inspection"),
    "LabResult": ("labs.call", "steps"),
    "LayerTimes": ("record.measurements", "bench"),
    "LrRange": ("record.measurements", "learning_rates"),
    "NetworkFacts": ("record.measurements", "network"),
    "Predicted": ("delivery.predictor", "singles"),
    "Reference": ("record.reference", "references"),
    "Repeats": ("record.comparison", "repeats"),
    "RunRecord": ("record.record", "verdict"),
    "SingleImages": ("record.measurements", "singles"),
    "SplitScores": ("record.scores", "classes"),
    "StudyPlan": ("studies.estimate", "study"),
    "StudyResult": ("studies.results", "study"),
    "Transfers": ("record.comparison", "transfers"),
    "Unpaired": ("record.comparison", "counts"),
    "WeightsFacts": ("finetuning.weights.describe", "listing"),
    "Written": ("delivery.writing", "singles"),
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
    return list(import_module(f"linnaeus.reporting.content.{place[1]}").look(found, say))


def shown(found: object) -> str | None:
    """As HTML; None of what has no look of its own."""
    from linnaeus.reporting.render import notebook

    blocks = look(found, say := words())
    return notebook.render(blocks, say) if blocks is not None else None
