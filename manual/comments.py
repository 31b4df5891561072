"""For griffe: a field of a dataclass is described by its comment, and an example in a docstring is code."""

import ast
import re
from typing import Any

import griffe

from manual.fields import described

EXAMPLE = re.compile(r"(?:^>>> .*\n?(?:^(?!>>>)\S.*\n?)*)+", re.MULTILINE)  # with what it prints, up to a blank line


class Comments(griffe.Extension):  # type: ignore[misc]
    """Comments of attributes become their docstrings; lines that begin with >>> become a block."""

    def on_instance(self, *, node: Any, obj: griffe.Object, agent: Any, **values: Any) -> None:
        """Called for everything that is read from source."""
        if obj.docstring is not None and ">>> " in obj.docstring.value:
            obj.docstring.value = EXAMPLE.sub(
                lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", obj.docstring.value
            )

    def on_attribute_instance(self, *, node: Any, attr: griffe.Attribute, agent: Any, **values: Any) -> None:
        """Called for each attribute that is read from source."""
        if attr.docstring is None and isinstance(node, ast.AnnAssign) and attr.lineno and attr.endlineno:
            text = described(attr.module.filepath.read_text(encoding="utf-8").splitlines(), attr.lineno, attr.endlineno)
            if text:
                attr.docstring = griffe.Docstring(text, parent=attr, lineno=attr.lineno)
