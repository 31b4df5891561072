"""linnaeus.extend: new classes without forgetting the old ones."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.errors import DataError, LinnaeusError, RecipeError
from linnaeus.events import Watcher, nobody
from linnaeus.recipe import read
from linnaeus.recipe.advise import extended
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    pass


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
    parent = folders.find(composing.runs_folder(runs), run)
    fields, record = read.read(parent.recipe, kept=True), parent.record()
    new = read.anchored(read.data_spec(data))
    _check_classes(record, new, merge)
    if replay is not None:
        _check_replay(fields["data"], parent.name)
    both = new if replay is None else Spec("+", (*fields["data"].operands(), *new.operands()))
    wanted = extended(fields, weights=str(parent.path.absolute()), data=both, replay=0 if replay is None else replay)
    recipe = Recipe(**read.override(wanted, read.texts(changes)))
    splits = composing.splits(recipe, watch)
    folder = folders.create(composing.runs_folder(runs), name, f"{parent.name}-extended")
    return running.train(recipe, splits, folder, True, watch)


def _check_classes(parent: RunRecord, new: Spec, merge: bool) -> None:
    from linnaeus.data.load import open_source

    theirs = open_source(new, to_train=False).classes
    known = parent.data.classes
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
