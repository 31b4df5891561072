"""The contracts of what a training computes with: models, augmentations, losses, schedules, optimizers, heads."""

import copy
import functools
import io
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus.recipe import catalog, trusted
from linnaeus.recipe.spec import Spec, Value, parse

CLASSES = 7


def check_model(
    part: str | Spec, *, sizes: Iterable[int] = (32, 33), channels: Iterable[int] = (1, 3, 4), export: bool = True
) -> None:
    """A network takes every size and number of channels, splits into features and head, learns with every weight, answers
    alike twice, after saving, in both memory formats and in bf16, and can be exported. What it measures on images by
    `prime` depends on them alone.

    >>> from linnaeus.testing import check_model
    >>> check_model("lenet", sizes=[28], channels=[1])

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".
        sizes: sides of the images, in pixels.
        channels: of the images.
        export: try torch.export, too.

    Raises:
        AssertionError: the promise that was broken.
    """
    sizes, channels = list(sizes), list(channels)
    for size in sizes:
        _check_split(_model(part, channels[0], size), _images(4, channels[0], size))
    for count in channels:
        _check_split(_model(part, count, sizes[0]), _images(4, count, sizes[0]))
    module, images_BCHW = _model(part, channels[0], sizes[0]), _images(4, channels[0], sizes[0])
    _check_same_start(part, channels[0], sizes[0])
    _check_gradients(module, images_BCHW)
    _check_answers(module, images_BCHW)
    again = _model(part, channels[0], sizes[0])
    _check_saving(module, again, images_BCHW)
    _check_priming(part, channels[0], sizes[0])
    if export:
        _check_export(module, images_BCHW)


def _model(part: str | Spec, in_channels: int, image_size: int) -> nn.Module:
    torch.manual_seed(0)
    return built("models", part, in_channels, CLASSES, known={"image_size": image_size})  # type: ignore[no-any-return]


def _images(batch: int, channels: int, size: int) -> Tensor:
    return torch.randn(batch, channels, size, size, generator=torch.Generator().manual_seed(1))


def _check_split(module: nn.Module, images_BCHW: Tensor) -> None:
    module.eval()
    assert isinstance(getattr(module, "head", None), nn.Module), "the network has no submodule `head`"
    with torch.no_grad():
        features_BD, logits_BK = module.features(images_BCHW), module(images_BCHW)  # type: ignore[operator]
        assert features_BD.ndim == 2, f"features must be a matrix, B × D, not {tuple(features_BD.shape)}"
        assert logits_BK.shape == (len(images_BCHW), CLASSES), f"logits must be B × K, not {tuple(logits_BK.shape)}"
        split_BK = module.head(features_BD)  # type: ignore[operator]
    assert torch.equal(split_BK, logits_BK), "head(features(x)) differs from forward(x)"
    assert logits_BK.isfinite().all(), "an untrained network answers with numbers that are not finite"


def _check_same_start(part: str | Spec, channels: int, size: int) -> None:
    one, two = _model(part, channels, size).state_dict(), _model(part, channels, size).state_dict()
    assert all(torch.equal(one[key], two[key]) for key in one), "the same seed gives other first weights"


def _check_gradients(module: nn.Module, images_BCHW: Tensor) -> None:
    with torch.no_grad():  # away from the start, where a gate that begins at zero lets no gradient through
        for weight in module.parameters():
            weight.add_(0.02 * torch.randn_like(weight))
    module.train().zero_grad()
    targets_B = torch.arange(len(images_BCHW)) % CLASSES
    nn.functional.cross_entropy(module(images_BCHW), targets_B).backward()  # type: ignore[no-untyped-call]
    for name, weight in module.named_parameters():
        if not weight.requires_grad:  # what the network itself holds fixed
            continue
        assert weight.grad is not None, f"no gradient reaches {name}"
        assert weight.grad.isfinite().all(), f"the gradient of {name} is not finite"
        assert weight.grad.any(), f"the gradient of {name} is zero everywhere"
    module.zero_grad()


def _check_answers(module: nn.Module, images_BCHW: Tensor) -> None:
    module.eval()
    with torch.no_grad():
        before = copy.deepcopy(module.state_dict())
        logits_BK = module(images_BCHW)
        assert torch.equal(module(images_BCHW), logits_BK), "two evaluations of the same images differ"
        after = module.state_dict()
        assert all(torch.equal(before[key], after[key]) for key in before), "evaluation changes the network's state"
        assert_near(module(images_BCHW[:1]), logits_BK[:1], 1e-3, "an image's answer depends on its neighbours")
        last = copy.deepcopy(module).to(memory_format=torch.channels_last)
        assert_near(
            last(images_BCHW.to(memory_format=torch.channels_last)),
            logits_BK,
            1e-3,
            "channels_last answers differently",
        )
        with torch.autocast("cpu", torch.bfloat16):
            assert_near(module(images_BCHW).float(), logits_BK, 0.1, "bf16 answers differently")


