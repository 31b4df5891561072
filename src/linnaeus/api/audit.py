"""linnaeus.audit: what is in a data set, and what is wrong with it."""

from pathlib import Path

from linnaeus.events import Watcher, nobody
from linnaeus.recipe import read
from linnaeus.recipe.read import Changes
from linnaeus.record.facts import Audit


def audit(
    data: str,
    *,
    model: str | None = None,
    changes: Changes = (),
    sheet: Path | str | None = None,
    watch: Watcher = nobody,
) -> Audit:
    """What is in a data set and what is wrong with it, before training; `sheet` gets a picture of what the network will see.

    The findings are told in `linnaeus.record.facts`. `model` is a network whose first layers are held against the images.

    Raises:
        DataError, RecipeError: the data cannot be used at all.
    """
    from linnaeus.data import compose
    from linnaeus.data.audit.audit import describe

    resolved, source = compose.compose(data, model, None, read.texts(changes))
    return describe(source, resolved, Path(sheet) if sheet else None, watch)
