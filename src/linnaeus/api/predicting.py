"""What `linnaeus.predict` is made of: the classifier of a run or of an exported file, and answers into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.api import objects
from linnaeus.api.loading import load
from linnaeus.api.objects import AnyRun, Progress

if TYPE_CHECKING:
    from linnaeus.delivery.answers import Wish
    from linnaeus.delivery.predictor import Predictor
    from linnaeus.delivery.writing import Target, Written

WEIGHTS = "model.safetensors"


def predictor(run: AnyRun, runs: Path | str | None = None) -> "Predictor":
    """Of a run, or of FILE.onnx, on the GPU where there is one. Raises RunError."""
    from linnaeus.delivery.predictor import Predictor

    if _is_exported(run):
        return Predictor.load(Path(str(run)))
    from linnaeus.device import pick_device

    return Predictor(model=load(run, runs=runs).to(pick_device("auto")))


def to_file(
    run: AnyRun,
    images: Any,
    target: "Target",
    wish: "Wish",
    *,
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

    one, watch = predictor(run, runs), objects.watcher(progress)
    place = Path(str(run)) if _is_exported(run) else objects.run_folder(run, runs).path
    if target.on is not None:
        from linnaeus.delivery import on_cluster
        from linnaeus.delivery import predictor as predictors

        predictors.check(one.model, wish)
        return on_cluster.write(place, len(one.model.classes), images, target, wish, tell=watch)
    model = files.checksum(place if place.suffix == ".onnx" else place / WEIGHTS)
    return writing.write(one, images, target, wish, model=model, tell=watch)


def _is_exported(run: AnyRun) -> bool:
    return isinstance(run, str | Path) and Path(run).suffix == ".onnx"
