"""What the learning curve says of the fit, each remark with the numbers that it rests on, and what to try next."""

from collections.abc import Mapping

from markupsafe import Markup

from linnaeus.record.record import RunRecord
from linnaeus.reporting.blocks import Block, Items, Paragraph, Section
from linnaeus.reporting.content.layout import titled, together
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words
from linnaeus.stats.learning_curve import Remark, is_judged, least_gap, remarks

SHARES = ("train", "val", "val_then", "val_now", "chance")  # said as per cent
POINTS = ("gap", "gap_then", "rise", "slope", "drop", "gain")  # differences of shares
ENDS = ("low", "high")  # of an interval: of the share or of the difference that the remark is about
LOSSES = ("loss", "before", "val_loss_then", "val_loss_now", "train_loss_then", "train_loss_now")


def section(run: Run, say: Words) -> Section | None:
    """None of a run without epochs."""
    record = run.record
    if not record.history or record.is_fitted():
        return None
    found = [together(pair) for pair in told(record, run.word, say)]
    block: Block = Items(found) if found else Paragraph(_none(record, say))
    return titled(say, "fit", [block])


def _none(record: RunRecord, say: Words) -> Markup:
    """That nothing was found, with the smallest gap that these images could have shown; nothing of a curve that cannot be judged."""
    if not is_judged(record):
        return say("fit-few")
    return say("fit-none", gap=say.points(least_gap(record)), n=record.history[-1].val_n or 0)


def told(record: RunRecord, name: str, say: Words) -> list[tuple[Markup, Markup]]:
    """Statement and advice of each remark, the most important first. `name` is what a person would type to name the run."""
    return [in_words(one, name, say) for one in remarks(record)]


def says_chance(record: RunRecord) -> bool:
    """True where the first remark is that the score is no better than always guessing the most frequent class."""
    return any(one.key == "under_fitting.chance" for one in remarks(record)[:1])


def in_words(one: Remark, name: str, say: Words) -> tuple[Markup, Markup]:
    """Statement and advice."""
    # Commands hold the numbers as they are typed, whatever the language; `n` is counted in words.
    typed = {key: f"{value:.2g}" if isinstance(value, float) else str(value) for key, value in one.values.items()}
    advice = say(f"advice-{one.advice}", run=name, n=one.values.get("epochs", 0), **typed)
    return say(f"fit-{one.key}", **_facts(one, say)), advice


def _facts(one: Remark, say: Words) -> Mapping[str, object]:
    """Shares in per cent, their differences in points, losses and learning rates as numbers."""
    shown: dict[str, object] = {}
    for name, value in one.facts.items():
        if name in SHARES or (name in ENDS and one.key == "under_fitting.chance"):
            shown[name] = say.share(value)
        elif name in POINTS or name in ENDS:
            shown[name] = say.points(value)
        elif name in LOSSES:
            shown[name] = say.number(value, 3)
        else:
            shown[name] = value if isinstance(value, int) else say.figures(value, 2)
    return shown
