"""Every loss against the contract of its shelf, and against a formula written out."""

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.losses import cross_entropy, focal
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_loss

SEVEN = "weights=[1, 2, 3, 1, 1, 0.5, 1]"
SETTINGS = {
    "cross_entropy": ["cross_entropy", "cross_entropy(smoothing=0.1)", f"cross_entropy({SEVEN})"],
    "focal": ["focal", "focal(gamma=0.5)", f"focal({SEVEN})"],
}
LOGITS_BK = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
SOFT_BK = torch.rand(5, 4, generator=torch.Generator().manual_seed(1)).softmax(1)


@pytest.mark.parametrize(
    "part", [setting for name in catalog.names("losses") for setting in SETTINGS.get(name, [name])]
)
def test_contract(part: str) -> None:
    check_loss(part)


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
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("losses", parse(part))
