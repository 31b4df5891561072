"""The shelves: `parts/models/resnet.py` answers to `resnet`. A part's options are those of its `build`.

Signatures are read from the source as text, so that listing and checking parts imports nothing heavy and runs nothing.
Code of one's own is named by its file, `mine.py:net(width=8)`, or by a package's entry point in the group
`linnaeus.SHELF`. A shelf whose `__init__.py` defines `select(built, /, *, …options)` gives those options to each of its
parts: `digits(limit=50)`.
"""

import ast
import functools
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from linnaeus import files
from linnaeus.errors import DataError, NotationError, RecipeError, UnknownName
from linnaeus.recipe import annotations, imports, trusted
from linnaeus.recipe.spec import Spec, Value

PARTS = Path(__file__).parent.parent / "parts"
LONGEST = 100  # letters of a name: a file system refuses to look for more
REQUIRED = inspect.Parameter.empty
PLACE = "folder"  # option of every part on a shelf with `select`: stands in for the first argument of its builder

# How messages call a thing that stands on a shelf.
_ONE = {"datasets": "data set", "losses": "loss"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A builder found on a shelf, not imported yet.

    `options` maps each option of its own to its default, or to `REQUIRED`; `common` does so for those that its whole
    shelf takes, by name only. `annotations` says what they must be, for those that are annotated.
    """

    shelf: str  # on which it stands
    name: str  # by which a recipe names it
    file: Path  # that defines it
    function: str  # in that file which builds it
    options: Mapping[str, Value]
    common: Mapping[str, Value]
    annotations: Mapping[str, str]
    doc: str  # its description: that of its file, and that of its builder, which says what the options mean

    @property
    def kind(self) -> str:
        """What messages call it: "model", "data set", …"""
        return _one(self.shelf)

    @property
    def summary(self) -> str:
        """The first paragraph of its description, on one line."""
        return " ".join(self.doc.strip().partition("\n\n")[0].split())


def shelves() -> list[str]:
    """The names of all shelves."""
    return sorted(folder.name for folder in PARTS.iterdir() if (folder / "__init__.py").exists())


def names(shelf: str) -> list[str]:
    """The names on a shelf: our files and the entry points of installed packages."""
    if shelf not in shelves():
        raise UnknownName("shelf", shelf, shelves())
    ours = (file.stem for file in (PARTS / shelf).glob("*.py") if not file.stem.startswith("_"))
    return sorted({*ours, *(name for there, name in _entry_points() if there == shelf)})


def find(shelf: str, name: str) -> Part:
    """The part that `name` names.

    Raises:
        UnknownName: no part of that shelf answers to it; near names are suggested.
        RecipeError: a file of one's own is missing or defines no such function.
    """
    if ".py:" in name:
        file, _, function = name.rpartition(":")
        return _part(shelf, name, files.expanded(file), function)
    file_of_ours = PARTS / shelf / f"{name}.py"
    if name.isidentifier() and len(name) < LONGEST and not name.startswith("_") and file_of_ours.exists():
        return _part(shelf, name, file_of_ours, "build")
    if (shelf, name) in (plugged_in := _entry_points()):
        module, _, function = plugged_in[shelf, name].partition(":")
        found = importlib.util.find_spec(module)
        if found is None or found.origin is None:
            raise RecipeError(f"{_one(shelf)} {name!r}: the installed package promises {module}, which is not there")
        return _part(shelf, name, Path(found.origin), function)
    raise UnknownName(_one(shelf), name, names(shelf))


def bind(part: Part, spec: Spec, known: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """The options that `spec` gives, by name: values without a name fill the options in the order of their declaration.

    `known` holds what the recipe knows by itself (`image_size`, `epochs`, …); it fills the options of that name which
    the spec leaves open.

    Raises:
        UnknownName: an option that the part does not have.
        RecipeError: an option given twice, too many values, a required one missing, or a value of another type than
            the builder's signature says.
    """
    order = list(part.options)
    if len(spec.args) > len(order):
        raise RecipeError(f"{spec}: {part.name} takes at most {len(order)} values ({', '.join(order) or 'none'})")
    bound: dict[str, Value] = dict(zip(order, spec.args, strict=False))
    for option, value in spec.options:
        if option not in part.options and option not in part.common:
            raise UnknownName(f"option of {part.name}", option, [*order, *part.common])
        if option in bound:
            raise RecipeError(f"{spec}: {option} is given twice")
        bound[option] = value
    for option, value in bound.items():
        if (fault := annotations.fault(part.annotations.get(option, "Any"), value)) is not None:
            raise RecipeError(f"{part.kind} {part.name}: {option} {fault}")
    for option, value in (known or {}).items():
        if option in part.options:
            bound.setdefault(option, value)
    missing = [option for option, default in part.options.items() if default is REQUIRED and option not in bound]
    if missing:
        raise RecipeError(f"{spec}: {part.name} needs {', '.join(missing)}, as in {part.name}({missing[0]}=…)")
    return bound


def split_common(part: Part, bound: Mapping[str, Value]) -> tuple[dict[str, Value], dict[str, Value]]:
    """The options that `bind` found, apart: those for the part's builder, and those common to its shelf."""
    own = {option: value for option, value in bound.items() if option in part.options}
    return own, {option: value for option, value in bound.items() if option not in own}


def check(shelf: str, spec: Spec, known: Mapping[str, Value] | None = None) -> None:
    """Raise what is wrong with a spec's names and options, those of nested parts too, without importing anything."""
    for operand in spec.operands():
        if operand.name in ("|", "+"):
            check(shelf, operand, known)
            continue
        for option, value in bind(find(shelf, operand.name), operand, known).items():
            for nested in value if isinstance(value, tuple) else (value,):
                if isinstance(nested, Spec):
                    _check_nested(shelf, operand.name, option, nested, known)


def _check_nested(shelf: str, owner: str, option: str, nested: Spec, known: Mapping[str, Value] | None) -> None:
    try:
        check(shelf, nested, known)
    except UnknownName as error:
        if nested != Spec(nested.name):
            raise
        raise RecipeError(
            f'{option} of {owner}: {error}; or, if it is a text, write it in quotes: "{nested}"'
        ) from None


def build(shelf: str, spec: Spec, *args: Any, known: Mapping[str, Value] | None = None) -> Any:
    """Import the part and build it: `build(*args, **options)`. A nested part arrives as a function that builds it.

    Options common to the shelf are seen to here: `folder` stands in for the first of `args`, the rest goes through the
    shelf's `select`.

    Raises:
        UnknownName, RecipeError: as `find` and `bind`; a ValueError of the builder becomes a RecipeError that names the
            part.
    """
    if spec.name in ("|", "+"):
        raise NotationError(f"one {_one(shelf)} is needed here, not {spec}")
    part = find(shelf, spec.name)
    options, common = split_common(part, bind(part, spec, known))
    options = {name: _nested(shelf, value, known) for name, value in options.items()}
    if isinstance(own := options.get(PLACE), str):
        options[PLACE] = str(files.expanded(own))
    if (place := common.pop(PLACE, None)) is not None:
        args = (files.expanded(str(place)), *args[1:])
    built = _call(part, spec, getattr(_module(part), part.function), args, options)
    if not common:
        return built
    return _call(part, spec, importlib.import_module(f"linnaeus.parts.{shelf}").select, (built,), common)


def _call(
    part: Part, spec: Spec, function: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]
) -> Any:
    try:
        return function(*args, **options)
    except (ValueError, TypeError) as error:
        if isinstance(error, TypeError) and not _raised_at_call(error):
            raise
        raise RecipeError(f"{part.kind} {spec}: {error}") from error


