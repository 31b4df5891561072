"""Any transform of torchvision.transforms.v2 that changes single images: `torchvision_v2("RandomPerspective", [0.3])`.

It goes image by image, as it would in torchvision's own pipeline, and so costs what it costs there; it draws from the
given generator all the same. The values of `arguments` are the transform's in order, those of `options` by name:
`torchvision_v2("ColorJitter", options=["hue", 0.1, "contrast", 0.5])`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torchvision.transforms import v2


def build(
    *, name: str, arguments: Sequence[Any] = (), options: Sequence[Any] = ()
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`name` is the class in torchvision.transforms.v2; `arguments` and `options` are its own.

    ValueError: there is no such transform, it does not take these, or it changes the size, channels or type of an image.
    """
    transform_class = getattr(v2, name, None)
    if not (isinstance(transform_class, type) and issubclass(transform_class, v2.Transform)):
        raise ValueError(f"torchvision.transforms.v2 has no transform {name!r}")
    if len(options) % 2 or not all(isinstance(option, str) for option in options[::2]):
        raise ValueError(f'options = {list(options)} must be names and values in turn, as in ["hue", 0.1]')
    try:
        transform = transform_class(*arguments, **dict(zip(options[::2], options[1::2], strict=True)))
    except (TypeError, ValueError) as error:
        raise ValueError(f"torchvision's {name} cannot be built so: {error}") from error

    def torchvision_v2(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        seeds_B = torch.randint(2**62, (len(images_BCHW),), generator=generator).tolist()
        images = images_BCHW.cpu().contiguous()
        if floats := images.is_floating_point():
            images = images.round().to(torch.uint8)
        before = torch.get_rng_state()
        try:
            changed = [_changed(transform, image, seed) for image, seed in zip(images, seeds_B, strict=True)]
        finally:
            torch.set_rng_state(before)
        for image in changed:
            if not isinstance(image, Tensor) or image.shape != images.shape[1:] or (image.dtype != images.dtype):
                raise ValueError(f"torchvision's {name} changes the size, channels or type of an image")
        out_BCHW = torch.stack(changed)
        return torch.empty_like(images_BCHW).copy_(out_BCHW.to(images_BCHW.dtype) if floats else out_BCHW), targets_BK

    return torchvision_v2


def _changed(transform: Callable[[Tensor], Any], image: Tensor, seed: int) -> Any:
    torch.default_generator.manual_seed(seed)  # of the CPU alone: torch.manual_seed would touch every device
    return transform(image)
