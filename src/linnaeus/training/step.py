"""One step of training: a batch goes in, the weights move, the loss comes out."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, one_hot

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import autocast, normalise
from linnaeus.data.augment import Augmentation, augmented
from linnaeus.data.batch import Batch
from linnaeus.distributed import ALONE, Ranks
from linnaeus.finetuning import freeze
from linnaeus.finetuning.balance import Teacher
from linnaeus.training import together
from linnaeus.training.losses import Loss, penalty

Schedule = Callable[[float, list[float]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What determines a step, besides the state and the batch."""

    augment: Augmentation
    preprocessing: Preprocessing
    classes: int
    loss: Loss
    precision: str
    clip_norm: float  # 0: off
    accumulate: int = 1  # batches that the images of a step pass in
    side: int = 0  # pixels of the images that the network sees; 0: the preprocessing's
    on_features: bool = False  # the network is a head, and the batch's images are features: inputs as they are
    shift_K: Tensor | None = None  # added to the logits in the loss: see `transfer.balance`
    still: tuple[nn.Module, ...] = ()  # what is frozen and has no weights to show it
    teacher: Teacher | None = None  # the network that weighs in on the predictions, see `transfer.balance`
    ranks: Ranks = ALONE  # the processes that share each step


class Gradients:
    """What an optimizer calls for the gradients at the weights as they are: it returns the loss and leaves them in `.grad`.

    The images of a step pass in `accumulate` batches whose gradients add up to that of the mean loss over all of them:
    what one large batch would give, but for batch norm, which sees (and counts) each batch by itself. Of several processes
    each passes its part of the images; loss and gradients are those of the whole.
    """

    def __init__(
        self, module: nn.Module, optimizer: torch.optim.Optimizer, images_BCHW: Tensor, targets_BK: Tensor, rules: Rules
    ) -> None:
        self.module, self.optimizer, self.rules = module, optimizer, rules
        self.images = len(images_BCHW)
        pieces = min(rules.accumulate, max(1, len(images_BCHW) // rules.ranks.world))
        whole = zip(images_BCHW.tensor_split(pieces), targets_BK.tensor_split(pieces), strict=True)
        self.batches = [(rules.ranks.part(images), rules.ranks.part(targets)) for images, targets in whole]
        # the logits at the weights as they were: SAM and L-BFGS call more than once
        self.first_BK: Tensor | None = None

    def __call__(self) -> Tensor:
        self.optimizer.zero_grad(set_to_none=True)
        logits, losses = zip(*(self._add(*batch) for batch in self.batches), strict=True)
        is_head = self.rules.on_features and not hasattr(self.module, "head")
        of_weights = penalty(self.module, self.rules.loss, within="head" if is_head else "")
        if of_weights is not None:
            losses += (self._backward(of_weights / self.rules.ranks.world),)
        loss = together.add_up(self.module, torch.stack(losses).sum(), self.rules.ranks)
        if self.rules.clip_norm:
            torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.rules.clip_norm)
        if self.first_BK is None:
            self.first_BK = torch.cat(logits)
        return loss

    def frozen_statistics(self) -> AbstractContextManager[None]:
        """See `parts/optimizers`: within it, batch norm's statistics stay."""
        return frozen_statistics(self.module)

    def _add(self, images_BCHW: Tensor, targets_BK: Tensor) -> tuple[Tensor, Tensor]:
        """The logits of one batch, and its share of the loss, whose gradient is added."""
        rules = self.rules
        inputs = images_BCHW if rules.on_features else resized(normalise(images_BCHW, rules.preprocessing), rules.side)
        with autocast(inputs.device, rules.precision):
            logits_BK = self.module(inputs)
        shifted_BK = logits_BK.float() if rules.shift_K is None else logits_BK.float() + rules.shift_K
        loss_B = rules.loss(shifted_BK, targets_BK)
        if rules.teacher is not None:
            loss_B = loss_B + rules.teacher.loss(inputs, logits_BK.float(), rules.precision)
        loss = self._backward(loss_B.sum() / self.images)
        return logits_BK.detach(), loss

    def _backward(self, loss: Tensor) -> Tensor:
        if loss.requires_grad:  # a penalty that is off is a plain zero
            loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach().to(self.batches[0][0].device)


def step(
    module: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch, rules: Rules, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Move the weights by the images of a step; returns their mean loss and accuracy, both still on the device."""
    targets_BK = one_hot(batch.labels_B, rules.classes).float()
    images_BCHW, targets_BK = augmented(rules.augment, batch, targets_BK, generator)
    gradients = Gradients(module, optimizer, images_BCHW, targets_BK, rules)
    freeze.training_mode(module, rules.still)
    loss: Tensor = optimizer.step(gradients)  # type: ignore[assignment, arg-type]
    assert gradients.first_BK is not None, "an optimizer asks for the gradients at least once"
    own_BK = torch.cat([targets for _, targets in gradients.batches])
    right_B = gradients.first_BK.argmax(1) == own_BK.argmax(1)
    return loss.detach(), rules.ranks.sum(right_B.float().sum()) / len(targets_BK)


def resized(inputs_BCHW: Tensor, side: int) -> Tensor:
    """Inputs of `side` pixels, channels last; 0, or their own side: as they are."""
    if side in (0, inputs_BCHW.shape[-1]):
        return inputs_BCHW
    smaller = interpolate(inputs_BCHW, (side, side), mode="bilinear", antialias=True)
    return smaller.contiguous(memory_format=torch.channels_last)


@contextmanager
def frozen_statistics(module: nn.Module) -> Iterator[None]:
    """Whatever is computed within leaves the running statistics of batch norm as they were."""
    kept = [buffer.clone() for buffer in module.buffers()]
    yield
    for buffer, before in zip(module.buffers(), kept, strict=True):
        buffer.copy_(before)


def parameter_groups(module: nn.Module) -> list[dict[str, Any]]:
    """See `freeze.groups`; of all that trains, at one rate."""
    return freeze.groups(parameter for parameter in module.parameters() if parameter.requires_grad)
