"""`Reference`: a run beside a row of a published table, and whether it reproduces it.

`record.references[CARD]` holds `to_plain()` of the last answer; `from_plain` reads it back. Accuracies and their differences are
shares, 0 … 1, also where the card gives errors.

    {"card": "shah2016", "title": "…", "paper": "Shah et al. 2016, …", "arxiv": "1604.04112", "row": "relu-32",
     "verdict": "reproduced" | "not_reproduced" | "not_comparable" | "sealed" | "unscored",
     "split": "test",                # of which the published number is
     "published": 0.9249,            # accuracy
     "tolerance": 0.003,             # by which the interval is widened on either side
     "found": score | null,          # the run's accuracy on that split, {"value", "low", "high", "n"}; null: not scored
     "short": score | null,          # published − found: positive where the run falls short
     "differences": [{"fact": "depth", "published": "56", "run": "32"}, …],   # each is a reason why they are not comparable
     "unknown": ["batch", …],        # facts that the card does not tell, and that were not held against the run
     "sentence": "not comparable with relu-56 of shah2016: depth 32 instead of 56"}

Facts: data, image_size, held_out (images kept out of training for validation), model and each of its options that the card names
(depth, activation, block …), weights (their number), epochs, batch, augment, optimizer, schedule.

`sealed`: the test split is there and was never opened, and this does not open it. `unscored`: the run has no score of that split,
though it is not sealed. Both are said only where nothing differs.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.record.scores import Score

VERDICTS = ("reproduced", "not_reproduced", "not_comparable", "sealed", "unscored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A fact that differs, as both have it, in words that need no translation."""

    fact: str
    published: str
    run: str

    def __str__(self) -> str:
        return f"{self.fact.replace('_', ' ')} {self.run} instead of {self.published}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One run and one published row; the fields are told above."""

    card: str
    title: str
    paper: str
    arxiv: str | None
    row: str
    run: str
    verdict: str
    split: str
    published: float
    tolerance: float
    found: Score | None
    differences: tuple[Difference, ...]
    unknown: tuple[str, ...]

    @property
    def short(self) -> Score | None:
        """Published − found, with the interval of what was found."""
        if self.found is None:
            return None
        found = self.found
        return Score(
            value=self.published - found.value,
            low=self.published - found.high,
            high=self.published - found.low,
            n=found.n,
        )

    def sentence(self) -> str:
        """`reproduced: 92.6 % (92.1–93.1, n 10,000) against 92.5 % published`, or why not."""
        where = f"{self.row} of {self.card}"
        if self.verdict == "not_comparable":
            reasons = " · ".join(map(str, self.differences))
            return f"not comparable with {where}: {reasons}{self._besides()}"
        if self.verdict == "sealed":
            return f"comparable with {where}, but the {self.split} split is sealed, and this does not open it"
        if self.found is None:
            return f"comparable with {where}, but the {self.split} split was not scored"
        against = f"{self.found.percent()} against {100 * self.published:.2f} % published"
        if self.verdict == "reproduced":
            better = ", and better" if self.found.low > self.published else ""
            return f"reproduced{better}: {where}, {against}"
        short = self.short
        assert short is not None
        return f"not reproduced: {where}, short by {_points(short)}; {against}"

    def _besides(self) -> str:
        """The two numbers, said without a verdict."""
        if self.found is None:
            return ""
        return f" ({self.found.percent()} here, {100 * self.published:.2f} % there)"

    def to_plain(self) -> dict[str, Any]:
        short = asdict(self.short) if self.short is not None else None
        return {**asdict(self), "short": short, "sentence": self.sentence()}


def from_plain(plain: Mapping[str, Any]) -> Reference:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    held: dict[str, Any] = {name: plain[name] for name in plain if name not in ("short", "sentence")}
    held["found"] = Score(**plain["found"]) if plain["found"] is not None else None
    held["differences"] = tuple(Difference(**one) for one in plain["differences"])
    held["unknown"] = tuple(plain["unknown"])
    return Reference(**held)


def _points(short: Score) -> str:
    return f"{100 * short.value:.1f} points ({100 * short.low:.1f}–{100 * short.high:.1f})"
