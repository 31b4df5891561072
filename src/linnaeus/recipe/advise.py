"""A sound recipe for data about which nothing is known but its facts."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from linnaeus.recipe import stages
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import LINEAR, NO_AUGMENTATION
from linnaeus.recipe.spec import Spec, parse
from linnaeus.recipe.stages import ALL, HEAD, HEAD_THEN_ALL, best

NETWORK = "convnet"  # from nothing, whose first layer keeps every pixel
TINY = 16  # pixels; such images hold little: half the width learns it, and a step costs more than its images
SMALL_SET = 5_000  # images; fewer pass so quickly through a narrow network that it sees them twice as often, and learns more of them
FEW = 20_000  # images; fewer show their things in too few lights
LARGEST_SIDE = 96  # pixels; above, training from nothing on a CPU is a matter of hours
BACKBONE = "imagenet"  # where photographs begin
# Pixels of the short side above which colour images count as photographs. A network from nothing is shown at most 96 px, and
# what is smaller would be blown up to more than twice its size for a backbone that was trained at 224 px.
PHOTOGRAPH = 100
VAL = 0.15  # share of the training images that is held out
ENOUGH = 100  # validation images by which one head is told from another
LAST = "last(2)"  # blocks, which hold a quarter to a third of an EfficientNet's weights
STAGES = best(HEAD, LAST, ALL)  # of a fine-tuning
EPOCHS, BATCH = 5, 32  # of each stage after the head
STEPS = {"optimizer", "loss", "schedule"}  # fields that a fit to features has no use for
BUDGET = 300.0  # seconds within which a fine-tuning is to be the best that it can be


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a recipe is chosen by."""

    images: int  # to train and validate on
    classes: int
    side: int  # usual short side, pixels
    channels: int
    mirror: bool | None  # True: a mirrored image keeps its class; None: nobody knows
    brings_val: bool = False


