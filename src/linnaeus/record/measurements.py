"""What is found without a training that is kept: a learning-rate range, the time of layers and epochs, networks, single images."""

from collections.abc import Mapping
from dataclasses import dataclass

from linnaeus.record.display import Shown
from linnaeus.record.facts import ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LrStep:
    """One step of a range test; `smoothed` is the exponential mean of the losses so far."""

    lr: float
    loss: float
    smoothed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LrRange(Shown):
    """A learning-rate range test. The suggestion is the smaller of a tenth of `lowest`, and `fastest`.

    Smith 2015, arXiv 1506.01186.
    """

    suggestion: float  # learning rate to begin with
    lowest: float  # learning rate at which the smoothed loss is lowest
    fastest: float  # learning rate at which it falls fastest
    diverged: bool  # whether the loss ran away before the last step
    optimizer: str | None  # the recipe's, with the suggestion in it; None where its learning rate has no name
    steps: tuple[LrStep, ...]  # in the order in which they were made
    picture: str | None = None  # file that was drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTime:
    """All layers of a kind: seconds for the batch, and their share of the time of all layers; MACs for one image."""

    kind: str  # name of a class in torch.nn
    layers: int
    parameters: int
    macs: int
    forward_s: float
    backward_s: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTime:
    """One layer, as `KindTime`; `output` is its shape without the batch."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    forward_s: float
    backward_s: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTimes(Shown):
    """The median of `rounds` on made-up images; `forward_s` and `backward_s` are the whole network's, in seconds for the batch."""

    model: str  # in the notation of recipes
    batch: int  # images that pass at once
    size: int  # side of the images, in pixels
    channels: int  # of the images
    classes: int  # of the head
    device: str  # "cpu", "cuda", …
    precision: str  # "fp32" or "bf16"
    threads: int  # CPU threads of one operation
    rounds: int
    forward_s: float
    backward_s: float
    layers: tuple[LayerTime, ...]  # in the order of the network
    kinds: tuple[KindTime, ...]  # the slowest first
    picture: str | None = None  # file that was drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTime:
    """A training on one device: all is estimated from the steps of `measured_s` seconds."""

    device: str
    precision: str
    threads: int
    setup_s: float
    measured_s: float
    epoch_s: float
    whole_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochTimes(Shown):
    """How long a training takes, on the CPU and on a GPU if there is one; `images` of an epoch."""

    data: str  # in the notation of recipes
    model: str  # in the notation of recipes
    epochs: int  # of the training that is estimated
    images: int
    devices: tuple[DeviceTime, ...]  # one each for the CPU and a GPU that there is


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFacts(Shown):
    """What a network is at each image size that it can take; `faults` says of the others why not."""

    model: str  # in the notation of recipes
    channels: int  # of the images
    classes: int  # of the head
    sizes: Mapping[int, ModelFacts]  # by the side of the images, in pixels
    faults: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleImage:
    """Its predicted class with the probability of `predict`, and the logits by class as the network gives them."""

    name: str
    label: str
    predicted: str
    probability: float
    logits: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleImages(Shown):
    """Some images of a run's own data."""

    run: str  # its name
    split: str  # that the images are of
    classes: tuple[str, ...]  # in the order of the logits
    images: tuple[SingleImage, ...]  # one each
    picture: str | None = None  # file that was drawn
