"""Images classified by a model that Linnaeus exported.

>>> predictor = linnaeus_runtime.load("model.onnx")
>>> predictor.predict("photo.jpg", top=3)[0].labels
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linnaeus_runtime.delivery.predictor import Predictor

__all__ = ["load"]


def load(file: Any) -> "Predictor":
    """The classifier in FILE.onnx, which classifies paths, pictures of Pillow and arrays. Raises RunError."""
    from pathlib import Path

    from linnaeus_runtime.delivery import onnx_model
    from linnaeus_runtime.delivery.predictor import Predictor

    return Predictor(model=onnx_model.load(Path(file)))
