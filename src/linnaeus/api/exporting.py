"""What `linnaeus.export` is made of: a file that is left only where it answers as the run does, and whose weights they were."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus import files
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


def write_compared(
    file: Path, content: bytes, trained: "Classifier", compared: "Pictures", tolerance: float, watch: Watcher
) -> "Parity":
    """Write an exported file that answers as the classifier.

    Raises:
        LinnaeusError: it does not; the worst pictures are told. RunError: it cannot be written. Then no file is left.
    """
    from linnaeus.delivery import onnx_model, parity

    found = parity.compare(onnx_model.load(content), trained, compared, tolerance, watch)
    found.demand(file)
    files.write_whole(file, content)
    return found
