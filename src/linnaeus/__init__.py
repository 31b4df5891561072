"""Linnaeus: from a folder of images to a classifier you can trust.

import linnaeus
record = linnaeus.train("digits")
linnaeus.predict(record, "photo.png")

Every verb of the command is a function here under its name (`continue` is `continue_`, `find-lr` is `find_lr`), and every type that
a verb returns is here too. Each is imported when it is first asked for, so `import linnaeus` costs nothing.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from linnaeus._version import __version__ as __version__
from linnaeus.record import display

# Waiting OpenMP threads spin by default: on a machine with other work, two threads then collapse (a step of ResNet-20 took 0.78 s with
# this line and 2.8 s without it). The runtime reads it when torch is first imported, so it must be set before that.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# The shelf `linnaeus.parts` is a package, and `parts` a verb. Importing a package sets an attribute of that name here, once; so it is
# imported now and the attribute taken away, and `__getattr__` serves the verb from then on.
import_module("linnaeus.parts")
del globals()["parts"]

if TYPE_CHECKING:
    from linnaeus.api.audit import audit
    from linnaeus.api.bench import bench
    from linnaeus.api.compare import compare
    from linnaeus.api.continue_ import continue_
    from linnaeus.api.env import env
    from linnaeus.api.evaluate import evaluate
    from linnaeus.api.export import export
    from linnaeus.api.extend import extend
    from linnaeus.api.features import features
    from linnaeus.api.find_lr import find_lr
    from linnaeus.api.fix import fix
    from linnaeus.api.inspect import inspect
    from linnaeus.api.lab import lab
    from linnaeus.api.loading import load
    from linnaeus.api.networks import model_facts
    from linnaeus.api.parts import parts
    from linnaeus.api.predict import predict
    from linnaeus.api.reference import reference
    from linnaeus.api.report import report
    from linnaeus.api.resume import resume
    from linnaeus.api.runs import runs
    from linnaeus.api.serve import serve
    from linnaeus.api.show import show
    from linnaeus.api.study import study
    from linnaeus.api.train import train
    from linnaeus.api.transfer import transfer
    from linnaeus.api.weights import weights
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.data.audit.fixes import Applied
    from linnaeus.delivery.export import Exported
    from linnaeus.delivery.predictor import Predicted
    from linnaeus.delivery.writing import Target, Written
    from linnaeus.errors import LinnaeusError
    from linnaeus.estimator import ImageClassifier
    from linnaeus.events import nobody
    from linnaeus.finetuning.weights.describe import WeightsFacts
    from linnaeus.labs.call import LabResult
    from linnaeus.recipe.catalog import Part
    from linnaeus.recipe.recipe import Recipe
    from linnaeus.record.comparison import Comparison, Repeats, Transfers
    from linnaeus.record.facts import Audit, Environment
    from linnaeus.record.inspection import Inspection
    from linnaeus.record.measurements import EpochTimes, LayerTimes, LrRange, NetworkFacts, SingleImages
    from linnaeus.record.record import RunRecord
    from linnaeus.record.reference import Reference
    from linnaeus.record.scores import SplitScores
    from linnaeus.reporting.live import live
    from linnaeus.stats.published import Card
    from linnaeus.studies.results import StudyResult
    from linnaeus.studies.workers.executor import Place


def _html(record: object) -> str | None:
    """How a record looks in a notebook. Imported when one is looked at."""
    from linnaeus.reporting.shown import shown

    return shown(record)


display.show_by(_html)

__all__ = [
    "Applied",
    "Audit",
    "Card",
    "Classifier",
    "Comparison",
    "Environment",
    "EpochTimes",
    "Exported",
    "ImageClassifier",
    "Inspection",
    "LabResult",
    "LayerTimes",
    "LinnaeusError",
    "LrRange",
    "NetworkFacts",
    "Part",
    "Place",
    "Predicted",
    "Recipe",
    "Reference",
    "Repeats",
    "RunRecord",
    "SingleImages",
    "SplitScores",
    "StudyResult",
    "Target",
    "Transfers",
    "WeightsFacts",
    "Written",
    "audit",
    "bench",
    "compare",
    "continue_",
    "env",
    "evaluate",
    "export",
    "extend",
    "features",
    "find_lr",
    "fix",
    "inspect",
    "lab",
    "live",
    "load",
    "model_facts",
    "nobody",
    "parts",
    "predict",
    "reference",
    "report",
    "resume",
    "runs",
    "serve",
    "show",
    "study",
    "train",
    "transfer",
    "weights",
]

# Where lies what is neither a verb, which has the file of its name in linnaeus.api, nor the type of what one returns.
_PLACES = {
    "Applied": "data.audit.fixes",
    "Classifier": "classifier.classifier",
    "ImageClassifier": "estimator",
    "LinnaeusError": "errors",
    "Part": "recipe.catalog",
    "Place": "studies.workers.executor",
    "Recipe": "recipe.recipe",
    "Target": "delivery.writing",
    "live": "reporting.live",
    "load": "api.loading",
    "model_facts": "api.networks",
    "nobody": "events",
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that it lies in."""
    if name not in __all__:
        raise AttributeError(f"module 'linnaeus' has no attribute {name!r}")
    if name[0].isupper() and name not in _PLACES:
        from linnaeus.reporting import shown

        return shown.kind(name)
    return getattr(import_module(f"linnaeus.{_PLACES.get(name, f'api.{name}')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
