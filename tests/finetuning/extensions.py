"""A folder with a finished run of some digits, to which others are added."""

from pathlib import Path

import linnaeus
from linnaeus.events import Event
from linnaeus.recipe import advise, read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from tests.finetuning.small import QUICK, train
from tests.settings import given

OLD, NEW = "digits(classes=['0','1','2','3'], limit=30)", "digits(classes=['7','8'], limit=30)"
OLD_NAMES, NEW_NAMES = ["0", "1", "2", "3"], ["7", "8"]
MLP = "model=mlp(hidden=[24], dropout=0.0)"


def nobody(event: Event) -> None: ...


def extended(place: Path, *changes: str, old: str = "old", data: str = NEW, name: str | None = None, **options):
    return linnaeus.extend(old, data, **given(*changes), name=name, runs=place / "runs", **options)


def recipe_of_extension(place: Path, *changes: str, replay: int = -1, data: str | None = None) -> Recipe:
    """As `extend` makes it, changed."""
    folder = RunFolder(place / "runs" / "old")
    fields = read.read(folder.recipe)
    both = read.data_spec(data or f"{OLD} + {NEW}")
    made = advise.extended(fields, weights=str(folder.path), data=both, replay=replay)
    return Recipe(**read.override(made, [*QUICK, *changes]))


def made(folder: Path) -> Path:
    """Finished runs of the old classes: `old`, and heads of one stroke on its backbone."""
    train(folder, MLP, "epochs=15", "batch_size=16", data=OLD, name="old")
    on = (f"weights={folder / 'runs' / 'old'}", "train=head")
    train(folder, MLP, *on, "head=logistic", data=OLD, name="logistic")
    train(folder, MLP, *on, "head=knn", "views=2", "augment=shift(pixels=1)", data=OLD, name="knn")
    return folder
