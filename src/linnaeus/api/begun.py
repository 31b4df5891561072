"""What several verbs share: the recipe of a run that has begun."""

from linnaeus.errors import RecipeError
from linnaeus.recipe import read
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder


def recipe_of(folder: RunFolder) -> Recipe:
    """The recipe that a run was trained by, with the place of its data as recipe.toml has it: data are known by content.

    Raises:
        RecipeError: recipe.toml is no longer what the run began with: two recipes in one run are no run.
    """
    found, then = read.read(folder.recipe, kept=True), fields_of(folder)
    now, before = read.to_plain(Recipe(**found)), read.to_plain(Recipe(**then))
    changed = [name for name in now if name != "data" and now[name] != before[name]]
    if changed:
        told = ", ".join(f"{name} = {now[name]} (then {before[name]})" for name in changed[:3])
        raise RecipeError(
            f"the recipe {folder.recipe} has changed since {folder.name} began: {told}. Put it back; to train longer or otherwise, "
            f"let the run finish, then: linnaeus continue {folder.name} --epochs N"
        )
    return Recipe(**found)


def fields_of(folder: RunFolder) -> Fields:
    """The fields of the recipe that a run was trained by, as its record holds them. Raises RunError."""
    return read.from_plain(read.EARLIEST | dict(folder.record().recipe))
