"""Where a study lies, and where its trials are trained."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linnaeus import files
from linnaeus.api import composing
from linnaeus.api.trial import train
from linnaeus.device import cores
from linnaeus.errors import RunError, UnknownName, UsageError
from linnaeus.record import folder as folders
from linnaeus.studies.store import Store
from linnaeus.studies.workers.executor import Executor, Place
from linnaeus.studies.workers.local import Local


def executor_of(place: Place, folder: Path, silence: float) -> Executor:
    """The place, ready for tasks. Raises UsageError, or StudyError where it cannot be reached."""
    if place.on is not None:
        from linnaeus.studies.workers.cluster import Cluster

        return Cluster(train, place.on, folder, silence, place.jobs)
    jobs = place.jobs or 1
    if jobs > cores():
        raise UsageError(f"--jobs {jobs}: this machine has {cores()} cores for trials, so take 1 to {cores()}")
    return Local(train, jobs, folder, silence)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One driver at a time. Raises StudyError where another one is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder / ".lock"):
        yield


def folder_of(file: Path | str, name: str | None, runs: Path | str | None) -> Path:
    """Where a study lies, or will lie. Raises RunError where a run has that name."""
    folder = composing.runs_folder(runs).absolute() / (name or Path(file).stem)
    if folders.is_run(folder):
        raise RunError(f"{folder} is a run already; give the study another name with --name")
    return folder


def status_of(store: Store, folder: Path) -> str:
    """Whether all is over, somebody is at work, or the same command would go on."""
    try:
        with files.locked(folder / ".lock"):
            is_over = all(trial.is_over for trial in store.trials())
            return "finished" if is_over else "stopped"
    except RunError:
        return "running"


def find(name: str, runs: Path) -> Path:
    """The folder of a study by its name, folder or file. Raises UnknownName."""
    for folder in (Path(name), runs / name, runs / Path(name).stem):
        if (folder / "workers").is_dir():
            return folder
    raise UnknownName("study", name, known(runs))


def known(runs: Path) -> list[str]:
    """The studies among the runs."""
    return [folder.parent.name for folder in runs.glob("*/workers")] if runs.is_dir() else []
