"""What every renderer does: it draws each kind of block, and names from outside are text in it, whatever they hold."""

import importlib
import pkgutil
from dataclasses import replace

import pytest

from linnaeus.reporting import render
from linnaeus.reporting.words import languages, words
from tests.reporting import every_block, word

MEDIA = sorted(
    module.name
    for module in pkgutil.iter_modules(render.__path__)
    if hasattr(importlib.import_module(f"linnaeus.reporting.render.{module.name}"), "render")
)


def test_the_media_are_those_of_a_report():
    assert {"docx", "html", "terminal"} <= set(MEDIA)


def drawn(medium, document, language="en"):
    """What a reader of this medium is shown, as text; of a page its source."""
    module = importlib.import_module(f"linnaeus.reporting.render.{medium}")
    given = (80,) if medium == "terminal" else ()
    made = module.render(document, words(language), *given)
    return word.read(made).text if isinstance(made, bytes) else str(made)


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("language", languages())
def test_every_kind_of_block_is_drawn(medium, language):
    if medium == "docx":
        pytest.importorskip("docx", reason="python-docx is not installed")
    document = every_block.document()
    assert every_block.kinds(document) == every_block.EVERY
    text = drawn(medium, document, language).replace("\u00a0", " ").replace("&nbsp;", " ")
    point = words(language).point
    for part in ("beside the title", "classifies 93.2", "bold", "code_words", "A part of a part", "second", "machine",
                 "Your answer", "linnaeus train digits", "A curve", "Left", "Right", "before and after", f"93{point}2 %",
                 "The most confident mistakes", "cat → dog", "]]&gt;" if medium in ("html", "notebook") else "]]>",
                 "All rows", "Written by Linnaeus.", f"87{point}0 % → 93"):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize("medium", MEDIA)
def test_names_from_outside_are_text(medium):
    if medium == "docx":
        pytest.importorskip("docx", reason="python-docx is not installed")
    given = every_block.document()  # a copied run is called as its folder is
    text = drawn(medium, replace(given, title="a\x1b[31m\u202eb", foot=[*given.foot, "n\x1b\u202e"]))
    assert "\u202e" not in text and "\x1b" not in text and "\x00" not in text
    if medium in ("html", "notebook"):
        assert every_block.HOSTILE not in text and "&lt;img src=x" in text
    else:
        assert every_block.HOSTILE in text
