"""linnaeus.features: what a pretrained network sees in images, for those who bring a head of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import objects
from linnaeus.api.composing import runs_folder
from linnaeus.api.objects import AnyWeights, Progress
from linnaeus.device import check_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def features(
    data: Any,
    *,
    weights: AnyWeights = "imagenet",
    threads: int = 0,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> "npt.NDArray[np.float32]":
    """What a frozen backbone sees in each image, for a head of your own.

    >>> linnaeus.features("photos", progress=False).dtype
    dtype('float32')

    Args:
        data: one image or many, as `predict` takes them: files, folders and globs, pictures of Pillow, arrays of uint8.
        weights: whose backbone it is: "imagenet" and what else `linnaeus weights` lists, a run, or "timm:NAME".
        threads: CPU threads that compute; 0: as many as there are idle cores.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images pass; False: silence; or a function that is told each event.

    Returns:
        Features (N, D) as float32, in the order of the images.

    Raises:
        ImageError: an image that cannot be read, by its name.
        RunError: there are no such weights.
        RecipeError: far more threads than there are cores.
    """
    from linnaeus.delivery.predictor import sources_of

    return of_sources(sources_of(data), weights=weights, threads=threads, runs=runs, progress=progress)


def of_sources(
    sources: list[tuple[str, Any]], *, weights: AnyWeights, threads: int, runs: Path | str | None, progress: Progress
) -> "npt.NDArray[np.float32]":
    """The same of images with names."""
    from linnaeus.finetuning.bare import bare, seen

    check_threads(threads)
    backbone = bare(objects.weights_text(weights), runs_folder(runs), threads=threads)
    return seen(backbone, sources, objects.watcher(progress))
