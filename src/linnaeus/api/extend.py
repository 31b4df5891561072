"""linnaeus.extend: new classes without forgetting the old ones."""

from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects, own_data, running
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.errors import DataError, LinnaeusError, RecipeError
from linnaeus.recipe import read
from linnaeus.recipe.advise import extended
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord


def extend(
    run: AnyRun,
    data: AnyData,
    *,
    replay: int | None = -1,
    merge: bool = False,
    name: str | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
    **settings: Any,
) -> RunRecord:
    """Add the classes of `data` to a finished run, as a new run; rows of the head for the old classes are kept.

    New rows begin by weight imprinting (Qi, Brown & Lowe 2018, arXiv 1712.07136); the old network holds the new one by distillation (Li &
    Hoiem 2016, arXiv 1606.09282); unequal numbers of images are met by logit adjustment (Menon et al. 2021, arXiv 2007.07314).

    >>> record = linnaeus.extend("pets-1", "./birds", replay=20)

    Args:
        run: whose network learns the new classes: its record, folder or name; it stays as it is.
        data: images of the new classes, as `train` takes them.
        replay: training images of each old class that are shown again; -1: all; None: the old data are gone, and the old
            network's predictions alone keep the old classes.
        merge: treat a class that both know by name as one class; False: such a name is refused.
        name: of the new run; None: RUN-extended-1, RUN-extended-2, …
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: curves in a notebook, a line in a script; False: silence; or a function that is told each event.
        settings: fields of the recipe, as in `train`.

    Returns:
        The finished run's record; its `forgetting` says what was lost on the old classes and gained on the new ones, by split.

    Raises:
        RunError: no such run, or unfinished.
        RecipeError: no new class, or names that both have.
        DataError: the old data are not there to be shown again.
    """
    parent, watch = objects.run_folder(run, runs), objects.watcher(progress)
    fields, record = own_data.fields_of(parent), parent.record()
    new = read.anchored(read.data_spec(str(objects.data_text(data))))
    _check_classes(record, new, merge)
    if replay is not None:
        _check_replay(fields["data"], parent.name)
    both = new if replay is None else Spec("+", (*fields["data"].operands(), *new.operands()))
    wanted = extended(fields, weights=str(parent.path.absolute()), data=both, replay=0 if replay is None else replay)
    recipe = Recipe(**read.override(wanted, objects.settings(settings)))
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
