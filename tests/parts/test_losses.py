"""Every loss against the contract of its shelf, and against a formula written out."""

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.losses import cross_entropy
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_loss

SETTINGS = {"cross_entropy": ["cross_entropy", "cross_entropy(smoothing=0.1)"]}
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


@pytest.mark.parametrize(("part", "message"), [("cross_entropy(smoothing=1)", "smoothing")])
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("losses", parse(part))
