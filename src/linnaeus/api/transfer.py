"""linnaeus.transfer: a pretrained network, for another task."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from linnaeus.api import composing, objects, running
from linnaeus.api.objects import AnyData, AnyWeights, Progress
from linnaeus.errors import RecipeError
from linnaeus.events import note
from linnaeus.recipe.recipe import check_field
from linnaeus.record import folder as folders
from linnaeus.record.comparison import Transfers
from linnaeus.record.record import RunRecord

BEST = "head-then-all"  # the way that is taken where none is asked for
SHARES = (0.05, 0.2, 1.0)


@overload
def transfer(data: AnyData, *, weights: AnyWeights, ways: Sequence[str], **others: Any) -> Transfers: ...


@overload
def transfer(data: AnyData, *, weights: AnyWeights, ways: None = None, **others: Any) -> RunRecord: ...


def transfer(
    data: AnyData,
    *,
    weights: AnyWeights,
    ways: Sequence[str] | None = None,
    shares: Sequence[float] = SHARES,
    name: str | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
    **settings: Any,
) -> RunRecord | Transfers:
    """Transfer a pretrained network to the task of `data`; with `ways` in several ways, which are compared on the same images.

    The head is fitted first, to features that are computed once; then all weights are trained a little. Of several ways, each is a
    run NAME-WAY-SHARE; called again, finished runs are taken as they are, and stopped ones are resumed. The network and its image
    size are those of the weights, for training from scratch, too. Head, then all: Kumar et al. 2022, arXiv 2202.10054.

    >>> linnaeus.transfer("./photos", weights="pets-1", ways=["scratch", "head"], shares=[1.0], epochs=2).ways

    Args:
        data: the task, as `train` takes data.
        weights: where the network begins: a run, a file, "timm:NAME", or bundled weights.
        ways: "scratch", or words of the recipe's `train`; the others are compared with the first. None: head-then-all alone.
        shares: with `ways`, of the training images of each class, above 0 and up to 1; a smaller share is part of a larger one.
        name: of the run, or how the names of several begin; None: DATA-head-then-all, or DATA-transfer.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: curves in a notebook, a line in a script; False: silence; or a function that is told each event.
        settings: fields of the recipe, which win over what a way says. With `ways`, out="FILE.svg" (.png) draws accuracy by share.

    Returns:
        The record of the run; with `ways`, what each came to, as `Transfers`.

    Raises:
        RecipeError: a way that is none, or no validation images.
        RunError: a run of such a name with another recipe.
    """
    from linnaeus.reporting.figures import measured, style
    from linnaeus.stats import ways as found_ways

    if (out := settings.pop("out", None)) is not None:  # before hours are spent on what it shows
        style.check_name(Path(out))
    folder, watch = composing.runs_folder(runs), objects.watcher(progress)
    text, begin, changes = str(objects.data_text(data)), objects.weights_text(weights), objects.settings(settings)
    if ways is None:
        recipe, source = composing.of_way(text, begin, BEST, 1.0, changes, folder)
        splits = composing.splits(recipe, watch, source)
        made = folders.create(folder, name, f"{composing.stem(recipe)}-{BEST}")
        return running.train(recipe, splits, made, True, watch)
    for way in set(ways) - {composing.SCRATCH}:
        check_field("train", way)  # before the first of them is trained
    found, stem = dict[tuple[str, float], RunRecord](), name
    for share, way in itertools.product(shares, ways):
        recipe, source = composing.of_way(text, begin, way, share, changes, folder)
        splits = composing.splits(recipe, watch, source)
        if splits.val is None:
            raise RecipeError("ways are compared by validation images: hold some out (val=0.15)")
        stem = stem or f"{composing.stem(recipe)}-transfer"
        watch(note("way", way=way, share=share))
        found[way, share] = running.train_once(recipe, splits, folder, f"{stem}-{way}-{100 * share:g}", watch)
    return measured.drawn(found_ways.compared(text, begin, found), out)
