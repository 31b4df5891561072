"""Which part of an augmentation shows the network mirrored or turned images."""

from collections.abc import Sequence
from typing import Any

from linnaeus.recipe.spec import Spec

# Parts of the shelf `augmentations` that always turn images so; those that turn by an angle are looked at below.
_PARTS = {
    "mirror": ("flip", "alternating_flip"),
    "upside_down": ("vertical_flip",),
    "half_turn": (),
    "quarter_turn": (),
}
_TORCHVISION = {"RandomHorizontalFlip": "mirror", "RandomVerticalFlip": "upside_down"}
_ANGLES = {"quarter_turn": 80, "half_turn": 170}  # degrees


def augmented_by(kind: str, augment: Spec) -> str | None:
    """The part of an augmentation that shows images turned so, as it is written; None: there is none."""
    for part in augment.operands():
        inner = [value for value in _flat((*part.args, *dict(part.options).values())) if isinstance(value, Spec)]
        if any(augmented_by(kind, each) for each in inner):
            return str(part)
        is_torchvision = part.name == "torchvision_v2" and _TORCHVISION.get(_first(part, "name", "")) == kind
        turns_by = _first(part, "degrees", 0) if part.name in ("rotate", "affine") else 0
        if part.name in _PARTS[kind] or is_torchvision or (kind in _ANGLES and turns_by >= _ANGLES[kind]):
            return str(part)
    return None


def _first(part: Spec, option: str, default: Any) -> Any:
    """An option that may also stand first, without its name."""
    return part.get(option, part.args[0] if part.args else default)


def _flat(values: Sequence[Any]) -> list[Any]:
    return [inner for value in values for inner in (_flat(value) if isinstance(value, tuple) else [value])]
