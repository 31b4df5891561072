"""The front desk's transfers: to another task, and to more classes. `linnaeus.api` hands them out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import desk
from linnaeus.errors import DataError, LinnaeusError, RecipeError
from linnaeus.events import Note, Watcher, nobody
from linnaeus.recipe import read
from linnaeus.recipe.advise import carried, extended
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe, check_field
from linnaeus.recipe.spec import Spec
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.record.transfers import Transfers, Way

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
    folder, stem = desk.runs_folder(runs), name
    found: dict[tuple[str, float], RunRecord] = {}
    for share in shares:
        for way in ways:
            recipe, source = _of_way(data, weights, way, share, changes, folder)
            splits = desk.splits(recipe, watch, source)
            if splits.val is None:
                raise RecipeError("ways are compared by validation images: hold some out (val=0.15)")
            stem = stem or f"{desk.stem(recipe)}-transfer"
            watch(Note(text=f"{way}, {100 * share:g} % of the training images"))
            found[way, share] = desk.train_once(recipe, splits, folder, f"{stem}-{way}-{100 * share:g}", watch)
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
    folder = desk.runs_folder(runs)
    recipe, source = _of_way(data, weights, way, 1.0, changes, folder)
    splits = desk.splits(recipe, watch, source)
    return desk.train(recipe, splits, folders.create(folder, name, f"{desk.stem(recipe)}-{way}"), True, watch)


def _of_way(data: str, weights: str, way: str, share: float, changes: Changes, runs: Path) -> tuple[Recipe, "Source"]:
    """The recipe of a way. From scratch it is what is advised for the data, with the network that the weights are of."""
    own = desk.wanted(weights, runs) if way == SCRATCH else {"weights": weights, **carried(way)}
    texts = [f"{key}={value}" for key, value in read.plain({**own, "share": share}).items()]
    return desk.compose(data, None, None, [*texts, *read.texts(changes)], runs)


def _compared(data: str, weights: str, found: dict[tuple[str, float], RunRecord]) -> Transfers:
    from linnaeus.stats import paired

    ways = tuple(
        Way(
            way=way,
            share=share,
            images=record.data["counts"]["train"],
            run=record.name,
            score=record.scores["val"].metrics["accuracy"],
            train_s=record.time["train_s"],
        )
        for (way, share), record in found.items()
    )
    comparisons = []
    for share in dict.fromkeys(way.share for way in ways):
        folders_of = [RunFolder(record.folder) for (_, at), record in found.items() if at == share and record.folder]
        if len(folders_of) > 1:
            comparisons += [(share, one) for one in paired.of_runs(folders_of, "val")]
    return Transfers(data=data, weights=weights, ways=ways, comparisons=tuple(comparisons))


def extend(
    run: str,
    data: str,
    *,
    replay: int | None = -1,
    merge: bool = False,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> RunRecord:
    """Add the classes of `data` to a finished run, as a new run; rows of the head for the old classes are kept.

    Args:
        run: whose network learns the new classes; it stays as it is.
        data: images of the new classes.
        replay: training images of each old class that are shown again; -1: all; None: the old data are gone, and the old
            network's answers alone hold on to them.
        merge: a class that both know by name is one class; else such a name is refused.
        changes: single fields of the recipe, as in `train`.

    Returns:
        The finished run's record; its `forgetting` says what was lost on the old classes and won on the new ones, by split.

    Raises:
        RunError: no such run, or unfinished. RecipeError: no new class, or names that both have. DataError: the old data are
            not there to be shown again.
    """
    parent = folders.find(desk.runs_folder(runs), run)
    fields, record = read.read(parent.recipe, kept=True), parent.record()
    new = read.anchored(read.data_spec(data))
    _check_classes(record, new, merge)
    if replay is not None:
        _check_replay(fields["data"], parent.name)
    both = new if replay is None else Spec("+", (*fields["data"].operands(), *new.operands()))
    wanted = extended(fields, weights=str(parent.path.absolute()), data=both, replay=0 if replay is None else replay)
    recipe = Recipe(**read.override(wanted, read.texts(changes)))
    splits = desk.splits(recipe, watch)
    folder = folders.create(desk.runs_folder(runs), name, f"{parent.name}-extended")
    return desk.train(recipe, splits, folder, True, watch)


def _check_classes(parent: RunRecord, new: Spec, merge: bool) -> None:
    from linnaeus.data.load import open_source

    theirs = open_source(new, to_train=False).classes
    known = list(parent.data["classes"])
    both = [name for name in theirs if name in known]
    if len(both) == len(theirs):
        raise RecipeError(
            f"{new} has no new class: {parent.name} knows {', '.join(both[:5])} already; continue trains it on"
        )
    if both and not merge:
        raise RecipeError(
            f"{', '.join(both[:5])}: classes of these names are in {parent.name} and in {new}; if they are the same things, "
            "say --merge, else give them other names, or leave them out with classes=[…]"
        )


def _check_replay(old: Spec, name: str) -> None:
    from linnaeus.data.load import open_source

    try:
        open_source(old)
    except LinnaeusError as error:
        raise DataError(
            f"the images that {name} was trained on are not there to be shown again ({error}); bring them back, or go on "
            "without them: --replay none"
        ) from None
