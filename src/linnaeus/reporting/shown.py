"""What a notebook shows of records, comparisons, descriptions and predictions: the content that all media show, as a fragment."""

from importlib import import_module

from linnaeus.reporting.render import notebook
from linnaeus.reporting.words import words

# Which content tells of a type: its `look(found, say)` gives the blocks. By name, so that only what is looked at is imported.
LOOKS = {
    "Predicted": "singles",
    "Audit": "audit",
    "Comparison": "comparison",
    "Environment": "machine",
    "Inspection": "inspection",
    "Repeats": "repeats",
    "RunRecord": "verdict",
    "SplitScores": "classes",
    "Transfers": "transfers",
}


def shown(found: object) -> str | None:
    """As HTML; None of what has no look of its own."""
    name, say = LOOKS.get(type(found).__name__), words()
    if name is None:
        return None
    return notebook.render(import_module(f"linnaeus.reporting.content.{name}").look(found, say), say)
