"""The graph's pixels are those of `decode.fit`, bit for bit."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.data.images import decode, pixels
from linnaeus.delivery.pixel_graph import Nodes, fitted, normalised

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

RESIZES = ("crop", "stretch", "pad")


def session(nodes: Nodes, output: str, channels: int) -> Any:
    given = onnx.helper.make_tensor_value_info("images", onnx.TensorProto.UINT8, ["N", "H", "W", channels])
    taken = onnx.helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, ["N", "C", "S", "S"])
    graph = onnx.helper.make_graph(nodes.nodes, "fit", [given], [taken], nodes.constants)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    return runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


@cache
def fitting(size: int, channels: int, resize: str) -> Any:
    nodes = Nodes("fit")
    wanted = Preprocessing(size=size, channels=channels, resize=resize, mean=(0.5,), std=(0.5,))
    return session(nodes, fitted(nodes, wanted), 4 if channels == 4 else 3)


def picture(draws: np.random.Generator, height: int, width: int, channels: int) -> npt.NDArray[np.uint8]:
    """Noise, or large shapes of few levels, in colour where the network sees grey; opacity has all kinds of values."""
    step = int(draws.choice([1, 1, 7]))
    small = draws.integers(0, 256, (-(-height // step), -(-width // step), max(3, channels)), dtype=np.uint8)
    if channels == 4:
        small[..., 3] = draws.choice([0, 1, 3, 128, 254, 255], small.shape[:2])
    return np.repeat(np.repeat(small, step, 0), step, 1)[:height, :width]


def check(image: npt.NDArray[np.uint8], size: int, channels: int, resize: str) -> None:
    graph = fitting(size, channels, resize)
    wanted = decode.fit(pixels.pixels(image, channels), size, resize)
    (found_NCHW,) = graph.run(None, {"images": pixels.pixels(image, 4)[None] if channels == 4 else image[None]})
    assert np.array_equal(found_NCHW[0].transpose(1, 2, 0), wanted), (image.shape, size, channels, resize)


SIDES = (1, 2, 3, 5, 8, 17, 32, 63, 64, 65, 100, 224, 225, 333, 500, 741)


@pytest.mark.parametrize("resize", RESIZES)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_of_any_size_come_out_bit_for_bit(channels: int, resize: str) -> None:
    """3 × 3 × 36 = 324 pictures; the long ones below make it up to 4,000 px."""
    draws = np.random.default_rng(channels)
    for size in (8, 32, 64, 224):
        for height, width in [(size, size), (size, 3 * size), *draws.choice(SIDES, (7, 2))]:
            check(picture(draws, int(height), int(width), channels), size, channels, resize)


@pytest.mark.parametrize(("height", "width"), [(4000, 37), (23, 4000), (1500, 2000), (1, 4000), (4000, 1)])
def test_long_and_large_pictures_too(height: int, width: int) -> None:
    draws = np.random.default_rng(height)
    for resize in RESIZES:
        for channels, size in ((3, 64), (1, 224), (4, 32)):
            check(picture(draws, height, width, channels), size, channels, resize)


def test_normalised_pixels_have_the_bits_of_the_network_s_own_inputs() -> None:
    torch = pytest.importorskip("torch")
    from linnaeus.classifier.classifier import normalise

    wanted = Preprocessing(size=16, channels=3, resize="crop", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
    nodes = Nodes("fit")
    images = np.arange(768, dtype=np.uint8).reshape(1, 16, 16, 3)
    (found,) = session(nodes, nodes.add("Identity", normalised(nodes, wanted), output="inputs"), 3).run(
        None, {"images": images}
    )
    inputs = normalise(torch.from_numpy(images).permute(0, 3, 1, 2), wanted).numpy()
    assert np.array_equal(found, inputs)
