"""The front desk, continued: a run beside other runs, beside published numbers, and what its own curves say.

Heavy imports stand inside the functions, so that asking for help costs nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from linnaeus.api import desk
from linnaeus.record import folder as folders
from linnaeus.record.comparison import Comparison, Unpaired
from linnaeus.record.reference import Reference
from linnaeus.record.repeats import runs_of
from linnaeus.record.run import RunRecord
from linnaeus.stats import published
from linnaeus.stats.published import Card


def compare(names: Sequence[str], *, split: str = "val", runs: Path | str | None = None) -> list[Comparison]:
    """Each of several runs against the first, on the very same images, by the predictions that they have kept.

    Runs NAME-seed0, NAME-seed1, … of one recipe are one side, which NAME alone stands for. No split is opened. Where there are
    more than two sides, `p_holm` is corrected for their number.

    Raises:
        RunError: no such run, or one that is unfinished or has no predictions of that split. DataError: runs without a common
        image. UsageError: fewer than two runs.
    """
    from linnaeus.reporting import sentences
    from linnaeus.reporting.words import LANGUAGES
    from linnaeus.stats import seeds

    folders_ = list(dict.fromkeys(run for name in names for run in runs_of(desk.runs_folder(runs), name)))
    found = seeds.of_runs(folders_, split)
    told = sentences.foreign([folder.record() for folder in folders_], LANGUAGES["en"])
    return [replace(one, remarks=tuple(remark.striptags() for remark in told)) for one in found]


def compare_counts(counts: Sequence[str]) -> list[Unpaired]:
    """Published numbers without their images, "17/19" or "51.98%@10000", each against the first. Raises UsageError."""
    from linnaeus.stats import counts as counted

    return counted.of_texts(counts)


def cards(card: str | None = None) -> list[Card]:
    """The published tables that come along, or the one of that name or TOML file. Raises UnknownName, UsageError."""
    return [published.read(name) for name in ([card] if card is not None else published.names())]


def reference(run: str, card: str, *, row: str | None = None, runs: Path | str | None = None) -> Reference:
    """Whether a run reproduces a row of a published table: that of its network, unless one is named. Kept in its record.

    The test split is not opened for it. Raises RunError: no such run, or unfinished. UnknownName, UsageError: no such card or row.
    """
    table, folder = published.read(card), folders.find(desk.runs_folder(runs), run)
    with folder.locked():
        record = folder.record()
        found = published.judge(record, table, row)
        folder.save_record(replace(record, references={**record.references, table.name: found.to_plain()}))
        desk.write_report(folder)
    return found


def remarks(record: RunRecord, run: str | None = None) -> list[tuple[str, str]]:
    """What a run's curves say of its fit, and what to try next, in English, the most important first: see `record.fit`.

    `run` is what a person would type to name the run; its name unless given.
    """
    from linnaeus.reporting import fit

    return fit.of_run(record, run or record.name)
