"""The recipes of a study: from the changes of a point to a whole recipe, checked before anything is trained."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects
from linnaeus.errors import RecipeError, UsageError
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import codec
from linnaeus.studies.estimate import measure
from linnaeus.studies.plan import Plan
from linnaeus.studies.runner import Plain, Resolve
from linnaeus.studies.store import Store
from linnaeus.studies.workers.executor import Executor

_ADVISED_BY = ("data", "weights", "model", "image_size", "channels", "share")  # fields by which others are chosen


def resolver(base: Mapping[str, Any], runs: Path) -> Resolve:
    """From the changes of a point to its whole recipe in plain values. The data are opened once where they are the same."""
    known: dict[tuple[str, ...], Recipe] = {}

    def resolve(changes: Sequence[str]) -> Plain:
        advice = tuple(change for change in changes if change.partition("=")[0] in _ADVISED_BY)
        if advice not in known:
            known[advice] = composing.compose(None, None, dict(base), advice, runs)[0]
        resolved = known[advice]
        fields = {name: getattr(resolved, name) for name in read.to_plain(resolved)}
        recipe = Recipe(**read.override(fields, changes) | {"data": resolved.data})
        return read.to_plain(recipe)

    return resolve


def check_recipes(plan: Plan, resolve: Resolve) -> None:
    """Each point, or where there are endlessly many their corners, as a whole recipe: what is wrong shows before anything is trained."""
    for point in plan.points() or plan.space.corners():
        try:
            recipe = resolve(plan.space.changes(point))
        except UsageError as error:
            at = ", ".join(f"{name}={value}" for name, value in point.items())
            raise RecipeError(f"the point {at} is no recipe: {error}") from None
        if recipe["val"] == 0:
            raise RecipeError("val = 0 leaves no validation images to choose by: hold some out, as in val = 0.15")


def settled(plan: Plan, store: Store, executor: Executor, resolve: Resolve) -> Resolve:
    """Recipes with what the study fixes for all its trials, so that the machine does not tell them apart: threads and precision."""
    notes = store.notes()
    settled = notes.get("settled")
    if settled is None:
        predicted = measure(plan, executor, with_fields(resolve, {"threads": executor.threads}))
        settled = {"jobs": executor.jobs, "threads": executor.threads, "precision": predicted.precision}
        store.note("predicted", codec.to_plain(predicted))
        store.note("settled", settled)
    return with_fields(resolve, {key: settled[key] for key in ("threads", "precision")})


def with_fields(resolve: Resolve, fixed: Mapping[str, Any]) -> Resolve:
    """The same recipes, where they leave something open as `fixed` says."""

    def settled(changes: Sequence[str]) -> Plain:
        recipe = resolve(changes)
        return {**recipe, **{name: value for name, value in fixed.items() if recipe[name] in (0, "auto")}}

    return settled


def changed(plan: Plan, changes: Mapping[str, Any]) -> Plan:
    """The same study of a recipe with these fields. Raises RecipeError where one of them is a factor."""
    fields = [change.partition("=")[0].strip() for change in objects.settings(changes)]
    factors = {factor.name for factor in plan.space.factors}
    if both := factors.intersection(fields):
        raise RecipeError(f"{min(both)} is a factor of the study: change it in its file")
    return replace(plan, base=read.override(plan.base, objects.settings(changes)))