def assert_near(found: Tensor, wanted: Tensor, tolerance: float, otherwise: str) -> None:
    """Compares norms: untrained logits may all be near each other, and near zero."""
    error = (found - wanted).norm() / wanted.norm().clamp_min(1e-6)
    assert error <= tolerance, f"{otherwise}: relative error {error:.2g}"


def _check_saving(module: nn.Module, again: nn.Module, images_BCHW: Tensor) -> None:
    with torch.no_grad():
        for weight in module.parameters():  # away from the common start
            weight.add_(0.01)
    again.load_state_dict(through_a_file(module.state_dict()))
    with torch.no_grad():
        same = torch.equal(again.eval()(images_BCHW), module.eval()(images_BCHW))
    assert same, "a network answers differently after its state was saved and loaded"
    storages = [tensor.data_ptr() for tensor in module.state_dict().values() if tensor.numel()]
    assert len(storages) == len(set(storages)), "two entries of the state share memory; safetensors cannot store that"


def _check_priming(part: str | Spec, channels: int, size: int) -> None:
    one, two = _model(part, channels, size), _model(part, channels, size)
    if not hasattr(one, "prime"):
        return
    images_BCHW = _images(40, channels, size)
    before = copy.deepcopy(one.state_dict())
    one.prime(images_BCHW)  # type: ignore[operator]
    torch.randn(1)  # another state of the global generator
    two.prime(images_BCHW.contiguous(memory_format=torch.channels_last))  # type: ignore[operator]
    after, same = one.state_dict(), two.state_dict()
    assert any(not torch.equal(before[key], after[key]) for key in before), "prime changes nothing"
    assert all(torch.equal(same[key], after[key]) for key in after), (
        "priming twice on the same images gives other weights"
    )
    _check_split(one, images_BCHW[:4])


def _check_export(module: nn.Module, images_BCHW: Tensor) -> None:
    module.eval()
    program = torch.export.export(module, (images_BCHW,), dynamic_shapes=({0: torch.export.Dim("batch")},))
    with torch.no_grad():
        exported = program.module()
        assert_near(exported(images_BCHW), module(images_BCHW), 1e-4, "the exported program answers differently")
        assert exported(images_BCHW[:3]).shape[0] == 3, "the exported program takes one batch size only"


def check_augmentation(part: str | Spec, *, channels: int = 3, size: int = 16, own_draw: bool = True) -> None:
    """An augmentation keeps shape, type, layout and its input; equal seeds give equal pixels, in whatever layout and
    whatever the global generators did; each image has its own draw (`own_draw=False`: none that equal images show). One that
    needs the images' places does so with them and without.

    >>> from linnaeus.testing import check_augmentation
    >>> check_augmentation("crop(pad=4)")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".
        channels: of the images.
        size: side of the images, in pixels.
        own_draw: each image has its own draw, and equal images come out unequal.

    Raises:
        AssertionError: the promise that was broken.
    """
    augment = built("augmentations", part)
    draws = torch.Generator().manual_seed(2)
    images_BCHW = torch.randint(256, (12, channels, size, size), generator=draws, dtype=torch.uint8)
    _check_pixels(augment, images_BCHW)
    if getattr(augment, "needs_place", False):
        _check_pixels(functools.partial(augment, indices_B=torch.arange(12) + 5, epoch=3), images_BCHW)
    targets_BK = torch.eye(CLASSES)[torch.arange(12) % CLASSES]
    assert augment(images_BCHW[:1], targets_BK[:1], draws)[0].shape == images_BCHW[:1].shape, (
        "it cannot take a batch of one image"
    )
    if own_draw:
        alike = images_BCHW[:1].expand(12, -1, -1, -1).contiguous()
        some = [augment(alike, targets_BK, torch.Generator().manual_seed(seed))[0] for seed in range(8)]
        assert any((one != one[:1]).any() for one in some), "all images of a batch share one draw"
        assert any(not torch.equal(one, some[0]) for one in some), "every seed gives the same draw"


