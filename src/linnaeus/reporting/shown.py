"""What is seen of anything that a verb returns: the content that all media show, in a notebook as a fragment of a page."""

from importlib import import_module

from linnaeus.reporting.blocks import Block
from linnaeus.reporting.words import Words, words

# Where a type lies, and which content tells of it: its `look(found, say)` gives the blocks. By name, so that only what is looked at
# is imported.
LOOKS = {
    "Audit": ("record.facts", "audit"),
    "Comparison": ("record.comparison", "comparison"),
    "Environment": ("record.facts", "machine"),
    "EpochTimes": ("record.measurements", "bench"),
    "Inspection": ("record.inspection", "inspection"),
    "LayerTimes": ("record.measurements", "bench"),
    "LrRange": ("record.measurements", "learning_rates"),
    "NetworkFacts": ("record.measurements", "network"),
    "Predicted": ("delivery.predictor", "singles"),
    "Repeats": ("record.comparison", "repeats"),
    "RunRecord": ("record.record", "verdict"),
    "SingleImages": ("record.measurements", "singles"),
    "SplitScores": ("record.scores", "classes"),
    "Transfers": ("record.comparison", "transfers"),
    "WeightsFacts": ("finetuning.weights.describe", "listing"),
}


def look(found: object, say: Words) -> list[Block] | None:
    """As blocks, for any medium; None of what has no look of its own."""
    if (place := LOOKS.get(type(found).__name__)) is None:
        return None
    return list(import_module(f"linnaeus.reporting.content.{place[1]}").look(found, say))


def shown(found: object) -> str | None:
    """As HTML; None of what has no look of its own."""
    from linnaeus.reporting.render import notebook

    blocks = look(found, say := words())
    return notebook.render(blocks, say) if blocks is not None else None
