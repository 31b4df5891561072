"""The command `linnaeus VERB`, one file each: it parses, calls one function of `linnaeus.api`, and prints."""

import gc
import sys


def main() -> None:
    """Entry point of the console script and of `python -m linnaeus`."""
    # Modules are never garbage, and Python's default of 700 new objects looks through them all again and again while they are
    # imported: 0.58 of the 4.3 processor seconds of `train digits --epochs 1`; 0.20 with this.
    gc.set_threshold(50_000)
    from linnaeus.cli.app import run

    sys.exit(run(sys.argv[1:]))
