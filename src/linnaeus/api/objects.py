"""What verbs take from Python, in the words of recipes and folders: runs, data, single fields of a recipe, who watches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from linnaeus.api.composing import runs_folder
from linnaeus.errors import RunError
from linnaeus.events import Watcher, nobody
from linnaeus.recipe import read, renamed, trusted, typed
from linnaeus.recipe.recipe import TYPES
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord


class MapStyle(Protocol):
    """A dataset of PyTorch that is indexed; its items are pairs (image, label)."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Any: ...


AnyRun = RunRecord | Path | str  # a record, a run's folder, or its name; "last" is the newest
AnyData = str | Path | tuple[Any, Any] | MapStyle  # a name or call, a path, arrays (X, y), a dataset of PyTorch
AnyWeights = str | Path | RunRecord  # as a recipe's `weights`; a run by its record, too
Progress = Watcher | bool | None

SHORT = {"lr": "optimizer.lr", "momentum": "optimizer.momentum", "weight_decay": "optimizer.weight_decay"}


def run_folder(run: AnyRun, runs: Path | str | None = None) -> RunFolder:
    """The folder of a run. Raises RunError where there is none."""
    if isinstance(run, RunRecord):
        if run.folder is None:
            raise RunError(f"the record of {run.name} does not know its folder; name the run, or give its path")
        return RunFolder(run.folder)
    return folders.find(runs_folder(runs), str(run))


def data_text(data: Any) -> str | None:
    """Data as a recipe names them. Arrays and datasets of PyTorch are held in memory under their content. Raises DataError."""
    if data is None or isinstance(data, str):
        return own_code(data)
    if isinstance(data, Path):
        return str(read.path_spec(data))
    from linnaeus.data.objects import spec_of

    return str(spec_of(data))


def hold(data: Any) -> None:
    """Give the images of a run again that were arrays. Raises DataError."""
    if data is not None:
        data_text(data)


def weights_text(weights: AnyWeights) -> str:
    """Weights as a recipe names them: those of a run by its folder. Raises RunError."""
    return str(run_folder(weights).path.absolute()) if isinstance(weights, RunRecord) else str(weights)


def settings(given: Mapping[str, Any]) -> list[str]:
    """Fields of a recipe as `--set` takes them: `epochs=5`, `optimizer.lr=0.01` from `optimizer__lr` or `lr`. None says nothing.

    Options of parts come after whole parts, whatever the order in which they are given.

    Raises:
        UnknownName: no such field; near names are suggested.
    """
    texts = []
    for name, value in given.items():
        key = SHORT.get(name, name.replace("__", "."))
        if key.partition(".")[0] not in (*TYPES, *renamed.FIELDS):
            raise typed.unknown("setting", name, [*TYPES, *SHORT])
        if value is not None:
            texts.append(f"{key}={weights_text(value) if isinstance(value, RunRecord) else value}")
    trusted.trust_named(texts)
    return sorted(texts, key=lambda text: "." in text.partition("=")[0])


def own_code(text: str | None) -> str | None:
    """What the caller wrote, unchanged; a file of Python that is named in it may run from now on."""
    trusted.trust_named([text] if text else ())
    return text


def watcher(progress: Progress) -> Watcher:
    """Who watches: a function of one event is taken as it is; None and True: curves in a notebook, a line in a script; False: nobody."""
    if progress is False:
        return nobody
    if progress is None or progress is True:
        from linnaeus.reporting.live import automatic

        return automatic()
    return progress
