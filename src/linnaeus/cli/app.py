"""All commands together, and how they fail: one message on stderr and an exit status; a traceback only with `--debug`."""

import errno
import keyword
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Annotated

import typer

from linnaeus._version import __version__
from linnaeus.cli import screen
from linnaeus.distributed import rank, world
from linnaeus.errors import LinnaeusError, RunError, UsageError
from linnaeus.recipe import shell, trusted

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EPIPE, errno.EIO)  # what writing to an open stream can end in

FIRST_STEPS = """\
Linnaeus: from a folder of images to a classifier you can trust.

  linnaeus train digits                 learn 1,797 handwritten digits
  linnaeus evaluate last --split test   score it on images it has never seen
  linnaeus predict last FILE            classify new images

Photographs of your own: one folder a class, then  linnaeus train ./photos
All commands: linnaeus --help
"""

# commands whose `--set` takes any field of a recipe
WITH_SETTINGS = ("train", "continue", "transfer", "extend", "study", "find-lr")

# Every command with the first sentence of its help, in the order of the work. A command's file is imported when it is asked for.
COMMANDS = {
    "train": "Train a classifier on a data set.",
    "resume": "Resume a stopped or killed run exactly where it was.",
    "continue": "Train a finished run further, as a new run.",
    "transfer": "Transfer a pretrained network to another task.",
    "extend": "Add the classes of DATA to a finished run.",
    "study": "Train many recipes and tell which choices matter.",
    "lab": "Do a lab, hand out its variants, or score answers.",
    "audit": "Report what is in a data set and what is wrong with it.",
    "fix": "Write a corrected copy of a data set from a fix list.",
    "evaluate": "Score a run, overall and by class, with 95 % intervals.",
    "inspect": "Show a run's mistakes and possible label errors.",
    "compare": "Compare runs by paired tests on the same images.",
    "reference": "Tell whether a run reproduces a published number.",
    "show": "Show single images of a run's data with their logits.",
    "report": "Write a report of one run, or of several side by side.",
    "predict": "Classify the images in files and folders.",
    "export": "Write a trained classifier as one file that others run.",
    "serve": "Serve a classifier over HTTP, with a page of its own.",
    "features": "Write what a pretrained network sees in images.",
    "find-lr": "Find a learning rate by a range test.",
    "bench": "Measure how long a network takes on this machine.",
    "runs": "List all runs, newest first.",
    "parts": "List the parts that a recipe can name, or describe one.",
    "weights": "List bundled pretrained weights, or describe some.",
    "env": "Describe this machine and the relevant versions.",
}


def function(command: str) -> Callable[..., None]:
    """The function of a command, from the file of its name: `find_lr.find_lr`, `continue_.continue_`."""
    name = command.replace("-", "_")
    name = f"{name}_" if keyword.iskeyword(name) else name
    found: Callable[..., None] = getattr(import_module(f"linnaeus.cli.{name}"), name)
    return found


def app(asked: str | None) -> typer.Typer:
    """All commands; the one that is asked for with its flags, the others by name alone, so that nothing is imported for them."""
    made = typer.Typer(
        name="linnaeus",
        help="From a folder of images to a classifier you can trust, in minutes, on the machine you have.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help: quick, and legible on every terminal
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(invoke_without_command=True)(first_steps)
    for command, summary in COMMANDS.items():
        if command == asked:
            made.command(command)(function(command))
        else:
            made.command(command, help=summary)(_not_asked_for)
    return made


def _not_asked_for() -> None:
    """Stands for a command in a list of commands."""


def first_steps(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="show the traceback of an error; default: off")] = False,
    trust: Annotated[
        str, typer.Option("--trust", metavar="FILE", help="let this Python file run; see docs/security.md")
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="print the version and exit")] = False,
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
    debug, trusted_files, arguments = _hoisted(arguments)
    with warnings.catch_warnings():
        if not debug and not sys.warnoptions:  # the libraries below us warn programmers, not users
            warnings.simplefilter("ignore")
            logging.disable(logging.WARNING)
        status = _status_of(arguments, debug, trusted_files)
        logging.disable(logging.NOTSET)
    try:
        sys.stdout.flush()
    except OSError as error:
        status = _unwritten(error) or status
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python still holds when it ends
    return status


