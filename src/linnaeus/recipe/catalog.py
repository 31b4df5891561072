"""The shelves: `parts/models/resnet.py` answers to `resnet`. A part is known by its file; its options by the signature of its `build`.

Signatures are read from the source as text, so that listing and checking parts imports nothing heavy and runs nothing.
Code of one's own is named by its file, `mine.py:net(width=8)`, or by a package's entry point in the group `linnaeus.SHELF`.
"""

import ast
import functools
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from linnaeus.errors import DataError, NotationError, RecipeError, UnknownName
from linnaeus.recipe.spec import Spec, Value

PARTS = Path(__file__).parent.parent / "parts"
REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A builder found on a shelf, not imported yet. `options` maps each option to its default, or to `REQUIRED`."""

    shelf: str
    name: str
    file: Path
    function: str
    options: Mapping[str, Value]
    doc: str

    @property
    def summary(self) -> str:
        return self.doc.strip().split("\n")[0]


def shelves() -> list[str]:
    return sorted(folder.name for folder in PARTS.iterdir() if (folder / "__init__.py").exists())


def names(shelf: str) -> list[str]:
    """The names on a shelf: our files and the entry points of installed packages."""
    if shelf not in shelves():
        raise UnknownName("shelf", shelf, shelves())
    ours = (file.stem for file in (PARTS / shelf).glob("*.py") if not file.stem.startswith("_"))
    return sorted({*ours, *_entry_points(shelf)})


def find(shelf: str, name: str) -> Part:
    """The part that `name` names.

    Raises:
        UnknownName: no part of that shelf answers to it; near names are suggested.
        RecipeError: a file of one's own is missing or defines no such function.
    """
    if ".py:" in name:
        file, _, function = name.rpartition(":")
        return _part(shelf, name, Path(file), function)
    file_of_ours = PARTS / shelf / f"{name}.py"
    if name.isidentifier() and not name.startswith("_") and file_of_ours.exists():
        return _part(shelf, name, file_of_ours, "build")
    if name in (foreign := _entry_points(shelf)):
        module, _, function = foreign[name].partition(":")
        found = importlib.util.find_spec(module)
        if found is None or found.origin is None:
            raise RecipeError(f"{shelf[:-1]} {name!r}: the installed package promises {module}, which is not there")
        return _part(shelf, name, Path(found.origin), function)
    raise UnknownName(shelf[:-1], name, names(shelf))


def bind(part: Part, spec: Spec, known: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """The options that `spec` gives, by name: values without a name fill the options in the order of their declaration.

    `known` holds what the recipe knows by itself (`image_size`, `epochs`, …); it fills the options of that name which the
    spec leaves open.

    Raises:
        UnknownName: an option that the part does not have.
        RecipeError: an option given twice, too many values, or a required one missing.
    """
    order = list(part.options)
    if len(spec.args) > len(order):
        raise RecipeError(f"{spec}: {part.name} takes at most {len(order)} values ({', '.join(order) or 'none'})")
    bound: dict[str, Value] = dict(zip(order, spec.args, strict=False))
    for option, value in spec.options:
        if option not in part.options:
            raise UnknownName(f"option of {part.name}", option, order)
        if option in bound:
            raise RecipeError(f"{spec}: {option} is given twice")
        bound[option] = value
    for option, value in (known or {}).items():
        if option in part.options:
            bound.setdefault(option, value)
    missing = [option for option, default in part.options.items() if default is REQUIRED and option not in bound]
    if missing:
        raise RecipeError(f"{spec}: {part.name} needs {', '.join(missing)}, as in {part.name}({missing[0]}=…)")
    return bound


def check(shelf: str, spec: Spec) -> None:
    """Raise what is wrong with a spec's names and options, those of nested parts too, without importing anything."""
    for operand in spec.operands():
        if operand.name in ("|", "+"):
            check(shelf, operand)
            continue
        for value in bind(find(shelf, operand.name), operand).values():
            for nested in value if isinstance(value, tuple) else (value,):
                if isinstance(nested, Spec):
                    check(shelf, nested)


def build(shelf: str, spec: Spec, *args: Any, known: Mapping[str, Value] | None = None) -> Any:
    """Import the part and build it: `build(*args, **options)`. A nested part arrives in its builder as a function that builds it.

    Raises:
        UnknownName, RecipeError: as `find` and `bind`; a ValueError of the builder becomes a RecipeError that names the part.
    """
    if spec.name in ("|", "+"):
        raise NotationError(f"one {shelf[:-1]} is needed here, not {spec}")
    part = find(shelf, spec.name)
    options = bind(part, spec, known)
    options = {name: _nested(shelf, value, known) for name, value in options.items()}
    builder: Callable[..., Any] = getattr(_module(part), part.function)
    try:
        return builder(*args, **options)
    except (ValueError, TypeError) as error:
        if isinstance(error, TypeError) and not _raised_at_call(error):
            raise
        raise RecipeError(f"{shelf[:-1]} {spec}: {error}") from error


def _nested(shelf: str, value: Value, known: Mapping[str, Value] | None) -> Value:
    if isinstance(value, Spec):
        check(shelf, value)
        return functools.partial(build, shelf, value, known=known)
    if isinstance(value, tuple):
        return tuple(_nested(shelf, item, known) for item in value)
    return value


def _raised_at_call(error: TypeError) -> bool:
    """True if the builder itself complained (its own frame is the last), not something deep inside that it called."""
    trace = error.__traceback__
    return trace is not None and (trace.tb_next is None or trace.tb_next.tb_next is None)


def _part(shelf: str, name: str, file: Path, function: str) -> Part:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{shelf[:-1]} {name!r}: cannot read {file}: {error.strerror}") from None
    except (SyntaxError, ValueError) as error:
        raise RecipeError(f"{shelf[:-1]} {name!r}: {file} is not valid Python: {error}") from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            doc = ast.get_docstring(tree) or ast.get_docstring(node) or ""
            return Part(shelf=shelf, name=name, file=file, function=function, options=_signature(node), doc=doc)
    raise RecipeError(f"{shelf[:-1]} {name!r}: {file} defines no function {function}")


def _signature(node: ast.FunctionDef) -> dict[str, Value]:
    """The options of a builder: all its parameters but the positional-only ones."""
    arguments = node.args
    positional = arguments.args
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    defaults = defaults[-len(positional) :] if positional else []
    pairs = [*zip(positional, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return {argument.arg: REQUIRED if default is None else _literal(default) for argument, default in pairs}


def _literal(node: ast.expr) -> Value:
    try:
        value = ast.literal_eval(node)
        return tuple(value) if isinstance(value, list) else value
    except ValueError:
        return ast.unparse(node)


def _module(part: Part) -> ModuleType:
    if part.file.is_relative_to(PARTS):
        return importlib.import_module(f"linnaeus.parts.{part.shelf}.{part.name}")
    name = f"linnaeus_foreign_{abs(hash(part.file.resolve())):x}"
    if name not in sys.modules:
        found = importlib.util.spec_from_file_location(name, part.file)
        if found is None or found.loader is None:
            raise DataError(f"cannot import {part.file}")
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        try:
            found.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


@functools.cache
def _entry_points(shelf: str) -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=f"linnaeus.{shelf}")}
