"""linnaeus.weights: pretrained weights, listed or described."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, objects
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    from linnaeus.finetuning.weights.describe import WeightsFacts


def weights(
    source: str | Path | RunRecord | None = None, *, runs: Path | str | None = None
) -> "WeightsFacts | list[WeightsFacts]":
    """What is known of all bundled weights, or of those that `source` names.

    A checkpoint of PyTorch is read by a process of its own, and nothing in it is run.

    >>> linnaeus.weights("cifar10-resnet20").model

    Args:
        source: as a recipe's `weights`: a run, a file, "timm:NAME", or the name of bundled weights; None: all bundled ones.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Returns:
        A `WeightsFacts` each, or that of `source`.

    Raises:
        RunError: no such run or file, or one that cannot be read.
        UnknownName: timm has none of that name.
    """
    from linnaeus.finetuning.weights import bundled
    from linnaeus.finetuning.weights import source as origin
    from linnaeus.finetuning.weights.describe import describe

    if source is None:
        return [describe(origin.find(name)) for name in bundled.names()]
    return describe(origin.find(origin.anchored(objects.weights_text(source), composing.runs_folder(runs))))
