"""A report of one kept run, as text, in every medium and language: a changed word shows in a difference.

After an intended change: `LINNAEUS_WRITE_GOLDEN=1 pytest tests/reporting/test_golden.py`, then read what git says.
"""

import os
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from linnaeus.record.folder import RunFolder
from linnaeus.reporting import documents
from linnaeus.reporting.render import docx, html, terminal
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import word

KEPT = Path(__file__).parents[1] / "record" / "format1" / "small"
GOLDEN = Path(__file__).parent / "golden"


def page(document, say):
    """The words of the page: without its style, its script, and what is drawn."""
    body = html.render(document, say).partition("<body")[2].partition(">")[2]
    body = re.sub(r"<(script|svg|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
    lines = re.split(
        r"</?(?:p|h\d|tr|li|div|section|header|figure|figcaption|details|summary|table|pre|dt|dd)\b[^>]*>", body
    )
    bare = (re.sub(r"</?(?:b|strong|i|em|code|bdi|wbr|mark)\b[^>]*>", "", line) for line in lines)
    return _lines(unescape(re.sub(r"<[^>]*>", " ", line)) for line in bare)


def _lines(found):
    flat = (re.sub(r"\s+", " ", line.replace("&nbsp;", " ").replace("\u00a0", " ")).strip() for line in found)
    return "\n".join(line for line in flat if line)


SHOWN = {
    "page": page,
    "document": lambda document, say: _lines(word.read(docx.render(document, say)).text.split("\n")),
    "terminal": lambda document, say: terminal.render(document, say, 100),
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("medium", SHOWN)
def test_a_changed_word_shows_in_a_difference(tmp_path, medium, language):
    if medium == "document":
        pytest.importorskip("docx", reason="python-docx is not installed")
    folder = RunFolder(Path(shutil.copytree(KEPT, tmp_path / "runs" / KEPT.name)))
    say = words(language)
    text = SHOWN[medium](documents.of_run(read(folder), say), say) + "\n"
    file = GOLDEN / f"{medium}-{language}.txt"
    if os.environ.get("LINNAEUS_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text.splitlines() == file.read_text(encoding="utf-8").splitlines()
