"""Every augmentation against the contract of its shelf, and against a plain reference that does one image at a time."""

import numpy as np
import pytest
import torch
from torch import Tensor

from linnaeus.errors import RecipeError
from linnaeus.parts.augmentations import crop, erase, flip, shift
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_augmentation
from tests.parts import reference_augmentations as reference

# Settings that bring out what a part can do; a part that is not named here is checked with its defaults.
SETTINGS = {
    "crop": ["crop", 'crop(pad=2, mode="zero")', 'crop(pad=3, mode="edge")', "crop(pad=0)"],
    "erase": ["erase", 'erase(p=1, fill="noise")', "erase(p=1, fill=127.0)"],
    "flip": ["flip"],
    "shift": ["shift", 'shift(pixels=3, fill="zero")'],
}
WITHOUT_DRAWS = {"crop(pad=0)"}
SHAPES = [(3, 16, 16), (1, 9, 12), (4, 13, 8)]


def settings() -> list[str]:
    return [setting for name in catalog.names("augmentations") for setting in SETTINGS.get(name, [name])]


@pytest.mark.parametrize("part", settings())
def test_contract(part: str) -> None:
    check_augmentation(part, own_draw=part not in WITHOUT_DRAWS)


def batch(shape: tuple[int, int, int], channels_last: bool, count: int = 40) -> Tensor:
    draws = torch.Generator().manual_seed(5)
    images_BCHW = torch.randint(256, (count, *shape), generator=draws, dtype=torch.uint8)
    return images_BCHW.contiguous(memory_format=torch.channels_last) if channels_last else images_BCHW


def rows(images_BCHW: Tensor) -> list[np.ndarray]:
    return list(images_BCHW.permute(0, 2, 3, 1).numpy())


def same(found_BCHW: Tensor, wanted: list[np.ndarray]) -> bool:
    return np.array_equal(np.stack(rows(found_BCHW)), np.stack(wanted))


every_layout = pytest.mark.parametrize("channels_last", [True, False])
every_shape = pytest.mark.parametrize("shape", SHAPES)


@every_layout
@every_shape
def test_flip_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    chosen_B = torch.rand(40, generator=torch.Generator().manual_seed(1)) < 0.5
    wanted = [
        reference.flip(image) if chosen else image for image, chosen in zip(rows(images_BCHW), chosen_B, strict=True)
    ]
    assert chosen_B.any() and not chosen_B.all()
    assert same(flip.build()(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))[0], wanted)
    as_on_device = flip.mirrored(images_BCHW.bfloat16(), chosen_B)  # bf16 takes the way of the devices
    assert torch.equal(as_on_device, flip.mirrored(images_BCHW, chosen_B).bfloat16())


@every_layout
@every_shape
@pytest.mark.parametrize("mode", crop.MODES)
@pytest.mark.parametrize("pad", [1, 4, 7])
def test_crop_equals_its_reference(shape: tuple[int, int, int], channels_last: bool, mode: str, pad: int) -> None:
    images_BCHW = batch(shape, channels_last)
    places_2B = torch.randint(0, 2 * pad + 1, (2, 40), generator=torch.Generator().manual_seed(1))
    wanted = [
        reference.crop(image, top, left, pad, mode)
        for image, (top, left) in zip(rows(images_BCHW), places_2B.T.tolist(), strict=True)
    ]
    found, _ = crop.build(pad=pad, mode=mode)(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))
    assert same(found, wanted)
    assert same(crop._with_torch(images_BCHW, places_2B, pad, mode), wanted)


@every_layout
@every_shape
@pytest.mark.parametrize("fill", ["edge", "zero"])
@pytest.mark.parametrize("pixels", [1, 5])
def test_shift_equals_its_reference(shape: tuple[int, int, int], channels_last: bool, fill: str, pixels: int) -> None:
    images_BCHW = batch(shape, channels_last)
    moves_2B = torch.randint(-pixels, pixels + 1, (2, 40), generator=torch.Generator().manual_seed(1))
    wanted = [
        reference.shift(image, down, right, fill)
        for image, (down, right) in zip(rows(images_BCHW), moves_2B.T.tolist(), strict=True)
    ]
    found, _ = shift.build(pixels=pixels, fill=fill)(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))
    assert same(found, wanted)
    assert same(shift._with_torch(images_BCHW, moves_2B, fill), wanted)


@every_layout
@every_shape
def test_erase_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    draws = torch.Generator().manual_seed(7)
    top_B, left_B = torch.randint(0, 6, (2, 40), generator=draws)
    high_B, wide_B = torch.randint(1, 9, (2, 40), generator=draws)
    boxes = torch.stack([top_B, left_B, top_B + high_B, left_B + wide_B], 1)
    chosen_B = torch.rand(40, generator=draws) < 0.5
    wanted = [
        reference.erase(image, box, 9) if chosen else image
        for image, box, chosen in zip(rows(images_BCHW), boxes.tolist(), chosen_B, strict=True)
    ]
    assert same(erase._painted(images_BCHW, boxes, chosen_B, 9), wanted)
    as_on_device = erase._painted(images_BCHW.bfloat16(), boxes, chosen_B, 9)
    assert torch.equal(as_on_device, erase._painted(images_BCHW, boxes, chosen_B, 9).bfloat16())


def test_erase_draws_boxes_within_its_limits() -> None:
    black = torch.zeros(2000, 1, 32, 32, dtype=torch.uint8)
    erased, _ = erase.build(p=0.5, fill=255.0)(black, torch.ones(2000, 1), torch.Generator().manual_seed(0))
    shares = (erased[:, 0] > 0).float().mean((1, 2))
    hit = shares > 0
    assert 0.45 < hit.float().mean() < 0.55
    assert shares.max() < 0.36 and shares[hit].min() > 0.01  # sides are rounded to pixels, so the limits blur a little
    assert 0.13 < shares[hit].mean() < 0.2  # uniform between 0.02 and 0.33


def test_every_place_of_a_crop_is_equally_likely() -> None:
    ramp = torch.arange(9, dtype=torch.uint8).expand(9000, 1, 9, 9).contiguous()
    found, _ = crop.build(pad=4, mode="edge")(ramp, torch.ones(9000, 1), torch.Generator().manual_seed(0))
    counts = torch.bincount(found[:, 0, 0, 4].long(), minlength=9)
    assert counts.sum() == 9000 and counts.min() > 850 and counts.max() < 1150


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("flip(p=1.5)", "probability"),
        ("crop(pad=-1)", "pad"),
        ('crop(mode="wrap")', "mode"),
        ('shift(fill="noise")', "fill"),
        ("erase(scale=[0.5, 0.1])", "scale"),
        ("erase(ratio=[0, 1])", "ratio"),
        ('erase(fill="red")', "fill"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("augmentations", parse(part))


def test_a_reflection_wider_than_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller pad"):
        crop.build(pad=8)(torch.zeros(2, 1, 8, 8), torch.ones(2, 1), torch.Generator())
