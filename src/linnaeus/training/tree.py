"""Nested values with tensors in them, as safetensors and JSON hold them: nothing executable in a checkpoint."""

import json
from typing import Any

import torch
from safetensors.torch import load, save
from torch import Tensor

_STATE = "state"


def to_bytes(tree: Any) -> bytes:
    """One safetensors file: the tensors, and in its header the JSON of everything else."""
    tensors: dict[str, Tensor] = {}
    plain = _flatten(tree, "", tensors)
    content: bytes = save(tensors, {_STATE: json.dumps(plain)})
    return content


def from_bytes(content: bytes) -> Any:
    """What `to_bytes` was given. Raises ValueError, KeyError or SafetensorError where the content is damaged."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return _restore(json.loads(header["__metadata__"][_STATE]), load(content))


def _flatten(node: Any, path: str, tensors: dict[str, Tensor]) -> Any:
    if isinstance(node, Tensor):
        # own memory, row-major, on the CPU
        tensors[path] = torch.empty(node.shape, dtype=node.dtype).copy_(node.detach())
        return {"tensor": path}
    if isinstance(node, dict):  # JSON's keys are texts; an optimizer's are numbers
        return {
            "items": [
                [key, _flatten(value, f"{path}.{key}" if path else str(key), tensors)] for key, value in node.items()
            ]
        }
    if isinstance(node, list | tuple):
        kind = "list" if isinstance(node, list) else "tuple"
        return {kind: [_flatten(value, f"{path}.{index}", tensors) for index, value in enumerate(node)]}
    if node is None or isinstance(node, bool | int | float | str):
        return {"value": node}
    raise TypeError(f"a {type(node).__name__} at {path} cannot be kept in a checkpoint")


def _restore(node: Any, tensors: dict[str, Tensor]) -> Any:
    match node:
        case {"tensor": path}:
            return tensors[path]
        case {"items": items}:
            return {key: _restore(value, tensors) for key, value in items}
        case {"list": values}:
            return [_restore(value, tensors) for value in values]
        case {"tuple": values}:
            return tuple(_restore(value, tensors) for value in values)
        case {"value": value}:
            return value
    raise ValueError(f"unknown node {node!r}")
