"""The notebook in docs/, cell by cell, without Jupyter."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / "docs" / "first-classifier.ipynb"


def test_the_example_goes_through_from_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINNAEUS_RUNS", raising=False)
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "data"))
    book = json.loads(FILE.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    known: dict[str, Any] = {}
    shown = [value for value in (run_cell(cell, known) for cell in cells) if value is not None]
    assert len(shown) == len(cells) - 1  # the last one prints
    assert all("<" in value._repr_html_() for value in shown), [type(value) for value in shown]
    assert known["page"].stat().st_size > 10_000
    assert {path.name for path in Path("runs").iterdir() if path.is_dir()} == {"sound", "plain"}
    assert known["scored"].metrics["accuracy"].n > 0


def test_it_holds_no_outputs() -> None:
    book = json.loads(FILE.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def run_cell(source: str, known: dict[str, Any]) -> Any:
    """Run a cell as a notebook does; the value of its last line, where that is an expression that says something."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body=body, type_ignores=[]), "cell", "exec"), known)
    return eval(compile(ast.Expression(body=last.value), "cell", "eval"), known) if last else None
