"""A network in two: its frozen backbone, which makes features of images, and a head, which makes logits of features."""

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import autocast, normalise
from linnaeus.classifier.passes import in_passes
from linnaeus.device import Machine


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

    def _pass(self, images_BCHW: Tensor) -> Tensor:
        features_BD: Tensor = self.module.features(normalise(images_BCHW, self.preprocessing))  # type: ignore[operator]
        return features_BD


def frozen_backbone(module: nn.Module, preprocessing: Preprocessing, machine: Machine) -> FrozenBackbone:
    """The network's backbone as it stands; its weights must not change any more."""
    digest = hashlib.blake2b(digest_size=16)
    for name, tensor in sorted(module.state_dict().items()):
        if not name.startswith("head."):
            digest.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return FrozenBackbone(module=module, preprocessing=preprocessing, machine=machine, checksum=digest.hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFeatures:
    """A head in the place of a classifier: what it calls images are features."""

    head: nn.Module

    @torch.inference_mode()
    def logits(self, features_BD: Tensor) -> Tensor:
        logits_BK: Tensor = self.head.eval()(features_BD)
        return logits_BK.float()
