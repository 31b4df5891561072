"""linnaeus extend RUN DATA"""

from typing import Annotated

import typer

from linnaeus.cli import progress, summary
from linnaeus.cli.options import AsJson, Data, Lang, Run, RunsFolder, Texts, setting, settings
from linnaeus.errors import UsageError

ALL, NONE = "all", "none"


def extend(
    run: Run,
    data: Data,
    replay: Annotated[
        str,
        typer.Option(
            metavar="all|N|none",
            help="training images of each old class that are shown again; none: the old images are gone, and "
            "distillation alone protects the old classes",
        ),
    ] = ALL,
    merge: Annotated[
        bool,
        typer.Option(
            "--merge", help="treat classes that have the same name in both as one; off: such names are refused"
        ),
    ] = False,
    epochs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="passes over the training images; default: 4")
    ] = None,
    set_: Annotated[Texts, setting(help="any field of the recipe, train=head or distill=0")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="name of the new run; default: RUN-extended-1, RUN-extended-2, …")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Add the classes of DATA to a finished run.

    The classes of the new run are those of RUN, then the new ones, by name. The head keeps its rows for the old classes; new rows
    start at the class means of the features. Images are sampled by the square root of the size of their class, the loss favours the
    rarer classes, and predictions of the old network are distilled into the new one. Record and report say what was forgotten and
    what was gained, on training and validation images, and on test images once they are opened.
    """
    from linnaeus.api import extend as verb

    given = settings(set_, {"epochs": epochs})
    shown_again = _images(given.pop("replay", replay))
    with progress.watching(as_json, lang) as watch:
        record = verb.extend(
            run, given.pop("data", data), replay=shown_again, merge=merge, name=name, runs=runs, progress=watch, **given
        )
    summary.end(record, as_json, runs, lang)


def _images(text: str) -> int | None:
    """`all`, `none` or a number, as `api.extend` takes them. Raises UsageError."""
    if text in (ALL, NONE):
        return -1 if text == ALL else None
    if not text.isdecimal():
        raise UsageError(f"--replay {text} must be all, none, or a number of images of each class")
    return int(text)
