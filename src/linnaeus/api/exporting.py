"""What `linnaeus.export` is made of: that it answers as the run does, and whose weights they were."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.events import Watcher
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.delivery.parity import Parity, Pictures


def licence(record: RunRecord) -> str | None:
    """Of the weights that the run began with, where they are published ones."""
    from linnaeus.finetuning.weights import catalogue

    start = record.model.start
    return catalogue.find(start.weights).licence if start is not None and start.weights in catalogue.names() else None


def compared(
    file: Path, content: bytes, trained: "Classifier", pictures: "Pictures", tolerance: float, watch: Watcher
) -> "Parity":
    """That an exported model, which is to become `file`, answers as the classifier.

    Raises:
        LinnaeusError: it does not; the worst pictures are told.
    """
    from linnaeus.delivery import onnx_model, parity

    found = parity.compare(onnx_model.load(content), trained, pictures, tolerance, watch)
    found.demand(file)
    return found
