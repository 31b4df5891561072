"""Any network of the timm library by its name there, as in `timm("convnext_tiny")`.

Wightman 2019, github.com/huggingface/pytorch-image-models.

Nothing is downloaded unless `pretrained=True` asks for it. timm's own state dicts load by name. `beside` names a second network, whose
features stand beside those of the first under one head: `timm("tf_efficientnet_lite2", beside="tf_efficientnet_lite0")`.
"""

import re
from typing import Any

import timm
import torch
from torch import Tensor, nn


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    name: str,
    beside: str = "",
    pretrained: bool = False,
    dropout: float = 0.0,
    drop_path: float = 0.0,
    image_size: int = 224,
) -> nn.Module:
    """`name`: timm's; `beside`: a second network that sees the same images; empty: none. `pretrained` fetches timm's weights from its hub.

    `dropout` before the head and `drop_path` (stochastic depth) are rates; 0: off. `image_size` (px), filled in by the recipe, is
    passed on to the networks that are built for one size (vision transformers and their kin). ValueError: no such network, one that
    cannot be split or takes other images, or weights that cannot be fetched.
    """
    options: dict[str, Any] = {"in_chans": in_channels, "num_classes": num_classes, "pretrained": pretrained}
    if dropout:
        options["drop_rate"] = dropout
    if drop_path:
        options["drop_path_rate"] = drop_path
    first = Timm(_network(name, image_size, options))
    return Joined(first, Timm(_network(beside, image_size, options)), num_classes) if beside else first


def _network(name: str, image_size: int, options: dict[str, Any]) -> Any:
    if not timm.is_model(name):
        near = timm.list_models(f"*{name}*")[:8]
        raise ValueError(f"timm has no network {name!r}" + (f"; it has {', '.join(near)}" if near else ""))
    try:
        network = _created(name, {**options, "img_size": image_size})
    except TypeError as error:
        if "img_size" not in str(error):
            raise ValueError(f"timm's {name} cannot be built so: {error}") from error
        network = _created(name, options)
    except AssertionError as error:
        raise ValueError(f"timm's {name} cannot take images of {image_size} px: {error}") from error
    patch = getattr(getattr(network, "patch_embed", None), "patch_size", (1, 1))
    if image_size < max(patch):
        raise ValueError(f"images of {image_size} px are too small for patches: the least size is {max(patch)} px")
    return network


def _created(name: str, options: dict[str, Any]) -> Any:
    """Raises ValueError where weights are wished for that are not here and cannot be fetched: the hub's errors are of every kind."""
    try:
        return timm.create_model(name, **options)
    except (TypeError, AssertionError):  # of options that this network does not have
        raise
    except Exception as error:
        if not options["pretrained"]:
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        raise ValueError(
            f"the weights of timm's {name} are not here and cannot be fetched ({reason}); go online once, or leave pretrained away "
            f'and name a file that holds them: weights="timm:{name}@PATH"'
        ) from error


class Timm(nn.Module):
    """timm's network split at its own seam: `forward_features` and pooling are the backbone, the classifier the head."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        head = network.get_classifier()
        if not isinstance(head, nn.Linear):
            raise ValueError(
                f"timm's {type(network).__name__} has no single linear head (but {type(head).__name__}), so it cannot "
                "be split into features and head; choose another network"
            )
        self.head_name = next(key for key, module in network.named_modules() if module is head)
        network.reset_classifier(0)
        # the backbone; its name begins the keys of all weights that were ever kept, and of frozen features
        self.body = network
        self.head = head

    def features(self, images_BCHW: Tensor) -> Tensor:
        features_BD: Tensor = self.body.forward_head(self.body.forward_features(images_BCHW), pre_logits=True)
        return features_BD

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """timm's names to ours, and before that EfficientNet-PyTorch's to timm's."""
        if any(key.startswith("_blocks.") for key in state):
            state = _of_efficientnet_pytorch(state, [name for name, _ in self.body.named_modules()])

        def ours(key: str) -> str:
            if key.startswith("body.") or key in ("head.weight", "head.bias"):
                return key
            if key.startswith(self.head_name + "."):
                return "head." + key.removeprefix(self.head_name + ".")
            return "body." + key

        return {ours(key): value for key, value in state.items()}


class Joined(nn.Module):
    """Two networks side by side: the features of both, of the same images, under one head."""

    BRANCHES = ("body", "beside")

    def __init__(self, first: Timm, second: Timm, num_classes: int) -> None:
        super().__init__()
        self.body, self.beside = first.body, second.body
        self.head = nn.Linear(first.head.in_features + second.head.in_features, num_classes)
        self._translated = {"body": first.translate, "beside": second.translate}

    def branches(self) -> tuple[nn.Module, ...]:
        """The networks whose features stand side by side, in their order."""
        return self.body, self.beside

    def features(self, images_BCHW: Tensor) -> Tensor:
        found = [
            one.forward_head(one.forward_features(images_BCHW), pre_logits=True) for one in (self.body, self.beside)
        ]
        return torch.cat(found, 1)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """Of each network's names, after `body.` or `beside.`, as `Timm.translate` has them."""
        found = {key: value for key, value in state.items() if key.partition(".")[0] not in self.BRANCHES}
        for branch in self.BRANCHES:
            own = {
                key.removeprefix(f"{branch}."): value for key, value in state.items() if key.startswith(f"{branch}.")
            }
            found |= {
                f"{branch}.{key.removeprefix('body.')}": value
                for key, value in self._translated[branch](own).items()
                if not key.startswith("head.")
            }
        return found


_OUTSIDE = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
_INSIDE = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_WITHOUT_EXPANSION = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}


def _of_efficientnet_pytorch(state: dict[str, Tensor], modules: list[str]) -> dict[str, Tensor]:
    """timm's names for those of github.com/lukemelas/EfficientNet-PyTorch, which numbers its blocks through all stages."""
    blocks = [name for name in modules if re.fullmatch(r"blocks\.\d+\.\d+", name)]
    expanded = {key.split(".")[1] for key in state if "._expand_conv." in key}

    def timms(key: str) -> str:
        first, _, rest = key.partition(".")
        if first != "_blocks":
            return f"{_OUTSIDE.get(first, first)}.{rest}"
        number, layer, last = rest.split(".", 2)
        names = _INSIDE if number in expanded else _WITHOUT_EXPANSION
        return f"{blocks[int(number)]}.{names.get(layer, layer)}.{last}" if int(number) < len(blocks) else key

    return {timms(key): value for key, value in state.items()}
