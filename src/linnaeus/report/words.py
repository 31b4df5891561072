"""All words of a report in one place, a table per language. A text may hold tags; what is filled into it is always escaped."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from linnaeus.record.scores import Score
from linnaeus.report import (
    document_english,
    document_russian,
    english,
    findings_english,
    findings_russian,
    russian,
    sentences_english,
    sentences_russian,
    study_english,
    study_russian,
)
from linnaeus.report.english import Forms

BLANK = "\u00a0"  # one that does not break
NARROW = "\u202f"  # a narrow one


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`words("opened", n=2)` is the text of that key with its values filled in; `n` also picks the form.

    Numbers are written in the manner of the language, too: 1,797 and 98.5 % in English, 1 797 and 98,5 % in Russian.
    """

    language: str
    texts: Mapping[str, Forms]
    fields: Mapping[str, str]  # what a field of the recipe means
    rooms: Mapping[str, tuple[str, ...]]  # the fields of the recipe in groups
    point: str = "."  # of decimals
    thousands: str = ","

    def __call__(self, key: str, **values: object) -> Markup:
        text = self.texts[key]
        if isinstance(text, tuple):
            text = text[_form(values["n"], len(text))]
        return Markup(text).format(**{name: self._shown(value) for name, value in values.items()})

    def _shown(self, value: object) -> object:
        return self.count(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def of(self, group: str, name: str) -> Markup | str:
        """The text of `group.name`; a name that has none stands for itself."""
        return self(f"{group}.{name}") if f"{group}.{name}" in self.texts else name.replace("_", " ")

    def count(self, number: int) -> str:
        """`1,797`"""
        return f"{number:,}".replace(",", self.thousands)

    def percent(self, share: float) -> str:
        """`98.5 %`, with a blank that does not break. 100 % is said of all only."""
        text = f"{100 * share:.1f}"
        if text == "100.0" and share < 1:
            text = f"{math.floor(10_000 * share) / 100:.2f}"
        return self.decimal(f"{text}{BLANK}%")

    def between(self, score: Score) -> str:
        """`96.3–99.4 %`"""
        return self.decimal(f"{100 * score.low:.1f}–{100 * score.high:.1f}{BLANK}%")

    def decimals(self, number: float) -> str:
        """`0.9815`"""
        return self.decimal(f"{number:.4f}")

    def decimal(self, text: str) -> str:
        """A text of numbers with the decimal point of the language."""
        return text.replace(".", self.point)

    def points(self, difference: float, sign: bool = False) -> str:
        """A difference of shares in percentage points: `1.2`, and with its sign `+1.2` or `−1.2`."""
        return self.decimal(f"{100 * difference:+.1f}" if sign else f"{100 * difference:.1f}").replace("-", "−")

    def seconds(self, duration: float) -> str:
        """`0.31 s`, `12.3 s`, `4 min 05 s`, `2 h 13 min`"""
        second, minute, hour = (str(self(f"unit.{unit}")) for unit in ("second", "minute", "hour"))
        if duration < 100:
            return self.decimal(f"{duration:.2f}" if duration < 10 else f"{duration:.1f}") + f"{BLANK}{second}"
        minutes, rest = divmod(round(duration), 60)
        if minutes < 100:
            return f"{minutes}{BLANK}{minute} {rest:02d}{BLANK}{second}"
        return f"{minutes // 60}{BLANK}{hour} {minutes % 60:02d}{BLANK}{minute}"


def _form(number: Any, forms: int) -> int:
    """Which of the forms of a text a number takes: one and many in English; 1, 21 …, 2–4, 22–24 …, all others in Russian."""
    if forms == 2:
        return int(number != 1)
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


LANGUAGES = {
    "en": Words(
        language="en",
        texts=english.ENGLISH
        | sentences_english.SENTENCES
        | findings_english.FINDINGS
        | document_english.DOCUMENT
        | study_english.STUDY,
        fields=english.FIELDS,
        rooms=english.ROOMS,
    ),
    "ru": Words(
        language="ru",
        texts=russian.RUSSIAN
        | sentences_russian.SENTENCES
        | findings_russian.FINDINGS
        | document_russian.DOCUMENT
        | study_russian.STUDY,
        fields=russian.FIELDS,
        rooms=english.ROOMS,
        point=",",
        thousands=NARROW,
    ),
}