def _unwritten(error: OSError) -> int:
    """The exit status where standard output takes no more."""
    if isinstance(error, BrokenPipeError):  # `linnaeus runs | head`: the reader has seen enough
        return 0
    why = RunError(f"cannot write to standard output: {error.strerror or error}; free some space, or write elsewhere")
    screen.complain(why)
    return why.exit_status


def _status_of(arguments: Sequence[str], debug: bool, trusted_files: Sequence[str]) -> int:
    try:
        _check_together(arguments)
        for file in trusted_files:
            trusted.trust(Path(file))
        trusted.trust_named(arguments)
        asked = next((word for word in arguments if not word.startswith("-")), None)
        app(asked)(args=list(arguments), prog_name="linnaeus")
    except SystemExit as stop:
        if stop.code == UsageError.exit_status:
            _say_how_to_write(arguments)
            _say_how_to_set(arguments)
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except LinnaeusError as error:
        if debug:
            traceback.print_exc()
        screen.complain(error)
        return error.exit_status
    except Exception as error:
        if debug:
            traceback.print_exc()
            return 1
        if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:
            return _unwritten(error)
        if isinstance(error, OSError) and error.filename is not None:  # the world's doing, which nobody foresaw there
            why = error.strerror or type(error).__name__
            screen.complain(RunError(f"cannot use {os.fsdecode(error.filename)}: {why} (--debug shows where)"))
            return 1
        screen.complain(
            f"unexpected error, {type(error).__name__}: {_first_line(error)} (run it again with --debug for the traceback)"
        )
        return 1
    return 0


def _say_how_to_write(arguments: Sequence[str]) -> None:
    """After a share with a decimal comma, as half of Europe writes it."""
    from linnaeus.recipe.typed import comma

    for word in arguments:
        value = word.partition("=")[2] or word
        if value.startswith("0,") and value[2:].isdigit():
            print(comma(value).capitalize(), file=sys.stderr)


def _say_how_to_set(arguments: Sequence[str]) -> None:
    """After a flag that there is not: what it is called among the settings of a recipe, which `--set` reaches, all of them."""
    if not arguments or arguments[0] not in WITH_SETTINGS:
        return
    from linnaeus.recipe.recipe import TYPES
    from linnaeus.recipe.typed import ELSEWHERE

    flags = signature(function(arguments[0])).parameters
    for word, after in zip(arguments, [*arguments[1:], "-"], strict=True):
        written, _, value = word.removeprefix("--").partition("=")
        written = written.replace("-", "_")
        name = written if written in TYPES else ELSEWHERE.get(written, written)
        if not word.startswith("--") or written in flags or name.partition(".")[0] not in TYPES:
            continue
        value = value or ("VALUE" if after.startswith("-") else after)
        meant = [f"--{name}", value] if name in flags else ["--set", f"{name}={value}"]
        print(f"Set {name} by: {shell.line(meant)}", file=sys.stderr)


def _check_together(arguments: Sequence[str]) -> None:
    """Raise UsageError for what several processes of torchrun would only do over again."""
    words = [word for word in arguments if word != "--debug"]
    if world() > 1 and (words[:1] != ["train"] or any(word.startswith("--repeats") for word in words)):
        raise UsageError("under torchrun there is train alone, of one run; call everything else without it")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no message").splitlines()[0]


def _hoisted(arguments: Sequence[str]) -> tuple[bool, list[str], list[str]]:
    """`--debug` and `--trust FILE` work wherever they are written, though only the command as a whole knows them."""
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    rest, files, debug = [], [], False
    words = iter(arguments[:end])
    for word in words:
        if word == "--debug":
            debug = True
        elif word == "--trust":
            files.append(next(words, ""))
        elif word.startswith("--trust="):
            files.append(word.removeprefix("--trust="))
        else:
            rest.append(word)
    return debug, files, [*rest, *arguments[end:]]
