"""Raw pixels to what a network takes, as nodes of ONNX: `decode.fit` and normalisation, bit for bit, by standard operators.

Pillow's bilinear filter with antialias is a matrix a side. Its weights are computed here from the picture's shape, in double, rounded
to 22 bits; sums are whole numbers below 2⁵³, so that a product of matrices in double has them exactly, in whatever order it adds.
Both passes round to 8 bits, the width first. Alpha and luminance follow Pillow's integer arithmetic too.

The matrices are full, so a picture of 12 megapixels takes ten times Pillow's processor time (0.72 s, to 224 px, one thread of an AMD EPYC,
best of 3): who can fit pictures gives squares, which pass as they are. Tried there, as exact, and left: gathering the weights that are
not zero took 1.05 times as long and 2.2 GB in place of 0.5; products of bytes (MatMulInteger) 0.73 times and 0.8 GB, but 1.1 to 1.6 times
as long below 640 px.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from linnaeus.classifier.preprocessing import Preprocessing

IMAGES = "images"
BITS = 22  # of Pillow's weights
LUMINANCE = (19595, 38470, 7471)  # of red, green and blue, in 65,536ths (ITU-R 601)


class Nodes:
    """Nodes and constants as they are added; each has a name that begins with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._known: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    def constant(self, value: Any, kind: Any = np.float64) -> str:
        from onnx import numpy_helper

        array = np.array(value, kind)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = f"{self.prefix}/constant_{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def ints(self, *values: int) -> str:
        return self.constant(values, np.int64)

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{self.prefix}/{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))
        return output

    def choose(self, condition: str, there: Callable[["Nodes"], str], otherwise: Callable[["Nodes"], str]) -> str:
        """What one of two functions gives; only the one that the condition names is computed."""
        from onnx import helper

        branches = {}
        for name, build in (("then_branch", there), ("else_branch", otherwise)):
            inner = Nodes(f"{self.prefix}/{name}_{len(self.nodes)}")
            inner.constants, inner._known = self.constants, self._known
            output = helper.make_empty_tensor_value_info(build(inner))
            branches[name] = helper.make_graph(inner.nodes, inner.prefix, [], [output])
        return self.add("If", condition, **branches)

    def cast(self, value: str, kind: Any) -> str:
        from onnx import helper

        return self.add("Cast", value, to=helper.np_dtype_to_tensor_dtype(np.dtype(kind)))

    def floored(self, value: str, divisor: float) -> str:
        """⌊value / divisor⌋, exact where the divisor is a power of two."""
        return self.add("Floor", self.add("Div", value, self.constant(divisor)))


def normalised(nodes: Nodes, wanted: Preprocessing) -> str:
    """The output of nodes that map `images`, uint8 (N, H, W, 3), to inputs_NCHW, float32.

    A network that takes opacity gets RGBA as `decode` has it: what is hidden is white.
    """
    scale_C = np.reciprocal(np.array(wanted.std, np.float32) * np.float32(255))  # as `classifier.normalise` has it
    shift_C = np.array(wanted.mean, np.float32) * np.float32(255) * scale_C
    shape = (wanted.channels, 1, 1)
    scaled = nodes.add("Mul", fitted(nodes, wanted), nodes.constant(scale_C.reshape(shape), np.float32))
    return nodes.add("Sub", scaled, nodes.constant(shift_C.reshape(shape), np.float32))


def fitted(nodes: Nodes, wanted: Preprocessing) -> str:
    """The output of nodes that map `images` to whole numbers 0 … 255, float32 (N, C, `size`, `size`): what `decode.fit` gives."""
    seen = _central_square(nodes, IMAGES) if wanted.resize == "crop" else IMAGES
    pixels = nodes.add("Transpose", seen, perm=[0, 3, 1, 2])
    pixels = _luminance(nodes, pixels) if wanted.channels == 1 else pixels
    sides = nodes.add("Slice", nodes.add("Shape", pixels), nodes.ints(2), nodes.ints(4))
    # no Abs: OpenVINO's leaves integers be
    right = nodes.cast(nodes.add("Equal", sides, nodes.ints(wanted.size)), np.int64)
    return nodes.choose(
        nodes.cast(nodes.add("ReduceMin", right, keepdims=0), np.bool_),
        lambda inner: inner.cast(pixels, np.float32),
        lambda inner: inner.cast(_resized(inner, pixels, wanted), np.float32),
    )


def _resized(nodes: Nodes, pixels: str, wanted: Preprocessing) -> str:
    pixels = nodes.cast(pixels, np.float64)
    height, width = (_length(nodes, pixels, axis) for axis in (2, 3))
    longest = nodes.add("Max", height, width)
    sides = [_side(nodes, each, longest, wanted.size) if wanted.resize == "pad" else None for each in (width, height)]
    has_opacity = wanted.channels == 4
    is_there = _is_there(nodes, (width, height), sides, wanted.size) if has_opacity else ""
    pixels = _weighed(nodes, pixels, is_there) if has_opacity else pixels
    across, down = (_weights(nodes, each, side, wanted.size) for each, side in zip((width, height), sides, strict=True))
    pixels = _rounded(nodes, nodes.add("MatMul", pixels, nodes.add("Transpose", across, perm=[1, 0])))
    pixels = _rounded(nodes, nodes.add("MatMul", down, pixels))
    return _unweighed(nodes, pixels, is_there) if has_opacity else pixels


