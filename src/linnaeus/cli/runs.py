"""linnaeus runs"""

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record import record as records


def runs(runs: RunsFolder = None, lang: Lang = "en", as_json: AsJson = False) -> None:
    """List all runs, newest first."""
    from linnaeus.api import runs as verb
    from linnaeus.reporting.content import listing
    from linnaeus.reporting.words import words

    found = verb.runs(runs, damaged=screen.complain)
    if as_json:
        screen.print_json([records.to_plain(record) for record in found])
        return
    screen.show(listing.runs(found, words(lang)), lang)
    unfinished = next((record.name for record in found if record.status != "finished"), None)
    best = shell.command("report", found[0].name) if found else "linnaeus train digits"
    screen.suggest(shell.command("resume", unfinished) if unfinished else best, language=lang)
