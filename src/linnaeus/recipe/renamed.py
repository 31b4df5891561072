"""Names of earlier versions: what is typed under one is refused with the name of today, what was kept under one is read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from linnaeus.errors import NotationError, RecipeError
from linnaeus.recipe.spec import Spec, Value, parse

FIELDS = {"body_rate": "backbone_lr_factor", "depth_decay": "layer_decay"}
OPTIONS = {("noise", "deviation"): "std"}  # of parts, by part and option


def check(field: str, value: Value) -> None:
    """Raise RecipeError where a field, or an option of a part in it, has a name of an earlier version."""
    if field in FIELDS:
        raise RecipeError(f"{field} is called {FIELDS[field]} today")
    if isinstance(value, Spec) and (renamed := _today(value)) != value:
        raise RecipeError(f"{field} = {value} has an option of an earlier version; write {renamed}")


def today(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields of a recipe that an earlier version kept, under the names of today."""
    return {FIELDS.get(name, name): _plain(value) for name, value in plain.items()}


def _plain(value: Any) -> Any:
    """Only texts that hold an old option are touched: all others stay as they were kept, letter for letter."""
    if not isinstance(value, str) or not any(f"{old}=" in value for _, old in OPTIONS):
        return value
    try:
        spec = parse(value)
    except NotationError:
        return value
    return value if (renamed := _today(spec)) == spec else str(renamed)


def _today(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_today(one) for one in value)
    if not isinstance(value, Spec):
        return value
    options = tuple((OPTIONS.get((value.name, name), name), _today(one)) for name, one in value.options)
    return replace(value, args=_today(value.args), options=options)
