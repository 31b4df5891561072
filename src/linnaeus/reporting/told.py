"""Facts in a line of English: what a training notes while it runs."""

from collections.abc import Iterable

from markupsafe import Markup

from linnaeus.record.comparison import Forgetting
from linnaeus.record.facts import Finding
from linnaeus.reporting.content import audit
from linnaeus.reporting.content import forgetting as forgotten
from linnaeus.reporting.words import words


def finding(one: Finding) -> str:
    """What an audit found, and what to do about it."""
    return _line(audit.sentence(one, words("en")))


def forgetting(one: Forgetting) -> str:
    """What was lost on old classes and gained on new ones."""
    return _line(forgotten.sentences(one, words("en")))


def _line(sentences: Iterable[Markup]) -> str:
    return " ".join(sentence.striptags() for sentence in sentences)