def _nested(shelf: str, value: Value, known: Mapping[str, Value] | None) -> Value:
    if isinstance(value, Spec):
        check(shelf, value, known)
        return functools.partial(build, shelf, value, known=known)
    if isinstance(value, tuple):
        return tuple(_nested(shelf, item, known) for item in value)
    return value


def _raised_at_call(error: TypeError) -> bool:
    """True if the builder itself complained (its own frame is the last), not something deep inside that it called."""
    trace = error.__traceback__  # begins at the call in `_call`
    return trace is not None and (trace.tb_next is None or trace.tb_next.tb_next is None)


def _part(shelf: str, name: str, file: Path, function: str) -> Part:
    try:
        tree = ast.parse(files.read_bytes(file))
    except OSError as error:
        raise RecipeError(f"{_one(shelf)} {name!r}: cannot read {file}: {error.strerror}") from None
    except (SyntaxError, ValueError) as error:
        raise RecipeError(f"{_one(shelf)} {name!r}: {file} is not valid Python: {error}") from None
    node = _function(tree, function)
    if node is None:
        raise RecipeError(f"{_one(shelf)} {name!r}: {file} defines no function {function}")
    options = _signature(node)
    select = _select(shelf)
    common = {} if select is None else {**_signature(select), PLACE: None}
    return Part(
        shelf=shelf,
        name=name,
        file=file,
        function=function,
        options=options,
        common={option: default for option, default in common.items() if option not in options},
        annotations=({PLACE: "str | None"} | _annotations(select) if select else {}) | _annotations(node),
        doc="\n\n".join(filter(None, (ast.get_docstring(tree), ast.get_docstring(node)))),
    )


