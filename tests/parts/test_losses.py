"""Every loss against the contract of its shelf, and against a formula written out."""

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.losses import cross_entropy, focal, l2, orthonormal
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_loss

SEVEN = "weights=[1, 2, 3, 1, 1, 0.5, 1]"
SETTINGS = {
    "cross_entropy": ["cross_entropy", "cross_entropy(smoothing=0.1)", f"cross_entropy({SEVEN})"],
    "focal": ["focal", "focal(gamma=0.5)", f"focal({SEVEN})"],
    "l2": ["l2", 'l2(0.01, match="head")'],
    "orthonormal": ["orthonormal", 'orthonormal(0.01, match="head")'],
}
LOGITS_BK = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
SOFT_BK = torch.rand(5, 4, generator=torch.Generator().manual_seed(1)).softmax(1)


@pytest.mark.parametrize(
    "part", [setting for name in catalog.names("losses") for setting in SETTINGS.get(name, [name])]
)
def test_contract(part: str) -> None:
    if getattr(catalog.build("losses", parse(part)), "of_weights", False):
        check_penalty(part)
    else:
        check_loss(part)


def check_penalty(part: str) -> None:
    """A penalty leaves vectors alone and answers with a scalar of the weight's type, the same each time, whatever its layout;
    following its gradient makes it smaller."""
    penalty = catalog.build("losses", parse(part))
    draws = torch.Generator().manual_seed(0)
    filters, matrix = torch.randn(6, 4, 3, 3, generator=draws), torch.randn(7, 5, generator=draws)
    for name, weight in {"head.weight": matrix, "head.conv.weight": filters}.items():
        weight = weight.requires_grad_()
        cost = penalty(name, weight)
        assert cost.ndim == 0 and cost.dtype is weight.dtype and cost > 0
        assert torch.equal(penalty(name, weight), cost)
        if weight.ndim == 4:
            torch.testing.assert_close(penalty(name, weight.contiguous(memory_format=torch.channels_last)), cost)
        cost.backward()
        assert penalty(name, weight.detach() - 0.1 * weight.grad) < cost
        assert penalty(name, weight.detach().bfloat16()).dtype is torch.bfloat16
    assert penalty("head.bias", torch.ones(5)) is None
    assert ("match" in part) == (penalty("features.0.weight", matrix) is None)


def test_penalties_are_their_formulas() -> None:
    weight = torch.tensor([[3.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert l2.build(strength=0.5)("w", weight) == 5
    assert orthonormal.build(strength=0.5)("w", weight) == orthonormal.build(strength=0.5)("w", weight.T) == 4
    assert orthonormal.build()("w", torch.eye(3).flip(0)) == 0


def test_cross_entropy_is_its_formula() -> None:
    log_p_BK = LOGITS_BK - LOGITS_BK.exp().sum(1, keepdim=True).log()
    torch.testing.assert_close(cross_entropy.build()(LOGITS_BK, SOFT_BK), -(SOFT_BK * log_p_BK).sum(1))
    smooth_BK = 0.8 * SOFT_BK + 0.2 / 4
    torch.testing.assert_close(cross_entropy.build(smoothing=0.2)(LOGITS_BK, SOFT_BK), -(smooth_BK * log_p_BK).sum(1))


def test_weights_count_by_class_also_in_soft_targets() -> None:
    log_p_BK = LOGITS_BK.log_softmax(1)
    weights_K = torch.tensor([1.0, 0.0, 2.0, 0.5])
    weighted = cross_entropy.build(weights=weights_K.tolist())
    torch.testing.assert_close(weighted(LOGITS_BK, SOFT_BK), -(weights_K * SOFT_BK * log_p_BK).sum(1))
    for build in (cross_entropy.build, focal.build):
        with pytest.raises(ValueError, match="2 weights for 4 classes"):
            build(weights=[1.0, 2.0])(LOGITS_BK, SOFT_BK)


def test_focal_is_its_formula() -> None:
    p_BK = LOGITS_BK.softmax(1)
    expected = -(SOFT_BK * (1 - p_BK) ** 2 * p_BK.log()).sum(1)
    torch.testing.assert_close(focal.build()(LOGITS_BK, SOFT_BK), expected)
    torch.testing.assert_close(focal.build(gamma=0)(LOGITS_BK, SOFT_BK), cross_entropy.build()(LOGITS_BK, SOFT_BK))


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("cross_entropy(smoothing=1)", "smoothing"),
        ("cross_entropy(weights=[1, -1])", "weights"),
        ("focal(gamma=-1)", "gamma"),
        ("focal(weights=[-1])", "weights"),
        ("l2(-1)", "strength"),
        ('l2(match="(")', "not a regular expression"),
        ("orthonormal(-1)", "strength"),
        ('orthonormal(match="(")', "not a regular expression"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("losses", parse(part))
