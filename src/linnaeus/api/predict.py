"""linnaeus.predict: the classes of new images."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import objects
from linnaeus.api.loading import load
from linnaeus.api.objects import AnyRun, Progress

if TYPE_CHECKING:
    from linnaeus.delivery.predictor import Predicted


def predict(
    run: AnyRun,
    images: Any,
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Predicted":
    """Classify images of any size. Probabilities are calibrated, if the run had validation images to calibrate on.

    >>> linnaeus.predict("last", "photo.jpg").predictions[0].labels
    >>> linnaeus.predict(record, [array, "folder", Image.open("photo.jpg")], top=3)

    Args:
        run: its record, folder or name, or an exported FILE.onnx; "last" is the newest.
        images: one image or many: a path (of a file, a folder, or a glob; "-" is standard input: one image, or lines that are
            paths), a picture of Pillow, or a uint8 array (H, W), (H, W, C), (N, H, W) or (N, H, W, C).
        top: classes to name for each image, the most probable first.
        sets: give prediction sets that hold the true class with this probability: 0.8, 0.9, 0.95 or 0.99; None: none.
        unknown: say of each image whether it is too uncertain to be classified.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Raises:
        RunError: no such run, or it is unfinished, or it keeps no such threshold. An unreadable image raises nothing: it is in
        `unread`, with the reason.
    """
    from linnaeus.delivery.predictor import Predictor

    watch = objects.watcher(progress)
    is_file = isinstance(run, str | Path) and Path(run).suffix == ".onnx"
    predictor = Predictor.load(Path(str(run))) if is_file else Predictor(model=load(run, runs=runs))
    return predictor.listed(images, top=top, sets=sets, unknown=unknown, tell=watch)
