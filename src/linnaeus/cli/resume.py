"""linnaeus resume RUN"""

from linnaeus.cli import progress, summary
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder


def resume(run: Run, runs: RunsFolder = None, lang: Lang = "en", as_json: AsJson = False) -> None:
    """Resume a stopped or killed run exactly where it was.

    The result is the same, bit for bit on the CPU, as if it had never stopped. A finished run is left as it is.
    """
    from linnaeus.api import resume as verb

    with progress.watching(as_json, lang) as watch:
        record = verb.resume(run, runs=runs, progress=watch)
    summary.end(record, as_json, runs, lang, name=record.name)
