"""Augmentations that change values, mix images or apply others, against a plain reference or torchvision's own."""

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import beta
from torchvision.transforms import v2

from linnaeus.parts.augmentations import (
    alternating_flip,
    blur,
    color,
    cut_mix,
    grayscale,
    mix_up,
    noise,
    rand_augment,
    sometimes,
    torchvision_v2,
    trivial_augment,
)
from tests.parts import reference_augmentations as reference
from tests.parts.images import SHAPES, batch, every_layout, every_shape, on_every_path, rows, same


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
    found, _ = noise.build(std=8)(images_BCHW, torch.ones(40, 1), torch.Generator().manual_seed(1))
    draws = torch.Generator().manual_seed(1)
    torch.rand(40, generator=draws)
    added = 8 * torch.randn(images_BCHW.shape, generator=draws)
    wanted = np.floor(images_BCHW.numpy().astype(np.float32) + added.numpy() + np.float32(0.5)).clip(0, 255)
    assert np.array_equal(found.numpy(), wanted.astype(np.uint8))
    middle = torch.full((200, 1, 32, 32), 128, dtype=torch.uint8)
    spread, _ = noise.build(std=8, p=0.5)(middle, torch.ones(200, 1), torch.Generator())
    stds = spread.float().std((1, 2, 3))
    assert 0.4 < (stds == 0).float().mean() < 0.6
    assert (stds[stds > 0] - 8).abs().max() < 0.8


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
    sides = {"TranslateX": 20, "TranslateY": 16} if module is rand_augment else {}
    for name, (most, either_way) in module.CHANGES.items():
        magnitudes, signed = theirs._AUGMENTATION_SPACE[name]
        assert signed == either_way
        for bin_ in (0, 9, 30):
            if name == "Identity":
                continue
            values = magnitudes(31, 16, 20)
            theirs_strength = 0.0 if values is None else float(values[bin_])
            ours_strength = most * bin_ / 30 * sides.get(name, 1)
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
