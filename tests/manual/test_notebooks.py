"""The notebooks of docs/ beside the first one, cell by cell, without Jupyter: each shows itself, and says what its text says."""

import json
import shutil
from pathlib import Path

import pytest

from tests.reporting.test_example import run_cell

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """Runs a notebook in an empty folder with photographs; gives back its names and what its cells showed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINNAEUS_RUNS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("photos", "new-photos"):
        shutil.copytree(ROOT / "manual" / name, tmp_path / name)

    def run(name):
        book = json.loads((ROOT / "docs" / f"{name}.ipynb").read_text(encoding="utf-8"))
        known = {}
        code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
        return known, [run_cell("".join(cell["source"]), known) for cell in code]

    return run


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_photographs(notebook):
    known, shown = notebook("photographs")
    assert shown[0].size == (600, 200)
    assert all("<" in value._repr_html_() for value in shown[1:])
    assert known["difference"].better == "default"  # as the text says
    assert Path("clothes.html").stat().st_size > 10_000_000


@pytest.mark.filterwarnings("ignore")
def test_study(notebook):
    known, _ = notebook("study")
    assert known["found"].status == "finished"
    assert known["scores"].metrics["accuracy"].value > 0.5


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_lab(notebook):
    known, _ = notebook("lab")
    reports = [Path(file) for file in known["done"].reports]
    assert {path.suffix for path in reports} == {".html", ".docx"}
    assert all(path.stat().st_size > 10_000 for path in reports)
