"""Every augmentation against the contract of its shelf; what each does is tested beside, against plain references."""

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_augmentation
from tests.parts.images import batch

# Settings that bring out what a part can do; a part that is not named here is checked with its defaults.
SETTINGS = {
    "affine": ["affine", "affine(degrees=180, shear=30, scale=[0.5, 2], p=0.5, fill=7.0)"],
    "blur": ["blur", "blur(p=1, sigma=[0.5, 3])"],
    "color": ["color", "color(brightness=1.5, contrast=1, saturation=2, hue=0.5)", "color(p=0.5)"],
    "cutout": ["cutout", "cutout(size=3, p=0.5, fill=200)"],
    "rand_augment": ["rand_augment", "rand_augment(changes=3, magnitude=30, fill=128)"],
    "resized_crop": ["resized_crop", "resized_crop(scale=[0.01, 0.2], ratio=[0.1, 10])"],
    "rotate": ["rotate", "rotate(degrees=180, p=0.5, fill=255)"],
    "sometimes": [
        "sometimes(0.5, crop)",
        "sometimes(0.5, [shift, mix_up])",
        "sometimes(0.0, noise)",
        "sometimes(0.5, [alternating_flip, noise])",
    ],
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


def settings() -> list[str]:
    return [setting for name in catalog.names("augmentations") for setting in SETTINGS.get(name, [name])]


@pytest.mark.parametrize("part", settings())
def test_contract(part: str) -> None:
    check_augmentation(part, own_draw=part not in WITHOUT_DRAWS)


@pytest.mark.gpu
@pytest.mark.parametrize("part", settings())
def test_a_gpu_gives_the_same_pixels(part: str) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    augment = catalog.build("augmentations", parse(part))
    images_BCHW, targets_BK = batch((3, 32, 32), True), torch.eye(40)
    found, soft_BK = augment(images_BCHW, targets_BK, torch.Generator().manual_seed(0))
    on_gpu, soft_on_gpu = augment(images_BCHW.cuda(), targets_BK.cuda(), torch.Generator().manual_seed(0))
    assert torch.allclose(soft_on_gpu.cpu(), soft_BK)
    differs = (on_gpu.cpu() != found).float().mean()
    # torchvision's own changes find the nearest pixel in fp32, which a device may round apart at an edge
    assert differs <= (0.01 if part.startswith(("rand_augment", "trivial_augment")) else 0)


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
        ("noise(std=-1)", "std"),
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


@pytest.mark.parametrize("part", ["color", "grayscale", "color(saturation=0, hue=0.1)"])
def test_colours_asked_of_grey_images_are_refused(part: str) -> None:
    augment = catalog.build("augmentations", parse(part))
    with pytest.raises(ValueError, match="colours"):
        augment(batch((1, 8, 8), False), torch.ones(40, 1), torch.Generator())
    check_augmentation("color(saturation=0)", channels=1)
