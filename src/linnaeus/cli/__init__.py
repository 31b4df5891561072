"""The command `linnaeus VERB`, one file each: it parses, calls one function of `linnaeus.api`, and prints."""

import sys


def main() -> None:
    """Entry point of the console script and of `python -m linnaeus`."""
    from linnaeus.cli.app import run

    sys.exit(run(sys.argv[1:]))
