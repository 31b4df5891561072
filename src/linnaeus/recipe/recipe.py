"""`Recipe`: everything that determines a run, plain and frozen."""

from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec, Value

NO_AUGMENTATION = Spec("none")

# The shelf that the parts of a field stand on.
SHELF_OF = {
    "data": "datasets",
    "model": "models",
    "augment": "augmentations",
    "loss": "losses",
    "optimizer": "optimizers",
    "schedule": "schedules",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What shall be done. Each field's comment gives its unit and the value that switches it off."""

    data: Spec
    image_size: int  # side of the square that the network sees, in pixels
    channels: int  # 1 grey, 3 colour, 4 colour and transparency
    resize: Literal["crop", "stretch", "pad"] = (
        "crop"  # how a picture becomes square: cut, distort, or fill the rest with black
    )
    val: float = 0.15  # share of the training images held out for choosing; 0: no choosing, the last weights are taken
    test: float = 0.15  # share sealed as the test split, where the data set brings none
    split_seed: int = 0  # which shares: apart from `seed`, so that repeats of a run share their splits
    strict: bool = (
        False  # stop before the first epoch when an image cannot be read; False: go on without it, and list it
    )
    loading: Literal["auto", "resident", "streamed"] = "auto"  # all images in memory, or decoded as they are needed

    model: Spec
    augment: Spec = NO_AUGMENTATION
    loss: Spec = Spec("cross_entropy")
    optimizer: Spec
    schedule: Spec = Spec("one_cycle")
    epochs: int
    budget: float = 0.0  # seconds of training from which `epochs` is sized; 0: `epochs` stands
    batch_size: int = 128  # images
    seed: int = 0
    ema: float = 0.0  # decay a step of the exponential moving average of the weights; 0: off
    clip_norm: float = 0.0  # largest norm of the gradient; 0: off
    choose: Literal["best", "last"] = "last"  # weights kept: best epoch on validation, or the last one

    save_every: float = 0.0  # seconds between checkpoints; 0: as often as 3 % of the run's time allows
    device: str = "auto"  # auto, cpu, cuda, cuda:1, mps
    precision: Literal["auto", "fp32", "bf16"] = "auto"  # auto: the faster one, by a short probe
    threads: int = 0  # CPU threads of one operation; 0: the fastest count, by a short probe
    workers: int = 0  # processes that decode streamed images; 0: one a core
    compile: Literal["auto", "on", "off"] = (
        "auto"  # torch.compile; auto: where the predicted run is long enough to repay it
    )

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, getattr(self, field.name))
        _check(self.image_size >= 1, f"image_size = {self.image_size} must be at least 1 pixel")
        _check(self.channels in (1, 3, 4), f"channels = {self.channels} must be 1, 3 or 4")
        _check(0 <= self.val < 1 and 0 <= self.test < 1, "val and test are shares, from 0 up to but not including 1")
        _check(self.val + self.test < 1, f"val + test = {self.val + self.test:g} leaves nothing to train on")
        _check(self.epochs >= 1, f"epochs = {self.epochs} must be at least 1")
        _check(self.batch_size >= 1, f"batch_size = {self.batch_size} must be at least 1")
        _check(
            min(self.budget, self.clip_norm, self.save_every) >= 0,
            "budget, clip_norm and save_every cannot be negative",
        )
        _check(0 <= self.ema < 1, f"ema = {self.ema} is a decay a step: from 0 (off) up to but not including 1")
        _check(self.threads >= 0 and self.workers >= 0, "threads and workers cannot be negative (0: chosen for you)")
        _check(
            self.val > 0 or self.choose == "last",
            'val = 0 means no choosing: set choose = "last", or hold some images out',
        )
        for name, shelf in SHELF_OF.items():
            spec = getattr(self, name)
            if spec != NO_AUGMENTATION:
                catalog.check(shelf, spec, self.known())

    def known(self) -> dict[str, Value]:
        """What fills the options of these names that a part's call leaves open."""
        return {"image_size": self.image_size, "epochs": self.epochs}


TYPES = get_type_hints(Recipe)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RecipeError(otherwise)


def _check_type(name: str, value: Value) -> None:
    wanted = TYPES[name]
    if choices := get_args(wanted):
        _check(value in choices, f"{name} = {value!r} must be one of {', '.join(map(repr, choices))}")
    else:
        _check(type(value) is wanted, f"{name} = {value!r} must be {_WORDS[wanted]}")


_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    Spec: "a part, such as name(option=1)",
}
