"""All words of a report in one place, a table per language. A text may hold tags; what is filled into it is always escaped."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from linnaeus.record.scores import Score
from linnaeus.report.english import ENGLISH, FIELDS, ROOMS

Forms = str | tuple[str, str]  # a text, or its forms for one and for many


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`words("opened", n=2)` is the text of that key with its values filled in; `n` also picks the form."""

    language: str
    texts: Mapping[str, Forms]
    fields: Mapping[str, str]  # what a field of the recipe means
    rooms: Mapping[str, tuple[str, ...]]  # the fields of the recipe in groups

    def __call__(self, key: str, **values: object) -> Markup:
        text = self.texts[key]
        if isinstance(text, tuple):
            text = text[0] if values["n"] == 1 else text[1]
        shown = {
            name: count(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in values.items()
        }
        return Markup(text).format(**shown)

    def of(self, group: str, name: str) -> Markup | str:
        """The text of `group.name`; a name that has none stands for itself."""
        return self(f"{group}.{name}") if f"{group}.{name}" in self.texts else name.replace("_", " ")


def count(number: int) -> str:
    """`1,797`"""
    return f"{number:,}"


def percent(share: float) -> str:
    """`98.5 %`, with a blank that does not break. 100 % is said of all only."""
    text = f"{100 * share:.1f}"
    if text == "100.0" and share < 1:
        text = f"{math.floor(10_000 * share) / 100:.2f}"
    return f"{text}\u00a0%"


def between(score: Score) -> str:
    """`96.3–99.4 %`"""
    return f"{100 * score.low:.1f}–{100 * score.high:.1f}\u00a0%"


def decimals(number: float) -> str:
    """`0.9815`"""
    return f"{number:.4f}"


def seconds(duration: float) -> str:
    """`0.31 s`, `12.3 s`, `4 min 05 s`, `2 h 13 min`"""
    if duration < 10:
        return f"{duration:.2f}\u00a0s"
    if duration < 100:
        return f"{duration:.1f}\u00a0s"
    minutes, rest = divmod(round(duration), 60)
    if minutes < 100:
        return f"{minutes}\u00a0min {rest:02d}\u00a0s"
    return f"{minutes // 60}\u00a0h {minutes % 60:02d}\u00a0min"


LANGUAGES = {"en": Words(language="en", texts=ENGLISH, fields=FIELDS, rooms=ROOMS)}
