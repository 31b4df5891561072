"""`Recipe`: everything that determines a run, plain and frozen."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args, get_type_hints

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog, renamed, stages, typed
from linnaeus.recipe.class_factors import factors
from linnaeus.recipe.normalise import normalisation
from linnaeus.recipe.spec import Spec, Value

NO_AUGMENTATION = Spec("none")
PASS_PIXELS = 2**19  # of images that pass at a time where all weights of a pretrained network are trained: 8 of 256 px
ALL_RATE = 0.1  # learning rate of the backbone, as a share of the head's, where it is trained after the head
LINEAR = Spec("linear")  # the head that the recipe's own loss and optimizer train

# The shelf that the parts of a field stand on.
SHELF_OF = {
    "data": "datasets",
    "model": "models",
    "augment": "augmentations",
    "loss": "losses",
    "optimizer": "optimizers",
    "schedule": "schedules",
    "head": "heads",
    "track": "trackers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What shall be done. Each field's comment gives its unit and the value that switches it off.

    >>> linnaeus.train("digits(limit=60)", model="linear", epochs=1, val=0.2, progress=False).recipe["val"]
    0.2
    """

    data: Spec  # a data set, or several joined by `+`
    image_size: int  # side of the square that the network sees, in pixels
    channels: int  # 1 grey, 3 colour, 4 colour and transparency
    # how a picture becomes square: cut, distort, or fill the rest with black
    resize: Literal["crop", "stretch", "pad"] = "crop"
    # of files: 2 reads a large JPEG at a smaller scale, 1 whole, as runs of earlier versions did
    decoder: Literal[1, 2] = 2
    val: float = 0.15  # share of the training images held out for choosing; 0: no choosing, the last weights are taken
    test: float = 0.15  # share sealed as the test split, where the data set brings none
    split_seed: int = 0  # which shares: apart from `seed`, so that repeats of a run share their splits
    # which images show one thing, so that they stay in one split and intervals count things: a pattern over their paths whose parts
    # in parentheses name the thing, such as "(.*)_\\d+"; empty: each image shows its own, or the table says which
    group: str = ""
    # stop before the first epoch at an image that cannot be read; False: go on without it, and list it
    strict: bool = False
    # leave training images out whose picture is among the validation or test images too, equal or nearly so
    drop_leaks: bool = False
    loading: Literal["auto", "resident", "streamed"] = "auto"  # all images in memory, or decoded as they are needed

    model: Spec  # the network
    # that the network begins with: a run, a file, the name of bundled ones, or "timm:NAME"; empty: drawn from `seed`
    weights: str = ""
    # "auto" as `weights` were trained, else as the training images are; "imagenet"; or means and standard deviations, "0.5 / 0.25"
    normalise: str = "auto"
    rows: Literal["keep", "new"] = "keep"  # of the head, for classes that `weights` know by name: kept, or drawn anew
    # what is trained: "all", "head", "head-then-all", "last(n)" (the head and so many blocks before it), "gradual", or
    # "best(head, last(n), all)": one after another, each kept where it is better on validation
    train: str = "all"
    head: Spec = LINEAR  # what is fitted to the features of a frozen backbone
    views: int = 0  # augmented views of each image whose features are kept for the head; 0: of the plain image alone
    backbone_lr_factor: float = 1.0  # learning rate of the backbone, as a share of the head's
    layer_decay: float = 1.0  # factor on the learning rate from each block to the one before it; 1: off
    augment: Spec = NO_AUGMENTATION  # applied to training images alone; several joined by `|`
    loss: Spec = Spec("cross_entropy")  # several add up with `+`
    optimizer: Spec  # with its learning rate, lr
    schedule: Spec = Spec("one_cycle")  # of the learning rate
    epochs: int  # passes over the training images
    epoch_share: float = 1.0  # of the training images, that one epoch shows: others in each; 1: all
    # seconds in which all is to be over, from which `epochs` is sized, or which the stages of `train` must fit in; 0: they stand
    budget: float = 0.0
    batch_size: int = 128  # images that pass through the network at once
    accumulate: int = 1  # batches whose gradients make one step; 1: off
    # how often an epoch shows the images of a class: "natural" as they come, "balanced" each class alike, "root" by the square
    # root of their number, halfway between, or factors as in "cat=3, dog=0.5", where what is not named counts once
    sampling: str = "natural"
    share: float = 1.0  # of the training images of each class, used; 1: all
    # training images used of each class that `weights` know, where the data add others to them; -1: all
    replay: int = -1
    adjust: float = 0.0  # strength of the logit adjustment for classes of unequal size; 1: as in the paper; 0: off
    distill: float = 0.0  # weight of the loss that holds the network to what `weights` answer for their classes; 0: off
    seed: int = 0  # of initial weights, order and augmentation
    ema: float = 0.0  # decay a step of the exponential moving average of the weights; 0: off
    # share of the epochs, the last ones, whose weights are averaged into those that are kept (SWA); 0: off
    swa: float = 0.0
    # side of the training images at the start, as a share of `image_size`; it grows until 80 % of the training; 0: off
    progressive: float = 0.0
    clip_norm: float = 0.0  # largest norm of the gradient; 0: off
    choose: Literal["best", "last"] = "last"  # weights kept: best epoch on validation, or the last one
    # views of each image at the end whose logits are averaged; their scores are kept beside the plain ones, by name
    tta: Literal["none", "flip", "shift", "flip+shift"] = "none"

    # who else is told how the training goes: "tensorboard", "mlflow", "tensorboard | mlflow"; jsonl: history.jsonl alone,
    # which every run keeps
    track: Spec = Spec("jsonl")
    save_every: float = 0.0  # seconds between checkpoints; 0: as often as 3 % of the run's time allows
    device: str = "auto"  # auto, cpu, cuda, cuda:1, mps
    precision: Literal["auto", "fp32", "bf16"] = "auto"  # auto: the faster one, by a few timed steps
    threads: int = 0  # CPU threads of one operation; 0: the fastest count, by a few timed steps
    workers: int = 0  # processes that decode streamed images, at most one a core; 0: one a core
    compile: Literal["auto", "on", "off"] = "auto"  # torch.compile; auto: where the predicted run is long enough for it

    def __post_init__(self) -> None:
        for field in fields(self):
            check_field(field.name, getattr(self, field.name))
        if self.val + self.test >= 1:
            raise RecipeError(f"val + test = {self.val + self.test:g} leaves nothing to train on")
        if self.val == 0 and self.choose != "last":
            raise RecipeError('val = 0 means no choosing: set choose = "last", or hold some images out')
        if self.swa and (self.ema or self.choose == "best"):
            other = "ema" if self.ema else 'choose = "best"'
            raise RecipeError(f"swa = {self.swa:g} and {other} name two kinds of weights to be kept; take one of them")
        self._check_transfer()

    def _check_transfer(self) -> None:
        """What goes with weights that were trained before, and what does not."""
        if not self.weights and not self.model.get("pretrained"):
            for name, off in _NEEDS_WEIGHTS.items():
                if getattr(self, name) != off:
                    raise RecipeError(
                        f"{name} = {_shown(getattr(self, name))} needs a trained network; name one with weights=…"
                    )
        frozen = stages.parse(self.train).kind in stages.FROZEN
        if not frozen and (self.views or self.head != LINEAR):
            which = f"views = {self.views}" if self.views else f"head = {self.head}"
            raise RecipeError(f'{which} is for a frozen backbone; set train = "head" or "head-then-all"')
        if self.is_fitted() and (self.ema or self.swa or self.choose == "best"):
            raise RecipeError(f'head = {self.head} is fitted in one stroke: ema, swa and choose = "best" have no place')
        if self.train == "head" and self.progressive:
            raise RecipeError('progressive needs images, and train = "head" looks at each once; set progressive = 0')

    def is_fitted(self) -> bool:
        """True where a head is fitted to its features, and nothing else is trained."""
        return self.train == stages.HEAD and self.head != LINEAR

    def begins_with_head(self) -> bool:
        """True where the first to be done is a pass of the frozen backbone, and a head on its features."""
        return stages.parse(self.train).kind in (stages.HEAD, stages.BEST)

    def is_in_stages(self) -> bool:
        """True where a head is fitted, or is the first of several stages."""
        return self.is_fitted() or stages.parse(self.train).kind == stages.BEST

    def later(self) -> tuple[str, ...]:
        """The stages after the head, in their order."""
        return stages.parse(self.train).tried[1:]

    def of_stage(self, train: str) -> "Recipe":
        """The recipe of one of them, whose head was fitted before and is trained as any other layer.

        Of all weights, the backbone's take small steps, and the images of a step pass a few at a time: the activations of 32 at
        260 px would take 1.3 GB.
        """
        own = replace(self, train=train, head=LINEAR, views=0, budget=0.0)
        if train != stages.ALL:
            return own
        passes = math.ceil(self.batch_size * self.image_size**2 / PASS_PIXELS)
        rate = ALL_RATE if self.backbone_lr_factor == 1.0 else self.backbone_lr_factor
        return replace(own, backbone_lr_factor=rate, accumulate=max(self.accumulate, passes))

    def known(self) -> dict[str, Value]:
        """What fills the options of these names that a part's call leaves open."""
        return {name: getattr(self, name) for name in KNOWN}


