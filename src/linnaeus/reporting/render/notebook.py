"""Blocks as a fragment of HTML for a notebook: as on a page, but small, and in the notebook's own colours."""

from collections.abc import Sequence
from functools import cache

from markupsafe import Markup

from linnaeus.reporting.blocks import Block, Document, Section
from linnaeus.reporting.render.html import TEMPLATES, Page, harmless
from linnaeus.reporting.words import Words


def render(shown: Document | Section | Sequence[Block], say: Words) -> str:
    """An element that keeps its style to itself."""
    page = Page(say=say, alone=False)
    if isinstance(shown, Document):
        body = page.document(shown) + Markup("").join(Markup("<p>{}</p>").format(line) for line in shown.foot)
    elif isinstance(shown, Section):
        body = page.draw(shown.blocks)
    else:
        body = page.draw(shown)
    whole = Markup('<div class="linnaeus"><style>{}</style>{}{}</div>')
    return str(harmless(whole.format(_style(), body, page.pictures())))


@cache
def _style() -> Markup:
    return Markup((TEMPLATES / "notebook.css").read_text(encoding="utf-8"))
