"""Old classes beside new ones, many images beside few: what the loss is told of both.

logit adjustment   Menon et al. 2021, arXiv 2007.07314: in the loss, and in the loss alone, each logit has `adjust` times the
                   logarithm of its class's share of the training images added to it; what is trained so is not drawn to
                   the classes with many images
distillation       Li & Hoiem 2016 (Learning without forgetting, arXiv 1606.09282): the network's softened predictions for the
                   old classes are held to those of the network it began as
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import kl_div, log_softmax

from linnaeus.classifier.classifier import autocast

TEMPERATURE = 2.0  # by which logits are divided before they are compared, as in the paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """The network as it was: `module` maps the same inputs to logits of the classes at `places` of today's."""

    module: nn.Module
    places: Tensor  # (K_old,), int64
    weight: float

    def loss(self, inputs: Tensor, logits_BK: Tensor, precision: str) -> Tensor:
        """loss_B: the divergence of today's softened predictions for the old classes from those of then."""
        with torch.no_grad(), autocast(inputs.device, precision):
            then_BK = self.module(inputs).float()
        wanted_BK = log_softmax(then_BK / TEMPERATURE, 1)
        found_BK = log_softmax(logits_BK[:, self.places] / TEMPERATURE, 1)
        divergence_BK = kl_div(found_BK, wanted_BK, log_target=True, reduction="none")
        return self.weight * TEMPERATURE**2 * divergence_BK.sum(1)


def shift(counts: Sequence[float], strength: float, device: torch.device) -> Tensor | None:
    """What the logit adjustment adds to the logits of each class, (K,); None where it is off. A class without images counts as one."""
    if not strength:
        return None
    counts_K = torch.tensor(counts, dtype=torch.float32, device=device).clamp_min(1)
    return strength * (counts_K / counts_K.sum()).log()