TYPES = get_type_hints(Recipe)
_NEEDS_WEIGHTS = {"train": "all", "backbone_lr_factor": 1.0, "layer_decay": 1.0, "distill": 0.0, "replay": -1}
KNOWN = ("image_size", "epochs")  # fields that fill a part's options of the same name

_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    Spec: "a part, such as name(option=1)",
}

# What a number must be, beyond its type: a test, and the words for it.
_NOT_NEGATIVE: tuple[Callable[[float], bool], str] = (lambda value: value >= 0, "at least 0")
_AT_LEAST_ONE: tuple[Callable[[float], bool], str] = (lambda value: value >= 1, "at least 1")
_SHARE: tuple[Callable[[float], bool], str] = (lambda value: 0 <= value < 1, "from 0 up to, but not including, 1")
_FACTOR: tuple[Callable[[float], bool], str] = (lambda value: 0 < value <= 1, "above 0, and at most 1")
MOST_SIDE = 8_192  # above, one image takes 200 MB before any network has seen it: a digit too many
MOST_TOGETHER = 2**20
_LIMITS: dict[str, tuple[Callable[[float], bool], str]] = {
    "image_size": (lambda value: 1 <= value <= MOST_SIDE, f"from 1 to {MOST_SIDE} pixels"),
    "channels": (lambda value: value in (1, 3, 4), "1 (grey), 3 (colour) or 4 (colour and transparency)"),
    "val": _SHARE,
    "test": _SHARE,
    "epochs": _AT_LEAST_ONE,
    "budget": _NOT_NEGATIVE,
    "batch_size": (lambda value: 1 <= value <= MOST_TOGETHER, f"from 1 to {MOST_TOGETHER} images"),
    "accumulate": _AT_LEAST_ONE,
    "seed": _NOT_NEGATIVE,
    "split_seed": _NOT_NEGATIVE,
    "ema": _SHARE,
    "swa": (lambda value: 0 <= value <= 1, "from 0 to 1"),
    "progressive": _SHARE,
    "clip_norm": _NOT_NEGATIVE,
    "views": _NOT_NEGATIVE,
    "backbone_lr_factor": _FACTOR,
    "layer_decay": _FACTOR,
    "share": _FACTOR,
    "epoch_share": _FACTOR,
    "replay": (lambda value: value >= -1, "at least 0, or -1 for all"),
    "adjust": _NOT_NEGATIVE,
    "distill": _NOT_NEGATIVE,
    "save_every": _NOT_NEGATIVE,
    "threads": _NOT_NEGATIVE,
    "workers": _NOT_NEGATIVE,
}


def check_field(name: str, value: Value) -> None:
    """Check one field by itself: its type, its limits, and for a part that it and its options exist.

    Raises:
        RecipeError, UnknownName: with the field's name and what it must be.
    """
    renamed.check(name, value)
    if name not in TYPES:
        raise typed.unknown("field of a recipe", name, TYPES)
    wanted = TYPES[name]
    choices = get_args(wanted)
    if choices and value not in choices:
        raise RecipeError(f"{name} = {value!r} must be one of {', '.join(map(repr, choices))}")
    if not choices and (type(value) is not wanted or (wanted is float and not math.isfinite(value))):
        hint = typed.hint(value) if wanted in (int, float) else ""
        raise RecipeError(f"{name} = {value!r} must be {_WORDS[wanted]}{hint}")
    if name in _LIMITS and not _LIMITS[name][0](value):
        raise RecipeError(f"{name} = {value} must be {_LIMITS[name][1]}")
    if name == "sampling":
        factors(value)
    if name == "train":
        stages.parse(value)
    if name == "normalise":
        normalisation(value)
    if wanted is Spec and value != NO_AUGMENTATION:
        catalog.check(SHELF_OF[name], value, dict.fromkeys(KNOWN))


def _shown(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
