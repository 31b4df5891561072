"""The Open Inference Protocol, version 2, as KServe and Triton speak it over HTTP, with Triton's binary extension.

One input, `images`: either UINT8 [N, H, W, C], pictures of any one size, or BYTES [N], encoded images. One output, `probabilities`:
FP32 [N, K], calibrated; or, where its parameter `classification` asks for the best `k`, BYTES [N, k] as Triton has them, "0.93:4:cat".
In JSON encoded images are base64; in binary each text follows its length, 4 bytes, the lowest first.
https://github.com/kserve/open-inference-protocol
https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md
"""

import base64
import binascii
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.web.refusals import unsound

HEADER_LENGTH = "inference-header-content-length"
INPUT, OUTPUT = "images", "probabilities"
MOST_SIDE = 10_000  # pixels of a picture

Pixels = npt.NDArray[np.uint8]


def metadata(name: str, version: str, channels: int, classes: Sequence[str]) -> dict[str, Any]:
    """What a model says of itself."""
    return {
        "name": name,
        "versions": [version],
        "platform": "linnaeus",
        "inputs": [{"name": INPUT, "datatype": "UINT8", "shape": [-1, -1, -1, 3 if channels < 4 else 4]}],
        "outputs": [{"name": OUTPUT, "datatype": "FP32", "shape": [-1, len(classes)]}],
        "parameters": {"classes": list(classes)},
    }


