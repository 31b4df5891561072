"""A network in two: its frozen backbone, which makes features of images, and a head, which makes logits of features."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from linnaeus.classifier import onnx_engine
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import autocast, normalise
from linnaeus.classifier.passes import in_passes
from linnaeus.device import ONNX, Machine, let_memory_go
from linnaeus.events import Watcher

AT_ONCE = 16  # rows that pass through a head together, which may have the network's last blocks before it; see `passes`
PART = "features"  # of a network, that gives the features of its inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenBackbone:
    """A frozen network, and the machine on which it runs."""

    module: nn.Module
    preprocessing: Preprocessing
    machine: Machine
    checksum: str

    def features(self, images_BCHW: Tensor) -> Tensor:
        """features_BD, float32, of uint8 images."""
        self.module.eval()
        with torch.inference_mode(), autocast(images_BCHW.device, self.machine.precision):
            return in_passes(self._pass, images_BCHW, images_BCHW.device).float()

    def quickest(self, some_BCHW: Tensor, images: int, tell: Watcher) -> "FrozenBackbone":
        """The same with whatever engine runs over so many images soonest, judged by some of them; its graph is kept for the others."""
        machine = self.machine
        if machine.torch_device.type != "cpu" or machine.precision != "fp32":
            return self
        inputs_BCHW = normalise(some_BCHW, self.preprocessing)
        found = onnx_engine.faster(self.module, PART, inputs_BCHW, images, self.checksum, machine.threads, tell)
        return self if found is None else replace(self, machine=replace(machine, engine=ONNX))

    def _pass(self, images_BCHW: Tensor) -> Tensor:
        inputs_BCHW = normalise(images_BCHW, self.preprocessing)
        if self.machine.engine == ONNX:
            _, *shape_CHW = inputs_BCHW.shape
            return onnx_engine.opened(self.module, PART, tuple(shape_CHW), self.checksum, self.machine.threads)(
                inputs_BCHW
            )
        features_BD: Tensor = self.module.features(inputs_BCHW)  # type: ignore[operator]
        return features_BD


def frozen_backbone(module: nn.Module, preprocessing: Preprocessing, machine: Machine) -> FrozenBackbone:
    """The network's backbone as it stands; its weights must not change any more."""
    checksum = onnx_engine.checksum_of(module, but="head.")
    return FrozenBackbone(module=module, preprocessing=preprocessing, machine=machine, checksum=checksum)


def close_engines() -> None:
    """Give back the memory of the sessions that passed images; whoever passes more opens them again, in a second.

    `linnaeus train photos` (1,940 photographs, two cores of an AMD EPYC, one run each) held 1,821 MB at most without this, and
    1,654 with it.
    """
    onnx_engine.opened.cache_clear()
    let_memory_go()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFeatures:
    """A head in the place of a classifier: what it calls images are features."""

    head: nn.Module

    @torch.inference_mode()
    def logits(self, features_BD: Tensor) -> Tensor:
        self.head.eval()
        return torch.cat([self.head(some) for some in torch.split(features_BD, AT_ONCE)]).float()
