import numpy as np
import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import build_module
from linnaeus.classifier.onnx_graph import to_onnx
from linnaeus.errors import LinnaeusError
from linnaeus.parts.heads.knn import Vote
from linnaeus.recipe.spec import parse

pytest.importorskip("onnxscript")
runtime = pytest.importorskip("onnxruntime")


def network(model: str, channels: int, size: int) -> nn.Module:
    """With batch norms that have seen something."""
    torch.manual_seed(0)
    made = build_module(parse(model), channels, 5, size)
    for module in made.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return made.eval()


def voting(width: int) -> nn.Module:
    bank = nn.functional.normalize(torch.randn(40, width))
    return Vote(bank, nn.functional.one_hot(torch.arange(40) % 5, 5).float(), 3, 0.07)


@pytest.mark.parametrize(
    ("model", "channels", "size", "part"),
    [
        ("lenet", 1, 28, "forward"),
        ('resnet(depth=8, block="pre", shortcut="A")', 3, 32, "forward"),
        ("squeezenet", 3, 64, "features"),
        ("knn", 3, 16, "forward"),
    ],
)
def test_the_graph_answers_as_the_network_whatever_the_batch(model: str, channels: int, size: int, part: str) -> None:
    module = network("mlp" if model == "knn" else model, channels, size)
    if model == "knn":
        with torch.no_grad():
            module.head = voting(module.features(torch.zeros(1, channels, size, size)).shape[1])
    graph = to_onnx(module, (channels, size, size), part=part)
    assert {node.domain for node in graph.graph.node} == {""}
    session = runtime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    for images in (1, 7):
        inputs_BCHW = torch.randn(images, channels, size, size)
        with torch.no_grad():
            wanted = getattr(module, part)(inputs_BCHW).numpy()
        (found,) = session.run(None, {"inputs": inputs_BCHW.numpy()})
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


class Stubborn(nn.Module):
    def forward(self, inputs_BCHW: Tensor) -> Tensor:
        return inputs_BCHW.flatten(1) if float(inputs_BCHW.sum()) > 0 else inputs_BCHW.flatten(1) + 1


def test_a_network_that_torch_cannot_export_says_so_in_one_sentence() -> None:
    with pytest.raises(LinnaeusError, match="Stubborn cannot be exported to ONNX") as caught:
        to_onnx(Stubborn(), (1, 4, 4))
    assert "\n" not in str(caught.value)
