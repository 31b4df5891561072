"""What `linnaeus.predict` is made of: the classifier of a run or of an exported file, and answers into a file."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.api import objects
from linnaeus.api.loading import load
from linnaeus.api.objects import AnyRun, Progress
from linnaeus.device import check_threads, on_threads

if TYPE_CHECKING:
    from linnaeus.delivery.answers import Predicted, Wish
    from linnaeus.delivery.predictor import Predictor
    from linnaeus.delivery.writing import Target, Written

WEIGHTS = "model.safetensors"


def predictor(run: AnyRun, runs: Path | str | None = None, threads: int = 0) -> "Predictor":
    """Of a run, or of FILE.onnx, on the GPU where there is one; `threads` decode.

    Raises:
        RunError: no such run. RecipeError: far more threads than there are cores.
    """
    check_threads(threads)
    from linnaeus.delivery.predictor import Predictor

    if _is_exported(run):
        return Predictor.load(Path(str(run)), threads=threads)
    from linnaeus.device import pick_device

    return Predictor(model=load(run, runs=runs).to(pick_device("auto")), threads=threads)


def listed(
    run: AnyRun,
    images: Any,
    wish: "Wish",
    *,
    threads: int = 0,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Predicted":
    """Answers for some images, at once; `threads` decode and compute, 0: as many as there are cores.

    Raises:
        RunError: as `linnaeus.predict`. RecipeError: far more threads than there are cores.
    """
    watch = objects.watcher(progress)
    with _on_threads(run, threads):
        one = predictor(run, runs, threads)
        return one.listed(images, top=wish.top, sets=wish.sets, unknown=wish.unknown, tell=watch)


def to_file(
    run: AnyRun,
    images: Any,
    target: "Target",
    wish: "Wish",
    *,
    threads: int = 0,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Written":
    """Answers for any number of images, on this machine or on a cluster.

    Raises:
        UsageError: a file of no known format, or what is resumed was asked otherwise.
        RunError: as `linnaeus.predict`; the disk is full.
        ClusterError: there is none, or it is gone.
    """
    from linnaeus.delivery import writing

    one, watch = predictor(run, runs, threads), objects.watcher(progress)
    place = Path(str(run)) if _is_exported(run) else objects.run_folder(run, runs).path
    if target.on is not None:
        from linnaeus.delivery import on_cluster
        from linnaeus.delivery import predictor as predictors

        predictors.check(one.model, wish)
        return on_cluster.write(place, len(one.model.classes), images, target, wish, tell=watch)
    model = files.checksum(place if place.suffix == ".onnx" else place / WEIGHTS)
    with _on_threads(run, threads):
        return writing.write(one, images, target, wish, model=model, tell=watch)


def _on_threads(run: AnyRun, threads: int) -> AbstractContextManager[None]:
    """Torch's threads; an exported file has a runtime of its own, which needs no torch."""
    return nullcontext() if _is_exported(run) else on_threads(threads)


def _is_exported(run: AnyRun) -> bool:
    return isinstance(run, str | Path) and Path(run).suffix == ".onnx"
