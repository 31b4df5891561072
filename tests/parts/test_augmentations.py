"""Every augmentation against the contract of its shelf, and against a plain reference that does one image at a time."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import beta
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

from linnaeus.errors import RecipeError
from linnaeus.parts.augmentations import (
    affine,
    alternating_flip,
    blur,
    color,
    crop,
    cut_mix,
    cutout,
    erase,
    flip,
    grayscale,
    mix_up,
    noise,
    rand_augment,
    resized_crop,
    rotate,
    shift,
    sometimes,
    torchvision_v2,
    trivial_augment,
    vertical_flip,
)
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_augmentation
from tests.parts import reference_augmentations as reference

# Settings that bring out what a part can do; a part that is not named here is checked with its defaults.
SETTINGS = {
    "affine": ["affine", "affine(degrees=180, shear=30, scale=[0.5, 2], p=0.5, fill=7.0)"],
    "blur": ["blur", "blur(p=1, sigma=[0.5, 3])"],
    "color": ["color", "color(brightness=1.5, contrast=1, saturation=2, hue=0.5)", "color(p=0.5)"],
    "cutout": ["cutout", "cutout(size=3, p=0.5, fill=200)"],
    "rand_augment": ["rand_augment", "rand_augment(changes=3, magnitude=30, fill=128)"],
    "resized_crop": ["resized_crop", "resized_crop(scale=[0.01, 0.2], ratio=[0.1, 10])"],
    "rotate": ["rotate", "rotate(degrees=180, p=0.5, fill=255)"],
    "sometimes": ["sometimes(0.5, crop)", "sometimes(0.5, [shift, mix_up])", "sometimes(0.0, noise)"],
    "torchvision_v2": [
        'torchvision_v2("RandomPerspective", [0.3])',
        'torchvision_v2("ColorJitter", options=["hue", 0.1, "contrast", 0.5])',
    ],
    "crop": ["crop", 'crop(pad=2, mode="zero")', 'crop(pad=3, mode="edge")', "crop(pad=0)"],
    "erase": ["erase", 'erase(p=1, fill="noise")', "erase(p=1, fill=127.0)"],
    "flip": ["flip"],
    "shift": ["shift", 'shift(pixels=3, fill="zero")'],
}
WITHOUT_DRAWS = {"crop(pad=0)", "mix_up", "cut_mix", "sometimes(0.0, noise)"}  # that equal images would show
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


def on_every_path(function: Any, images_BCHW: Tensor, *arguments: Any) -> list[Tensor]:
    """What the CPU's way gives, and what the devices' way gives, which int32 images take on a CPU too."""
    found = [function(images_BCHW, *arguments), function(images_BCHW.int(), *arguments).to(torch.uint8)]
    assert torch.equal(*found)
    return found


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
def test_color_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last, 5)
    images_BCHW[4, :, 0] = 0  # black, white and grey have no hue
    factors_4B = torch.tensor(
        [[1, 1, 1, 0], [0.7, 1.2, 0.5, 0.25], [1.5, 0.6, 1.7, -0.4], [0, 1, 1, 0], [1.1, 1.4, 0.0, 0.5]]
    ).T
    wanted = [
        reference.color(image, *factors)
        for image, factors in zip(rows(images_BCHW), factors_4B.T.tolist(), strict=True)
    ]
    with_hue = shape[0] >= 3
    found = color.jittered(images_BCHW, factors_4B, with_hue).permute(0, 2, 3, 1).numpy().astype(int)
    differences = np.abs(found - np.stack(wanted))
    assert differences.max() <= 1 and (differences > 0).mean() < 0.01  # fp32 and fp64 round apart, rarely
    assert np.array_equal(found[0], rows(images_BCHW)[0])
    if shape[0] == 4:
        assert np.array_equal(found[..., 3], np.stack(rows(images_BCHW))[..., 3])


@every_layout
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[0] >= 3])
def test_grayscale_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    wanted = [reference.grayscale(image) for image in rows(images_BCHW)]
    assert same(grayscale.build(p=1)(images_BCHW, torch.ones(40, 1), torch.Generator())[0], wanted)


@every_layout
@every_shape
def test_blur_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last, 5)
    kernels = blur.gaussian(torch.tensor([0.1, 0.5, 0.8, 1.1, 2.0]).double(), 3)
    assert (kernels.sum(1) == 256).all() and kernels[0].tolist() == [0, 0, 0, 256, 0, 0, 0]
    pairs = zip(rows(images_BCHW), kernels.tolist(), strict=True)
    wanted = [reference.blur(image, kernel) for image, kernel in pairs]
    assert same(on_every_path(blur.blurred, images_BCHW, kernels)[0], wanted)


@every_layout
@every_shape
def test_noise_is_added_and_rounded(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW = batch(shape, channels_last)
    found, _ = noise.build(deviation=8)(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))
    draws = torch.Generator().manual_seed(1)
    torch.rand(40, generator=draws)
    added = 8 * torch.randn(images_BCHW.shape, generator=draws)
    wanted = np.floor(images_BCHW.numpy().astype(np.float32) + added.numpy() + np.float32(0.5)).clip(0, 255)
    assert np.array_equal(found.numpy(), wanted.astype(np.uint8))
    middle = torch.full((200, 1, 32, 32), 128, dtype=torch.uint8)
    spread, _ = noise.build(deviation=8, p=0.5)(middle, torch.ones(200, 1), torch.Generator())
    deviations = spread.float().std((1, 2, 3))
    assert 0.4 < (deviations == 0).float().mean() < 0.6
    assert (deviations[deviations > 0] - 8).abs().max() < 0.8


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


@every_layout
@every_shape
def test_mix_up_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW, targets_BK = batch(shape, channels_last), torch.eye(40)
    draws = torch.Generator().manual_seed(3)
    share_B = torch.randint(257, (40,), generator=draws).float()
    other = torch.randperm(40, generator=draws)
    wanted = [
        reference.mix_up(image, rows(images_BCHW)[partner], int(share))
        for image, partner, share in zip(rows(images_BCHW), other.tolist(), share_B, strict=True)
    ]
    assert same(on_every_path(mix_up.blended, images_BCHW, share_B, other)[0], wanted)
    soft_BK = mix_up.blended(targets_BK, share_B, other)
    assert torch.allclose(
        soft_BK, share_B[:, None] / 256 * targets_BK + (1 - share_B[:, None] / 256) * targets_BK[other]
    )


def test_mix_up_draws_shares_from_a_beta_distribution() -> None:
    one_pixel = batch((1, 1, 1), False, 2000)
    for alpha in (0.2, 1.0, 4.0):
        images, soft_BK = mix_up.build(alpha=alpha)(one_pixel, torch.eye(2000), torch.Generator().manual_seed(0))
        blended = soft_BK @ one_pixel.view(-1).float()
        assert (images.view(-1) - blended).abs().max() <= 0.5001
        distances = (soft_BK.diagonal() - 0.5).abs()
        expected = beta(alpha, alpha).expect(lambda share: abs(share - 0.5))
        assert abs(float(distances.mean()) - expected) < 0.02


@every_layout
@every_shape
def test_cut_mix_equals_its_reference(shape: tuple[int, int, int], channels_last: bool) -> None:
    images_BCHW, targets_BK = batch(shape, channels_last), torch.eye(40)
    draws = torch.Generator().manual_seed(3)
    top_B, left_B = torch.randint(0, 6, (2, 40), generator=draws)
    high_B, wide_B = torch.randint(0, 4, (2, 40), generator=draws)
    boxes = torch.stack([top_B, left_B, top_B + high_B, left_B + wide_B], 1)
    other = torch.randperm(40, generator=draws)
    wanted = [
        reference.cut_mix(image, rows(images_BCHW)[partner], box)
        for image, partner, box in zip(rows(images_BCHW), other.tolist(), boxes.tolist(), strict=True)
    ]
    found, soft_BK = cut_mix.replaced(images_BCHW, targets_BK, boxes, other)
    on_device, _ = cut_mix.replaced(images_BCHW.bfloat16(), targets_BK, boxes, other)
    assert same(found, wanted) and torch.equal(on_device, found.bfloat16())
    area_B = (high_B * wide_B) / (shape[1] * shape[2])
    assert torch.allclose(soft_BK.diagonal(), torch.where(other == torch.arange(40), 1.0, 1 - area_B))


@pytest.mark.parametrize("module", [rand_augment, trivial_augment])
def test_changes_are_torchvisions(module: Any) -> None:
    """Every change at three strengths, both ways, on a whole batch, against torchvision's own on one image."""
    theirs = v2.RandAugment(fill=[9.0]) if module is rand_augment else v2.TrivialAugmentWide(fill=[9.0])
    images_BCHW = batch((3, 16, 20), False, 4)
    for name, (most, either_way) in module.CHANGES.items():
        magnitudes, signed = theirs._AUGMENTATION_SPACE[name]
        assert signed == either_way
        for bin_ in (0, 9, 30):
            if name == "Identity":
                continue
            values = magnitudes(31, 16, 20)
            theirs_strength = 0.0 if values is None else float(values[bin_])
            ours_strength = most * bin_ / 30
            found = module.changed(images_BCHW, name, -ours_strength if either_way else ours_strength, 9.0)
            for image, ours in zip(images_BCHW, found, strict=True):
                wanted = theirs._apply_image_or_video_transform(
                    image,
                    name,
                    -theirs_strength if either_way else theirs_strength,
                    interpolation=v2.InterpolationMode.NEAREST,
                    fill=theirs._fill,
                )
                differs = (ours != wanted).float().mean()
                assert differs <= 0.02, f"{name} at {bin_}: {differs:.0%} of the pixels differ"


