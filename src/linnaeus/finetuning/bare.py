"""A pretrained backbone by itself, by the name of its weights: for those who bring a head of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier.classifier import build_module
from linnaeus.classifier.passes import at_once
from linnaeus.data.images import ahead, pixels
from linnaeus.device import Machine, idle_cores, pick_device, undisturbed
from linnaeus.errors import ImageError, RunError
from linnaeus.events import Reading, Watcher
from linnaeus.finetuning.backbone import FrozenBackbone, frozen_backbone
from linnaeus.finetuning.weights import matching
from linnaeus.finetuning.weights import source as origin


def bare(weights: str, runs: Path, device: str = "auto", threads: int = 0) -> FrozenBackbone:
    """The backbone of a run, a file, bundled weights or the catalogue, in fp32, with the preprocessing that it was trained with.

    `threads` of the CPU, 0: as many as there are idle cores.

    Raises:
        RunError: there are no such weights, or they do not say which network is theirs and how it wants its images.
    """
    found = origin.find(origin.anchored(weights, runs))
    if found.model is None or found.preprocessing is None:
        raise RunError(
            f"weights = {weights!r} do not say of which network they are and how it wants its images; give a run, timm:NAME, "
            "or a name that is listed by: linnaeus weights"
        )
    wanted = found.preprocessing
    module = build_module(found.model, wanted.channels, max(2, len(found.classes)), wanted.size)
    fits = matching.match(found.read()[0], module)
    unfit = fits.missing or fits.mismatched
    if unfit:
        raise RunError(f"weights = {weights!r} are not those of {found.model}: {matching.listed(unfit)} do not fit")
    own = module.state_dict()
    own |= {name: value for name, value in fits.weights.items() if name in own and not name.startswith("head.")}
    module.load_state_dict(own)
    place = pick_device(device)
    threads = threads or (idle_cores() if place == "cpu" else 1)
    return frozen_backbone(module.to(place), wanted, Machine(device=place, precision="fp32", threads=threads))


def seen(backbone: FrozenBackbone, sources: Sequence[tuple[str, Any]], tell: Watcher) -> npt.NDArray[np.float32]:
    """features_ND of images with their names; they are decoded in threads while others pass through the network.

    Raises:
        ImageError: one of them cannot be read, by its name.
    """
    wanted, device = backbone.preprocessing, backbone.machine.torch_device

    def read(source: tuple[str, Any]) -> npt.NDArray[np.uint8] | ImageError:
        name, image = source
        try:
            return pixels.square(image, **wanted.square)
        except ImageError as error:
            return ImageError(f"{name}: {error.reason}")

    found: list[npt.NDArray[np.float32]] = []
    with undisturbed():
        torch.set_num_threads(backbone.machine.threads)
        for group in ahead.in_groups(sources, read, at_once(wanted.size, device)):
            images = [image for image in group if not isinstance(image, ImageError)]
            if refused := next((image for image in group if isinstance(image, ImageError)), None):
                raise refused
            images_BCHW = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).to(device)
            found += list(backbone.features(images_BCHW).cpu().numpy())
            tell(Reading(done=len(found), total=len(sources), what="features"))
    return np.stack(found) if found else np.empty((0, 0), np.float32)
