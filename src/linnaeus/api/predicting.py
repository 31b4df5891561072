"""What `linnaeus.predict` is made of: the classifier of a run or of an exported file, and answers into a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.api import objects
from linnaeus.api.loading import load
from linnaeus.api.objects import AnyRun, Progress

if TYPE_CHECKING:
    from linnaeus.delivery.predictor import Predictor
    from linnaeus.delivery.writing import Wish, Written

WEIGHTS = "model.safetensors"


def predictor(run: AnyRun, runs: Path | str | None = None) -> "Predictor":
    """Of a run, or of FILE.onnx. Raises RunError."""
    from linnaeus.delivery.predictor import Predictor

    return Predictor.load(Path(str(run))) if _is_exported(run) else Predictor(model=load(run, runs=runs))


def to_file(
    run: AnyRun,
    images: Any,
    file: Path,
    wish: "Wish",
    *,
    resume: bool = False,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Written":
    """Answers for any number of images; `resume` goes on where a killed one stopped, see `delivery.writing`.

    Raises:
        UsageError: a file of no known format, or what is resumed was asked otherwise.
        RunError: as `linnaeus.predict`; the disk is full.
    """
    from linnaeus.delivery import writing

    weights = Path(str(run)) if _is_exported(run) else objects.run_folder(run, runs).path / WEIGHTS
    one, watch = predictor(run, runs), objects.watcher(progress)
    return writing.write(one, images, file, wish, model=files.checksum(weights), resume=resume, tell=watch)


def _is_exported(run: AnyRun) -> bool:
    return isinstance(run, str | Path) and Path(run).suffix == ".onnx"
