"""linnaeus resume RUN"""

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder
from linnaeus.record import record as records


def resume(run: Run, runs: RunsFolder = None, lang: Lang = "en", as_json: AsJson = False) -> None:
    """Resume a stopped or killed run exactly where it was.

    The result is the same, bit for bit on the CPU, as if it had never stopped. A finished run is left as it is.
    """
    from linnaeus.api import resume as verb

    with progress.watching(as_json, lang) as watch:
        record = verb.resume(run, runs=runs, progress=watch)
    if as_json:
        screen.print_json(records.to_plain(record))
    else:
        summary.show_end(record, record.name if runs is None else str(record.folder), lang)