@pytest.mark.parametrize("module", [rand_augment, trivial_augment])
def test_images_alike_in_their_draws_are_changed_alike(module: Any) -> None:
    image = batch((3, 12, 12), False, 1)
    found, _ = module.build()(image.expand(400, -1, -1, -1), torch.ones(400, 1), torch.Generator().manual_seed(0))
    kinds = {one.numpy().tobytes() for one in found}
    assert 20 < len(kinds) < 400


def test_sometimes_is_its_part_for_some() -> None:
    images_BCHW, targets_BK = batch((3, 16, 16), True), torch.eye(40)
    draws = torch.Generator().manual_seed(1)
    chosen = (torch.rand(40, generator=draws) < 0.3).nonzero()[:, 0]
    wanted, wanted_BK = mix_up.build(alpha=1)(images_BCHW[chosen], targets_BK[chosen], draws)
    some = sometimes.build(p=0.3, part=lambda: mix_up.build(alpha=1))
    found, found_BK = some(images_BCHW, targets_BK, torch.Generator().manual_seed(1))
    assert torch.equal(found[chosen], wanted) and torch.equal(found_BK[chosen], wanted_BK)
    others = [image for image in range(40) if image not in chosen]
    assert torch.equal(found[others], images_BCHW[others]) and torch.equal(found_BK[others], targets_BK[others])


