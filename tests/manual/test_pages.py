"""What the pages of the manual promise of the package: a section for each kind of error, each public name described."""

import re
from pathlib import Path

from manual.pages import errors

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_each_kind_of_error_has_a_section_of_its_name():
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (\w+) \{ #(\w+) \}$\n\n(.+)", page, re.MULTILINE)
    assert sorted(name for name, anchor, text in sections if name == anchor and len(text) > 50) == sorted(
        kind.__name__ for kind in errors()
    )
