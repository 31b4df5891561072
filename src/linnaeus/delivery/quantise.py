"""A network in 8-bit integers: a quarter of the file, other answers now and then, and faster on some processors, which is measured.

Weights are int8, each output channel with its own scale: with one for all, 97 of 341 answers of EfficientNet-Lite0 changed; so 15 do.
Activations are uint8, in the ranges seen on training images; a rectifier's rounding is theirs. Only so does ONNX Runtime fuse all of a
network: with its default of int8, 15 of 49 convolutions stayed in float32, and the network's 9.3 ms an image became 8.8 in place of 4.1.
Weights keep to 7 bits: without VNNI, two products of 8 bits overflow the 16 bits that they are added in. With VNNI, 8 bits would change 5.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier import onnx_runtime
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.delivery.onnx_model import OnnxModel

IMAGES = 128  # training images that show the ranges of activations
TIMED, TURNS = 32, 5  # images of a batch, and turns that each model has


def quantised(network: Any, squares_NHWC: npt.NDArray[np.uint8], wanted: Preprocessing) -> Any:
    """The network, an `onnx.ModelProto` that takes `inputs`, in int8; ranges as these images show them."""
    import onnx

    onnx_runtime.imported()
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.inputs: Iterator[dict[str, Any]] = (
                {"inputs": _normalised(squares_NHWC[start : start + 8], wanted)}
                for start in range(0, len(squares_NHWC), 8)
            )

        def get_next(self) -> dict[str, Any] | None:
            return next(self.inputs, None)

    level = logging.root.level
    logging.root.setLevel(logging.ERROR)  # its advice is for who writes such recipes
    try:
        with tempfile.TemporaryDirectory() as folder:
            whole, small = Path(folder, "whole.onnx"), Path(folder, "small.onnx")
            onnx.save(network, whole)
            quantization.quantize_static(
                whole,
                small,
                Reader(),
                op_types_to_quantize=["Conv", "Gemm", "MatMul", "Add", "Clip", "Relu"],
                activation_type=quantization.QuantType.QUInt8,
                weight_type=quantization.QuantType.QInt8,
                per_channel=True,
                reduce_range=True,
            )
            return onnx.load(small)
    finally:
        logging.root.setLevel(level)


def speedup(small: OnnxModel, whole: OnnxModel, squares_NHWC: npt.NDArray[np.uint8]) -> float:
    """How many times as fast it is here, by the median of interleaved turns."""
    seconds: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(TURNS + 1):
        for place, model in enumerate((small, whole)):
            begun = time.perf_counter()
            model.probabilities(squares_NHWC[:TIMED])
            seconds[place].append(time.perf_counter() - begun)
    return float(np.median(seconds[1][1:]) / np.median(seconds[0][1:]))  # the first turn warms up


def _normalised(squares_NHWC: npt.NDArray[np.uint8], wanted: Preprocessing) -> npt.NDArray[np.float32]:
    mean, std = (np.array(values, np.float32) for values in (wanted.mean, wanted.std))
    return np.ascontiguousarray(((squares_NHWC.astype(np.float32) / 255 - mean) / std).transpose(0, 3, 1, 2))