def split(body: bytes, header_length: str | None) -> tuple[dict[str, Any], bytes]:
    """The JSON of a request, and what follows it. Raises Refusal, 400."""
    length = len(body) if header_length is None else int(header_length) if header_length.isdecimal() else -1
    if not 0 <= length <= len(body):
        raise unsound(f"{HEADER_LENGTH} is {header_length}, and the body has {len(body)} bytes")
    try:
        found = json.loads(body[:length])
    except (ValueError, RecursionError) as error:
        raise unsound(f"the body is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise unsound("the body is no JSON object")
    return found, body[length:]


def images(request: Mapping[str, Any], binary: bytes, most: int) -> Pixels | list[bytes]:
    """The pictures of a request: pixels_NHWC, or encoded images. Raises Refusal, 400."""
    inputs = request.get("inputs")
    if not (isinstance(inputs, list) and len(inputs) == 1 and isinstance(inputs[0], dict)):
        raise unsound(f"a request has one input, {INPUT!r}")
    given = inputs[0]
    shape, kind = _shape(given.get("shape")), given.get("datatype")
    if given.get("name") != INPUT or not shape:
        raise unsound(f"the input is {INPUT!r}, with a shape of whole numbers, none above {MOST_SIDE:,}")
    if shape[0] > most:
        raise unsound(f"a request has at most {most} images")
    size = _parameters(given).get("binary_data_size")
    if size is not None and size != len(binary):
        raise unsound(f"binary_data_size is {size}, and {len(binary)} bytes follow")
    if kind == "UINT8":
        return _pixels(shape, binary if size is not None else given.get("data"))
    if kind == "BYTES":
        found = _texts(binary) if size is not None else _decoded(given.get("data"))
        if shape not in ([len(found)], [len(found), 1]):
            raise unsound(f"the shape is {shape}, and there are {len(found)} images")
        return found
    raise unsound(f"the datatype is UINT8 or BYTES, not {kind}")


def response(
    request: Mapping[str, Any], model: Mapping[str, str], probabilities_NK: npt.NDArray[Any], classes: Sequence[str]
) -> tuple[bytes, dict[str, str]]:
    """The body of an answer, and its headers. Raises Refusal, 400, for an output that there is not."""
    wanted = _wanted(request)
    in_binary = bool(_parameters(wanted).get("binary_data", _parameters(request).get("binary_data_output", False)))
    best = _parameters(wanted).get("classification", 0)
    if type(best) is not int or best < 0:
        raise unsound(f"classification is how many classes to name, not {best!r}")
    output, data, binary = _named(probabilities_NK, classes, best) if best else _shares(probabilities_NK)
    output |= {"parameters": {"binary_data_size": len(binary)}} if in_binary else {"data": data}
    told = {"model_name": model["name"], "model_version": model["version"], "outputs": [output]}
    if isinstance(request.get("id"), str):
        told["id"] = request["id"]
    text = json.dumps(told).encode()
    if not in_binary:
        return text, {"content-type": "application/json"}
    return text + binary, {"content-type": "application/octet-stream", HEADER_LENGTH: str(len(text))}


Output = tuple[dict[str, Any], list[Any], bytes]  # what it is, its data in JSON, and in binary


def _shares(probabilities_NK: npt.NDArray[Any]) -> Output:
    rows_NK = np.ascontiguousarray(probabilities_NK, "<f4")
    told = {"name": OUTPUT, "datatype": "FP32", "shape": list(rows_NK.shape)}
    return told, rows_NK.ravel().tolist(), rows_NK.tobytes()


def _named(probabilities_NK: npt.NDArray[Any], classes: Sequence[str], best: int) -> Output:
    order_NK = np.argsort(-probabilities_NK, axis=1, kind="stable")[:, :best]
    texts = [
        f"{row[index]:f}:{index}:{classes[index]}"
        for row, order in zip(probabilities_NK, order_NK, strict=True)
        for index in order
    ]
    encoded = [text.encode("utf-8", "backslashreplace") for text in texts]
    binary = b"".join(len(one).to_bytes(4, "little") + one for one in encoded)
    return {"name": OUTPUT, "datatype": "BYTES", "shape": list(order_NK.shape)}, texts, binary


def _parameters(of: Mapping[str, Any]) -> Mapping[str, Any]:
    found = of.get("parameters")
    return found if isinstance(found, dict) else {}


def _wanted(request: Mapping[str, Any]) -> dict[str, Any]:
    outputs = request.get("outputs", [{"name": OUTPUT}])
    if (
        not (isinstance(outputs, list) and len(outputs) == 1 and isinstance(outputs[0], dict))
        or outputs[0].get("name") != OUTPUT
    ):
        raise unsound(f"there is one output, {OUTPUT!r}")
    found: dict[str, Any] = outputs[0]
    return found


def _shape(given: Any) -> list[int]:
    """Its sides; [] for what is no shape."""
    sound = (
        isinstance(given, list)
        and len(given) <= 4
        and all(type(side) is int and 0 < side <= MOST_SIDE for side in given)
    )
    return given if sound else []


def _pixels(shape: list[int], data: Any) -> Pixels:
    if len(shape) != 4 or shape[3] not in (1, 3, 4):
        raise unsound("pixels have the shape [N, H, W, C], of 1, 3 or 4 channels")
    try:
        flat = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else np.array(data).ravel()
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise unsound("the data are no numbers") from None
    if flat.size != math.prod(shape):
        raise unsound(f"the shape {shape} is of {math.prod(shape):,} numbers, and {flat.size:,} were sent")
    if flat.dtype != np.uint8 and not (np.issubdtype(flat.dtype, np.integer) and flat.min() >= 0 and flat.max() <= 255):
        raise unsound("pixels are whole numbers from 0 to 255")
    return flat.astype(np.uint8).reshape(shape)


def _texts(binary: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(binary):
        end = at + 4 + int.from_bytes(binary[at : at + 4], "little")
        if end > len(binary):
            raise unsound("an image is longer than what follows")
        found.append(binary[at + 4 : end])
        at = end
    return found


def _decoded(data: Any) -> list[bytes]:
    flat = (
        [text for row in data for text in (row if isinstance(row, list) else [row])] if isinstance(data, list) else []
    )
    try:
        return [base64.b64decode(text, validate=True) for text in flat]
    except (binascii.Error, ValueError, TypeError):
        raise unsound("encoded images are base64 in JSON") from None
