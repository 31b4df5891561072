"""The pictures that an exported file is compared with: a run's own, or others, undecoded."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing, objects, own_data
from linnaeus.api.objects import AnyData
from linnaeus.errors import DataError, LinnaeusError
from linnaeus.events import Watcher
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.delivery.parity import Pictures

FEW = 200  # training pictures, where there are none for validation


def pictures(folder: RunFolder, check: AnyData | None, watch: Watcher) -> "Pictures":
    """Name and undecoded picture of all that is to be compared.

    Raises:
        DataError: no such data, or the run's own are no longer where they were.
    """
    if check is None:
        return _of_run(folder, watch)
    if isinstance(check, str | Path) and not _is_data(str(check)):
        from linnaeus.delivery.predictor import expand

        return list(expand(str(check)))
    from linnaeus.data.load import open_source
    from linnaeus.recipe import read

    return list(_undecoded(open_source(read.data_spec(str(objects.data_text(check))), to_train=False)).items())


def _is_data(text: str) -> bool:
    """A data set by its name or call; not a path, whose pictures need no labels."""
    return not Path(text).exists() and not any(sign in text for sign in "*?[/\\") and "." not in text.partition("(")[0]


def _of_run(folder: RunFolder, watch: Watcher) -> "Pictures":
    from linnaeus.data.load import open_source

    recipe = own_data.recipe_of(folder)
    try:
        splits = composing.splits(recipe, watch)
        undecoded = _undecoded(open_source(recipe.data, to_train=False))
    except LinnaeusError as error:
        raise DataError(f"there is nothing to compare with: {error}; name other pictures with --check") from None
    held = splits.val if splits.val is not None and len(splits.val) else splits.train
    names = held.names if held is splits.val else held.names[:: max(1, len(held) // FEW)]
    return [(name, undecoded[name]) for name in names]


def _undecoded(source: Any) -> dict[str, Any]:
    """By its name, each picture as the data set has it: a path, or an array."""
    return {name: image for chunk in source.chunks for name, image in zip(chunk.names, chunk.images, strict=True)}
