"""linnaeus transfer DATA --weights W"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Data, Lang, RunsFolder, Texts, picture, setting, settings
from linnaeus.errors import UsageError
from linnaeus.recipe import shell


def transfer(
    data: Data,
    weights: Annotated[
        str,
        typer.Option(
            metavar="W",
            help="pretrained weights: a run, a file, timm:NAME, or bundled weights, which linnaeus weights lists",
        ),
    ],
    compare: Annotated[
        bool,
        typer.Option(
            "--compare",
            help="compare several ways of training on several shares of the images; off: head-then-all, on all images",
        ),
    ] = False,
    ways: Annotated[
        str,
        typer.Option(metavar="WAY,…", help="with --compare: ways of training; the others are compared with the first"),
    ] = "scratch,head,all,head-then-all",
    shares: Annotated[
        str, typer.Option(metavar="SHARE,…", help="with --compare: shares of the training images, above 0 and up to 1")
    ] = "0.05,0.2,1",
    model: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="the network that the weights belong to; default: what the weights say"),
    ] = None,
    set_: Annotated[Texts, setting(help="any field of the recipe, for every way")] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="name of the run, or prefix of several names; default: DATA-head-then-all, DATA-transfer",
        ),
    ] = None,
    out: Annotated[Path | None, picture(help="with --compare: plot")] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Transfer a pretrained network to another task.

    The head is fitted first, on features that are computed once; then all weights are fine-tuned briefly. With --compare the network
    is trained from scratch, head only, all at once, and head-then-all, each on 5, 20 and 100 % of the training images; run the
    command again to go on where it was stopped.
    """
    from linnaeus.api import transfer as verb
    from linnaeus.reporting.figures import style

    if out is not None and not compare:
        raise UsageError("--out goes with --compare: a picture shows several ways")
    if out is not None:
        style.check_name(out)
    given = settings(set_, {"weights": weights, "model": model})
    data = given.pop("data", data)
    if not compare:
        with progress.watching(as_json, lang) as watch:
            record = verb.transfer(data, name=name, runs=runs, progress=watch, **given)
        summary.end(record, as_json, runs, lang)
        return
    each = [way.strip() for way in ways.split(",")]
    given |= {"shares": _shares(shares), "out": out}
    with progress.watching(as_json, lang) as watch:
        found = verb.transfer(data, ways=each, name=name, runs=runs, progress=watch, **given)
    if screen.tell(found, as_json, lang):
        if found.picture:
            screen.fact("picture", found.picture, lang)
        best = max(found.ways, key=lambda way: way.score.value)
        screen.suggest(shell.command("inspect", best.run), shell.command("report", best.run), language=lang)


def _shares(text: str) -> list[float]:
    try:
        shares = [float(share) for share in text.split(",")]
    except ValueError:
        shares = []
    if not shares or not all(0 < share <= 1 for share in shares):
        raise UsageError(f"--shares {text} must be numbers above 0 and at most 1, as in 0.05,0.2,1")
    return shares
