"""What a step owes to optimizers that ask for the gradient twice, and to networks that bring a penalty of their own."""

import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.data.batch import Batch
from linnaeus.parts.losses import cross_entropy
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.training.step import Rules, parameter_groups, step

PREPROCESSING = Preprocessing(size=6, channels=2, resize="crop", mean=(0.5, 0.5), std=(0.25, 0.25))


def one_step(module: nn.Module, optimizer: str) -> Tensor:
    """The loss of one step on a fixed batch."""
    draws = torch.Generator().manual_seed(0)
    images_BCHW = torch.randint(256, (12, 2, 6, 6), generator=draws, dtype=torch.uint8)
    batch = Batch(images_BCHW=images_BCHW, labels_B=torch.arange(12) % 3)
    rules = Rules(
        augment=lambda images_BCHW, targets_BK, generator: (images_BCHW, targets_BK),
        preprocessing=PREPROCESSING,
        classes=3,
        loss=cross_entropy.build(),
        precision="fp32",
        clip_norm=0.0,
    )
    built = catalog.build("optimizers", parse(optimizer), parameter_groups(module))
    return step(module, built, batch, rules, draws)[0]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 3))


@pytest.mark.parametrize("optimizer", ["sam", "lbfgs"])
def test_the_statistics_of_batch_norm_move_once_a_step(optimizer: str) -> None:
    """They are those of the weights at the start of the step, however often the optimizer asks."""
    plain, asked_often = network(), network()
    loss = one_step(plain, "sgd")
    assert one_step(asked_often, optimizer) == loss
    assert asked_often[1].num_batches_tracked == 1
    assert torch.equal(asked_often[1].running_mean, plain[1].running_mean)
    assert torch.equal(asked_often[1].running_var, plain[1].running_var)


def test_the_penalty_of_a_network_is_part_of_what_is_minimised() -> None:
    class Penalised(nn.Sequential):
        def penalty(self) -> Tensor:
            return 0.5 * self[0].weight.square().sum()

    plain, penalised = network(), Penalised(*network())
    first = plain[0].weight.detach().clone()
    difference = one_step(penalised, "sgd(lr=0.1, momentum=0.0)") - one_step(plain, "sgd(lr=0.1, momentum=0.0)")
    torch.testing.assert_close(difference, 0.5 * first.square().sum())
    torch.testing.assert_close(penalised[0].weight, plain[0].weight - 0.1 * first)
