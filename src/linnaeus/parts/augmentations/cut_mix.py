"""CutMix (Yun et al. 2019, arXiv 1905.04899): a box of each image is replaced by that of another, targets by their areas.

Where the paper draws one box for the whole batch, each image has its own. A box may reach over the edge, as in the paper.
"""

from collections.abc import Callable

import torch
from scipy.special import betaincinv
from torch import Tensor


def build(*, alpha: float = 1.0, p: float = 0.5) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """The share of the area kept follows Beta(`alpha`, `alpha`); `p` is the probability that an image is cut.

    ValueError: `alpha` is not above 0, or `p` lies outside 0–1.
    """
    if alpha <= 0:
        raise ValueError(f"alpha = {alpha:g} must be above 0")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def cut_mix(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch, _, height, width = images_BCHW.shape
        draws = torch.rand(4, batch, generator=generator, dtype=torch.float64)
        side_B = (1 - torch.from_numpy(betaincinv(alpha, alpha, draws[0].numpy()))).sqrt() * (draws[1] < p)
        top_B = (draws[2] * height - side_B * height / 2).round()
        left_B = (draws[3] * width - side_B * width / 2).round()
        boxes = torch.stack([top_B, left_B, top_B + side_B * height, left_B + side_B * width], 1).round().long()
        boxes[:, 0::2].clamp_(0, height)
        boxes[:, 1::2].clamp_(0, width)
        return replaced(images_BCHW, targets_BK, boxes, torch.randperm(batch, generator=generator))

    return cut_mix


def replaced(images_BCHW: Tensor, targets_BK: Tensor, boxes: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """The boxes (top, left, bottom, right) of the images taken from their others; targets weighted by what is seen."""
    device, (height, width) = images_BCHW.device, images_BCHW.shape[2:]
    area_B = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    share_B1 = (area_B / (height * width)).float().to(device)[:, None]
    mixed_BK = (1 - share_B1) * targets_BK + share_B1 * targets_BK[other.to(device)]
    if device.type == "cpu" and images_BCHW.dtype is not torch.bfloat16:
        out_BCHW = images_BCHW.clone()
        given, out = images_BCHW.numpy(), out_BCHW.numpy()
        for image in area_B.nonzero()[:, 0].tolist():
            top, left, bottom, right = boxes[image].tolist()
            out[image, :, top:bottom, left:right] = given[other[image], :, top:bottom, left:right]
        return out_BCHW, mixed_BK
    top_B, left_B, bottom_B, right_B = boxes.to(device)[..., None].unbind(1)
    rows, columns = torch.arange(height, device=device), torch.arange(width, device=device)
    in_rows_BH, in_columns_BW = (rows >= top_B) & (rows < bottom_B), (columns >= left_B) & (columns < right_B)
    inside_BCHW = (in_rows_BH[:, :, None] & in_columns_BW[:, None, :])[:, None]
    mixed_BCHW = torch.where(inside_BCHW, images_BCHW[other.to(device)], images_BCHW)
    return torch.empty_like(images_BCHW).copy_(mixed_BCHW), mixed_BK
