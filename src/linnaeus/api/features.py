"""linnaeus.features: what a pretrained network sees in images, for those who bring a head of their own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import objects
from linnaeus.api.composing import runs_folder
from linnaeus.api.objects import AnyWeights, Progress

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def features(
    data: Any, *, weights: AnyWeights = "imagenet", runs: Path | str | None = None, progress: Progress = None
) -> "npt.NDArray[np.float32]":
    """What a frozen backbone sees in each image, for a head of your own.

    >>> linnaeus.features("photos", progress=False).dtype
    dtype('float32')

    Args:
        data: one image or many, as `predict` takes them: files, folders and globs, pictures of Pillow, arrays of uint8.
        weights: whose backbone it is: "imagenet" and what else `linnaeus weights` lists, a run, or "timm:NAME".
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images pass; False: silence; or a function that is told each event.

    Returns:
        Features (N, D) as float32, in the order of the images.

    Raises:
        ImageError: an image that cannot be read, by its name.
        RunError: there are no such weights.
    """
    from linnaeus.delivery.predictor import sources_of

    return of_sources(sources_of(data), weights=weights, runs=runs, progress=progress)


def of_sources(
    sources: list[tuple[str, Any]], *, weights: AnyWeights, runs: Path | str | None, progress: Progress
) -> "npt.NDArray[np.float32]":
    """The same of images with names."""
    from linnaeus.finetuning.bare import bare, seen

    return seen(bare(objects.weights_text(weights), runs_folder(runs)), sources, objects.watcher(progress))
