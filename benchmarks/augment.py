"""Speed of the augmentations on one core, beside torchvision v2 and, where it is installed, kornia.

    python benchmarks/augment.py [--size 32] [--batch 256] [--channels 3] [PART …]

Ours work on whole batches of uint8 images as they lie in memory (channels last); torchvision's transform runs image by
image, as in its data sets, so that each image has its own draw; kornia's work on batches of floats from 0 to 1, and are
timed with the conversion there and back. Printed: microseconds of process time an image, median of several rounds taken in
turn, and how many times faster ours is.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms import v2

from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse

ROUNDS = 7


def rows(size: int) -> list[tuple[str, Callable[[Tensor], Tensor] | None, tuple[str, dict[str, object]] | None]]:
    """(our part, torchvision's transform, kornia's augmentation with its options), doing the same or nearly so."""
    tenth = (0.1, 0.1)
    return [
        ("flip", v2.RandomHorizontalFlip(), ("RandomHorizontalFlip", {"p": 0.5})),
        ("vertical_flip", v2.RandomVerticalFlip(), ("RandomVerticalFlip", {"p": 0.5})),
        (
            "crop(pad=4)",
            v2.RandomCrop(size, padding=4, padding_mode="reflect"),
            ("RandomCrop", {"size": (size, size), "padding": 4, "padding_mode": "reflect"}),
        ),
        (
            'crop(pad=4, mode="zero")',
            v2.RandomCrop(size, padding=4),
            ("RandomCrop", {"size": (size, size), "padding": 4}),
        ),
        ("shift(pixels=2)", v2.RandomCrop(size, padding=2, padding_mode="edge"), None),
        ("erase(p=1.0)", v2.RandomErasing(p=1.0), ("RandomErasing", {"p": 1.0})),
        ("cutout(size=8)", v2.RandomErasing(p=1.0, scale=(0.06, 0.07), ratio=(1.0, 1.0)), None),
        (
            "resized_crop(scale=[0.25, 1.0])",
            v2.RandomResizedCrop(size, scale=(0.25, 1.0), antialias=False),
            ("RandomResizedCrop", {"size": (size, size), "scale": (0.25, 1.0)}),
        ),
        (
            "rotate(degrees=15)",
            v2.RandomRotation(15, interpolation=v2.InterpolationMode.BILINEAR),
            ("RandomRotation", {"degrees": 15.0, "p": 1.0}),
        ),
        (
            "affine(degrees=10, shear=5)",
            v2.RandomAffine(10, tenth, (0.9, 1.1), 5, interpolation=v2.InterpolationMode.BILINEAR),
            ("RandomAffine", {"degrees": 10.0, "translate": tenth, "scale": (0.9, 1.1), "shear": 5.0, "p": 1.0}),
        ),
        (
            "color(hue=0.0)",
            v2.ColorJitter(0.2, 0.2, 0.2),
            ("ColorJiggle", {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "p": 1.0}),
        ),
        (
            "color(hue=0.1)",
            v2.ColorJitter(0.2, 0.2, 0.2, 0.1),
            ("ColorJiggle", {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.1, "p": 1.0}),
        ),
        ("grayscale(p=1.0)", v2.RandomGrayscale(p=1.0), ("RandomGrayscale", {"p": 1.0})),
        (
            "blur(p=1.0)",
            v2.GaussianBlur(7, (0.1, 1.0)),
            ("RandomGaussianBlur", {"kernel_size": (7, 7), "sigma": (0.1, 1.0), "p": 1.0}),
        ),
        ("noise", _noise, ("RandomGaussianNoise", {"std": 8 / 255, "p": 1.0})),
        ("rand_augment", v2.RandAugment(), None),
        ("trivial_augment", v2.TrivialAugmentWide(), None),
        ("mix_up(alpha=1.0)", None, None),
        ("cut_mix(p=1.0)", None, None),
        ("sometimes(0.5, crop)", v2.RandomApply([v2.RandomCrop(size, padding=4, padding_mode="reflect")]), None),
        ("alternating_flip", v2.RandomHorizontalFlip(), None),
        ("torchvision_v2('RandomPerspective')", v2.RandomPerspective(), None),
    ]


def _noise(image: Tensor) -> Tensor:
    return v2.functional.gaussian_noise(image / 255, sigma=8 / 255).mul(255).to(torch.uint8)


def kornia_augmentation(wanted: tuple[str, dict[str, object]] | None) -> Callable[[Tensor], Tensor] | None:
    """kornia's, on uint8 batches; None where it is not installed or has no counterpart."""
    try:
        from kornia import augmentation
    except ImportError:
        return None
    if wanted is None:
        return None
    transform = getattr(augmentation, wanted[0])(**wanted[1])
    return lambda images_BCHW: (transform(images_BCHW.float() / 255) * 255).round().to(torch.uint8)


def microseconds(run: Callable[[], object], images: int) -> float:
    start = time.process_time()
    run()
    return (time.process_time() - start) / images * 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--size", type=int, default=32, help="side of the images in pixels")
    arguments.add_argument("--batch", type=int, default=256, help="images in a batch")
    arguments.add_argument("--channels", type=int, default=3, help="1 or 3")
    arguments.add_argument("parts", nargs="*", help="names of the parts to time (none: all)")
    given = arguments.parse_args()
    torch.set_num_threads(1)
    images_BCHW = torch.randint(256, (given.batch, given.size, given.size, given.channels), dtype=torch.uint8)
    images_BCHW = images_BCHW.permute(0, 3, 1, 2)  # channels last, as the data's own batches lie
    single = [image.contiguous() for image in images_BCHW]  # channels first, as torchvision decodes them
    targets_BK = torch.eye(10)[torch.randint(10, (given.batch,))]
    print(f"{given.batch} images of {given.size} px and {given.channels} channels, one core, µs an image")
    print(f"{'':38}{'ours':>8}{'torchvision':>13}{'kornia':>9}{'times faster':>16}")
    for name, torchvision_transform, kornia_options in rows(given.size):
        if given.parts and name.partition("(")[0] not in given.parts:
            continue
        augment = catalog.build("augmentations", parse(name))
        generator = torch.Generator().manual_seed(0)
        runs: dict[str, Callable[[], object]] = {"ours": lambda a=augment, g=generator: a(images_BCHW, targets_BK, g)}
        if torchvision_transform is not None:
            runs["torchvision"] = lambda t=torchvision_transform: [t(image) for image in single]
        if (kornia_run := kornia_augmentation(kornia_options)) is not None:
            runs["kornia"] = lambda k=kornia_run: k(images_BCHW)
        taken: dict[str, list[float]] = {who: [] for who in runs}
        for turn in range(ROUNDS + 1):
            for who, run in runs.items():
                spent = microseconds(run, given.batch)
                if turn:  # the first round warms up
                    taken[who].append(spent)
        medians = {who: statistics.median(values) for who, values in taken.items()}
        cells = "".join(
            f"{medians[who]:>{width}.1f}" if who in medians else f"{'–':>{width}}"
            for who, width in (("ours", 8), ("torchvision", 13), ("kornia", 9))
        )
        ratios = " · ".join(
            f"×{medians[who] / medians['ours']:.1f}" for who in ("torchvision", "kornia") if who in medians
        )
        print(f"{name:38}{cells}{ratios:>16}", flush=True)


if __name__ == "__main__":
    main()
