"""The remarks of `record.fit` in words: a statement with its numbers, and what to try next."""

from collections.abc import Mapping

from linnaeus.record.fit import Remark, remarks
from linnaeus.record.run import RunRecord
from linnaeus.report.english import FIT

SHARES = ("train", "val", "chance", "val_then", "val_now")  # said as per cent
POINTS = ("gap", "gap_then", "rise", "slope", "drop", "gain")  # differences of shares
ENDS = ("low", "high")  # of an interval: of the share or of the difference that the remark is about


def of_run(record: RunRecord, run: str, texts: Mapping[str, str] = FIT) -> list[tuple[str, str]]:
    """Statement and advice of each remark, the most important first. `run` is what a person would type to name the run."""
    return [in_words(remark, run, texts) for remark in remarks(record)]


def in_words(remark: Remark, run: str, texts: Mapping[str, str] = FIT) -> tuple[str, str]:
    """Statement and advice, plain text."""
    about_share = remark.key == "under_fitting.chance"
    said = {name: _said(name, value, about_share) for name, value in remark.facts.items()}
    values = {name: f"{value:.2g}" if isinstance(value, float) else value for name, value in remark.values.items()}
    return texts[remark.key].format(**said), texts[f"advice.{remark.advice}"].format(run=run, **values)


def _said(name: str, value: float, about_share: bool) -> str:
    if name in SHARES or (name in ENDS and about_share):
        return f"{100 * value:.1f} %"
    if name in POINTS or name in ENDS:
        return f"{100 * value:.1f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"