def advise(facts: Facts, image_size: int | None = None, *, free: bool = False) -> Fields:
    """Every field of a recipe but `data`; `image_size` where it is given already. Flips only where a mirror is known to keep the class.

    `free`: nobody names a network or weights, so that few images may have the network and optimizer that are quickest together.
    """
    size = image_size or (facts.side if facts.side <= 40 else min(LARGEST_SIDE, max(32, round(facts.side / 16) * 16)))
    tiny = size <= TINY
    batch = 32 if facts.images < 1_000 else 64 if facts.images < 5_000 and not tiny else 128
    chosen = {
        "image_size": size,
        "channels": facts.channels,
        "resize": "crop",
        "val": VAL if facts.images < 20_000 else 0.1,
        "test": 0.15,
        "model": parse(f"{NETWORK}(width=16)" if tiny else NETWORK),
        "augment": augmentation(size, facts),
        "loss": parse("cross_entropy(smoothing=0.1)") if facts.classes > 20 else parse("cross_entropy"),
        "optimizer": parse(f"adamw(lr={0.006 if tiny else 0.003}, weight_decay=0.05)"),
        "schedule": parse("one_cycle"),
        "epochs": max(10, min(30, 300_000 // max(1, facts.images))),
        "batch_size": batch,
    }
    return chosen | quick(size, facts) if free and not tiny and facts.images < SMALL_SET else chosen


def quick(size: int, facts: Facts) -> Fields:
    """What few images are learned by soonest: half the width, one stage more, until about 2 px are left, and Muon.

    By two folds of 18 of the 54 training signs of the speed-limit signs (six classes, 540 and 270 images a fold, 32 px, one seed):
    31.1 % after 33 s of processor time with width 32 and AdamW, 54.4 % after 24 s with width 16, 73.7 % after 26 s with Muon, too, and
    85.4 % after 34 s with one stage more. What else was tried is in benchmarks/README.md, section folder.py.
    """
    stages = min(5, max(2, round(math.log2(size / 4))) + 1)
    return {
        "model": parse(f"{NETWORK}(width=16, stages={stages})"),
        "optimizer": parse("muon(lr=0.05)"),
        "epochs": max(30, min(60, 60_000 // max(1, facts.images))),
    }


def begins_at_backbone(facts: Facts, image_size: int | None = None) -> bool:
    """True for photographs, which begin at a pretrained backbone where nobody says otherwise; `image_size` where it is given."""
    return facts.channels == 3 and min(facts.side, image_size or facts.side) > PHOTOGRAPH


def few(facts: Facts) -> bool:
    """True where so few images are there that a head is better cross-validated on all of them than validated on a share."""
    return not facts.brings_val and facts.images * VAL < ENOUGH


def further(fields: Fields, *, weights: str, epochs: int) -> Fields:
    """The recipe of a run that trains another further: its own, with other draws than those of its first epochs."""
    seed = fields.get("seed", 0) + 1
    return {**fields, "weights": weights, "epochs": epochs, "budget": 0.0, "seed": seed}


def carried(mode: str = STAGES, named: Collection[str] = ()) -> Fields:
    """What a recipe that begins at trained weights changes of the one that begins at none. `mode`: a word of `train`.

    A head alone is fitted to its features, unless `named` has one of `STEPS`: they are for a head trained by steps.
    Of the stages after the head, longer trainings than these over-fit a thousand photographs: recipes/photographs.md.
    """
    fitted: Fields = {"train": mode, "head": parse("logistic"), "augment": NO_AUGMENTATION}
    if mode == HEAD:
        return fitted | ({"head": LINEAR} if STEPS & set(named) else {})
    if stages.parse(mode).kind == stages.BEST:
        return fitted | {
            "optimizer": parse("adamw(lr=0.002, weight_decay=0.05)"),
            "schedule": parse("one_cycle"),
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "budget": BUDGET,
        }
    tuned: Fields = {
        "train": mode,
        "optimizer": parse("adamw(lr=0.0005, weight_decay=0.05)"),
        "schedule": parse("one_cycle"),
        "epochs": 10,
    }
    return tuned | ({"head": parse("logistic")} if mode == HEAD_THEN_ALL else {})


def extended(fields: Fields, *, weights: str, data: Spec, replay: int) -> Fields:
    """The recipe of a run that adds classes to a trained one: shorter, gentler to the backbone, leaning towards the rarer classes.

    Sampling alone does not do that for a network that learns its training images by heart; logit adjustment does:
    recipes/cifar10-reptiles.md compares them on validation images.
    Without old images the old network's answers hold the new one to them, and the logit adjustment keeps the loss from
    driving down the old classes, which no image speaks for: without it all is classified as new (tests/finetuning/test_extend.py).
    Rate and epochs are the first that were taken; neither was tuned.
    """
    return {
        **fields,
        "weights": weights,
        "data": data,
        "replay": replay,
        "rows": "keep",
        "train": "all",
        "head": LINEAR,
        "views": 0,
        "sampling": "root",
        "optimizer": parse("sgd(lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.0005)"),
        "schedule": parse("one_cycle"),
        "epochs": 4,
        "distill": 1.0,
        "adjust": 0.5 if replay else 1.0,
        "progressive": 0.0,
        "budget": 0.0,
        "choose": "last",
        "ema": 0.0,
        "swa": 0.0,
        "seed": fields.get("seed", 0) + 1,
    }


def augmentation(size: int, facts: Facts) -> Spec:
    """Small shifts for small grey images, padded crops for the rest; other light too for the few colour images of a small set.

    On the 270 validation images of the speed-limit signs (six classes, 810 training images, convnet, 30 epochs) the light made
    68.9 % of 43.0 %.
    """
    stages = [
        f"shift(pixels={max(1, size // 12)})"
        if facts.channels == 1 and size <= 32
        else f"crop(pad={max(1, size // 8)})"
    ]
    if facts.mirror:
        stages.append("flip")
    if facts.channels == 3 and facts.images < FEW:
        stages.append("color(brightness=0.6, contrast=0.6, saturation=0.3)")
    return parse(" | ".join(stages))
