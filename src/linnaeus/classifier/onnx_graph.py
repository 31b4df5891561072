"""A network of torch as a graph of ONNX: standard operators alone, any number of images, float32.

Whoever runs a network with ONNX Runtime builds the graph here: the features of a frozen backbone, and what is exported.
"""

import contextlib
import io
import logging
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from linnaeus.errors import LinnaeusError, UsageError

INPUT = "inputs"
OPSET, IR = 20, 10  # what onnxruntime 1.17 of 2024 and its like read, and torch's exporter is written for


def to_onnx(
    module: nn.Module,
    shape_CHW: tuple[int, int, int],
    *,
    part: str = "forward",
    output: str = "logits",
    traced: bool = False,
) -> Any:
    """An `onnx.ModelProto` that maps `inputs` (N, C, H, W), normalised, to `output` (N, D).

    Args:
        module: on the CPU or elsewhere; it is left as it is, but for eval mode.
        part: the method that is taken: "forward" (logits) or "features".
        traced: by torch's older exporter: in half a second of EfficientNet-Lite0, where the other takes a minute; it follows one
            pass, so that who uses the graph must hold its answers against torch's.

    Raises:
        UsageError: the extra `export` is not installed. LinnaeusError: torch cannot export such a network, with its reason.
    """
    try:
        import onnxscript  # noqa: F401  # what torch's exporter needs
    except ImportError:
        raise UsageError('ONNX is not installed; pip install "linnaeus[export]" brings it') from None
    device = next((parameter.device for parameter in module.parameters()), torch.device("cpu"))
    example = torch.zeros(2, *shape_CHW, device=device)
    try:
        with _quietly(), torch.no_grad():
            if traced:
                return _traced(_Part(module.eval(), part).eval(), example, output)
            program: Any = torch.onnx.export(
                _Part(module.eval(), part),
                (example,),
                dynamo=True,
                input_names=[INPUT],
                output_names=[output],
                dynamic_shapes=({0: torch.export.Dim("N", min=1)},),
                opset_version=OPSET,
                verbose=False,
            )
    except Exception as error:  # the exporter raises what its many layers raise
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = lines[0] if lines else type(error).__name__
        raise LinnaeusError(f"{type(module).__name__} cannot be exported to ONNX: torch says {reason!r}") from error
    return _tidied(program.model_proto)


def _traced(network: nn.Module, example: Tensor, output: str) -> Any:
    import onnx

    content = io.BytesIO()
    torch.onnx.export(
        network,
        (example,),
        content,  # type: ignore[arg-type]  # it writes to open files, too
        dynamo=False,
        input_names=[INPUT],
        output_names=[output],
        dynamic_axes={INPUT: {0: "N"}, output: {0: "N"}},
        opset_version=OPSET,
    )
    return onnx.load_from_string(content.getvalue())


class _Part(nn.Module):
    """One method of a network as a network; without gradients."""

    def __init__(self, module: nn.Module, part: str) -> None:
        super().__init__()
        self.module, self.part = module, part

    def forward(self, inputs_BCHW: Tensor) -> Tensor:
        found: Tensor = getattr(self.module, self.part)(inputs_BCHW)
        return found.float()


def _tidied(model: Any) -> Any:
    """Without what the exporter notes of itself in every node, and without weights that no node reads (runtimes warn of them)."""
    graph = model.graph
    read = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
    unread = [place for place, weight in enumerate(graph.initializer) if weight.name not in read]
    for place in reversed(unread):
        del graph.initializer[place]
    for noted in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        if noted is not model:
            noted.doc_string = ""
        del noted.metadata_props[:]
    del graph.value_info[:]
    model.ir_version = IR
    return model


@contextlib.contextmanager
def _quietly() -> Any:
    """What the exporter tells of its own progress is no news for a user."""
    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger("torch.onnx").setLevel(level)
