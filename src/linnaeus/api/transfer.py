"""linnaeus.transfer: a pretrained network, for another task."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.errors import RecipeError
from linnaeus.events import Note, Watcher, nobody
from linnaeus.recipe import read
from linnaeus.recipe.advise import carried
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe, check_field
from linnaeus.record import folder as folders
from linnaeus.record.comparison import Transfers, Way
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    from linnaeus.data.dataset import Source


SCRATCH = "scratch"


WAYS = (SCRATCH, "head", "all", "head-then-all")


SHARES = (0.05, 0.2, 1.0)


def transfer(
    data: str,
    *,
    weights: str,
    ways: Sequence[str] = WAYS,
    shares: Sequence[float] = SHARES,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> Transfers:
    """Carry trained weights over to `data` in several ways, and compare them with each other on the same validation images.

    Each way is a run NAME-WAY-SHARE; given again, what is there is taken as it is, and what was stopped is taken up. The
    network and its image size are those of the weights, for the way that begins at none too.

    Args:
        data: the task.
        weights: where the ways but "scratch" begin, as the recipe's `weights`.
        ways: "scratch", or words of the recipe's `train`; the others are compared with the first.
        shares: of the training images of each class; the images of a smaller share are among those of a larger one.
        changes: single fields of all recipes; they win over what a way says.

    Raises:
        RecipeError: a way that is none, or no validation images. RunError: a run of such a name with another recipe.
    """
    for way in ways:  # before the first of them is trained
        if way != SCRATCH:
            check_field("train", way)
    folder, stem = composing.runs_folder(runs), name
    found: dict[tuple[str, float], RunRecord] = {}
    for share in shares:
        for way in ways:
            recipe, source = _of_way(data, weights, way, share, changes, folder)
            splits = composing.splits(recipe, watch, source)
            if splits.val is None:
                raise RecipeError("ways are compared by validation images: hold some out (val=0.15)")
            stem = stem or f"{composing.stem(recipe)}-transfer"
            watch(Note(text=f"{way}, {100 * share:g} % of the training images"))
            found[way, share] = running.train_once(recipe, splits, folder, f"{stem}-{way}-{100 * share:g}", watch)
    return _compared(data, weights, found)


def draw(found: Transfers, out: Path | str) -> None:
    """Validation accuracy by the share of the training images, a line a way, as .svg or .png. Raises UsageError, RunError."""
    from linnaeus.reporting.figures import measured, style
    from linnaeus.reporting.words import words

    style.write(measured.transfers(found, words(), style.PRINT), Path(out))


def transfer_one(
    data: str,
    *,
    weights: str,
    way: str = "head-then-all",
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> RunRecord:
    """Carry trained weights over to `data` in one way, as a run; arguments and errors as `transfer`."""
    folder = composing.runs_folder(runs)
    recipe, source = _of_way(data, weights, way, 1.0, changes, folder)
    splits = composing.splits(recipe, watch, source)
    return running.train(recipe, splits, folders.create(folder, name, f"{composing.stem(recipe)}-{way}"), True, watch)


def _of_way(data: str, weights: str, way: str, share: float, changes: Changes, runs: Path) -> tuple[Recipe, "Source"]:
    """The recipe of a way. From scratch it is what is advised for the data, with the network that the weights are of."""
    own = composing.wanted(weights, runs) if way == SCRATCH else {"weights": weights, **carried(way)}
    texts = [f"{key}={value}" for key, value in read.plain({**own, "share": share}).items()]
    return composing.compose(data, None, None, [*texts, *read.texts(changes)], runs)


def _compared(data: str, weights: str, found: dict[tuple[str, float], RunRecord]) -> Transfers:
    from linnaeus.stats import paired

    ways = tuple(
        Way(
            way=way,
            share=share,
            images=record.data.counts["train"],
            run=record.name,
            score=record.scores["val"].metrics["accuracy"],
            train_s=record.time.train_s or 0.0,
        )
        for (way, share), record in found.items()
    )
    comparisons = []
    for share in dict.fromkeys(way.share for way in ways):
        folders_of = [RunFolder(record.folder) for (_, at), record in found.items() if at == share and record.folder]
        if len(folders_of) > 1:
            comparisons += [(share, one) for one in paired.of_runs(folders_of, "val")]
    return Transfers(data=data, weights=weights, ways=ways, comparisons=tuple(comparisons))
