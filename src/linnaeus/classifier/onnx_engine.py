"""ONNX Runtime in torch's place for a network that only answers, on a CPU: where its answers are the same, and come sooner.

Measured on a shared AMD EPYC with AVX-512, processor time an image on one thread, torch in passes of its best size: EfficientNet-Lite0 at
224 px 8.7 ms by torch 2.15 and 6.5 by onnxruntime 1.32, ResNet-20 at 32 px 0.51 and 0.43. That is why it is no ordinary dependency but
comes with the extra `export`. Graphs are kept in the cache under the checksum of their weights.
"""

import functools
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus import files
from linnaeus.classifier import onnx_runtime
from linnaeus.classifier.onnx_graph import INPUT, to_onnx
from linnaeus.data import cache
from linnaeus.device import describe, seconds_of
from linnaeus.errors import LinnaeusError, RunError
from linnaeus.events import Watcher, note

AGREE = 1e-4  # largest relative difference of its answers from those of torch
WORTHWHILE = 0.87  # it must take at most this share of torch's time
FEWEST = 128  # images, below which no look at it is worth its time
SECONDS = {
    False: 4.0,
    True: 1.0,
}  # the same of torch's time for all of them: where its graph has to be made, where it is kept
GRAPHS = 8  # that are kept, each as large as the weights
A_FEW = 4  # images by which an engine that was taken before is held against torch again
PIXELS = 2**17  # of a pass; it is fastest with few images

Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Engine:
    """Inputs_BCHW, float32, to what the network says of them."""

    session: Any

    def __call__(self, inputs_BCHW: Tensor) -> Tensor:
        few = max(1, PIXELS // inputs_BCHW.shape[-1] ** 2)
        parts = torch.split(inputs_BCHW, few)
        found = [self.session.run(None, {INPUT: part.contiguous().numpy()})[0] for part in parts]
        return torch.from_numpy(np.concatenate(found))


def checksum_of(module: nn.Module, but: str = " ") -> str:
    """Of all weights and buffers of a network whose names do not begin with `but`."""
    digest = hashlib.blake2b(digest_size=16)
    for name, tensor in sorted(module.state_dict().items()):
        if not name.startswith(but):
            digest.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@functools.lru_cache(maxsize=4)
def opened(module: nn.Module, part: str, shape_CHW: Shape, checksum: str, threads: int) -> Engine:
    """The engine of one method of a network, its graph from the cache where it is kept.

    Raises:
        UsageError: the extra `export` is not installed. LinnaeusError: torch cannot export such a network.
    """
    kept = _kept(part, shape_CHW, checksum)
    try:
        engine = Engine(onnx_runtime.session(files.read_sealed(kept), threads))
    except Exception:  # there is none, or it is damaged: the runtime has errors of its own kinds
        graph = to_onnx(module, shape_CHW, part=part, output=part, traced=True).SerializeToString()
        with suppress(RunError):  # a cache that cannot be written costs time alone
            files.write_sealed(kept, graph)
            cache.keep_last(kept.parent, "*.sealed", GRAPHS)
        return Engine(onnx_runtime.session(graph, threads))
    with suppress(OSError):  # it may belong to another user
        kept.touch()  # others were used less recently
    return engine


def faster(
    module: nn.Module, part: str, inputs_BCHW: Tensor, images: int, checksum: str, threads: int, tell: Watcher
) -> Engine | None:
    """An engine for so many images of a network on the CPU, if it is worth it: None where torch is to be taken.

    It is judged by some inputs, sixteen or so: its answers must be those of torch, and they must come sooner. Where it was taken, that
    is remembered for these weights, this processor, these versions and as many threads; then a few inputs tell whether it still agrees.
    """
    shape: Any = tuple(inputs_BCHW.shape[1:])
    if images < FEWEST or not all(map(find_spec, ("onnxruntime", "onnxscript"))):
        return None
    taken = _taken(part, shape, checksum, threads)
    known = _torch_seconds(taken)
    some_BCHW = inputs_BCHW if known is None else inputs_BCHW[:A_FEW]
    network = getattr(module.eval(), part)
    with torch.inference_mode():
        wanted = network(some_BCHW).float()
        by_torch = _seconds(network, some_BCHW) if known is None else known
    if by_torch * images < SECONDS[_kept(part, shape, checksum).is_file()]:
        return None
    engine = _agreeing(lambda: opened(module, part, shape, checksum, threads), some_BCHW, wanted, tell)
    if engine is None or known is not None:
        return engine
    if _seconds(engine, some_BCHW) > WORTHWHILE * by_torch:
        return None
    cache.remember(taken, by_torch)
    return engine


def _agreeing(make: Callable[[], Engine], some_BCHW: Tensor, wanted: Tensor, tell: Watcher) -> Engine | None:
    """The engine, if it can be made and says what torch says; else it is told why not."""
    try:
        engine = make()
        found = engine(some_BCHW)
    except LinnaeusError as error:
        tell(note("engine-fails", reason=str(error)))
        return None
    except Exception as error:  # the runtime has errors of its own kinds
        tell(note("engine-fails", reason=type(error).__name__))
        return None
    apart = float((found - wanted).norm() / wanted.norm().clamp(min=1e-12))
    if not apart <= AGREE:
        tell(note("engine-differs", apart=apart))
        return None
    return engine


def _seconds(network: Callable[[Tensor], Tensor], some_BCHW: Tensor) -> float:
    """Of an image, in the better of two passes."""
    return min(seconds_of(lambda: network(some_BCHW)) for _ in range(2)) / len(some_BCHW)


def _torch_seconds(taken: Path) -> float | None:
    """What torch took for an image when the engine was taken; None where it was not, or the file is damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return float(files.read_json(taken)["made"])
    return None


def _taken(part: str, shape_CHW: Shape, checksum: str, threads: int) -> Path:
    machine = describe()
    asked = checksum, part, shape_CHW, threads, machine["cpu"], machine["torch"], version("onnxruntime")
    return cache.remembered_file("engines", hashlib.blake2b(repr(asked).encode(), digest_size=16).hexdigest())


def _kept(part: str, shape_CHW: Shape, checksum: str) -> Path:
    name = "-".join([checksum, part, *map(str, shape_CHW)])
    return cache.cache_folder() / "engines" / f"{name}-torch{torch.__version__.partition('+')[0]}.sealed"
