"""All commands together, and how they fail: one message on stderr and an exit status; a traceback only with `--debug`."""

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from linnaeus._version import __version__
from linnaeus.cli import (
    audit,
    bench,
    compare,
    continue_,
    env,
    evaluate,
    extend,
    find_lr,
    fix,
    inspect,
    lab,
    parts,
    predict,
    reference,
    report,
    resume,
    runs,
    screen,
    show,
    study,
    train,
    transfer,
    weights,
)
from linnaeus.distributed import rank, world
from linnaeus.errors import LinnaeusError, UsageError

FIRST_STEPS = """\
Linnaeus: from a folder of images to a classifier you can trust.

  linnaeus train digits                 learn 1,797 handwritten digits
  linnaeus evaluate last --split test   score it on images it never saw
  linnaeus predict last FILE            name new images

Photographs of your own: one folder a class, then  linnaeus train ./photos
All commands: linnaeus --help
"""

# In the order of the work.
COMMANDS = (
    train.train,
    resume.resume,
    continue_.continue_,
    transfer.transfer,
    extend.extend,
    evaluate.evaluate,
    inspect.inspect,
    compare.compare,
    reference.reference,
    study.study,
    lab.lab,
    predict.predict,
    show.show,
    report.report,
    audit.audit,
    fix.fix,
    find_lr.find_lr,
    runs.runs,
    parts.parts,
    weights.weights,
    bench.bench,
    env.env,
)

app = typer.Typer(
    name="linnaeus",
    help="From a folder of images to a classifier you can trust, in minutes, on the machine you have.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: quick, and legible on every terminal
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command(command.__name__.rstrip("_").replace("_", "-"), no_args_is_help=False)(command)


@app.callback(invoke_without_command=True)
def first_steps(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error; off unless given")] = False,
    version: Annotated[bool, typer.Option("--version", help="print the version, and stop")] = False,
) -> None:
    """What `linnaeus` alone says, and the flags of the command as a whole."""
    if version:
        print(f"linnaeus {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(FIRST_STEPS, end="")


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed with one clear message, 2 wrong usage, 130 and 143 stopped."""
    screen.prepare()
    if rank():  # of several processes the first one speaks; what goes wrong in another is told by it
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    debug, arguments = _hoist_debug(arguments)
    with warnings.catch_warnings():
        if not debug and not sys.warnoptions:  # the libraries below us warn programmers, not users
            warnings.simplefilter("ignore")
            logging.disable(logging.WARNING)
        status = _status_of(arguments, debug)
        logging.disable(logging.NOTSET)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # `linnaeus runs | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _status_of(arguments: Sequence[str], debug: bool) -> int:
    try:
        _check_together(arguments)
        app(args=list(arguments), prog_name="linnaeus")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except LinnaeusError as error:
        if debug:
            traceback.print_exc()
        screen.complain(str(error))
        return error.exit_status
    except Exception as error:
        if debug:
            traceback.print_exc()
            return 1
        screen.complain(
            f"unexpected error, {type(error).__name__}: {_first_line(error)} (run it again with --debug for the traceback)"
        )
        return 1
    return 0


def _check_together(arguments: Sequence[str]) -> None:
    """Raise UsageError for what several processes of torchrun would only do over again."""
    words = [word for word in arguments if word != "--debug"]
    if world() > 1 and (words[:1] != ["train"] or any(word.startswith("--repeats") for word in words)):
        raise UsageError("under torchrun there is train alone, of one run; call everything else without it")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no message").splitlines()[0]


def _hoist_debug(arguments: Sequence[str]) -> tuple[bool, list[str]]:
    """`--debug` works wherever it is written, though only the command as a whole knows it."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    before, after = list(arguments[:end]), list(arguments[end:])
    if "--debug" not in before:
        return False, before + after
    return True, ["--debug", *(word for word in before if word != "--debug"), *after]
