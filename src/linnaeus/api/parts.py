"""linnaeus.parts: what a recipe can name."""

from typing import TYPE_CHECKING

from linnaeus.recipe import catalog
from linnaeus.recipe.catalog import Part
from linnaeus.recipe.spec import parse

if TYPE_CHECKING:
    pass


def parts(shelf: str | None = None, name: str | None = None) -> list[Part] | Part:
    """All parts, those of a shelf, or one part, which may be named by a call. Raises UnknownName."""
    if shelf is not None and name is not None:
        return catalog.find(shelf, parse(name).name)
    return [
        catalog.find(each, part) for each in ([shelf] if shelf else catalog.shelves()) for part in catalog.names(each)
    ]
