"""Grad-CAM: where in an image the network saw what spoke for a class (Selvaraju et al. 2017, arXiv 1610.02391).

The last maps before the head are weighted, channel by channel, by the mean of the class's gradient over them, summed, and what
speaks against the class is cut off. The maps must lie over the image: a network whose last activations are tokens or
vectors has none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from linnaeus.classifier.classifier import Classifier, normalise
from linnaeus.data.statistics import pictures
from linnaeus.evaluation.inspection.inspected import Subject
from linnaeus.record.scores import Reason

TOGETHER = 8  # images: gradients take several times the memory of a plain pass


class NoMap(Exception):
    """The network has no maps to look at; `str()` of it is the kind of reason: "no_gradient", "vectors" or "tokens"."""


def of_mistakes(subject: Subject, places: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], Reason | None]:
    """Maps of the images at these places for their prediction and for their label, and why there are none."""
    if not len(places):
        return np.empty(0), Reason(kind="no_mistakes")
    predicted_N = subject.probabilities_NK[places].argmax(axis=1)
    try:
        images_NHWC = pictures(subject.dataset, places, subject.recipe)
        classes_N2 = np.stack([predicted_N, subject.dataset.labels_N[places]], axis=1)
        return maps(subject.trained, images_NHWC, classes_N2), None
    except NoMap as reason:
        return np.empty(0), Reason(kind=str(reason))


def maps(
    trained: Classifier, images_NHWC: npt.NDArray[np.uint8], classes_NM: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """A map of each image for each of M classes, (N, M, H, W), as large as the image: 255 where most speaks for the class.

    Raises:
        NoMap: the last activations before the head do not lie over the image, or the head has no gradient.
    """
    parts = [
        _maps(trained, images_NHWC[start : start + TOGETHER], classes_NM[start : start + TOGETHER])
        for start in range(0, len(images_NHWC), TOGETHER)
    ]
    return np.concatenate(parts)


def _maps(
    trained: Classifier, images_BHWC: npt.NDArray[np.uint8], classes_BM: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    images_BCHW = torch.from_numpy(np.ascontiguousarray(images_BHWC)).permute(0, 3, 1, 2).to(trained.device)
    inputs_BCHW = normalise(images_BCHW, trained.preprocessing).requires_grad_()
    trained.module.eval()
    with torch.enable_grad(), _last_output(trained.module) as last:
        logits_BK = trained.module(inputs_BCHW.clone())  # a copy: a first layer that works in place may write into it
        seen = _over_the_image(last)
        if not logits_BK.requires_grad:
            raise NoMap("no_gradient")
        classes_MB1 = torch.from_numpy(classes_BM).to(trained.device).T[..., None]
        found = [_weighted(logits_BK.gather(1, classes_B1).sum(), seen) for classes_B1 in classes_MB1]
    cams_BMhw = torch.stack(found, dim=1)
    cams_BMHW = F.interpolate(cams_BMhw, images_BCHW.shape[2:], mode="bilinear", align_corners=False)
    highest = cams_BMHW.amax(dim=(2, 3), keepdim=True).clamp_min(1e-12)  # nothing speaks for it: an empty map
    return (255 * cams_BMHW / highest).round().to(torch.uint8).cpu().numpy()


def _weighted(logit: Tensor, seen_BDhw: Tensor) -> Tensor:
    """The maps (B, h, w) of one class, from the sum of its logits over the images."""
    (gradient_BDhw,) = torch.autograd.grad(logit, seen_BDhw, retain_graph=True)
    weights_BD11 = gradient_BDhw.mean(dim=(2, 3), keepdim=True)
    return (weights_BD11 * seen_BDhw).sum(dim=1).relu().detach().float()


@contextmanager
def _last_output(module: nn.Module) -> Iterator[list[Tensor]]:
    """A list that holds, after a pass, the last output of a module before the head that has several places (a map, or tokens)."""
    last: list[Tensor] = []

    def remember(_module: nn.Module, _inputs: Any, output: Any) -> None:
        if isinstance(output, Tensor) and output.ndim >= 3 and (output.shape[2:].numel() > 1 or output.ndim == 3):
            last[:] = [output]

    backbone = [each for name, each in module.named_modules() if name.partition(".")[0] != "head"]
    handles = [each.register_forward_hook(remember) for each in backbone]
    try:
        yield last
    finally:
        for handle in handles:
            handle.remove()


def _over_the_image(last: list[Tensor]) -> Tensor:
    """That output, if its places lie over the image: images are square, so maps are, unless channels come last."""
    if not last:
        raise NoMap("vectors")
    if last[0].ndim != 4 or last[0].shape[2] != last[0].shape[3]:
        raise NoMap("tokens")
    return last[0]