def _check_pixels(augment: Callable[..., tuple[Tensor, Tensor]], images_BCHW: Tensor) -> None:
    targets_BK = torch.eye(CLASSES)[torch.arange(len(images_BCHW)) % CLASSES]
    first, soft_BK = augment(images_BCHW, targets_BK, torch.Generator().manual_seed(0))
    for layout in (torch.contiguous_format, torch.channels_last):
        for dtype in (torch.uint8, torch.float32):
            given = images_BCHW.to(dtype).contiguous(memory_format=layout)
            kept, global_state = given.clone(), global_generators()
            found, found_targets_BK = augment(given, targets_BK, torch.Generator().manual_seed(0))
            what = f"{dtype} images in {layout}"
            assert torch.equal(given, kept), f"{what} are changed in place"
            assert global_generators() == global_state, "it draws from a global generator"
            assert (found.shape, found.dtype) == (given.shape, given.dtype), f"{what} change shape or type"
            assert found.is_contiguous(memory_format=layout), f"{what} come back in another layout"
            assert torch.equal(found_targets_BK, soft_BK), f"{what} have other targets"
            error = (found.float() - first.float()).abs().max()
            assert error <= (0 if dtype is torch.uint8 else 1), f"{what} get other pixels (by up to {error:g})"
            assert found.min() >= 0 and found.max() <= 255, f"{what} leave the scale from 0 to 255"
    assert soft_BK.shape == targets_BK.shape, "the targets change shape"
    assert torch.allclose(soft_BK.sum(1), torch.ones(len(soft_BK))), "the targets no longer sum to one"


def global_generators() -> tuple[bytes, ...]:
    """Their states: of torch, NumPy and Python."""
    numpy_state = np.random.get_state(legacy=True)
    return torch.get_rng_state().numpy().tobytes(), repr(numpy_state).encode(), repr(random.getstate()).encode()


def check_loss(part: str | Spec) -> None:
    """A loss is one finite fp32 number an image, whatever its neighbours; it falls as the right logit grows, also in bf16
    and with soft targets.

    >>> from linnaeus.testing import check_loss
    >>> check_loss("cross_entropy")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".

    Raises:
        AssertionError: the promise that was broken.
    """
    loss = built("losses", part)
    logits_BK = torch.randn(6, CLASSES, generator=torch.Generator().manual_seed(3))
    hard_BK = torch.eye(CLASSES)[torch.arange(6)]
    for targets_BK in (hard_BK, 0.7 * hard_BK + 0.3 * hard_BK.roll(1, 0)):
        loss_B = loss(logits_BK, targets_BK)
        assert loss_B.shape == (6,), f"the loss must be one number an image, not {tuple(loss_B.shape)}"
        assert torch.allclose(loss(logits_BK[2:3], targets_BK[2:3]), loss_B[2:3]), "the loss depends on the neighbours"
        low = loss(logits_BK.bfloat16(), targets_BK)
        assert low.dtype is torch.float32, "the loss of bf16 logits must be fp32"
        assert torch.allclose(low, loss_B, atol=0.1, rtol=0.1), "the loss of bf16 logits is far from that of fp32 ones"
    extreme_BK = (1e4 * logits_BK).requires_grad_()
    total = loss(extreme_BK, hard_BK).sum()
    total.backward()
    assert total.isfinite() and extreme_BK.grad is not None and extreme_BK.grad.isfinite().all(), (
        "large logits overflow"
    )
    better_B = loss(logits_BK + 0.5 * hard_BK, hard_BK)
    assert (better_B < loss(logits_BK, hard_BK)).all(), "the loss does not fall as the right logit grows"


