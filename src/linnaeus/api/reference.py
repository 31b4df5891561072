"""linnaeus.reference: a run beside published numbers."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from linnaeus.api import networks, objects, running
from linnaeus.api.objects import AnyRun
from linnaeus.record.reference import Reference
from linnaeus.stats import published
from linnaeus.stats.published import Card

COUNTED_AT = 32  # pixels: convolutional networks have the same weights at other sizes


def reference(
    run: AnyRun | None = None,
    card: str | None = None,
    *,
    row: str | None = None,
    weights: bool = False,
    runs: Path | str | None = None,
) -> Reference | Card | list[Card]:
    """Whether a run reproduces a row of a published table. What is found is kept in its record; the test split is not opened.

    >>> linnaeus.reference("last", "resnet-cifar10").verdict

    Args:
        run: its record, folder or name; "last" is the newest. None, without a card: all published tables.
        card: the name of a table, or a TOML file that holds one. None: `run` is a card, which is returned.
        row: of the table; None: that of the run's network.
        weights: of a card alone, count the weights of the same networks here.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Returns:
        The verdict and what differs, as `Reference`; or the table, or all of them.

    Raises:
        RunError: no such run, or unfinished.
        UnknownName, UsageError: no such card or row.
    """
    if run is None:
        return [published.read(name) for name in published.names()]
    if card is None:
        alone = published.read(str(run))
        return replace(alone, counted={one.name: _ours(one.facts) for one in alone.rows} if weights else {})
    table, folder = published.read(card), objects.run_folder(run, runs)
    with folder.locked():
        record = folder.record()
        found = published.judge(record, table, row)
        folder.save_record(replace(record, references={**record.references, table.name: found}))
        running.write_report(folder)
    return found


def _ours(facts: Mapping[str, Any]) -> int:
    classes = 100 if str(facts.get("data")).startswith("cifar100") else 10
    return networks.model_facts(str(facts["model"]), classes=classes, sizes=(COUNTED_AT,)).sizes[COUNTED_AT].parameters
