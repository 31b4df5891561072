"""linnaeus.lab: a laboratory work."""

from typing import TYPE_CHECKING

from linnaeus.labs import plan as sheets
from linnaeus.labs.plan import Lab

if TYPE_CHECKING:
    pass


def lab(name: str) -> Lab:
    """A lab by its name or its folder. Raises UnknownName, UsageError."""
    return sheets.load(name)
