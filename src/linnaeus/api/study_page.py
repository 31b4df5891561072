"""What a study leaves in its folder: its result, the recipe that it recommends, and its page."""

from pathlib import Path

from linnaeus.reporting.content.study import document
from linnaeus.reporting.render import html
from linnaeus.reporting.words import words
from linnaeus.stats.study_results import summarise
from linnaeus.studies.results import StudyResult, keep
from linnaeus.studies.store import Store


def kept(store: Store, folder: Path, status: str) -> StudyResult:
    """The result of the trials as they are, after `study.json`, `recommended.toml` and `report.html` are written."""
    result, say, recipe = summarise(store, folder, status), words(), folder / "recommended.toml"
    keep(result, folder)
    text = recipe.read_text(encoding="utf-8") if result.best is not None else ""
    html.write(folder / "report.html", document(result, say, text), say)
    return result
