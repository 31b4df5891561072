"""What the loss is told of old classes and of unequal ones."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.data.augment import pipeline
from linnaeus.data.batch import Batch
from linnaeus.finetuning.balance import TEMPERATURE, Teacher, shift
from linnaeus.recipe.recipe import NO_AUGMENTATION
from linnaeus.training.step import Gradients, Rules, step

CPU = torch.device("cpu")


def test_the_shift_is_the_logarithm_of_the_shares() -> None:
    found = shift([60, 30, 10], 1.0, CPU)
    assert found.tolist() == pytest.approx([math.log(0.6), math.log(0.3), math.log(0.1)])
    assert torch.allclose(shift([60, 30, 10], 0.5, CPU), found / 2)
    assert shift([60, 30, 10], 0.0, CPU) is None


def test_a_class_without_images_counts_as_one() -> None:
    assert shift([99, 0], 1.0, CPU).tolist() == pytest.approx([math.log(0.99), math.log(0.01)])


def teacher(module: nn.Module, places: list[int], weight: float = 1.0) -> Teacher:
    return Teacher(module=module.eval().requires_grad_(False), places=torch.tensor(places), weight=weight)


def test_the_teacher_has_nothing_to_say_while_nothing_moved() -> None:
    """Rows in another order, and a new class beside them, whatever it is answered."""
    torch.manual_seed(0)
    module, inputs = nn.Linear(6, 3), torch.randn(5, 6)
    said = teacher(module, [3, 0, 2])
    logits_BK = torch.full((5, 4), 50.0)
    logits_BK[:, [3, 0, 2]] = module(inputs).detach()
    assert said.loss(inputs, logits_BK, "fp32").abs().max() < 1e-6
    logits_BK += 7  # softmax does not see it
    assert said.loss(inputs, logits_BK, "fp32").abs().max() < 1e-5
    logits_BK[:, 2] += 1
    assert (said.loss(inputs, logits_BK, "fp32") > 1e-3).all()


def test_the_divergence_is_that_of_the_paper() -> None:
    torch.manual_seed(0)
    module, inputs, logits_BK = nn.Linear(6, 2), torch.randn(5, 6), torch.randn(5, 3)
    found_B = teacher(module, [0, 2], 0.7).loss(inputs, logits_BK, "fp32")
    wanted = (module(inputs) / TEMPERATURE).softmax(1)
    answered = (logits_BK[:, [0, 2]] / TEMPERATURE).softmax(1)
    by_hand_B = 0.7 * TEMPERATURE**2 * (wanted * (wanted / answered).log()).sum(1)
    assert torch.allclose(found_B, by_hand_B.detach(), atol=1e-6)


def rules(**more) -> Rules:
    return Rules(
        augment=pipeline(NO_AUGMENTATION),
        preprocessing=Preprocessing(size=1, channels=1, resize="crop", mean=(0.5,), std=(0.5,)),
        classes=3,
        loss=lambda logits_BK, targets_BK: nn.functional.cross_entropy(logits_BK, targets_BK, reduction="none"),
        precision="fp32",
        clip_norm=0.0,
        on_features=True,
        **more,
    )


def problem() -> tuple[nn.Linear, Batch]:
    torch.manual_seed(0)
    batch = Batch(images_BCHW=torch.randn(9, 4), labels_B=torch.arange(9) % 3, indices_B=torch.arange(9), epoch=1)
    return nn.Linear(4, 3), batch


def test_the_adjustment_is_in_the_loss_and_in_the_loss_alone() -> None:
    """The loss sees shifted logits; what the network answers, and the accuracy by it, are not shifted."""
    module, batch = problem()
    shift_K = torch.tensor([0.0, -50.0, -50.0])
    wanted = nn.functional.cross_entropy(module(batch.images_BCHW).detach() + shift_K, batch.labels_B)
    plain = (module(batch.images_BCHW).argmax(1) == batch.labels_B).float().mean()
    optimizer = torch.optim.SGD(module.parameters(), lr=0.0)
    loss, accuracy = step(module, optimizer, batch, rules(shift_K=shift_K), torch.Generator())
    assert float(loss) == pytest.approx(float(wanted), rel=1e-5)
    assert accuracy == plain


def test_a_step_moves_towards_the_teacher() -> None:
    module, batch = problem()
    before = nn.Linear(4, 2)
    said = teacher(before, [0, 1], 100.0)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.01)
    losses = []
    for _ in range(50):
        losses.append(float(said.loss(batch.images_BCHW, module(batch.images_BCHW).detach(), "fp32").mean()))
        step(module, optimizer, batch, rules(teacher=said), torch.Generator())
    assert losses[-1] < 0.05 * losses[0]
    assert all(weight.grad is None for weight in before.parameters())


def test_the_teacher_weighs_each_image_once_however_they_are_accumulated() -> None:
    found = []
    for accumulate in (1, 4):
        module, batch = problem()
        said = rules(teacher=teacher(nn.Linear(4, 2), [0, 1]), shift_K=torch.tensor([0.1, 0.2, 0.3]))
        targets_BK = nn.functional.one_hot(batch.labels_B, 3).float()
        optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
        gradients = Gradients(module, optimizer, batch.images_BCHW, targets_BK, replace(said, accumulate=accumulate))
        loss = gradients()
        found.append((loss, module.weight.grad.clone()))
        torch.manual_seed(0)
    assert torch.allclose(found[0][0], found[1][0], atol=1e-6)
    assert torch.allclose(found[0][1], found[1][1], atol=1e-6)
