"""linnaeus.weights: pretrained weights, listed or described."""

from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects
from linnaeus.record.record import RunRecord


def weights(
    source: str | Path | RunRecord | None = None, *, runs: Path | str | None = None
) -> dict[str, Any] | list[dict[str, Any]]:
    """The cards of the bundled weights, or what is known of those that `source` names.

    A checkpoint of PyTorch is read by a process of its own, and nothing in it is run.

    >>> linnaeus.weights("timm:resnet18.a1_in1k")["model"]

    Args:
        source: as a recipe's `weights`: a run, a file, "timm:NAME", or the name of bundled weights; None: all bundled ones.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Raises:
        RunError: no such run or file, or one that cannot be read. UnknownName: timm has none of that name.
    """
    from linnaeus.finetuning.weights import bundled
    from linnaeus.finetuning.weights import source as origin

    if source is None:
        return [bundled.card(name) for name in bundled.names()]
    return origin.describe(origin.find(origin.anchored(objects.weights_text(source), composing.runs_folder(runs))))
