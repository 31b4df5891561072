"""linnaeus.audit: what is in a data set, and what is wrong with it."""

from pathlib import Path
from typing import Any

from linnaeus.api import objects
from linnaeus.api.objects import AnyData, Progress
from linnaeus.record.facts import Audit


def audit(
    data: AnyData,
    *,
    model: str | None = None,
    sheet: Path | str | None = None,
    things: Path | str | None = None,
    progress: Progress = None,
    **settings: Any,
) -> Audit:
    """What is in a data set and what is wrong with it, before anything is trained. The test images stay sealed.

    >>> linnaeus.audit("./photos").classes
    ('cats', 'dogs')

    Args:
        data: as `train` takes them.
        model: a network whose first layers are held against the size of the images; None: the one that would be chosen.
        sheet: a PNG that shows what the network will see; None: none.
        things: a CSV to write where it looks as if several images showed one thing: path, label and thing of each image, to be
            looked through, and then trained on as table("FILE", group="thing"); None: none.
        progress: None: a line while images are read; False: silence; or a function that is told each event.
        settings: fields of the recipe that matter here, such as image_size=64.

    Returns:
        What was found, as `Audit`: classes, counts, sizes in pixels, and `findings`, warnings first.

    Raises:
        DataError, RecipeError: the data cannot be used at all; or no things are seen where a table of them is asked for.
    """
    from linnaeus.data import compose
    from linnaeus.data.audit import bursts
    from linnaeus.data.audit.audit import describe

    resolved, source = compose.compose(
        objects.data_text(data), objects.own_code(model), None, objects.settings(settings)
    )
    picture = Path(sheet) if sheet is not None else None
    found = describe(source, resolved, picture, objects.watcher(progress))
    if things is not None:
        bursts.write(source, found.findings, Path(things))
    return found
