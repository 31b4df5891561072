"""One step of training: a batch goes in, the weights move, the loss comes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from linnaeus.classifier import Intake, autocast, normalise
from linnaeus.data.augment import Augmentation, augmented
from linnaeus.data.batch import Batch

Loss = Callable[[Tensor, Tensor], Tensor]
Schedule = Callable[[float, list[float]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What determines a step, besides the state and the batch."""

    augment: Augmentation
    intake: Intake
    classes: int
    loss: Loss
    precision: str
    clip_norm: float  # 0: off


def step(
    module: nn.Module, optimizer: torch.optim.Optimizer, batch: Batch, rules: Rules, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Move the weights by one batch; returns its mean loss and its accuracy, both still on the device."""
    targets_BK = one_hot(batch.labels_B, rules.classes).float()
    images_BCHW, targets_BK = augmented(rules.augment, batch, targets_BK, generator)
    inputs_BCHW = normalise(images_BCHW, rules.intake)
    first: list[Tensor] = []  # the logits at the weights as they were: an optimizer such as SAM calls the closure twice
    penalty: Callable[[], Tensor] | None = getattr(module, "penalty", None)

    def closure() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        with autocast(inputs_BCHW.device, rules.precision):
            logits_BK = module(inputs_BCHW)
        loss = rules.loss(logits_BK.float(), targets_BK).mean()
        if penalty is not None:
            loss = loss + penalty()
        loss.backward()  # type: ignore[no-untyped-call]
        if rules.clip_norm:
            torch.nn.utils.clip_grad_norm_(module.parameters(), rules.clip_norm)
        first.append(logits_BK.detach())
        return loss.detach()

    closure.frozen_statistics = partial(frozen_statistics, module)  # type: ignore[attr-defined]  # see parts/optimizers
    module.train()
    loss: Tensor = optimizer.step(closure)  # type: ignore[assignment, arg-type]
    accuracy = (first[0].argmax(1) == targets_BK.argmax(1)).float().mean()
    return loss.detach(), accuracy


@contextmanager
def frozen_statistics(module: nn.Module) -> Iterator[None]:
    """Whatever is computed within leaves the running statistics of batch norm as they were."""
    kept = [buffer.clone() for buffer in module.buffers()]
    yield
    for buffer, before in zip(module.buffers(), kept, strict=True):
        buffer.copy_(before)


def parameter_groups(module: nn.Module) -> list[dict[str, object]]:
    """Weights in one group; norms, biases and other vectors in a second, without weight decay."""
    decayed = [parameter for parameter in module.parameters() if parameter.requires_grad and parameter.ndim > 1]
    others = [parameter for parameter in module.parameters() if parameter.requires_grad and parameter.ndim <= 1]
    groups: list[dict[str, object]] = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]
