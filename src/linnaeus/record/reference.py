"""`Reference`: a run beside a row of a published table, and whether it reproduces it.

Facts that are compared: data, image_size, held_out (images kept out of training for validation), model and each of its options that
the card names (depth, activation, block …), weights (their number), epochs, batch_size, augment, optimizer, schedule.
"""

from dataclasses import dataclass
from typing import Literal

from linnaeus.record.scores import Score

Verdict = Literal["reproduced", "not_reproduced", "not_comparable", "sealed", "unscored"]
# sealed: the test split is there and was never opened, and a comparison does not open it; unscored: the run has no score of that
# split, though it is not sealed. Both are said only where nothing differs.


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A fact that differs, as both have it, in notation and numbers that need no translation."""

    fact: str
    published: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One run and one published row. Accuracies are shares, 0 … 1, also where the card gives errors."""

    card: str  # name of the published table
    title: str  # of the table
    paper: str  # its authors and title
    arxiv: str | None  # number of the preprint
    row: str  # of the table
    run: str  # name of the run
    verdict: Verdict  # see above
    split: str  # of which the published number is
    published: float  # accuracy
    tolerance: float  # by which the interval is widened on either side
    found: Score | None  # the run's accuracy on that split; None: not scored
    differences: tuple[Difference, ...]  # each is a reason why they are not comparable
    unknown: tuple[str, ...]  # facts that the card does not tell, and that were not held against the run

    @property
    def short(self) -> Score | None:
        """Published − found, with the interval of what was found: positive where the run falls short."""
        if self.found is None:
            return None
        found = self.found
        return Score(
            value=self.published - found.value,
            low=self.published - found.high,
            high=self.published - found.low,
            n=found.n,
        )
