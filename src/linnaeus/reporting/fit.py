"""The remarks of `record.fit` in words: a statement with its numbers, and what to try next; for terminal, page and document."""

from collections.abc import Mapping

from markupsafe import Markup

from linnaeus.record.record import RunRecord
from linnaeus.reporting.words import LANGUAGES, Words
from linnaeus.stats.learning_curve import Remark, remarks

SHARES = ("train", "val", "val_then", "val_now", "chance")  # said as per cent
POINTS = ("gap", "gap_then", "rise", "slope", "drop", "gain")  # differences of shares
ENDS = ("low", "high")  # of an interval: of the share or of the difference that the remark is about
LOSSES = ("loss", "before", "val_loss_then", "val_loss_now", "train_loss_then", "train_loss_now")


def of_run(record: RunRecord, run: str) -> list[tuple[str, str]]:
    """Statement and advice of each remark in plain English. `run` is what a person would type to name the run."""
    told = [in_words(one, run, LANGUAGES["en"]) for one in remarks(record)]
    return [(_plain(statement), _plain(advice)) for statement, advice in told]


def _plain(text: Markup) -> str:
    return " ".join(text.striptags().split())  # with blanks that break


def sentences(record: RunRecord, say: Words) -> list[Markup]:
    """A remark and what to try next in one, the most important first."""
    return [Markup(" ").join(in_words(one, record.name, say)) for one in remarks(record)]


def in_words(one: Remark, run: str, say: Words) -> tuple[Markup, Markup]:
    """Statement and advice."""
    # Commands hold the numbers as they are typed, whatever the language; `n` is counted in words.
    typed = {name: f"{value:.2g}" if isinstance(value, float) else str(value) for name, value in one.values.items()}
    advice = say(f"advice.{one.advice}", run=run, n=one.values.get("epochs", 0), **typed)
    return say(f"fit.{one.key}", **_facts(one, say)), advice


def _facts(one: Remark, say: Words) -> Mapping[str, object]:
    """Shares in per cent, their differences in points, losses and rates as numbers."""
    shown: dict[str, object] = {}
    for name, value in one.facts.items():
        if name in SHARES or (name in ENDS and one.key == "under_fitting.chance"):
            shown[name] = say.percent(value)
        elif name in POINTS or name in ENDS:
            shown[name] = say.points(value)
        elif name in LOSSES:
            shown[name] = say.decimal(f"{value:.3f}")
        else:
            shown[name] = value if isinstance(value, int) else say.decimal(f"{value:.2g}")
    return shown
