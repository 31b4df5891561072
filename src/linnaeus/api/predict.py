"""linnaeus.predict: the classes of new images."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from linnaeus.api import predicting
from linnaeus.api.objects import AnyRun, Progress

if TYPE_CHECKING:
    from linnaeus.delivery.predictor import Predicted
    from linnaeus.delivery.writing import Target, Written


@overload
def predict(
    run: AnyRun,
    images: Any,
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    out: None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Predicted": ...


@overload
def predict(
    run: AnyRun,
    images: Any,
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    out: "Path | str | Target",
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Written": ...


def predict(
    run: AnyRun,
    images: Any,
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    out: "Path | str | Target | None" = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "Predicted | Written":
    """Classify images of any size. Probabilities are calibrated, if the run had validation images to calibrate on.

    An image that cannot be read raises nothing: it is in `unread`, with the reason.

    >>> linnaeus.predict("last", "photo.jpg").predictions[0].labels
    >>> linnaeus.predict(record, [array, "folder", Image.open("photo.jpg")], top=3)

    Args:
        run: its record, folder or name, or an exported FILE.onnx; "last" is the newest.
        images: one image or many: a path (of a file, a folder, or a glob; "-" is standard input: one image, or lines that are
            paths), a picture of Pillow, or a uint8 array (H, W), (H, W, C), (N, H, W) or (N, H, W, C).
        top: classes to name for each image, the most probable first.
        sets: give prediction sets that hold the true class with this probability: 0.8, 0.9, 0.95 or 0.99; None: none.
        unknown: say of each image whether it is too uncertain to be classified.
        out: a file for the predictions of any number of images, .csv, .json, .jsonl or .parquet, written as they come; what is returned
            then counts them. `Target(file=…, resume=True)` goes on after a kill, `Target(file=…, on="ray")` predicts on a Ray cluster.
            None: they are returned.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Returns:
        Classes with their probabilities (0 to 1) as `Predicted`, or with `out` how many were written, as `Written`.

    Raises:
        RunError: no such run, or it is unfinished, or it keeps no such threshold.
    """
    from linnaeus.delivery.answers import Wish

    wish = Wish(top=top, sets=sets, unknown=unknown)
    if out is not None:
        from linnaeus.delivery.writing import Target

        target = out if isinstance(out, Target) else Target(file=Path(out))
        return predicting.to_file(run, images, target, wish, runs=runs, progress=progress)
    return predicting.listed(run, images, wish, runs=runs, progress=progress)
