"""Early stopping of hopeless points: successive halving, and Hyperband, which runs it at several first rungs.

A rung is a number of epochs. All points of a bracket are trained to its first rung; the best 1 / factor of them go on to the
next, and so on; the others are stopped. A trial waits at a rung in its checkpoint and goes on from there exactly, so nothing is
trained twice, and the decisions depend on the scores alone, not on which trial happened to be the first.

Jamieson & Talwalkar 2016, "Non-stochastic best arm identification"; Li et al. 2018, "Hyperband"; for points that are asked for
one after another (TPE): Li et al. 2020, "A system for massively parallel hyperparameter tuning" (ASHA), where each decision is
made among the trials that have reached the rung so far.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GO_ON, WAIT, STOP = "go on", "wait", "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halving:
    """`first` epochs at the first rung, of which the best 1 / `factor` go on; `brackets` 1 is plain halving."""

    first: int
    factor: int
    epochs: int
    brackets: int = 1

    def rungs(self, bracket: int = 0) -> list[int]:
        """The rungs of a bracket, those below all epochs. Later brackets begin later."""
        found, rung = [], self.first * self.factor**bracket
        while rung < self.epochs:
            found.append(rung)
            rung *= self.factor
        return found

    def marks(self) -> list[int]:
        """The rungs of all brackets: after so many epochs, scores are kept."""
        return sorted({rung for bracket in range(self.brackets) for rung in self.rungs(bracket)})

    def bracket(self, cell: int) -> int:
        """The bracket of a point, by its number: the earlier a bracket begins, the more points it gets, as in Hyperband."""
        shares = [self.factor ** (self.brackets - 1 - bracket) for bracket in range(self.brackets)]
        place = cell % sum(shares)
        for bracket, share in enumerate(shares):
            if place < share:
                return bracket
            place -= share
        return 0

    def epochs_of(self, points: int) -> list[int]:
        """How many epochs each of so many points is trained, if all goes as planned: for the prediction of time."""
        found = []
        for bracket in range(self.brackets):
            left = sum(self.bracket(cell) == bracket for cell in range(points))
            for rung in self.rungs(bracket):
                kept = survivors(left, self.factor)
                found += [rung] * (left - kept)
                left = kept
            found += [self.epochs] * left
        return found


def survivors(members: int, factor: int) -> int:
    """How many of a rung's members go on: at least one."""
    return max(1, -(-members // factor)) if members else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One trial in its bracket: the score at each rung it has come to, and whether it is out (failed, or stopped)."""

    cell: int
    scores: Mapping[int, float]  # by epochs
    out: bool


def decide(contenders: Sequence[Contender], rungs: Sequence[int], factor: int, *, together: bool) -> dict[int, str]:
    """By cell, what each contender that waits at a rung, or has not begun, is to do: GO_ON, WAIT or STOP.

    `together`: a rung is decided when all its members have come to it; else each at once, among those that are there.
    """
    decisions: dict[int, str] = {}
    members = list(contenders)
    for rung in rungs:
        there = [one for one in members if rung in one.scores]
        missing = [one for one in members if rung not in one.scores and not one.out]
        decisions |= dict.fromkeys((one.cell for one in missing), GO_ON)
        # A trial that failed on its way counts for the rung no more.
        ranked = sorted(there, key=lambda one: (-one.scores[rung], one.cell))
        kept = ranked[: survivors(len(ranked), factor)]
        if together and missing:
            decisions |= dict.fromkeys((one.cell for one in there if not one.out), WAIT)
            return decisions
        later = [one for one in there if any(other > rung for other in one.scores)]  # gone on already
        for one in there:
            if not one.out and one not in later:
                decisions[one.cell] = GO_ON if one in kept else STOP
        members = kept if together else [one for one in there if one in later or decisions.get(one.cell) == GO_ON]
    return decisions
