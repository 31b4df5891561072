"""Which Python files may be run: those that the person here has named, with the content that they had then.

A run, a recipe or a study that somebody hands over can name a file of Python, `theirs.py:net`. Such a file is imported only if it
was named on this machine by this user: on a command line, as an argument in Python, or by `--trust FILE`. What was named is
remembered by path and SHA-256 in the user's configuration folder; LINNAEUS_TRUST holds further files and folders, for machines
without one. What a trusted file imports is its own affair. See docs/security.md.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import platformdirs

from linnaeus import files
from linnaeus.errors import RecipeError, RunError

VARIABLE = "LINNAEUS_TRUST"
# as the notation has it: see `spec`
_NAMED = re.compile(r"""(?<![^\s()\[\]|+,='":])((?:[A-Za-z]:)?[^\s()\[\]|+,='":]*\.py):(?!\d)\w""")
_others: list[bool] = []  # holds something while the words are of somebody else
_here: dict[str, str] = {}  # what was named in this process, by path: where nothing can be remembered, this goes on


@contextmanager
def words_of_others() -> Iterator[None]:
    """What is named meanwhile was written by somebody else, such as the author of a lab: it is not trusted for that."""
    before, _others[:] = _others[:], [True]
    try:
        yield
    finally:
        _others[:] = before


def trust_named(texts: Iterable[object]) -> None:
    """Trust the files of Python that stand in what the person here wrote, such as `model=./nets.py:tiny(width=8)`."""
    for text in texts if not _others else ():
        for name in _NAMED.findall(str(text)):
            if (file := files.expanded(name)).is_file():
                trust(file)


def trust(file: Path) -> None:
    """Let this file run from now on, as long as it stays what it is.

    Raises:
        RecipeError: it cannot be read.
    """
    place, content = _identity(file)
    if _remembered(place) == content:
        return
    _here[place] = content
    try:
        files.write_whole(_note(place), content)
    except (RunError, RuntimeError):  # no home, or a read-only one: asked anew next time
        os.environ[VARIABLE] = os.pathsep.join(filter(None, (os.environ.get(VARIABLE), place)))  # for our own processes


def check(file: Path) -> None:
    """Raise RecipeError unless this file may run."""
    place, content = _identity(file)
    if content in (_here.get(place), _remembered(place)) or any(Path(place).is_relative_to(root) for root in _roots()):
        return
    if _remembered(place):
        raise RecipeError(
            f"{file} is Python code that would run here, and it has changed since you last named it; if you trust it as it is "
            f"now, add --trust {file}"
        )
    raise RecipeError(
        f"{file} is Python code that would run here, and it was not named by you on this machine; read it, and if you trust "
        f"it, add --trust {file}"
    )


def _identity(file: Path) -> tuple[str, str]:
    try:
        resolved = files.expanded(file).resolve()
        return str(resolved), files.sha256(resolved)
    except (OSError, RuntimeError) as error:
        raise RecipeError(f"cannot read {file}: {getattr(error, 'strerror', None) or error}") from None


def _remembered(place: str) -> str | None:
    try:
        return _note(place).read_text(encoding="utf-8")
    except (OSError, RuntimeError):
        return None


def _note(place: str) -> Path:
    return _folder() / files.checksum_of(place.encode("utf-8", "surrogateescape"))


@cache
def _folder() -> Path:
    return platformdirs.user_config_path("linnaeus") / "trusted"


def _roots() -> list[Path]:
    return [files.expanded(name).resolve() for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