def _central_square(nodes: Nodes, images_NHWC: str) -> str:
    """The middle of the longer side: `start = (length − side) // 2`."""
    lengths = nodes.add("Slice", nodes.add("Shape", images_NHWC), nodes.ints(1), nodes.ints(3))
    side = nodes.add("ReduceMin", lengths, keepdims=1)
    start = nodes.add("Div", nodes.add("Sub", lengths, side), nodes.ints(2))
    return nodes.add("Slice", images_NHWC, start, nodes.add("Add", start, side), nodes.ints(1, 2))


def _luminance(nodes: Nodes, pixels_NCHW: str) -> str:
    weights = nodes.constant(np.reshape(LUMINANCE, (3, 1, 1)), np.int32)
    terms = nodes.add("Mul", nodes.cast(pixels_NCHW, np.int32), weights)
    summed = nodes.cast(nodes.add("ReduceSum", terms, nodes.ints(1), keepdims=1), np.float64)
    return nodes.floored(nodes.add("Add", summed, nodes.constant(32768)), 65536)


def _length(nodes: Nodes, pixels_NCHW: str, axis: int) -> str:
    """Its length along an axis, double (1)."""
    shape = nodes.add("Shape", pixels_NCHW)
    return nodes.cast(nodes.add("Slice", shape, nodes.ints(axis), nodes.ints(axis + 1)), np.float64)


def _side(nodes: Nodes, length: str, longest: str, size: int) -> str:
    """Its length on the square when the longest is `size`: `max(1, round(length * size / longest))`; both round half to even."""
    exact = nodes.add("Div", nodes.add("Mul", length, nodes.constant([size])), longest)
    return nodes.add("Max", nodes.add("Round", exact), nodes.constant([1]))


def _weights(nodes: Nodes, length: str, side: str | None, size: int) -> str:
    """The matrix (`size`, length) of Pillow's weights times 2²²; `side`: only so many rows in the middle, the others are zero."""
    rows: str = nodes.constant(np.arange(size)[:, None])
    if side is None:
        scale = nodes.add("Div", length, nodes.constant([size]))
    else:
        scale = nodes.add("Div", length, side)
        rows = nodes.add("Sub", rows, nodes.floored(nodes.add("Sub", nodes.constant([size]), side), 2))
    centres = nodes.add("Mul", nodes.add("Add", rows, nodes.constant(0.5)), scale)
    reach = nodes.add("Div", nodes.constant(1.0), nodes.add("Max", scale, nodes.constant([1])))
    end = nodes.add("Squeeze", length, nodes.ints(0))
    places = nodes.add("Range", nodes.constant(0.0), end, nodes.constant(1.0))
    distances = nodes.add("Add", nodes.add("Sub", places, centres), nodes.constant(0.5))
    near = nodes.add("Abs", nodes.add("Mul", distances, reach))
    raw = nodes.add("Max", nodes.add("Sub", nodes.constant(1.0), near), nodes.constant(0.0))
    total = nodes.add("ReduceSum", raw, nodes.ints(1), keepdims=1)
    if side is not None:
        inside = nodes.add(
            "And",
            nodes.add("GreaterOrEqual", rows, nodes.constant(0.0)),
            nodes.add("Less", rows, side),
        )
        raw = nodes.add("Where", inside, raw, nodes.constant(0.0))
        total = nodes.add("Where", inside, total, nodes.constant(1.0))
    share = nodes.add("Mul", nodes.add("Div", raw, total), nodes.constant(2.0**BITS))
    return nodes.add("Floor", nodes.add("Add", share, nodes.constant(0.5)))


def _rounded(nodes: Nodes, sums: str) -> str:
    whole = nodes.floored(nodes.add("Add", sums, nodes.constant(2.0 ** (BITS - 1))), 2.0**BITS)
    return nodes.add("Min", whole, nodes.constant(255.0))


def _is_there(nodes: Nodes, lengths: Sequence[str], sides: Sequence[str | None], size: int) -> str:
    """Whether the picture has the size already that it shall have: Pillow weighs colours only where it resizes."""
    pairs = zip(lengths, sides, strict=True)
    return nodes.add("And", *(nodes.add("Equal", length, side or nodes.constant([size])) for length, side in pairs))


def _weighed(nodes: Nodes, pixels_NCHW: str, is_there: str) -> str:
    """Colours times opacity in 255ths, rounded as Pillow does."""
    applies = nodes.add("And", _is_colour(nodes), nodes.add("Not", is_there))
    factor = nodes.add("Where", applies, _opacity(nodes, pixels_NCHW), nodes.constant(255.0))
    product = nodes.add("Add", nodes.add("Mul", pixels_NCHW, factor), nodes.constant(128.0))
    return nodes.floored(nodes.add("Add", nodes.floored(product, 256), product), 256)


def _unweighed(nodes: Nodes, pixels_NCHW: str, is_there: str) -> str:
    """Colours as they were: ⌊255 v / opacity⌋, at most 255."""
    opacity = nodes.add("Max", _opacity(nodes, pixels_NCHW), nodes.constant(1.0))
    exact = nodes.add("Div", nodes.add("Mul", pixels_NCHW, nodes.constant(255.0)), opacity)
    colours = nodes.add("Min", nodes.add("Floor", exact), nodes.constant(255.0))
    applies = nodes.add("And", _is_colour(nodes), nodes.add("Not", is_there))
    return nodes.add("Where", applies, colours, pixels_NCHW)


def _opacity(nodes: Nodes, pixels_NCHW: str) -> str:
    return nodes.add("Slice", pixels_NCHW, nodes.ints(3), nodes.ints(4), nodes.ints(1))


def _is_colour(nodes: Nodes) -> str:
    return nodes.constant(np.reshape([1, 1, 1, 0], (4, 1, 1)), np.bool_)
