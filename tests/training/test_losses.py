"""The loss of a recipe: losses add up, penalties find their weights, and what makes no sense is said before training."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import nn

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.training import losses, session
from tests.training.small import archive, new_folder, recipe_and_splits

LOGITS_BK = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
TARGETS_BK = torch.eye(3)[[0, 1, 2, 0]]


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 16, 3))


def test_one_loss_is_itself_and_costs_no_weight() -> None:
    loss = losses.build(parse("cross_entropy(smoothing=0.1)"), network(), 3)
    alone = catalog.build("losses", parse("cross_entropy(smoothing=0.1)"))
    assert torch.equal(loss(LOGITS_BK, TARGETS_BK), alone(LOGITS_BK, TARGETS_BK))
    assert losses.penalty(network(), loss) is None


def test_losses_add_up() -> None:
    both = losses.build(parse("cross_entropy + focal + l2"), network(), 3)(LOGITS_BK, TARGETS_BK)
    each = [catalog.build("losses", parse(name))(LOGITS_BK, TARGETS_BK) for name in ("cross_entropy", "focal")]
    assert torch.equal(both, each[0] + each[1])


def test_l2_counts_the_chosen_weights_and_adds_to_the_networks_own_penalty() -> None:
    module = network()
    everything = losses.penalty(module, losses.build(parse("cross_entropy + l2(0.5)"), module, 3))
    filters, matrix = module[0].weight.square().sum(), module[3].weight.square().sum()
    torch.testing.assert_close(everything, (filters + matrix) / 2)
    loss = losses.build(parse('cross_entropy + l2(0.5, match="^3") + l2(2.0, match="^0")'), module, 3)
    torch.testing.assert_close(losses.penalty(module, loss), matrix / 2 + 2 * filters)
    module.penalty = lambda: torch.tensor(7.0)
    torch.testing.assert_close(losses.penalty(module, loss), 7 + matrix / 2 + 2 * filters)


def test_names_hold_in_a_compiled_network_and_in_a_part_trained_by_itself() -> None:
    module = network()
    loss = losses.build(parse('cross_entropy + l2(1.0, match="^3.weight$")'), module, 3)
    expected = module[3].weight.square().sum()
    torch.testing.assert_close(losses.penalty(torch.compile(module), loss), expected)
    torch.testing.assert_close(losses.penalty(module[3], loss, within="3"), expected)
    assert losses.penalty(module[0], loss, within="0") is None
    module[3].weight.requires_grad_(False)
    assert losses.penalty(module, loss) is None


def test_l2_is_a_weight_decay_of_twice_its_strength_with_sgd() -> None:
    def trained(loss_text: str, weight_decay: float) -> list[torch.Tensor]:
        module = network().eval()
        matrices = [weight for weight in module.parameters() if weight.ndim > 1]
        vectors = [weight for weight in module.parameters() if weight.ndim <= 1]
        groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors}]
        optimizer, loss = torch.optim.SGD(groups, lr=0.1, momentum=0.9), losses.build(parse(loss_text), module, 3)
        images_BCHW = torch.randn(4, 2, 6, 6, generator=torch.Generator().manual_seed(0))
        for _ in range(3):
            optimizer.zero_grad()
            total = loss(module(images_BCHW), TARGETS_BK).mean()
            penalty = losses.penalty(module, loss)
            (total if penalty is None else total + penalty).backward()
            optimizer.step()
        return list(module.parameters())

    for ours, decayed, free in zip(
        trained("cross_entropy + l2(0.05)", 0.0),
        trained("cross_entropy", 0.1),
        trained("cross_entropy", 0.0),
        strict=True,
    ):
        torch.testing.assert_close(ours, decayed)
        assert ours.ndim == 1 or not torch.allclose(ours, free)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("l2", r"asks nothing of the predictions; add a loss, as in cross_entropy \+ l2"),
        ("cross_entropy | l2", r"add them with \+"),
        ('cross_entropy + l2(match="heda")', r"leaves every weight alone; the network's are 0.weight, 3.weight"),
        ("cross_entropy + l2(-1)", "strength"),
        ("l2 + focal(weights=[1, 2])", r"loss focal\(weights=\[1, 2\]\): there are 2 weights for 3 classes"),
    ],
)
def test_what_makes_no_sense_is_refused(loss: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        losses.build(parse(loss), network(), 3)


def test_a_training_minimises_the_penalty_of_its_recipe(tmp_path: Path) -> None:
    """With SGD, l2 is a weight decay of twice its strength, to rounding; the loss that is shown has it in it."""
    decayed = "optimizer=sgd(lr=0.05, momentum=0.9, weight_decay=0.1)"
    free = "optimizer=sgd(lr=0.05, momentum=0.9)"
    file, trained = archive(tmp_path), {}
    for name, changes in {"l2": ["loss=cross_entropy + l2(0.05)", free], "decay": [decayed], "free": [free]}.items():
        recipe, splits = recipe_and_splits(file, "model=linear", *changes)
        record = session.train(recipe, splits, new_folder(tmp_path / name), lambda event: None)
        trained[name] = record.history[-1].loss, load_file(tmp_path / name / "model.safetensors")
    key = next(key for key, value in trained["l2"][1].items() if value.ndim > 1)
    np.testing.assert_allclose(trained["l2"][1][key], trained["decay"][1][key], rtol=1e-3, atol=1e-5)
    assert not np.allclose(trained["l2"][1][key], trained["free"][1][key], rtol=1e-3, atol=1e-5)
    assert trained["l2"][0] > trained["decay"][0]


def test_the_penalty_of_a_head_that_trains_by_itself_goes_by_its_name_in_the_network(tmp_path: Path) -> None:
    norms = []
    file, start = archive(tmp_path), tmp_path / "start"
    recipe, splits = recipe_and_splits(file, "model=convnet(width=4)")
    session.train(recipe, splits, new_folder(start), lambda event: None)
    for number, loss in enumerate(("cross_entropy", 'cross_entropy + l2(1.0, match="^head.weight$")')):
        changes = (f"weights={start}", "train=head", "rows=new", "augment=none", f"loss={loss}")
        recipe, splits = recipe_and_splits(file, "model=convnet(width=4)", *changes)
        session.train(recipe, splits, new_folder(tmp_path / str(number)), lambda event: None)
        norms.append(np.linalg.norm(load_file(tmp_path / str(number) / "model.safetensors")["head.weight"]))
    assert norms[1] < 0.9 * norms[0]
