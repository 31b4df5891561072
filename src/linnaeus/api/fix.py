"""linnaeus.fix: a fix list, applied as a new version of a data set."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.events import Watcher, nobody
from linnaeus.recipe import read

if TYPE_CHECKING:
    from linnaeus.data.audit.fixes import Applied


def fix(data: str, fixes: Path | str, *, to: Path | str | None = None, watch: Watcher = nobody) -> "Applied":
    """A new version of a data set, as the list `fixes` (path, action, label) has it, in the new folder `to`; the old one stays.

    Raises:
        DataError: a list with unknown images or classes, or that changes nothing. RunError: `to` is there already.
    """
    from linnaeus.data.audit import fixes as lists
    from linnaeus.data.load import open_source

    source = open_source(read.anchored(read.data_spec(data)))
    return lists.apply(source, Path(fixes), Path(to) if to is not None else lists.default_target(source), watch)
