"""Several runs beside each other, as sections of a page."""

from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.run import RunRecord
from linnaeus.report.blocks import Section
from linnaeus.report.words import Words


def lead(records: Sequence[RunRecord], say: Words) -> Markup | str:
    return ""


def sections(records: Sequence[RunRecord], comparisons: Sequence[Comparison], say: Words) -> list[Section]:
    """What the runs were, what they scored, which differences can be told, and their curves."""
    return []
