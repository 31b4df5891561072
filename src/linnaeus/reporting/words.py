"""`Words`: one language's sentences, and the only place where a number becomes text.

The sentences are Fluent messages (projectfluent.org) in `locales/LANGUAGE.ftl`, one file a language; forms for one, few and many
and the way numbers are written come from the CLDR by Babel. A language is there when its file is.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from linnaeus.errors import UnknownName
from linnaeus.record.scores import Score

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

LOCALES = Path(__file__).parent / "locales"
BLANK = "\u00a0"  # one that does not break
NARROW = "\u202f"  # a narrow one
_MESSAGE = re.compile(r"^([A-Za-z][\w-]*) *=", re.MULTILINE)
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SLUG = re.compile(r"[^A-Za-z0-9]+")


def languages() -> list[str]:
    """The languages that reports and the terminal speak: those with a file in `locales`."""
    return sorted(file.stem for file in LOCALES.glob("*.ftl"))


@cache
def words(language: str = "en") -> "Words":
    """The words of a language. Raises UnknownName: there are none."""
    if language not in languages():
        raise UnknownName("language", language, languages())
    return Words(language=language, sources=_messages((LOCALES / f"{language}.ftl").read_text(encoding="utf-8")))


def _messages(text: str) -> dict[str, str]:
    """Each message's source by its key. They are parsed when they are first said: all at once would take 0.12 s."""
    starts = [*_MESSAGE.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


@dataclass(frozen=True, kw_only=True)
class Words:
    """`say("test-opened", n=2)` is the text of that message with its values filled in and escaped; `n` also picks the form.

    Names of facts in a key are written with hyphens: `say(f"reference-{verdict}")` of "not_reproduced" is `reference-not-reproduced`.
    """

    language: str
    sources: Mapping[str, str]
    _parsed: set[str] = field(default_factory=set, repr=False)

    def __call__(self, key: str, **values: object) -> Markup:
        key = _key(key)
        if key not in self._parsed:
            from fluent.runtime import FluentResource

            self._bundle.add_resource(FluentResource(self.sources[key]))
            self._parsed.add(key)
        pattern = self._bundle.get_message(key).value
        assert pattern is not None, f"message {key} of {self.language} is empty"
        text, errors = self._bundle.format_pattern(pattern, {name: _value(value) for name, value in values.items()})
        if errors:
            raise KeyError(f"message {key} of {self.language}: {errors}")
        return Markup(text)

    def of(self, group: str, name: str) -> Markup | str:
        """The text of `group-name`; a name that has none stands for itself."""
        key = f"{group}-{name}"
        return self(key) if self.has(key) else name.replace("_", " ")

    def has(self, key: str) -> bool:
        return _key(key) in self.sources

    def count(self, number: int) -> str:
        """`1,797`"""
        from babel.numbers import format_decimal

        return format_decimal(number, "#,##0", locale=self.language)

    def some(self, number: int) -> str:
        """The same, and nothing of none."""
        return self.count(number) if number else ""

    def share(self, share: float) -> str:
        """`98.5 %`. 100 % is said of all only, 0 % of none only."""
        return f"{self.in_percent(share)}{BLANK}%"

    def percent(self, share: float) -> str:
        """`98.52 %`: published numbers have two decimals."""
        return f"{self.number(100 * share, 2)}{BLANK}%"

    def percents(self, score: Score) -> str:
        """The interval of a published number: `98.31–99.02 %`"""
        return f"{self.number(100 * score.low, 2)}–{self.percent(score.high)}"

    def interval(self, score: Score) -> str:
        """`96.3–99.4 %`"""
        return self.span(score.low, score.high)

    def span(self, low: float, high: float) -> str:
        """From one share to another: `96.3–99.4 %`"""
        return f"{self.in_percent(low)}–{self.in_percent(high)}{BLANK}%"

    def score(self, score: Score, n: bool = True) -> str:
        """`98.5 % (96.3–99.4, n 270)`"""
        images = f", n{BLANK}{self.count(score.n)}" if n else ""
        if n and score.groups is not None:
            images += f" {self('of-things', n=score.groups)}"
        return f"{self.share(score.value)} ({self.in_percent(score.low)}–{self.in_percent(score.high)}{images})"

    def number(self, number: float, digits: int = 4) -> str:
        """`0.9815`"""
        return f"{number:.{digits}f}".replace(".", self.point).replace("-", "−")

    def figures(self, number: float, digits: int = 4) -> str:
        """So many significant figures: `0.0312`, `1.5·10⁻⁶`"""
        mantissa, _, exponent = f"{number:.{digits}g}".replace(".", self.point).partition("e")
        raised = f"10{str(int(exponent)).translate(_RAISED)}" if exponent else ""
        if mantissa == "1" and raised:
            return raised
        return mantissa.replace("-", "−") + (f"·{raised}" if raised else "")

    def estimate(self, score: Score, digits: int = 3) -> str:
        """What is no share, with its interval: `0.123 (0.098–0.151)`"""
        value, low, high = (self.number(end, digits) for end in (score.value, score.low, score.high))
        return f"{value} ({low}–{high})"

    def ends(self, difference: Score) -> str:
        """The interval of a difference in percentage points: `−0.1 … +2.0`"""
        return f"{self.points(difference.low, sign=True)} … {self.points(difference.high, sign=True)}"

    def points(self, difference: float, sign: bool = False, digits: int = 1) -> str:
        """A difference of shares in percentage points: `1.2`, and with its sign `+1.2` or `−1.2`; none at all is `0.0`."""
        text = self.number(100 * (difference or 0.0), digits)  # −0.0 is 0.0
        return f"+{text}" if sign and difference and not text.startswith("−") else text

    def difference(self, found: Score) -> dict[str, str]:
        """A difference of shares as the values of a message, in points with their signs."""
        ends = {"points": found.value, "low": found.low, "high": found.high}
        return {name: self.points(end, sign=True) for name, end in ends.items()}

    def size(self, found: Score) -> dict[str, str]:
        """The same without its direction."""
        low, high = sorted((abs(found.low), abs(found.high)))
        return {"points": self.points(abs(found.value)), "low": self.points(low), "high": self.points(high)}

    def p(self, p: float) -> str:
        """`p = 0.003`, `p = 0.25`, `p < 0.001`"""
        if p < 0.001:
            return f"p < 0{self.point}001"
        return f"p = {self.number(p, 3 if p < 0.1 else 2)}"

    def p_alone(self, p: float) -> str:
        """In a column that is headed `p`: `0.003`, `< 0.001` on one line"""
        return self.p(p).removeprefix("p ").removeprefix("= ").replace(" ", BLANK)

    def seconds(self, duration: float) -> str:
        """`0.31 s`, `12.3 s`, `4 min 05 s`, `2 h 13 min`"""
        second, minute, hour = (str(self(f"unit-{unit}")) for unit in ("second", "minute", "hour"))
        if duration < 100:
            return f"{self.number(duration, 2 if duration < 10 else 1)}{BLANK}{second}"
        minutes, rest = divmod(round(duration), 60)
        if minutes < 100:
            return f"{minutes}{BLANK}{minute} {rest:02d}{BLANK}{second}"
        return f"{minutes // 60}{BLANK}{hour} {minutes % 60:02d}{BLANK}{minute}"

    @property
    def point(self) -> str:
        """The decimal sign."""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self.language)

    def in_percent(self, share: float) -> str:
        """`98.5`, of which a column or an axis says that it is per cent; see `share`."""
        if share < 1 and f"{100 * share:.1f}" == "100.0":
            return self.number(math.floor(10_000 * share) / 100, 2)
        if share > 0 and f"{100 * share:.1f}" == "0.0":
            return self.number(math.ceil(10_000 * share) / 100, 2)
        return self.number(100 * share, 1)

    @cached_property
    def _bundle(self) -> "FluentBundle":
        from fluent.runtime import FluentBundle

        return FluentBundle([self.language], use_isolating=False)


def _key(key: str) -> str:
    return _SLUG.sub("-", key).strip("-")


def _value(value: object) -> Any:
    """What Fluent fills in: numbers stay numbers, so that they pick a form and are written as the language does."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return str(escape(value))
