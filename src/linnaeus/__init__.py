"""Linnaeus: from a folder of images to a classifier you can trust.

import linnaeus
record = linnaeus.train("digits")
linnaeus.predict("last", ["photo.png"])
"""

import os
from typing import TYPE_CHECKING, Any

# Waiting OpenMP threads spin by default: on a machine with other work, two threads then collapse (a step of ResNet-20 took 0.78 s with
# this line and 2.8 s without it). The runtime reads it when torch is first imported, so it must be set before that.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from linnaeus._version import __version__
from linnaeus.api import (
    bench_layers,
    compare,
    environment,
    evaluate,
    examine,
    load,
    model_facts,
    parts,
    predict,
    rates,
    repeat,
    resume,
    runs,
    train,
)
from linnaeus.api import continue_ as continue_training  # continue is a word of the language
from linnaeus.api import data as describe  # a room of the house is called data, and report another: the package cannot
from linnaeus.api import report as write_report
from linnaeus.errors import LinnaeusError
from linnaeus.events import nobody
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.run import RunRecord
from linnaeus.reporting.live import live

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.estimator import ImageClassifier

__all__ = [
    "Classifier",
    "ImageClassifier",
    "LinnaeusError",
    "Recipe",
    "RunRecord",
    "__version__",
    "bench_layers",
    "compare",
    "continue_training",
    "describe",
    "environment",
    "evaluate",
    "examine",
    "live",
    "load",
    "model_facts",
    "nobody",
    "parts",
    "predict",
    "rates",
    "repeat",
    "resume",
    "runs",
    "train",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """The two names that need torch or scikit-learn, imported when they are first asked for."""
    if name == "Classifier":
        from linnaeus.classifier.classifier import Classifier

        return Classifier
    if name == "ImageClassifier":
        from linnaeus.estimator import ImageClassifier

        return ImageClassifier
    raise AttributeError(f"module 'linnaeus' has no attribute {name!r}")
