"""A document as a Word file: numbered headings, figures and tables with captions, and references to them."""

from linnaeus.errors import UsageError
from linnaeus.reporting.blocks import Document
from linnaeus.reporting.words import Words


def render(document: Document, say: Words) -> bytes:
    """The content of a .docx file. Raises UsageError: python-docx is not installed."""
    try:
        import docx  # noqa: F401
    except ImportError:
        raise UsageError(
            'a report as a Word document needs python-docx: pip install "linnaeus[document]"; or write --format html'
        ) from None
    from linnaeus.reporting.render.docx_writer import Writer

    return Writer(document, say).content()
