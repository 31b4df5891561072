"""A network in 8-bit integers: all of it is, once the engine has fused it, and answers stay near."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from linnaeus.classifier import onnx_graph, onnx_runtime
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.delivery import quantise

pytest.importorskip("onnxscript")
onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


class Residual(nn.Module):
    """What hinders fusion: a rectifier with a bound, a depthwise convolution, and a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.deep = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.last, self.head = nn.Conv2d(8, 8, 1), nn.Linear(8, 4)

    def forward(self, images_BCHW: torch.Tensor) -> torch.Tensor:
        seen = nn.functional.relu6(self.first(images_BCHW))
        return self.head((self.last(nn.functional.relu6(self.deep(seen))) + seen).mean((2, 3)))


def test_nothing_that_takes_time_stays_in_float32(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = Residual().eval()
    whole = onnx_graph.to_onnx(network, (3, 16, 16), output="logits")
    squares_NHWC = np.random.default_rng(0).integers(0, 256, (32, 16, 16, 3), dtype=np.uint8)
    wanted = Preprocessing(size=16, channels=3, resize="crop", mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
    small = quantise.quantised(whole, squares_NHWC, wanted)
    runtime = onnx_runtime.imported()
    options = runtime.SessionOptions()
    options.optimized_model_filepath, options.log_severity_level = str(tmp_path / "fused.onnx"), 3
    session = runtime.InferenceSession(small.SerializeToString(), options, providers=["CPUExecutionProvider"])
    fused = [node.op_type for node in onnx.load(tmp_path / "fused.onnx").graph.node]
    assert fused.count("QLinearConv") == 3 and "QLinearAdd" in fused
    assert not {"Conv", "Gemm", "MatMul", "Clip", "Relu"} & set(fused), fused
    inputs = quantise._normalised(squares_NHWC, wanted)
    (found,), known = session.run(None, {"inputs": inputs}), network(torch.from_numpy(inputs)).detach().numpy()
    assert np.abs(found - known).max() < 0.1 * np.abs(known).max()
