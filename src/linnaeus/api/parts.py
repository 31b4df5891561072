"""linnaeus.parts: what a recipe can name."""

from linnaeus.recipe import catalog
from linnaeus.recipe.catalog import Part
from linnaeus.recipe.spec import parse


def parts(shelf: str | None = None, name: str | None = None) -> list[Part] | Part:
    """All parts, those of one shelf, or one part. Nothing heavy is imported for it.

    >>> [part.name for part in linnaeus.parts("models")]

    Args:
        shelf: "models", "datasets", "augmentations", …; None: all of them.
        name: a part, or a call of one: "resnet(depth=56)"; None: all of the shelf.

    Returns:
        A `Part` for each, sorted by shelf and name, or the one that was named.

    Raises:
        UnknownName: no such shelf or part; near names are suggested.
    """
    if shelf is not None and name is not None:
        return catalog.find(shelf, parse(name).name)
    shelves = [shelf] if shelf is not None else catalog.shelves()
    return [catalog.find(each, part) for each in shelves for part in catalog.names(each)]
