"""`Classifier`, the hand-over object: a network that knows its classes and how it wants its images."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from linnaeus import files
from linnaeus.classifier import card
from linnaeus.classifier.card import CARD, WEIGHTS, Card, Preprocessing
from linnaeus.classifier.confidence import Certainty
from linnaeus.classifier.onnx_engine import Engine, checksum_of, faster
from linnaeus.classifier.passes import at_once, in_passes
from linnaeus.data.images import pixels
from linnaeus.errors import ImageError, RunError
from linnaeus.events import Watcher
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """`module` maps inputs_BCHW to logits_BK; `classes[k]` names logit k.

    `model` rebuilds the module without its weights; `head`, where there is one, the part that was set in its head's place.
    `calibration` says how probabilities are to be read; None: nothing was fitted, for want of validation images.
    `engine` runs the module where torch does not, see `quickest`.

    Calibration is by temperature (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    """

    module: nn.Module
    classes: tuple[str, ...]  # their names, in the order of the logits
    preprocessing: Preprocessing  # how a picture becomes what the network sees
    model: Spec
    precision: str = "fp32"  # "fp32" or "bf16", in which it computes
    head: Spec | None = None
    calibration: Certainty | None = None
    engine: Engine | None = None

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return next((parameter.device for parameter in self.module.parameters()), torch.device("cpu"))

    def to(self, device: torch.device | str) -> "Classifier":
        """The same on another device, "cpu" or "cuda"."""
        return replace(self, module=self.module.to(device), engine=None)

    def quickest(self, some_NHWC: npt.NDArray[np.uint8], images: int, tell: Watcher) -> "Classifier":
        """The same with whatever answers so many images soonest, judged by some of them; answers differ by 1e-4 of themselves."""
        if self.device.type != "cpu" or self.precision != "fp32" or self.engine is not None:
            return self
        some_BCHW = torch.from_numpy(some_NHWC[: at_once(self.preprocessing.size, self.device)]).permute(0, 3, 1, 2)
        inputs_BCHW, threads = normalise(some_BCHW, self.preprocessing), torch.get_num_threads()
        found = faster(self.module, "forward", inputs_BCHW, images, checksum_of(self.module), threads, tell)
        return replace(self, engine=found)

    @torch.inference_mode()
    def logits(self, images_BCHW: Tensor) -> Tensor:
        """logits_BK, float32, of uint8 images that already have the preprocessing's size and channels."""
        self.module.eval()
        return in_passes(self._pass, images_BCHW, self.device)

    def _pass(self, images_BCHW: Tensor) -> Tensor:
        inputs = normalise(images_BCHW.to(self.device), self.preprocessing)
        if self.engine is not None:
            return self.engine(inputs)
        if self.precision == "fp32":
            logits: Tensor = self.module(inputs)
            return logits.float()
        with autocast(self.device, self.precision):
            features = self.module.features(inputs)  # type: ignore[operator]
        logits = self.module.head(features.float())  # type: ignore[operator]  # a head costs nothing: in full, as it was fitted
        return logits.float()

    def probabilities(self, images_NHWC: npt.NDArray[np.uint8], batch_size: int = 256) -> npt.NDArray[np.float32]:
        """Raw probabilities_NK of images as a person sees them, already of the preprocessing's size and channels.

        Raw is what the network says; `calibration.probabilities` makes of it what `predict` tells. Raises ImageError for what is not
        uint8 (N, size, size, channels): `predict_proba` takes images of any size.
        """
        size, channels = self.preprocessing.size, self.preprocessing.channels
        if images_NHWC.dtype != np.uint8 or images_NHWC.shape[1:] != (size, size, channels):
            raise ImageError(
                f"{images_NHWC.dtype} {images_NHWC.shape} is not uint8 (N, {size}, {size}, {channels}), which the network sees; "
                "predict_proba takes images of any size, of uint8 from 0 to 255"
            )
        parts = [images_NHWC[start : start + batch_size] for start in range(0, len(images_NHWC), batch_size)]
        if not parts:
            return np.empty((0, len(self.classes)), np.float32)
        found = [
            self.logits(torch.from_numpy(np.ascontiguousarray(part)).permute(0, 3, 1, 2)).softmax(1).cpu()
            for part in parts
        ]
        return torch.cat(found).numpy()

    def predict_proba(self, images: Any) -> npt.NDArray[np.float32]:
        """Calibrated probabilities_NK of images of any size, in the order of `classes`.

        `images` is one image or many: paths, pictures of Pillow, or arrays of uint8 (H, W) or (H, W, C), see `data.images.pixels`.
        Raises ImageError, which names the first image that cannot be read or cannot be an image.
        """
        found = pixels.squares(images, **self.preprocessing.square)
        return np.asarray((self.calibration or Certainty()).probabilities(self.probabilities(found)))

    def predict(self, images: Any) -> list[str]:
        """The most probable class of each image, by name; `images` and errors as in `predict_proba`."""
        return [self.classes[index] for index in self.predict_proba(images).argmax(1)]

    def card(self, checksums: Mapping[str, str] = MappingProxyType({})) -> Card:
        """All of it but the weights, with the checksums of files."""
        return Card(
            classes=self.classes,
            preprocessing=self.preprocessing,
            model=self.model,
            head=self.head,
            precision=self.precision,
            calibration=self.calibration,
            checksums=checksums,
        )

    def save(self, folder: Path) -> None:
        """Write `model.safetensors` and `classifier.json`; the card carries the checksum of the weights. Raises RunError."""
        weights = {name: tensor.detach().cpu().contiguous() for name, tensor in self.module.state_dict().items()}
        files.write_whole(folder / WEIGHTS, save(weights))
        self.save_card(folder)

    def save_card(self, folder: Path) -> None:
        """Write `classifier.json` anew beside weights that are there already. Raises RunError."""
        self.card({WEIGHTS: files.checksum(folder / WEIGHTS)}).write(folder)


def normalise(images_BCHW: Tensor, preprocessing: Preprocessing) -> Tensor:
    """Pixels 0–255 to inputs_BCHW, float32, channels last: (pixel / 255 − mean) / std, channel by channel.

    Whole rows of pixels are multiplied by a row of factors: ten times faster on a CPU than a factor for each channel, since that
    makes inner loops of three.
    """
    _, channels, height, width = images_BCHW.shape
    rows = images_BCHW.permute(0, 2, 3, 1).reshape(-1, width * channels).to(torch.float32, copy=True)
    scale = torch.tensor(preprocessing.std, device=rows.device).mul_(255).reciprocal_()
    shift = torch.tensor(preprocessing.mean, device=rows.device).mul_(255) * scale
    rows.mul_(scale.repeat(width)).sub_(shift.repeat(width))
    return rows.view(-1, height, width, channels).permute(0, 3, 1, 2)


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    """The context in which a forward pass runs: nothing for fp32, mixed precision for bf16."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


def load(folder: Path) -> Classifier:
    """The classifier that `save` wrote, on the CPU.

    Raises:
        RunError: files missing, damaged or of another format; weights that do not belong to the card.
    """
    found = card.read(folder)
    found.check(folder)
    wanted = found.preprocessing
    try:
        # its weights lie beside it: nobody is asked for others
        model = found.model.with_option("pretrained", False) if found.model.get("pretrained") else found.model
        module = build_module(model, wanted.channels, len(found.classes), wanted.size)
        weights = load_file(folder / WEIGHTS)
        if found.head is not None:
            module.head = empty_head(found.head, weights)
        module.load_state_dict(weights)
        if spoilt := next((name for name, value in weights.items() if not value.isfinite().all()), None):
            raise ValueError(f"{spoilt} holds what is no number")
    except OSError as error:
        raise RunError(f"{folder / WEIGHTS} cannot be read: {error.strerror or error}") from None
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError, SafetensorError) as error:
        raise RunError(f"{folder}: the weights do not fit the model that {CARD} describes: {error}") from None
    return Classifier(
        module=module.eval(),
        classes=found.classes,
        preprocessing=wanted,
        model=found.model,
        precision=found.precision,
        head=found.head,
        calibration=found.calibration,
    )


def empty_head(head: Spec, weights: Mapping[str, Tensor]) -> nn.Module:
    """The module of a part of the shelf `heads`, ready to be given the weights whose names begin with `head.`."""
    state = {name.removeprefix("head."): value for name, value in weights.items() if name.startswith("head.")}
    module: nn.Module = catalog.build("heads", head).empty(state)
    return module


def build_module(model: Spec, channels: int, classes: int, image_size: int) -> nn.Module:
    """The network that `model` names, channels last in memory. Raises RecipeError where it cannot take such images."""
    module: nn.Module = catalog.build("models", model, channels, classes, known={"image_size": image_size})
    return module.to(memory_format=torch.channels_last)
