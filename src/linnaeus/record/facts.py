"""Facts of a run: its data and what is wrong with them, its network, its machine, its times, its epochs; and what an audit found.

`Finding`: a kind, a severity, and the numbers and names to tell it with; `reporting.content.audit` has the words. `count` counts
all; a record lists at most `LISTED` of `files` and of `pairs`, an audit all of them. By kind, `values` are

    unreadable     files that are no image or a damaged one; why: `skipped` of the data
    balance        largest, smallest (class names), most, least (their training images)
    no_validation  most: images of the largest class, all splits together
    unvalidated    classes without validation images where others have some; names, the first few
    masks          images in folders, or with endings, that masks of segmentation have; without (the name or pattern), of (images)
    bits           samples of 16 bits that use fewer: `count` files of those looked at; bits (at most), levels (of grey that are left
                   of them), shift (that would make 8 bits of them)
    small_split    split; n, accuracy, low, high, half: what n images tell of an accuracy of 90 %, Wilson's 95 % interval, half its width
    duplicate      equal images within a split: `files` are the superfluous ones; exact, near (pairs; None: not looked for), split,
                   of (images), share
    leak           images of one split that are in another too: `files` are those of the first, `pairs` (one, other); exact, near,
                   split, other, leaked (images of `other` that are concerned), of (how many those are), share (leaked / of)
    shared_thing   images of `other` that show things which have images in `split` as well, in splits that the data set brings; split,
                   other, things (how many these are), of (images of `other`)
    dropped        training images that were left out by drop_leaks; `pairs` tell for which
    contradiction  pairs of equal images with several labels; exact, near, labels: [[label, label, pairs], …], the most frequent first
    mirror         a flip changes classes, or may do so: turn ("mirror", "upside_down", "half_turn"), shown (the augmentation that
                   does it; null), keeps (whether the data set says that it keeps the class; null: not said), looked (images were
                   compared), turned: [[class, class it looks like, images, of], …]
    stem           first layers that are too coarse for small images; side, left (pixels a side that they leave), model, kernel,
                   stride, pooling (1: none), larger (an image_size that would do), small_stem (the network has an option for it)
    burst          images of which several seem to show one thing, where nobody has named the things: things (how many), counted:
                   [[split, images, things], …], pattern (a `group` that would name them) or clue ("seconds", "neighbours");
                   `pairs` are (image, thing)
    since          images of a run that have vanished, changed or got another label since it was trained: since: [[split, of (images),
                   vanished, changed, relabelled], …], names (the first few). Not kept in a record, but told in a report
    since_gone, since_unknown    that could not be looked at: place (where they no longer are); the run has not kept what it knew
    constant, dark, bright, blurred    images on which little is to be seen
    odd_shape      images much longer than wide or the other way round; resize (the recipe's rule for them)
    small_image    images that are enlarged to twice their size or more; side
    grey           grey images among colour ones
    odd_format     few files of other formats among those of one; usual, formats
    low_information, odd_size    images that hold next to nothing, or are of a size far from the usual: what cleanvision adds
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from linnaeus.events import Note
from linnaeus.record.display import Shown
from linnaeus.record.scores import Score

LISTED = 20  # files, and pairs, of a finding in a record

Severity = Literal["warning", "question", "note"]
SEVERITIES: tuple[Severity, ...] = ("warning", "question", "note")  # in the order in which findings are told


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to know of a data set, as told above. A question is for the user to answer; a note asks for nothing."""

    kind: str
    severity: Severity
    count: int
    files: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()  # of images that are alike
    values: Mapping[str, Any] = field(default_factory=dict)


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Warnings first."""
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFacts:
    """The data of a run."""

    source: str  # in the notation of recipes
    fingerprint: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]  # images by split
    per_class: Mapping[str, tuple[int, ...]]  # by split, in the order of `classes`
    skipped: tuple[tuple[str, str], ...] = ()  # images that cannot be read, and why
    notes: tuple[Note | str, ...] = ()  # what the data set itself says, such as of stray files; earlier, a sentence
    dropped: tuple[tuple[str, str], ...] = ()  # training images left out by drop_leaks, and their like in val or test
    findings: tuple[Finding, ...] = ()
    # images left out of val and test, by split: a run that this one descends from was trained on them
    inherited: Mapping[str, int] = field(default_factory=dict)
    # by split, where several images show one: how many these show
    things: Mapping[str, int] = field(default_factory=dict)
    image_size: int
    channels: int
    loading: Literal["resident", "streamed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What `n` images would tell of an accuracy: its 95 % interval and half the width of that.

    Where they show fewer `things` (0: each its own), it is the widest that it can be: as if all images of a thing were right or
    wrong together.
    """

    accuracy: float
    n: int
    things: int = 0
    low: float
    high: float
    half: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Shown):
    """What is in a data set and what is wrong with it; fields as in `DataFacts`."""

    source: str  # in the notation of recipes
    fingerprint: str  # of the content of all images and their labels
    classes: tuple[str, ...]  # their names, in order
    counts: Mapping[str, int]  # images by split
    per_class: Mapping[str, tuple[int, ...]]  # by split, in the order of `classes`
    expected: Mapping[str, Expected]  # by split but train
    sizes: Mapping[str, tuple[int, int, int]]  # "width" and "height" of the files in pixels: least, middle, largest
    image_size: int  # side of the square that the network would see, in pixels
    channels: int  # 1 grey, 3 colour, 4 colour and transparency
    skipped: tuple[tuple[str, str], ...]  # images that cannot be read, and why
    dropped: tuple[tuple[str, str], ...]  # training images left out by drop_leaks, and their like in val or test
    findings: tuple[Finding, ...]  # what is wrong or asked, warnings first
    notes: tuple[Note, ...] = ()  # what the data set itself says, such as of stray files
    sheet: str | None  # file of the contact sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Shown):
    """The machine, what was chosen of it, and the versions that matter; None: not known."""

    device: str  # "cpu", "cuda:0", "mps"
    precision: str | None = None  # "fp32" or "bf16"
    threads: int | None = None  # CPU threads of one operation
    compiled: bool = False  # whether torch.compile was used
    engine: str = "torch"  # that ran a frozen backbone: "torch", "onnxruntime"
    processes: int = 1  # that trained it together
    cpu: str  # its name
    cores: int  # that this process may use
    memory_gb: float | None = None  # of this machine, in GB
    disk_gb: float | None = None  # free where runs lie, in GB
    gpu: str | None = None  # its name
    system: str  # operating system and its version
    python: str  # version
    linnaeus: str  # version
    torch: str  # version
    torchvision: str | None = None  # version
    timm: str | None = None  # version
    numpy: str | None = None  # version
    pillow: str | None = None  # version


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer at one image; `output` is its shape without the batch."""

    name: str
    kind: str  # name of its class in torch.nn
    output: tuple[int, ...]
    parameters: int
    macs: int  # multiply-accumulates
    trains: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFacts:
    """The weights that a training began with."""

    weights: str  # as the recipe names them
    checksum: str
    model: str | None  # None: not known
    # rows of `known` classes kept; taken whole, classes unnamed; drawn from the seed
    head: Literal["rows", "whole", "new"]
    known: tuple[str, ...]
    classes: int | None  # how many the source's head tells apart; None: not known
    normalised: str  # what decides how pixels become inputs: "recipe", "weights" or "images"
    nested: str = ""  # key under which the weights stood in their file
    others: tuple[str, ...] = ()  # keys of further sets of weights there
    left_out: tuple[str, ...] = ()  # names of what found no place


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """The network, at one image of the run's size."""

    parameters: int
    trainable: int
    macs: int  # multiply-accumulates
    layers: tuple[Layer, ...]
    start: StartFacts | None = None  # None: weights drawn from the seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a fine-tuning: what was trained, and whether it was better on validation than what had been kept before it."""

    train: str  # a word of the recipe's `train`
    kept: bool = False
    # why it was not tried: it would take too long, or more memory than there is; nothing to judge it by
    left_out: Literal["", "budget", "memory", "validation"] = ""
    fitted: Mapping[str, float] = field(default_factory=dict)  # what a head chose that was fitted to its features
    chosen_by: Literal["", "validation", "cross-validation", "default"] = ""  # by which it chose
    epochs: int = 0
    between: float = 1.0  # share of the trained weights in those that came of it; the rest is what it began with
    score: Score | None = None  # accuracy on validation
    gain: Score | None = None  # its accuracy less that of what had been kept; paired
    p: float | None = None  # of a paired permutation test of the Brier scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds, and images a second; None: nothing was trained yet."""

    train_s: float | None = None
    images_per_s: float | None = None
    epochs_s: tuple[float, ...] = ()
    stages_s: tuple[float, ...] = ()  # of each stage of a fine-tuning; 0: not tried
    total_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRow:
    """One epoch. Of `loss` and `accuracy` (on augmented images) median and quartiles over the batches; `val_…` None: no split."""

    epoch: int  # from 1
    step: int  # at the end of the epoch
    lr: float
    loss: float
    loss_q1: float
    loss_q3: float
    accuracy: float
    accuracy_q1: float
    accuracy_q3: float
    val_loss: float | None = None
    val_accuracy: float | None = None
    val_low: float | None = None
    val_high: float | None = None
    val_n: int | None = None

    def validation(self) -> Score | None:
        """Accuracy on validation images; None: there were none."""
        value, low, high, n = self.val_accuracy, self.val_low, self.val_high, self.val_n
        if value is None or low is None or high is None or n is None:
            return None
        return Score(value=value, low=low, high=high, n=n)
