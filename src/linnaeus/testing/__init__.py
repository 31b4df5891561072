"""The contracts of the shelves, made executable: for authors of parts, and for our own tests.

    check_model("mine.py:net(width=8)")         check_loss("focal")               check_schedule("cosine")
    check_augmentation("crop(pad=4)")           check_optimizer("sgd(lr=0.1)")    check_head("ridge")
    check_tracker("mine.py:tracker")

Each takes a part as the recipe would name it, tries what the shelf's `__init__` promises, and raises AssertionError with
the promise that was broken. All is done on the CPU with small tensors, in seconds.
"""

from linnaeus.testing.head_contract import check_head
from linnaeus.testing.mathematics import (
    check_augmentation,
    check_loss,
    check_model,
    check_optimizer,
    check_schedule,
)
from linnaeus.testing.trackers import check_tracker

__all__ = [
    "check_augmentation",
    "check_head",
    "check_loss",
    "check_model",
    "check_optimizer",
    "check_schedule",
    "check_tracker",
]
