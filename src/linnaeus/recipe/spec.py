"""The notation: a part is written as a call, `resnet(depth=32)`; parts join with `|` (one after another) or `+` (merged).

    spec    = operand | operand "|" spec | operand "+" spec
    operand = name | name(value, …, option=value, …) | file.py:name(…)
    value   = number | "text" | True | False | None | [value, …] | spec

Text is parsed into a syntax tree and read as literals; nothing is ever evaluated.
"""

import ast
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from linnaeus.errors import NotationError
from linnaeus.recipe import typed

Value = Any  # None | bool | int | float | str | tuple[Value, ...] | Spec

LONGEST = 20_000  # characters; a longer text is a mistake, and could exhaust the parser
DEEPEST = 64  # brackets within brackets
LARGEST = 2**63  # whole numbers beyond it are a mistake too, and no file format holds them
SHOWN = 100  # characters of a text that a message repeats

# file.py:name, which Python's grammar does not know. It is looked for where a word begins alone: a long one is read once.
_EXTERNAL = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|"""  # a quoted text is left alone
    r"""(?<![^\s()\[\]|+,='":])((?:[A-Za-z]:)?[^\s()\[\]|+,='":]*\.py):((?!\d)\w+)""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Spec:
    """One part and its options, or several joined: then `name` is "|" or "+" and `args` are the joined specs.

    `str(spec)` is the notation again: `parse(str(spec)) == spec`.
    """

    name: str
    args: tuple[Value, ...] = ()
    options: tuple[tuple[str, Value], ...] = ()

    def get(self, option: str, default: Value = None) -> Value:
        return dict(self.options).get(option, default)

    def with_option(self, option: str, value: Value) -> "Spec":
        return replace(self, options=tuple((dict(self.options) | {option: value}).items()))

    def operands(self) -> tuple["Spec", ...]:
        """The joined specs of "|" or "+", or this spec alone."""
        return self.args if self.name in ("|", "+") else (self,)

    def __str__(self) -> str:
        if self.name in ("|", "+"):
            return f" {self.name} ".join(f"({part})" if part.name in ("|", "+") else str(part) for part in self.args)
        inside = [_text(value) for value in self.args] + [f"{name}={_text(value)}" for name, value in self.options]
        return f"{self.name}({', '.join(inside)})" if inside else self.name


def parse(text: str) -> Spec:
    """Read one spec.

    Raises:
        NotationError: the text is not in the notation; the message shows where.
    """
    spec = parse_value(text)
    if not isinstance(spec, Spec):
        raise NotationError(f"{_shown(text)} is a value, not a part; write a part as name(option=value)")
    return spec


def parse_value(text: str) -> Value:
    """Read one value: a literal or a spec. Raises NotationError."""
    if len(text) > LONGEST:
        raise NotationError(f"a part of {len(text)} characters is too long (at most {LONGEST})")
    if max(accumulate(1 if sign in "([{" else -1 for sign in re.findall(r"[()\[\]{}]", text)), default=0) > DEEPEST:
        raise NotationError(f"cannot read {_shown(text)}: it is nested too deeply")
    text = text.strip()
    external: dict[str, str] = {}
    stem = "external_"
    while stem in text:
        stem += "_"

    def hide(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        placeholder = f"{stem}{len(external)}"
        external[placeholder] = f"{match[1]}:{match[2]}"
        return placeholder

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's parser, about a backslash in a text
            tree = ast.parse(_EXTERNAL.sub(hide, text), mode="eval").body
        return _read(tree, text, external)
    except SyntaxError as error:
        where = f" near position {error.offset}" if error.offset and not external else ""
        why = typed.comma(text) or error.msg
        raise NotationError(f"cannot read {_shown(text)}{where}: {why}; write a part as name(option=value)") from None
    except (RecursionError, MemoryError):
        raise NotationError(f"cannot read {_shown(text)}: it is nested too deeply") from None
    except ValueError as error:
        raise NotationError(f"cannot read {_shown(text)}: {error}") from None


def _read(node: ast.expr, text: str, external: dict[str, str]) -> Value:
    def read(child: ast.expr) -> Value:
        return _read(child, text, external)

    match node:
        case ast.Constant(value=None | bool() | str() as value):
            return value
        case ast.Constant(value=int() as value) if value < LARGEST:
            return value
        case ast.Constant(value=float() as value) if math.isfinite(value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)) if (
            type(value) is not bool
        ):
            return -read(node.operand)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return tuple(read(element) for element in elements)
        case ast.Name(id=name):
            return Spec(external.get(name, name))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            return Spec(
                external.get(name, name), tuple(read(arg) for arg in args), tuple(_options(keywords, read, text))
            )
        case ast.BinOp(op=ast.BitOr() | ast.Add() as operator):
            return _joined("|" if isinstance(operator, ast.BitOr) else "+", read(node.left), read(node.right), text)
    piece = (None if external else ast.get_source_segment(text, node)) or text
    raise NotationError(f"{_shown(piece)} is not in the notation (numbers, texts, lists and name(option=value) are)")


def _options(keywords: list[ast.keyword], read: Any, text: str) -> Iterator[tuple[str, Value]]:
    for keyword in keywords:
        if keyword.arg is None:
            raise NotationError(f"** is not in the notation: {_shown(text)}")
        yield keyword.arg, read(keyword.value)


def _joined(operator: str, left: Value, right: Value, text: str) -> Spec:
    if not isinstance(left, Spec) or not isinstance(right, Spec):
        raise NotationError(f"{operator!r} joins parts, not values: {_shown(text)}")
    first = left.args if left.name == operator else (left,)  # a | b | c is one pipeline of three
    return Spec(operator, (*first, right))


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_text(item) for item in value)}]"
    return str(value) if isinstance(value, Spec) else repr(value)
