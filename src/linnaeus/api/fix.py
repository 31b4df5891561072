"""linnaeus.fix: a fix list, applied as a new version of a data set."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import objects
from linnaeus.api.objects import Progress
from linnaeus.recipe import read

if TYPE_CHECKING:
    from linnaeus.data.audit.fixes import Applied


def fix(data: str | Path, fixes: Path | str, *, to: Path | str | None = None, progress: Progress = None) -> "Applied":
    """Write a new version of a data set, as a fix list says; the old one stays as it is.

    >>> linnaeus.fix("./photos", "runs/photos-1/fixes.csv").folder

    Args:
        data: the data set: a path, a name or a call.
        fixes: a CSV file with the columns path, action (keep, relabel or drop) and label; `inspect` writes one.
        to: a new folder; None: DATA-fixed.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Returns:
        How many images the copy has, and what was changed in it, as `Applied`.

    Raises:
        DataError: a list with unknown images or classes, or that changes nothing.
        RunError: `to` is there already.
    """
    from linnaeus.data.audit import fixes as lists
    from linnaeus.data.load import open_source

    source = open_source(read.anchored(read.data_spec(str(objects.data_text(data)))))
    target = Path(to) if to is not None else lists.default_target(source)
    return lists.apply(source, Path(fixes), target, objects.watcher(progress))
