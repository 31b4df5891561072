"""linnaeus runs"""

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, RunsFolder
from linnaeus.record import record as records
from linnaeus.record.record import RunRecord
from linnaeus.reporting import told


def runs(runs: RunsFolder = None, as_json: AsJson = False) -> None:
    """List the runs, the newest first."""
    from linnaeus.api import runs as verb

    found = verb.runs(runs)
    if as_json:
        screen.print_json([records.to_plain(record) for record in found])
    elif not found:
        screen.say("runs", "none yet")
        screen.suggest("linnaeus train digits")
    else:
        print(screen.table(("run", "data", "model", "status", "validation"), map(_row, found), left=4))
        unfinished = next((record.name for record in found if record.status != "finished"), None)
        screen.suggest(f"linnaeus resume {unfinished}" if unfinished else f"linnaeus report {found[0].name}")


def _row(record: RunRecord) -> tuple[str, ...]:
    scores = record.scores.get("val")
    accuracy = told.percent(scores.metrics["accuracy"]) if scores else ""
    return record.name, str(record.recipe["data"]), str(record.recipe["model"]), record.status, accuracy