def test_alternating_flip_shows_each_image_both_ways_in_two_epochs() -> None:
    images_BCHW, targets_BK = batch((3, 8, 8), True, 1000), torch.ones(1000, 1)
    augment = alternating_flip.build()
    assert augment.needs_place
    indices_B, flipped = torch.arange(1000) + 5000, images_BCHW.flip(3)
    seen = []
    for epoch in range(4):
        found, _ = augment(images_BCHW, targets_BK, torch.Generator(), indices_B=indices_B, epoch=epoch)
        turned = (found == flipped).all((1, 2, 3))
        assert torch.equal(found[~turned], images_BCHW[~turned])
        assert 400 < turned.sum() < 600
        seen.append(turned)
    assert torch.equal(seen[0], ~seen[1]) and torch.equal(seen[0], seen[2]) and torch.equal(seen[1], seen[3])
    order = torch.randperm(1000)
    shuffled, _ = augment(images_BCHW[order], targets_BK, torch.Generator(), indices_B=indices_B[order], epoch=3)
    assert torch.equal(shuffled, found[order])  # it goes by the image, not by its place in the batch


def test_torchvisions_transforms_are_applied_image_by_image() -> None:
    images_BCHW = batch((3, 8, 8), True)
    found, _ = torchvision_v2.build(name="RandomHorizontalFlip", arguments=[1.0])(
        images_BCHW, torch.ones(40, 1), torch.Generator()
    )
    assert torch.equal(found, images_BCHW.flip(3))
    for name, arguments in (("Resize", [[4, 4]]), ("ToDtype", [torch.float32])):
        augment = torchvision_v2.build(name=name, arguments=arguments)
        with pytest.raises(ValueError, match="changes the size, channels or type"):
            augment(images_BCHW, torch.ones(40, 1), torch.Generator())


@pytest.mark.parametrize("part", ["color", "grayscale", "color(saturation=0, hue=0.1)"])
def test_colours_asked_of_grey_images_are_refused(part: str) -> None:
    augment = catalog.build("augmentations", parse(part))
    with pytest.raises(ValueError, match="colours"):
        augment(batch((1, 8, 8), False), torch.ones(40, 1), torch.Generator())
    check_augmentation("color(saturation=0)", channels=1)


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
        ("vertical_flip(p=-1)", "probability"),
        ("rotate(degrees=-1)", "degrees"),
        ("affine(scale=[2, 1])", "scale"),
        ("affine(shear=90)", "shear"),
        ("resized_crop(scale=[0.5, 2])", "scale"),
        ("cutout(size=0)", "size"),
        ("color(hue=0.6)", "hue"),
        ("color(contrast=-1)", "negative"),
        ("grayscale(p=2)", "probability"),
        ("blur(sigma=[0, 1])", "sigma"),
        ("noise(deviation=-1)", "deviation"),
        ("mix_up(alpha=0)", "alpha"),
        ("cut_mix(alpha=0)", "alpha"),
        ("rand_augment(magnitude=31)", "magnitude"),
        ("trivial_augment(fill=300)", "fill"),
        ("sometimes(2, crop)", "probability"),
        ("sometimes(0.5, 3)", "part must be"),
        ('torchvision_v2("Flip")', "no transform"),
        ('torchvision_v2("ColorJitter", options=["hue"])', "in turn"),
        ('torchvision_v2("RandomCrop", [])', "cannot be built"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("augmentations", parse(part))


def test_a_reflection_wider_than_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="smaller pad"):
        crop.build(pad=8)(torch.zeros(2, 1, 8, 8), torch.ones(2, 1), torch.Generator())
