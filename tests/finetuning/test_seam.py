"""A network cut in two: both halves make its own features, and what is below is what does not train."""

import pytest
import torch

from linnaeus.classifier.classifier import build_module
from linnaeus.finetuning import freeze, seam
from linnaeus.recipe.spec import parse


def cut(model: str, size: int, train: str = "last(2)"):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        whole = build_module(parse(model), 3, 5, size)
    return whole, seam.halves(whole, freeze.plan(whole, train), 3, size)


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ('timm("tf_efficientnet_lite0")', 64),
        ('timm("resnet18")', 64),
        ("imagenet_resnet(depth=18)", 64),
        ("mobilenet_v2", 32),
        ("resnet(depth=20)", 32),
        ("convnet(width=8)", 32),
        ("squeezenet", 64),
        ("mlp(hidden=[8, 8, 8])", 8),
    ],
)
def test_both_halves_make_the_features(model: str, size: int) -> None:
    whole, found = cut(model, size)
    assert found is not None
    assert all(part.training for part in whole.modules()), "modes stay as they were"
    images_BCHW = torch.rand(3, 3, size, size).contiguous(memory_format=torch.channels_last)
    whole.eval()
    with torch.inference_mode():
        assert torch.equal(found.upper(found.lower.features(images_BCHW)), whole(images_BCHW))
    plan = freeze.plan(whole, "last(2)")
    trained = {id(weight) for layer in plan.layers[-plan.trained(1, 1) :] for weight in layer}
    assert {id(weight) for weight in found.upper.parameters()} >= trained
    assert not {id(weight) for weight in found.lower.parameters()} & trained


@pytest.mark.parametrize(("model", "size"), [('timm("vit_tiny_patch16_224")', 32), ("linear", 8)])
def test_what_is_no_chain_is_not_cut(model: str, size: int) -> None:
    assert cut(model, size)[1] is None


def test_what_trains_as_a_whole_is_not_cut() -> None:
    assert cut("convnet(width=8)", 32, "all")[1] is None
