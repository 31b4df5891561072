"""For griffe: a field of a dataclass is described by its comment."""

import ast
from typing import Any

import griffe

from manual.fields import described


class Comments(griffe.Extension):  # type: ignore[misc]
    """Comments of attributes become their docstrings."""

    def on_attribute_instance(self, *, node: Any, attr: griffe.Attribute, agent: Any, **values: Any) -> None:
        """Called for each attribute that is read from source."""
        if attr.docstring is None and isinstance(node, ast.AnnAssign) and attr.lineno and attr.endlineno:
            text = described(attr.module.filepath.read_text(encoding="utf-8").splitlines(), attr.lineno, attr.endlineno)
            if text:
                attr.docstring = griffe.Docstring(text, parent=attr, lineno=attr.lineno)