def check_schedule(part: str | Spec, *, epochs: int = 20) -> None:
    """A schedule is a pure function whose factors lie between 0 and 1; only one that says so reads the losses.

    >>> from linnaeus.testing import check_schedule
    >>> check_schedule("cosine")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".
        epochs: of the training that is played through.

    Raises:
        AssertionError: the promise that was broken.
    """
    schedule = built("schedules", part, known={"epochs": epochs})
    losses = [1 / (epoch + 1) if epoch < 4 else 0.25 for epoch in range(epochs)]
    steps = [(step / (3 * epochs), losses[: step // 3]) for step in range(3 * epochs)]
    factors = [schedule(fraction, so_far) for fraction, so_far in steps]
    assert all(math.isfinite(factor) and 0 <= factor <= 1 for factor in factors), "a factor is not between 0 and 1"
    assert max(factors) > 0, "the learning rate is always zero"
    backwards = [schedule(fraction, so_far) for fraction, so_far in reversed(steps)]
    assert backwards[::-1] == factors, "the same arguments give another factor: the function is not pure"
    if not getattr(schedule, "needs_validation", False):
        blind = [schedule(fraction, []) for fraction, _ in steps]
        assert blind == factors, "it reads the losses, so it must set needs_validation = True"


def check_optimizer(part: str | Spec) -> None:
    """An optimizer lowers the loss, calls the closure it is given and returns its loss, leaves alone what has no gradient,
    obeys its groups' learning rate, and goes on bit for bit from a saved state.

    >>> from linnaeus.testing import check_optimizer
    >>> check_optimizer("sgd(lr=0.1)")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".

    Raises:
        AssertionError: the promise that was broken.
    """
    for layout in (torch.contiguous_format, torch.channels_last):
        whole, loss_at_first, loss_at_last = _train(part, 6, layout)
        assert loss_at_last < loss_at_first, f"six steps do not lower the loss ({loss_at_first:g} to {loss_at_last:g})"
        parts, _, _ = _train(part, 6, layout, stop_after=3)
        for key, value in whole.items():
            assert torch.equal(value, parts[key]), f"{key} differs after saving and loading in between ({layout})"
    module, optimizer, closure = _problem(part, torch.contiguous_format)
    for weight in module[0].parameters():
        weight.requires_grad_(False)
    kept = copy.deepcopy(module.state_dict())
    loss: Any = optimizer.step(closure)  # type: ignore[arg-type]
    assert isinstance(loss, Tensor) and loss.ndim == 0, "step(closure) must return the closure's loss"
    assert torch.equal(dict(module.named_parameters())["0.weight"], kept["0.weight"]), (
        "a weight without a gradient moved"
    )
    assert not torch.equal(dict(module.named_parameters())["3.weight"], kept["3.weight"]), (
        "a weight with a gradient did not move"
    )
    kept = copy.deepcopy(module.state_dict())
    assert kept["1.num_batches_tracked"] == 1, "one step moves the statistics of batch norm more than once"
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    optimizer.step(closure)  # type: ignore[arg-type]
    moved = [key for key, value in module.named_parameters() if not torch.equal(value, kept[key])]
    assert not moved, f"{', '.join(moved)} moved though the learning rate was zero"


def _problem(
    part: str | Spec, layout: torch.memory_format
) -> tuple[nn.Sequential, torch.optim.Optimizer, Callable[[], Tensor]]:
    """A small network with a norm, and three kinds of weights: filters, a matrix, and vectors without weight decay."""
    torch.manual_seed(4)
    module = nn.Sequential(nn.Conv2d(2, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 16, CLASSES))
    module = module.to(memory_format=layout)
    matrices = [weight for weight in module.parameters() if weight.ndim > 1]
    vectors = [weight for weight in module.parameters() if weight.ndim <= 1]
    groups: Sequence[dict[str, Any]] = [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]
    optimizer: torch.optim.Optimizer = built("optimizers", part, groups)
    images_BCHW = torch.randn(16, 2, 6, 6).contiguous(memory_format=layout)
    targets_B = torch.arange(16) % CLASSES

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(module(images_BCHW), targets_B)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    closure.frozen_statistics = lambda: _frozen_statistics(module)  # type: ignore[attr-defined]
    return module, optimizer, closure


@contextmanager
def _frozen_statistics(module: nn.Module) -> Iterator[None]:
    kept = [buffer.clone() for buffer in module.buffers()]
    yield
    for buffer, before in zip(module.buffers(), kept, strict=True):
        buffer.copy_(before)


def _train(
    part: str | Spec, steps: int, layout: torch.memory_format, stop_after: int | None = None
) -> tuple[dict[str, Tensor], float, float]:
    module, optimizer, closure = _problem(part, layout)
    losses: list[float] = []
    for step in range(steps):
        if step == stop_after:
            saved_module, saved_optimizer = through_a_file((module.state_dict(), optimizer.state_dict()))
            module, optimizer, closure = _problem(part, layout)
            module.load_state_dict(saved_module)
            optimizer.load_state_dict(saved_optimizer)
        losses.append(float(optimizer.step(closure)))  # type: ignore[arg-type]
    return copy.deepcopy(module.state_dict()), losses[0], losses[-1]


def through_a_file(state: Any) -> Any:
    """A state as it comes back from a file."""
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def built(shelf: str, part: str | Spec, *args: Any, known: dict[str, Value] | None = None) -> Any:
    """A part of a shelf, as a recipe names it."""
    spec = parse(part) if isinstance(part, str) else part
    trusted.trust_named([spec])  # whoever tests a file of their own means to run it
    return catalog.build(shelf, spec, *args, known=known)
