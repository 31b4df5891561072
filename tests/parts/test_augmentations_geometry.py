"""Augmentations that move, cut or cover pixels, against a plain reference that does one image at a time."""

import math

import numpy as np
import pytest
import torch
from torchvision.transforms.v2 import functional as F

from linnaeus.parts.augmentations import (
    _windows,
    affine,
    crop,
    cutout,
    erase,
    flip,
    resized_crop,
    rotate,
    shift,
    vertical_flip,
)
from tests.parts import reference_augmentations as reference
from tests.parts.images import batch, every_layout, every_shape, on_every_path, rows, same


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
    assert same(_windows.with_torch(images_BCHW, places_2B, pad, mode), wanted)


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
    assert same(_windows.with_torch(images_BCHW, pixels - moves_2B, pixels, fill), wanted)


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


@every_layout
@every_shape
def test_vertical_flip_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    chosen_B = torch.rand(40, generator=torch.Generator().manual_seed(1)) < 0.5
    pairs = zip(rows(images_BCHW), chosen_B, strict=True)
    wanted = [reference.vertical_flip(image) if chosen else image for image, chosen in pairs]
    for images in (images_BCHW, images_BCHW.bfloat16()):  # bf16 takes the way of the devices
        found, _ = vertical_flip.build()(images, torch.ones(40, 1), torch.Generator().manual_seed(1))
        assert same(found.to(torch.uint8), wanted)


@every_layout
@every_shape
def test_rotate_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last, 6)
    angle_B = torch.tensor([0.0, 0.1, -0.4, 1.0, math.pi / 2, 3.0], dtype=torch.float64)
    pairs = zip(rows(images_BCHW), angle_B.tolist(), strict=True)
    wanted = [reference.rotate(image, angle, 40) for image, angle in pairs]
    assert same(on_every_path(rotate.turned, images_BCHW, angle_B, 40.0)[0], wanted)
    assert np.array_equal(wanted[0], rows(images_BCHW)[0])
    if shape[1] == shape[2]:
        assert np.array_equal(wanted[4], np.rot90(rows(images_BCHW)[4], -1))


@every_layout
@every_shape
def test_affine_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last, 6)
    draws = torch.Generator().manual_seed(3)
    matrix_B23 = torch.eye(2, 3).double() + torch.randn(6, 2, 3, generator=draws, dtype=torch.float64)
    matrix_B23[0] = torch.tensor([[1.0, 0, -2], [0, 1, 3]])
    pairs = zip(rows(images_BCHW), matrix_B23.numpy(), strict=True)
    wanted = [reference.affine(image, matrix, 40) for image, matrix in pairs]
    assert same(on_every_path(affine.warped, images_BCHW, matrix_B23, 40.0)[0], wanted)
    moved = np.full_like(rows(images_BCHW)[0], 40)
    moved[:-3, 2:] = rows(images_BCHW)[0][3:, :-2]
    assert np.array_equal(wanted[0], moved)


def test_affine_is_near_torchvisions() -> None:
    """Torchvision computes places in fp32, ours in sixteenths of a pixel: a smooth image shows hardly a difference."""
    y, x = torch.meshgrid(torch.linspace(0, 3, 32), torch.linspace(0, 3, 32), indexing="ij")
    image = torch.stack([127 + 60 * x.sin() + 60 * y.cos(), torch.full((32, 32), 255)]).to(torch.uint8)
    augment = affine.build(degrees=20, translate=0.1, scale=(0.8, 1.2), shear=10)
    found, _ = augment(image.expand(50, 2, 32, 32), torch.ones(50, 1), torch.Generator().manual_seed(0))
    draws = torch.rand(6, 50, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for ours, (turn, right, down, shear, size, _) in zip(found, draws.T.tolist(), strict=True):
        theirs = F.affine(
            image.float(),
            angle=20 * (2 * turn - 1),
            translate=[3.2 * (2 * right - 1), 3.2 * (2 * down - 1)],
            scale=0.8 + 0.4 * size,
            shear=[-10 * (2 * shear - 1), 0.0],  # its sign is the other way about
            interpolation=F.InterpolationMode.BILINEAR,
        )
        inside = (theirs[1] == 255) & (ours[1] == 255)  # of the second channel, white, to tell the edge
        assert inside.float().mean() > 0.4
        assert (ours - theirs)[0, inside].abs().max() < 1.5


@every_layout
@every_shape
def test_resized_crop_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last, 4)
    _, height, width = shape
    boxes = torch.tensor(
        [[0, 0, height, width], [1.3, 2.1, 4.4, 5.2], [height - 3, 0, 3, 3.5], [0, width - 1, 1, 1]],
        dtype=torch.float64,
    )
    pairs = zip(rows(images_BCHW), boxes.tolist(), strict=True)
    wanted = [reference.resized_crop(image, box) for image, box in pairs]
    assert same(on_every_path(resized_crop.enlarged, images_BCHW, boxes)[0], wanted)
    assert np.array_equal(wanted[0], rows(images_BCHW)[0])


def test_resized_crop_draws_boxes_within_its_limits() -> None:
    """A ramp shows how much of it is in the box."""
    ramp = torch.arange(200).float().expand(500, 1, 200, 200)
    found, _ = resized_crop.build(scale=(0.25, 0.25), ratio=(1, 1))(ramp, torch.ones(500, 1), torch.Generator())
    across = found[:, 0, 0, -1] - found[:, 0, 0, 0]
    assert across.min() > 98.5 and across.max() < 100.5
    assert found[:, 0, 0, 0].min() < 2 and found[:, 0, 0, -1].max() > 197


@every_layout
@every_shape
def test_cutout_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    draws = torch.Generator().manual_seed(1)
    chosen_B = torch.rand(40, generator=draws) < 0.5
    row_B, column_B = (torch.randint(size, (40,), generator=draws) for size in shape[1:])
    wanted = [
        reference.cutout(image, int(row), int(column), 5, 9) if chosen else image
        for image, row, column, chosen in zip(rows(images_BCHW), row_B, column_B, chosen_B, strict=True)
    ]
    found, _ = cutout.build(size=5, p=0.5, fill=9)(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))
    assert same(found, wanted)


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


def test_a_reflection_wider_than_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller pad"):
        crop.build(pad=8)(torch.zeros(2, 1, 8, 8), torch.ones(2, 1), torch.Generator())
