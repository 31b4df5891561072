"""How often the test images of some data were opened, by all runs of a folder together: a line an opening in test-openings.jsonl.

What a run learns of test images stays with whoever reads it, so the openings of all runs count, also of those that are gone.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from linnaeus import files

FILE = "test-openings.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """The test images of one data set were opened so many times, by so many runs."""

    times: int
    runs: int


def note(run: Path, fingerprint: str) -> None:
    """One more opening, by the run in this folder, of the test images of the data of that fingerprint."""
    # the run's own record counts as well
    with suppress(OSError), (run.parent / FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(files.sealed({"data": fingerprint, "run": run.name})) + "\n")


def of_data(runs: Path, fingerprint: str) -> Openings:
    """All that was noted in a folder of runs."""
    try:
        lines = (runs / FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return Openings(times=0, runs=0)
    found = []
    for line in lines:
        try:
            row = files.from_json(line)
            found += [row["run"]] if row["data"] == fingerprint else []
        except (ValueError, KeyError, TypeError):  # damaged: better an opening too many than one too few
            found.append(line)
    return Openings(times=len(found), runs=len(set(found)))