@functools.cache
def _select(shelf: str) -> ast.FunctionDef | None:
    """The shelf's `select`: its options are taken by all parts of the shelf, and so is `folder`."""
    return _function(ast.parse((PARTS / shelf / "__init__.py").read_text(encoding="utf-8")), "select")


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    return next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _one(shelf: str) -> str:
    return _ONE.get(shelf, shelf[:-1])


def _signature(node: ast.FunctionDef) -> dict[str, Value]:
    """The options of a builder: all its parameters but the positional-only ones."""
    arguments = node.args
    missing = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    defaults = [*[None] * missing, *arguments.defaults][len(arguments.posonlyargs) :]
    pairs = [
        *zip(arguments.args, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: REQUIRED if default is None else _literal(default) for argument, default in pairs}


def _annotations(node: ast.FunctionDef) -> dict[str, str]:
    options = (*node.args.args, *node.args.kwonlyargs)
    return {option.arg: ast.unparse(option.annotation) for option in options if option.annotation is not None}


def _literal(node: ast.expr) -> Value:
    try:
        value = ast.literal_eval(node)
        return tuple(value) if isinstance(value, list) else value
    except ValueError:
        return ast.unparse(node)


def _module(part: Part) -> ModuleType:
    if part.file.is_relative_to(PARTS):
        return imports.light(f"linnaeus.parts.{part.shelf}.{part.name}")
    name = f"linnaeus_external_{abs(hash(part.file.resolve())):x}"
    if name not in sys.modules:
        if ".py:" in part.name:  # what an installed package offers was trusted when it was installed
            trusted.check(part.file)
        found = importlib.util.spec_from_file_location(name, part.file)
        if found is None or found.loader is None:
            raise DataError(f"cannot import {part.file}")
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        # it may import what lies beside it, which hides nothing else
        sys.path.append(place := str(part.file.resolve().parent))
        try:
            found.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            raise RecipeError(
                f"{part.kind} {part.name!r}: importing {part.file} failed: {type(error).__name__}: {error}"
            ) from error
        finally:
            sys.path.remove(place)
    return sys.modules[name]


@functools.cache
def _entry_points() -> dict[tuple[str, str], str]:
    """Where the parts of other packages are, by shelf and name; one look at all packages is as slow as one for a shelf."""
    from importlib.metadata import entry_points  # slow to import, and seldom needed

    points = entry_points()
    return {(shelf, one.name): one.value for shelf in shelves() for one in points.select(group=f"linnaeus.{shelf}")}
