"""Grad-CAM: beside the class activation maps that it generalises, on networks that have maps, and refused on those without."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, build_module, normalise
from linnaeus.evaluation.inspection import grad_cam
from linnaeus.recipe.spec import parse

PREPROCESSING = Preprocessing(size=16, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.25,) * 3)
IMAGES = np.random.default_rng(0).integers(0, 256, (11, 16, 16, 3), dtype=np.uint8)  # more than are looked at together
CLASSES = np.stack([np.arange(11) % 4, (np.arange(11) + 1) % 4], axis=1)


def classifier(module: nn.Module) -> Classifier:
    return Classifier(module=module, classes=tuple("abcd"), preprocessing=PREPROCESSING, model=parse("linear"))


class Pooled(nn.Module):
    """One convolution, its mean, a linear head: Grad-CAM is then the map that the head's own weights make (Zhou et al. 2016)."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(inplace=True))
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(6, 4)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        return self.head(self.pool(self.maps(images_BCHW)))


class Tokens(nn.Module):
    def __init__(self, last: bool) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 6, 4, 4)
        self.norm = nn.LayerNorm(6)
        self.head = nn.Linear(6, 4)
        self.last = last  # channels last, in a map, instead of tokens in a row

    def forward(self, images_BCHW: Tensor) -> Tensor:
        tokens = self.patches(images_BCHW).permute(0, 2, 3, 1)
        tokens = self.norm(tokens if self.last else tokens.flatten(1, 2))
        return self.head(tokens.flatten(1, -2).mean(1))


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def test_it_is_the_class_activation_map():
    module = Pooled()
    found = grad_cam.maps(classifier(module), IMAGES, CLASSES)
    assert (found.shape, found.dtype) == ((11, 2, 16, 16), np.uint8)
    with torch.no_grad():
        seen = module.maps(normalise(torch.from_numpy(IMAGES).permute(0, 3, 1, 2), PREPROCESSING))
        for row, image in enumerate(seen):
            for column, label in enumerate(CLASSES[row]):
                wanted = (module.head.weight[label][:, None, None] * image).sum(0).relu()
                wanted = (255 * wanted / wanted.max().clamp_min(1e-12)).round()
                assert np.abs(found[row, column].astype(float) - wanted.numpy()).max() <= 1


def test_nothing_is_left_on_the_network():
    module = Pooled()
    for parameter in module.parameters():
        parameter.requires_grad_(False)  # a frozen one has maps as well
    grad_cam.maps(classifier(module), IMAGES, CLASSES)
    assert all(parameter.grad is None for parameter in module.parameters())
    assert not any(each._forward_hooks for each in module.modules())
    assert not module.training


@pytest.mark.parametrize("model", ["resnet(depth=8)", "convnet", "lenet", "mobilenet_v2(width=0.25)"])
def test_networks_with_maps(model):
    found = grad_cam.maps(classifier(build_module(parse(model), 3, 4, 16)), IMAGES[:2], CLASSES[:2])
    assert found.shape == (2, 2, 16, 16)
    assert found.max() == 255


@pytest.mark.parametrize(
    ("module", "why"),
    [
        (build_module(parse("mlp"), 3, 4, 16), "vectors"),
        (build_module(parse("linear"), 3, 4, 16), "vectors"),
        (Tokens(last=False), "tokens"),
        (Tokens(last=True), "tokens"),
    ],
)
def test_networks_without(module, why):
    with pytest.raises(grad_cam.NoMap, match=why):
        grad_cam.maps(classifier(module), IMAGES[:2], CLASSES[:2])
    assert not any(each._forward_hooks for each in module.modules())


def test_a_class_that_nothing_speaks_for_has_an_empty_map():
    module = Pooled()
    with torch.no_grad():
        module.head.weight[0] = -1
    assert grad_cam.maps(classifier(module), IMAGES[:1], np.array([[0, 0]])).max() == 0
