"""A classifier as one ONNX file that takes raw pictures: resize, crop, normalisation, network and temperature are inside.

Input `images`, uint8 (N, H, W, 3), RGB of any size (RGBA where the network takes opacity; a grey network makes its grey itself).
Outputs `probabilities`, as `linnaeus predict` gives them, and `logits`, both float32 (N, K).
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from linnaeus._version import __version__
from linnaeus.delivery import passport, pixel_graph
from linnaeus.delivery.parity import Parity
from linnaeus.delivery.passport import Passport
from linnaeus.delivery.pixel_graph import Nodes
from linnaeus.errors import UsageError
from linnaeus.record.display import Shown
from linnaeus.record.scores import Score
from linnaeus.record.sharing import shared

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.record.record import RunRecord

NEEDED = ("onnx", "onnxscript", "onnxruntime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8:
    """What 8 bits cost and bring: `same` is the share of pictures whose class stays, `speedup` that of this machine."""

    same: Score
    speedup: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Shown):
    """What was written, and that it answers as the run does."""

    file: Path  # that was written
    size: int  # bytes
    classes: int  # how many it tells apart
    origin: dict[str, Any]  # as `Passport` tells it
    parity: Parity  # of the model in float32
    int8: Int8 | None = None  # what 8 bits changed; None: float32


def require() -> None:
    """Before anything is read or told. Raises UsageError: the extra `export` is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f'exporting needs {", ".join(missing)}; pip install "linnaeus[export]" brings it')


def passport_of(classifier: "Classifier", record: "RunRecord", licence: str | None = None) -> Passport:
    """What the file will say of itself. Of several scores the test split's counts, else that of validation."""
    split = next((name for name in ("test", "val") if name in record.scores), None)
    score = None
    if split is not None and (found := record.scores[split].metrics.get("accuracy")) is not None:
        score = {
            "split": split,
            "metric": "accuracy",
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "n": found.n,
        }
    origin = {
        "model": str(classifier.model),
        "head": str(classifier.head) if classifier.head else None,
        "weights": shared(record.model.start.weights) if record.model.start else None,
        "trained_in": classifier.precision,
        "run": record.name,
        "data": shared(record.data.source),  # what is delivered names no folder of the machine
        "images": dict(record.data.counts),
        "fingerprint": record.data.fingerprint,
        "score": score,
        "licence": licence,
        "decoder": classifier.preprocessing.decoder,
        "linnaeus": __version__,
    }
    return Passport(
        classes=classifier.classes,
        preprocessing=classifier.preprocessing,
        calibration=classifier.calibration,
        origin=origin,
    )


def model(classifier: "Classifier", told: Passport, change: Callable[[Any], Any] | None = None) -> bytes:
    """The file's content; `change` makes another network of the exported one, such as one of 8 bits.

    Raises:
        UsageError: the extra `export` is not installed. LinnaeusError: torch cannot export such a network.
    """
    from linnaeus.classifier import onnx_graph

    wanted = classifier.preprocessing
    network = onnx_graph.to_onnx(classifier.module, (wanted.channels, wanted.size, wanted.size), output="logits")
    network = change(network) if change is not None else network
    from onnx import TensorProto, checker, helper

    before = Nodes("pixels")
    before.add("Identity", pixel_graph.normalised(before, wanted), output=onnx_graph.INPUT)
    after = Nodes("calibration")
    _probabilities(after, classifier.calibration.temperature if classifier.calibration else 1.0)
    channels, classes = 4 if wanted.channels == 4 else 3, len(classifier.classes)
    graph = helper.make_graph(
        [*before.nodes, *network.graph.node, *after.nodes],
        "linnaeus",
        [helper.make_tensor_value_info(pixel_graph.IMAGES, TensorProto.UINT8, ["N", "H", "W", channels])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", classes])
            for name in ("probabilities", "logits")
        ],
        [*before.constants, *network.graph.initializer, *after.constants],
    )
    opset = helper.make_opsetid("", onnx_graph.OPSET)
    made = helper.make_model(graph, opset_imports=[opset], ir_version=onnx_graph.IR)
    made.producer_name, made.producer_version = "linnaeus", __version__
    helper.set_model_props(made, {passport.KEY: told.to_json()})
    checker.check_model(made)
    content: bytes = made.SerializeToString()
    return content


def _probabilities(nodes: Nodes, temperature: float) -> Any:
    """softmax(logits / temperature), as `Certainty.probabilities` has them."""
    scaled = nodes.add("Div", "logits", nodes.constant(temperature, np.float32)) if temperature != 1 else "logits"
    return nodes.add("Softmax", scaled, output="probabilities", axis=-1)
