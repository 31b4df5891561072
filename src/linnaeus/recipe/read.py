"""Recipes as TOML, and single fields as `key=value`."""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from linnaeus import files
from linnaeus.errors import LinnaeusError, NotationError, RecipeError, UnknownName
from linnaeus.recipe import catalog, renamed
from linnaeus.recipe.recipe import TYPES, Recipe, check_field
from linnaeus.recipe.spec import LARGEST, Spec, Value, parse, parse_value

Fields = dict[str, Value]  # some or all fields of a recipe
Changes = Mapping[str, Any] | Sequence[str]  # single fields: {"epochs": 5, "optimizer.lr": 0.01} or ["epochs=5", …]

OF_FILES = ("folder", "table", "arrays")  # data sets whose first option is a path
EARLIEST = {"decoder": 1}  # what runs had that name none
TABLES = (".csv", ".tsv")  # endings of a file that lists images

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h)?")
_SECONDS = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def read(path: Path, *, kept: bool = False) -> Fields:
    """The fields that a TOML file sets; it may set a few only. One `kept` by a run may have names of earlier versions.

    Raises:
        RecipeError: the file is missing or malformed; the message names file and line.
    """
    table = files.read_toml(path, "the recipe", RecipeError)
    values: Fields = {}
    for name, value in (EARLIEST | renamed.today(table) if kept else table).items():
        try:
            values[name] = _value(name, value)
        except LinnaeusError as error:
            raise RecipeError(f"{path}{_line(files.read_text(path), name)}: {error}") from None
    return values


def from_plain(table: Mapping[str, Any]) -> Fields:
    """Fields from plain values (numbers, texts in the notation), as TOML and JSON hold them. Raises RecipeError, UnknownName."""
    return {name: _value(name, value) for name, value in table.items()}


def to_plain(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values: parts become text in the notation."""
    return plain({field.name: getattr(recipe, field.name) for field in fields(recipe)})


def plain(some: Mapping[str, Value]) -> dict[str, Any]:
    """Some fields of a recipe as plain values: parts become text in the notation."""
    return {name: str(value) if isinstance(value, Spec) else value for name, value in some.items()}


def to_toml(recipe: Recipe) -> str:
    """The recipe as the text of a file that `read` reads back to an equal one."""
    # JSON's texts and numbers are TOML's too; the recipe is flat, so no writer for TOML is needed.
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in to_plain(recipe).items())


def texts(changes: Changes) -> list[str]:
    """Changes as `override` takes them."""
    return [f"{key}={value}" for key, value in changes.items()] if isinstance(changes, Mapping) else list(changes)


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
            raise RecipeError(
                f"--set {assignment}: write it as key=value, for instance batch_size=64 or optimizer.lr=0.01"
            )
        name, dot, option = key.partition(".")
        # a pattern may look like anything, and one of a few words like parts that are joined: flip+shift
        as_it_stands = name == "group" or text.strip() in get_args(TYPES.get(name))
        value = text.strip() if as_it_stands else _plain(text)
        result[name] = _value(name, _with_option(name, result.get(name), option, value) if dot else value)
    return result


def _with_option(name: str, part: Value, option: str, value: Value) -> Value:
    if isinstance(part, Spec) and part.name not in ("|", "+"):
        return part.with_option(option, value)
    if name in TYPES:
        raise RecipeError(f"{name}.{option}: {name} is not one part with options; set {name} itself, as a call")
    return None


def seconds(text: str) -> float:
    """`90`, `90s`, `10m`, `1.5h` as seconds. Raises RecipeError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise RecipeError(f"{text!r} is not a duration; write 90s, 10m or 1.5h")
    return float(match[1]) * _SECONDS[match[2]]


def data_spec(text: str) -> Spec:
    """DATA as users write it: a call, `a + b`, or the bare path of a folder or a CSV file.

    A call comes first, since a call may hold a path; a bare word is a data set if one has this name, else a folder that is
    there. What is no call is a path if it looks like one. Raises NotationError.
    """
    text = text.strip()
    place = os.path.expanduser(text)  # noqa: PTH111 -- pathlib's raises where a home is unknown
    is_there = os.path.exists(place)  # noqa: PTH110 -- pathlib's raises where a name is too long
    path = path_spec(Path(place))
    if text.isidentifier():
        return _bare(text, path) if text not in catalog.names("datasets") else Spec(text)
    if is_there or (text.startswith((".", "~", "/")) and ".py:" not in text):
        return path
    try:
        return parse(text)
    except NotationError:
        if place.lower().endswith(TABLES) or "\\" in text or re.fullmatch(r"[\w\s./~-]+", text):
            return path
        raise


def _bare(text: str, path: Spec) -> Spec:
    """What a word names that is no data set: a folder, a file, or nothing. Raises UnknownName, with folders spelled nearly so."""
    if os.path.exists(path.args[0]):  # noqa: PTH110 -- pathlib's raises where a name is too long
        return path
    with suppress(OSError):
        folders = [entry.name for entry in Path().iterdir() if entry.is_dir() and not entry.name.startswith(".")]
        known = [*catalog.names("datasets"), *folders]
        raise UnknownName("data set or folder", text, known, near=get_close_matches(text, known, cutoff=0.6))
    return Spec(text)


def path_spec(path: Path) -> Spec:
    """The data set that a path is: a folder, or a file that lists images."""
    return Spec("table" if str(path).lower().endswith(TABLES) else "folder", (str(path),))


def anchored(data: Spec) -> Spec:
    """The same data with its paths made absolute, so that a run can be taken up from any folder."""
    if data.name in ("|", "+"):
        return replace(data, args=tuple(anchored(part) for part in data.args))
    if data.name in OF_FILES and data.args and isinstance(data.args[0], str):
        return replace(data, args=(str(files.expanded(data.args[0]).absolute()), *data.args[1:]))
    return data


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
    """What a field becomes: checked, and brought from plain values to those that a recipe holds."""
    wanted = TYPES.get(name)
    if wanted is Spec and isinstance(value, str):
        value = data_spec(value) if name == "data" else parse(value)
    elif wanted is not Spec and isinstance(value, Spec):
        value = str(value)
    elif name == "budget" and isinstance(value, str):
        value = seconds(value)
    elif wanted is float and type(value) is int and abs(value) <= LARGEST:
        value = float(value)
    elif name == "weights" and value == "none":
        value = ""
    check_field(name, value)
    return value


def _line(text: str, name: str) -> str:
    """Where a field stands in a TOML file: as `name = …`, `name.option = …` or `[name]`."""
    begins = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[\]=.]""")
    found = (number for number, line in enumerate(text.splitlines(), start=1) if begins.match(line))
    return next((f", line {number}" for number in found), "")
