"""What may stand in a report that is passed on: no absolute path of the machine it was made on."""

import re
from typing import TYPE_CHECKING

from linnaeus.recipe import shell

if TYPE_CHECKING:
    from linnaeus.record.folder import RunFolder

RUNS = "runs"  # the folder that runs lie in where none is named
# a slash within a regular expression, as `group` has them, begins no path: (.*/\d+)_\d+
_ABSOLUTE = re.compile(r"""(?<![\w.~:/\\*+?^)\]}-])(?:/(?!\\)|~/|[A-Za-z]:[\\/])[^\s'",;|()<>]+""")
_QUOTED = re.compile(r"""(?P<quote>['"])(?:/|~/|[A-Za-z]:[\\/])(?P<path>[^'"]*)(?P=quote)""")


def shared(text: str) -> str:
    """The text with the last name of each absolute path in its place: `folder('/home/ann/photos')` is `folder('photos')`."""
    text = _QUOTED.sub(lambda found: f"{found['quote']}{_last(found['path'])}{found['quote']}", text)
    return _ABSOLUTE.sub(lambda found: _last(found[0]), text)


def run_word(folder: "RunFolder") -> str:
    """What a command calls the run: its name, or a relative path where it does not lie among the others."""
    return shell.quoted(folder.name if folder.path.parent.name == RUNS else f"{folder.path.parent.name}/{folder.name}")


def file_word(folder: "RunFolder", name: str) -> str:
    """The relative path of a file in the run's folder, for a command."""
    return shell.quoted("/".join(part for part in (folder.path.parent.name, folder.name, name) if part))


def _last(path: str) -> str:
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]
