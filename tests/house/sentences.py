"""Where sentences and formatted scores stand in the source: they belong in reporting, in errors and in help texts."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.house.source import Source, Violation

WORDS = 4  # in a row, from which a text is taken for a sentence
WORD = re.compile(r"[A-Za-z][a-z'’-]*[,.:;]?")
CALLED_FREELY = {  # warnings of the logger, patterns, queries
    "compile",
    "debug",
    "info",
    "warn",
    "warning",
    "execute",
    "getLogger",
}
SAYS_FREELY = (
    "errors.py",
    "reporting/",
    "testing/",
    "parts/",
    "web/",
)  # parts: what a part complains of, its notes and sources; web: what clients are refused for, and the help of the interface
HELP = {"help", "epilog", "short_help", "reason"}


def english_sentences(sources: Sequence[Source]) -> list[Violation]:
    """Texts of four words or more in a row which nobody raises as an error, asks for as help, or reads as a docstring."""
    found = []
    for source in sources:
        if not source.path.startswith(SAYS_FREELY):
            for node in _said(source.tree):
                text = _text(node)
                if _is_sentence(text):
                    found.append(Violation(source.path, f"line {node.lineno} says {text[:60]!r}"))
    return found


def formatted_scores(sources: Sequence[Source]) -> list[Violation]:
    """`{score:.1%}`, or `{100 * score:.1f} %`: `reporting.words` does that, in one place."""
    found = []
    for source in sources:
        for node in _said(source.tree) if not source.path.startswith(SAYS_FREELY) else ():
            if isinstance(node, ast.JoinedStr) and _has_share(node):
                found.append(Violation(source.path, f"line {node.lineno} formats a share"))
    return found


def _said(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The texts of a tree, the longest pieces only, without those that may say anything."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise | ast.Assert) or _is_docstring(node) or _is_error(node):
            continue
        if isinstance(node, ast.keyword) and node.arg in HELP:
            continue
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
        else:
            yield from _said(node)


def _is_docstring(node: ast.AST) -> bool:
    """A text that stands alone is read by people who read the code: of a module, a class, a function, or a field."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_error(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in CALLED_FREELY or called.endswith(("Error", "UnknownName", "Interrupted", "BadParameter"))


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _is_sentence(text: str) -> bool:
    """So many words in a row, each beginning with a letter; commands and paths are none, nor is a list of names."""
    in_a_row = 0
    for piece in text.split():
        in_a_row = in_a_row + 1 if WORD.fullmatch(piece) else 0
        if in_a_row >= WORDS:
            return True
    return False


def _has_share(node: ast.JoinedStr) -> bool:
    for place, part in enumerate(node.values):
        if isinstance(part, ast.FormattedValue) and isinstance(part.format_spec, ast.JoinedStr):
            after = node.values[place + 1] if place + 1 < len(node.values) else None
            is_percent = isinstance(after, ast.Constant) and str(after.value).lstrip("\u00a0\u202f ").startswith("%")
            if _text(part.format_spec).endswith("%") or is_percent:
                return True
    return False
