"""What the value of an option must be, by the annotation in its builder's signature: read as text, never evaluated.

int, float (a whole number fits it), str, bool (which is no number), None, Sequence[X], list[X], tuple[X, …], Literal,
Callable (a nested part) and X | Y are judged. Any other annotation lets every value pass.
"""

import ast
import math
from collections.abc import Iterator

from linnaeus.recipe import typed
from linnaeus.recipe.spec import Spec, Value

SHOWN = 100  # characters of a value that a message repeats

_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}
_LISTS = ("Sequence", "list", "tuple")
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "True or False",
    "None": "None",
    "Callable": "a part such as name(option=1)",
}


def fault(annotation: str, value: Value) -> str | None:
    """What is wrong with a value, as in "must be a whole number, not 1.5"; None if nothing is."""
    items = list(_flat(value))
    if any(isinstance(item, float) and not math.isfinite(item) for item in items):
        return f"must be finite, not {_shown(value)}"
    wanted = ast.parse(annotation, mode="eval").body
    if _fits(wanted, value):
        return None
    words = _words(wanted)
    bare = [item for item in items if isinstance(item, Spec) and item == Spec(item.name)]
    hint = f'; a text is written in quotes: "{bare[0]}"' if bare and _WORDS["str"] in words else ""
    shown = _shown(value)
    hint = hint or (typed.hint(value) if "number" in words else "")
    return f"must be {words}, not {shown if len(shown) <= SHOWN else f'{shown[:SHOWN]}…'}{hint}"


def _fits(node: ast.expr, value: Value) -> bool:
    name, inside = _name(node), _inside(node)
    if name == "|":
        return any(_fits(each, value) for each in inside)
    if name in _TYPES:
        return isinstance(value, _TYPES[name]) and (name == "bool" or not isinstance(value, bool))
    if name in ("None", "Callable"):
        return value is None if name == "None" else isinstance(value, Spec)
    if name == "Literal":
        return any(value == each and type(value) is type(each) for each in map(ast.literal_eval, inside))
    if name in _LISTS and isinstance(value, tuple | list):
        if name == "tuple" and inside and not _is_ellipsis(inside[-1]):
            return len(value) == len(inside) and all(map(_fits, inside, value))
        return not inside or all(_fits(inside[0], item) for item in value)
    return name not in _LISTS


def _words(node: ast.expr) -> str:
    name, inside = _name(node), _inside(node)
    if name == "|":
        words = [_words(each) for each in inside]
        return f"{', '.join(words[:-1])} or {words[-1]}"
    if name == "Literal":
        return f"one of {', '.join(map(ast.unparse, inside))}"
    if name in _LISTS:
        items = [_words(each) for each in inside if not _is_ellipsis(each)]
        return (
            f"a list ({', '.join(items)})" if len(items) > 1 else f"a list, each item {items[0]}" if items else "a list"
        )
    return _WORDS.get(name, name)


def _name(node: ast.expr) -> str:
    """What an annotation is called: `Sequence` for `abc.Sequence[int]`, `|` for `int | None`, its own text otherwise."""
    match node:
        case ast.BinOp(op=ast.BitOr()):
            return "|"
        case ast.Subscript(value=inner):
            return _name(inner)
        case ast.Attribute(attr=name):
            return name
    return ast.unparse(node)


def _inside(node: ast.expr) -> list[ast.expr]:
    """The X and Y of `X | Y`, of `tuple[X, Y]`."""
    match node:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return [*(_inside(left) if _name(left) == "|" else [left]), right]
        case ast.Subscript(slice=ast.Tuple(elts=elements)):
            return elements
        case ast.Subscript(slice=element):
            return [element]
    return []


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _flat(value: Value) -> Iterator[Value]:
    if isinstance(value, tuple | list):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _shown(value: Value) -> str:
    """A value in the notation."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value) if isinstance(value, Spec) else repr(value)
