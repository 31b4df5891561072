"""linnaeus.weights: pretrained weights, listed or described."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing

if TYPE_CHECKING:
    pass


def weights(source: str | None = None, *, runs: Path | str | None = None) -> dict[str, Any] | list[dict[str, Any]]:
    """The cards of the weights that come along, or what is known of those that `source` names, as a recipe's `weights` does.

    Raises:
        RunError: no such run or file, or one that cannot be read. UnknownName: timm has none of that name.
    """
    from linnaeus.finetuning.weights import bundled
    from linnaeus.finetuning.weights import source as origin

    if source is None:
        return [bundled.card(name) for name in bundled.names()]
    return origin.describe(origin.find(origin.anchored(source, composing.runs_folder(runs))))
