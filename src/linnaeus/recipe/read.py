"""Recipes as TOML, and single fields as `key=value`."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from linnaeus.errors import LinnaeusError, NotationError, RecipeError, UnknownName
from linnaeus.recipe.recipe import SHELF_OF, TYPES, Recipe
from linnaeus.recipe.spec import Spec, Value, parse, parse_value

Fields = dict[str, Value]  # some or all fields of a recipe

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h)?")
_SECONDS = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def read(path: Path) -> Fields:
    """The fields that a TOML file sets; it may set a few only.

    Raises:
        RecipeError: the file is missing or malformed; the message names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(f"cannot read the recipe {path}: {getattr(error, 'strerror', None) or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path}: {error}") from None
    values: Fields = {}
    for name, value in table.items():
        try:
            values[name] = _value(name, value)
        except LinnaeusError as error:
            raise RecipeError(f"{path}{_line(text, name)}: {error}") from None
    return values


def from_plain(table: Mapping[str, Any]) -> Fields:
    """Fields from plain values (numbers, texts in the notation), as TOML and JSON hold them. Raises RecipeError, UnknownName."""
    return {name: _value(name, value) for name, value in table.items()}


def to_plain(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values: parts become text in the notation."""
    values = ((field.name, getattr(recipe, field.name)) for field in fields(recipe))
    return {name: str(value) if isinstance(value, Spec) else value for name, value in values}


def to_toml(recipe: Recipe) -> str:
    """The recipe as the text of a file that `read` reads back to an equal one."""
    # JSON's texts and numbers are TOML's too; the recipe is flat, so no writer for TOML is needed.
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in to_plain(recipe).items())


def override(values: Mapping[str, Value], assignments: Iterable[str]) -> Fields:
    """Apply `key=value` texts, as `--set` gives them; `optimizer.lr=0.1` reaches into a part.

    Raises:
        RecipeError: no `=`, or a value that does not fit its field.
        UnknownName: no such field.
    """
    result = dict(values)
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key = key.strip()
        if not equals:
            raise RecipeError(f"--set {assignment}: write it as key=value, for instance batch_size=64 or optimizer.lr=0.01")
        name, dot, option = key.partition(".")
        if not dot:
            result[name] = _value(name, _plain(text))
        elif isinstance(result.get(name), Spec) and result[name].name not in ("|", "+"):
            result[name] = result[name].with_option(option, _plain(text))
        else:
            raise RecipeError(f"--set {assignment}: {name} is not one part with options; set {name} itself, as a call")
    return result


def seconds(text: str) -> float:
    """`90`, `90s`, `10m`, `1.5h` as seconds. Raises RecipeError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise RecipeError(f"{text!r} is not a duration; write 90s, 10m or 1.5h")
    return float(match[1]) * _SECONDS[match[2]]


def data_spec(text: str) -> Spec:
    """DATA as users write it: a call, `a + b`, or the bare path of a folder or a CSV file."""
    path = Path(text).expanduser()
    looks_like_path = text.startswith((".", "~", "/")) or path.suffix.lower() in (".csv", ".tsv") or "\\" in text
    if looks_like_path or (path.exists() and not text.isidentifier()):
        return Spec("table" if path.suffix.lower() in (".csv", ".tsv") else "folder", (str(path),))
    try:
        return parse(text)
    except NotationError:
        if path.exists() or re.fullmatch(r"[\w\s./~-]+", text):  # a path with blanks or dots, missing or not
            return Spec("folder", (str(path),))
        raise


def _plain(text: str) -> Value:
    """The value of an override: a literal or a part; anything else is taken as text (`precision=bf16`)."""
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    try:
        value = parse_value(text)
    except NotationError:
        return text
    return text.strip() if value == Spec(text.strip()) else value


def _value(name: str, value: Any) -> Value:
    if name not in TYPES:
        raise UnknownName("field of a recipe", name, TYPES)
    wanted = TYPES[name]
    if wanted is Spec:
        if isinstance(value, Spec):
            return value
        if not isinstance(value, str):
            raise RecipeError(f"{name} = {value!r} must be a text that names a part of the shelf {SHELF_OF[name]}")
        return data_spec(value) if name == "data" else parse(value)
    if isinstance(value, Spec):
        return str(value)
    if wanted is float and type(value) is int:
        return float(value)
    if name == "budget" and isinstance(value, str):
        return seconds(value)
    return value


def _line(text: str, name: str) -> str:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.partition("=")[0].strip().strip("\"'") == name:
            return f", line {number}"
    return ""
