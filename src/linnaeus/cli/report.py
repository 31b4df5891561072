"""linnaeus report RUN"""

from linnaeus.cli import screen
from linnaeus.cli.options import Run, RunsFolder


def report(run: Run, runs: RunsFolder = None) -> None:
    """Write the run's page anew.

    It is one HTML file that needs no network.
    """
    from linnaeus import api

    page = api.report(run, runs=runs)
    screen.say("report", str(page))
    screen.suggest(f"open it in a browser: {page.resolve().as_uri()}", f"linnaeus evaluate {run} --split test")
