"""What a step needs where several processes share it: one gradient, one batch norm, one stream of images.

The whole batch is augmented by each process, with the same draws, and each passes its part through the network: so a training
does not depend on how many there are, but for the last bits and for dropout, whose masks are drawn by each.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from linnaeus.data.batch import Batch
from linnaeus.data.loader import Loader
from linnaeus.distributed import Ranks


def add_up(module: nn.Module, loss: Tensor, ranks: Ranks) -> Tensor:
    """Sum the gradients over all processes, in place; returns the summed loss. After the backward pass, not during it."""
    if ranks.alone:
        return loss
    gradients = [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
    flat = ranks.sum(torch.cat([*(gradient.reshape(-1) for gradient in gradients), loss.reshape(1)]))
    sizes = [gradient.numel() for gradient in gradients]
    *parts, total = torch.split(flat, [*sizes, 1])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
    return total.reshape(())


class Gathered:
    """Batches of images that are decoded as they are needed: each process decodes its part, and all get the whole."""

    def __init__(self, loader: Loader, ranks: Ranks) -> None:
        self.loader, self.ranks = loader, ranks

    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """As the loader's."""
        orders = list(orders)
        parts = self.loader.batches([self.ranks.part_of(order) for order in orders], epoch)
        for order, part in zip(orders, parts, strict=True):
            images_BHWC = self.ranks.gather(part.images_BCHW.permute(0, 2, 3, 1).contiguous())
            yield Batch(
                images_BCHW=images_BHWC.permute(0, 3, 1, 2),
                labels_B=self.ranks.gather(part.labels_B),
                indices_B=torch.from_numpy(order),
                epoch=epoch,
            )


def share_batch_norm(module: nn.Module, ranks: Ranks) -> None:
    """Have each batch norm of the network see the batch as a whole. torch's own does so on CUDA alone."""
    if ranks.alone:
        return
    for norm in module.modules():
        if isinstance(norm, _BatchNorm):
            kind = type(norm)
            norm.__class__ = type(f"Shared{kind.__name__}", (_Shared, kind), {})
            norm.ranks = ranks  # type: ignore[assignment]


class _Shared:
    """A batch norm whose mean and variance in training are those over all processes."""

    training: bool
    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None
    weight: Tensor | None
    bias: Tensor | None
    momentum: float | None
    eps: float
    ranks: Ranks

    def forward(self, inputs: Tensor) -> Tensor:
        if not self.training:
            plain: Tensor = super().forward(inputs)  # type: ignore[misc]
            return plain
        mean_C, variance_C, count = _moments(inputs.detach().float(), self.ranks)
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
            share = self.momentum if self.momentum is not None else 1 / float(self.num_batches_tracked)
            self.running_mean.lerp_(mean_C, share)
            self.running_var.lerp_(variance_C * (count / max(1.0, count - 1)), share)
        normed: Tensor = _Normalise.apply(inputs, mean_C, (variance_C + self.eps).rsqrt(), count, self.ranks)
        shape = (1, -1, *[1] * (inputs.dim() - 2))
        if self.weight is not None and self.bias is not None:
            normed = normed * self.weight.view(shape) + self.bias.view(shape)
        return normed.to(inputs.dtype)


def _axes(inputs: Tensor) -> list[int]:
    return [axis for axis in range(inputs.dim()) if axis != 1]


def _moments(inputs: Tensor, ranks: Ranks) -> tuple[Tensor, Tensor, float]:
    """(mean_C, variance_C, count) over all processes, from each one's own.

    Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", The American Statistician 37.
    """
    axes = _axes(inputs)
    count = inputs.numel() // inputs.shape[1]
    mean_C = inputs.mean(axes)
    spread_C = (inputs - mean_C.view(1, -1, *[1] * (inputs.dim() - 2))).square().sum(axes)
    told = torch.stack([mean_C, spread_C, torch.full_like(mean_C, count)])
    means_RC, spreads_RC, counts_RC = ranks.gather(told[None]).unbind(1)
    total = float(counts_RC[:, 0].sum())
    whole_C = (means_RC * counts_RC).sum(0) / total
    spread_C = spreads_RC.sum(0) + (counts_RC * (means_RC - whole_C).square()).sum(0)
    return whole_C, spread_C / total, total


class _Normalise(torch.autograd.Function):
    """(x − mean) / std, where mean and std depend on the x of all processes."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, mean_C: Tensor, scale_C: Tensor, count: float, ranks: Ranks) -> Tensor:
        shape = (1, -1, *[1] * (inputs.dim() - 2))
        normed = (inputs.float() - mean_C.view(shape)) * scale_C.view(shape)
        ctx.save_for_backward(normed, scale_C)
        ctx.count, ctx.ranks, ctx.shape, ctx.dtype = count, ranks, shape, inputs.dtype
        return normed

    @staticmethod
    def backward(ctx: Any, slopes: Tensor) -> tuple[Tensor, None, None, None, None]:
        normed, scale_C = ctx.saved_tensors
        axes = _axes(slopes)
        sums = ctx.ranks.sum(torch.stack([slopes.sum(axes), (slopes * normed).sum(axes)])) / ctx.count
        level_C, tilt_C = (each.view(ctx.shape) for each in sums)
        changed = (slopes - level_C - normed * tilt_C) * scale_C.view(ctx.shape)
        return changed.to(ctx.dtype), None, None, None, None
