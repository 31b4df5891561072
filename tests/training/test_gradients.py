"""The gradients of a step: from one batch or from several, clipped, in mixed precision, asked for once or twice."""

from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.data.batch import Batch
from linnaeus.events import StepDone
from linnaeus.parts.augmentations import flip
from linnaeus.parts.losses import cross_entropy
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.training import session
from linnaeus.training.step import Gradients, Rules, parameter_groups, step
from tests.training.small import archive, new_folder, recipe_and_splits

PREPROCESSING = Preprocessing(size=6, channels=2, resize="crop", mean=(0.5, 0.5), std=(0.25, 0.25))


def rules(accumulate: int = 1, clip_norm: float = 0.0, precision: str = "fp32") -> Rules:
    return Rules(
        augment=flip.build(),
        preprocessing=PREPROCESSING,
        classes=3,
        loss=cross_entropy.build(smoothing=0.1),
        precision=precision,
        clip_norm=clip_norm,
        accumulate=accumulate,
    )


def network(norm: bool = False) -> nn.Sequential:
    torch.manual_seed(0)
    norms = [nn.BatchNorm2d(4)] if norm else []
    return nn.Sequential(nn.Conv2d(2, 4, 3), *norms, nn.ReLU(), nn.Flatten(), nn.Linear(64, 3))


def batch(count: int = 13) -> Batch:
    draws = torch.Generator().manual_seed(0)
    images_BCHW = torch.randint(256, (count, 2, 6, 6), generator=draws, dtype=torch.uint8)
    return Batch(images_BCHW=images_BCHW, labels_B=torch.arange(count) % 3)


def trained(module: nn.Module, optimizer: str, found: Rules, steps: int = 3, count: int = 13) -> list[Tensor]:
    """The losses and accuracies of some steps."""
    built = catalog.build("optimizers", parse(optimizer), parameter_groups(module))
    draws = torch.Generator().manual_seed(1)
    return [value for _ in range(steps) for value in step(module, built, batch(count), found, draws)]


@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd(lr=0.1)",
        "adamw(lr=0.01)",
        "sam(base=sgd(lr=0.1))",
        "muon",
        "lbfgs(lr=0.1, iterations=3, line_search=False)",
    ],
)
def test_several_batches_are_one_large_one(optimizer: str) -> None:
    whole, pieces = network(), network()
    expected = trained(whole, optimizer, rules())
    found = trained(pieces, optimizer, rules(accumulate=4))  # of 4, 3, 3 and 3 images
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(pieces.state_dict(), whole.state_dict(), atol=1e-4, rtol=1e-4)


def test_more_batches_than_images_are_one_image_each() -> None:
    whole, pieces = network(), network()
    torch.testing.assert_close(
        trained(pieces, "sgd", rules(accumulate=9), count=2), trained(whole, "sgd", rules(), count=2)
    )


def test_batch_norm_sees_each_batch_by_itself() -> None:
    """What the docstring excepts: the statistics move once a batch, and the loss is another."""
    whole, pieces = network(norm=True), network(norm=True)
    losses = trained(whole, "sgd", rules(), steps=1), trained(pieces, "sgd", rules(accumulate=3), steps=1)
    assert (whole[1].num_batches_tracked, pieces[1].num_batches_tracked) == (1, 3)
    assert losses[0][0] != losses[1][0]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("wrapper", ["sam(base={})", "sam(base={}, adaptive=True, rho=0.5)", "sam(base={}, every=2)"])
def test_the_statistics_under_sam_are_those_of_its_base(wrapper: str, accumulate: int, precision: str) -> None:
    base = "sgd(lr=0.1, momentum=0.0)"
    plain, sharp = network(norm=True), network(norm=True)
    how = rules(accumulate=accumulate, clip_norm=0.5, precision=precision)
    expected = trained(plain, base, how, steps=1)
    assert torch.equal(trained(sharp, wrapper.format(base), how, steps=1)[0], expected[0])
    for name, value in plain[1].named_buffers():
        assert torch.equal(sharp[1].get_buffer(name), value), name
    assert not torch.equal(sharp[0].weight, plain[0].weight), "else the second pass was not made"
    trained(sharp, wrapper.format(base), how, steps=2)
    assert sharp[1].num_batches_tracked == 3 * accumulate


@pytest.mark.parametrize("accumulate", [1, 4])
@pytest.mark.parametrize("optimizer", ["sgd(lr=1.0, momentum=0.0)", "sam(base=sgd(lr=1.0, momentum=0.0))"])
def test_clipping_is_of_the_whole_gradient_that_moves_the_weights(optimizer: str, accumulate: int) -> None:
    module = network()
    before = [weight.detach().clone() for weight in module.parameters()]
    trained(module, optimizer, rules(accumulate=accumulate, clip_norm=0.01), steps=1)
    moved = torch.cat(
        [(weight.detach() - old).flatten() for weight, old in zip(module.parameters(), before, strict=True)]
    )
    assert float(moved.norm()) == pytest.approx(0.01, rel=1e-4)


def test_frozen_weights_get_no_gradient_and_do_not_move() -> None:
    module = network()
    module[0].requires_grad_(False)
    before = module[0].weight.clone()
    trained(module, "sam(base=sgd(lr=0.1))", rules(accumulate=2, clip_norm=0.5))
    assert module[0].weight.grad is None
    assert torch.equal(module[0].weight, before)


def test_the_penalty_counts_once_however_many_the_batches() -> None:
    class Penalised(nn.Sequential):
        def penalty(self) -> Tensor:
            return 0.5 * self[0].weight.square().sum()

    def gradient(accumulate: int) -> Tensor:
        module = Penalised(*network())
        found = batch()
        targets_BK = nn.functional.one_hot(found.labels_B, 3).float()
        optimizer = torch.optim.SGD(module.parameters())
        Gradients(module, optimizer, found.images_BCHW, targets_BK, rules(accumulate=accumulate))()
        return module[0].weight.grad

    torch.testing.assert_close(gradient(4), gradient(1))


def test_a_run_with_accumulation_takes_fewer_larger_steps(tmp_path: Path) -> None:
    def train(name: str, *changes: str):
        recipe, splits = recipe_and_splits(archive(tmp_path), "epochs=2", "model=linear", *changes)
        images: list[int] = []
        watch = lambda event: images.append(event.images) if isinstance(event, StepDone) else None  # noqa: E731
        return session.train(recipe, splits, new_folder(tmp_path / name), watch), images

    large, sizes = train("large", "batch_size=32")
    pieces, found = train("pieces", "batch_size=8", "accumulate=4")
    assert found == sizes
    for row, expected in zip(pieces.history, large.history, strict=True):
        assert asdict(row) == pytest.approx(asdict(expected), rel=1e-4)
