"""linnaeus features PATH…"""

import io
from pathlib import Path
from typing import Annotated

import typer

from linnaeus import files
from linnaeus.cli import progress, screen
from linnaeus.cli.options import Lang, RunsFolder, Threads


def features(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="image files, folders or globs")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="file for names and features (.npz of NumPy)")],
    weights: Annotated[
        str, typer.Option(metavar="W", help="whose backbone: imagenet, a run, timm:NAME; see linnaeus weights")
    ] = "imagenet",
    threads: Threads = 0,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Write what a pretrained network sees in images.

    The file holds `names` (N) and `features` (N, D), float32: numpy.load reads it.
    """
    import numpy as np

    from linnaeus.api.features import of_sources
    from linnaeus.delivery.predictor import sources_of
    from linnaeus.reporting.words import words

    sources = sources_of(paths)
    with progress.watching(False, lang) as watch:
        features_ND = of_sources(sources, weights=weights, threads=threads, runs=runs, progress=watch)
    content = io.BytesIO()
    np.savez(content, names=np.array([name for name, _ in sources]), features=features_ND)
    files.write_whole(out, content.getvalue())
    screen.fact("single-written", str(words(lang)("single-written-text", file=out, n=len(sources))), lang)
