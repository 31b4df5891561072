"""What `linnaeus train --repeats` prints: a line a seed, and what they say together."""

from linnaeus.cli import screen
from linnaeus.record.comparison import Repeats
from linnaeus.reporting import told


def show(found: Repeats, runs: str) -> None:
    """`runs` goes before a run's name where it is typed."""
    rows = [
        (name, str(seed), told.percent(score))
        for name, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    print(f"\n{screen.table(('run', 'seed', 'validation'), rows)}\n")
    screen.say("together", together(found))
    screen.suggest(f"linnaeus report {runs}{found.runs[0]}", f"linnaeus evaluate {runs}{found.runs[0]} --split test")


def together(found: Repeats) -> str:
    """`mean 98.31 % (98.05–98.57 over seeds, 5 runs), standard deviation 0.21 points; all on the same 252 validation images`"""
    return (
        f"mean {100 * found.mean:.2f} % ({100 * found.low:.2f}–{100 * found.high:.2f} over seeds, {len(found.runs)} runs), "
        f"standard deviation {100 * found.std:.2f} points; all on the same {found.scores[0].n:,} validation images"
    )
