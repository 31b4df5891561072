"""Every network against the contract of its shelf, the published weight counts, and published weights where they are at hand."""

import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from linnaeus.errors import RecipeError
from linnaeus.parts.models import convnet, lenet, resnet
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_model

# Settings that bring out what a network can do, small enough to be quick; one that is not named is checked with its defaults.
SETTINGS: dict[str, list[str]] = {
    "convnet": ["convnet(width=8)", 'convnet(width=8, depth=1, norm=False, activation="gelu", dropout=0.2)'],
    "lenet": ["lenet", 'lenet(fifth="conv", pooling="max", activation="relu")', "lenet(small_kernels=True)"],
    "resnet": [
        "resnet(depth=8)",
        'resnet(depth=8, shortcut="A", dropout=0.1)',
        'resnet(depth=8, block="pre")',
        'resnet(depth=14, block="elu", activation="elu")',
        'resnet(depth=8, norm="group", width=8)',
    ],
    "timm": ['timm("test_resnet")', 'timm("test_vit", image_size=32)', 'timm("test_convnext")'],
}
SIZES = {'timm("test_vit", image_size=32)': [32]}


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    "part", [setting for name in catalog.names("models") for setting in SETTINGS.get(name, [name])]
)
def test_contract(part: str) -> None:
    check_model(part, sizes=SIZES.get(part, (32, 33)))


def weights(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


COUNTS = [
    (lenet.build(1, 10), 61_706),  # the lab sheet's, and LeCun et al. 1998 with a dense output layer
    (lenet.build(1, 10, fifth="conv"), 61_706),
    # He et al. 2015, table 6: 0.27M, 0.46M, 0.66M, 0.85M, 1.7M
    (resnet.build(3, 10, depth=20, shortcut="A"), 269_722),
    (resnet.build(3, 10, depth=32, shortcut="A"), 464_154),
    (resnet.build(3, 10, depth=44, shortcut="A"), 658_586),
    (resnet.build(3, 10, depth=56, shortcut="A"), 853_018),
    (resnet.build(3, 10, depth=110, shortcut="A"), 1_727_962),
    (resnet.build(3, 10, depth=20), 272_474),
]


@pytest.mark.parametrize(("module", "count"), COUNTS, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_weights_are_as_many_as_published(module: nn.Module, count: int) -> None:
    assert weights(module) == count


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("resnet(depth=21)", "6n"),
        ('resnet(shortcut="C")', "shortcut"),
        ('resnet(block="post-activation")', "block"),
        ('resnet(activation="softmax")', "activation"),
        ("lenet(image_size=8)", "least size is 12"),
        ('lenet(fifth="conv", image_size=20)', "least size is 28"),
        ("convnet(image_size=4, stages=4)", "at least 8 px"),
        ("mlp(hidden=[])", "hidden"),
        ('timm("resnet_nineteen")', "timm has no network"),
        ('timm("deit_tiny_distilled_patch16_224")', "no single linear head"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("models", parse(part), 3, 10, known={"image_size": 32})


def test_convnet_has_a_stage_for_each_halving() -> None:
    pools = {
        size: sum(isinstance(module, nn.MaxPool2d) for module in convnet.build(3, 10, image_size=size).modules())
        for size in (8, 16, 32, 64)
    }
    assert pools == {8: 1, 16: 1, 32: 2, 64: 3}


def test_elu_resnet_has_nothing_after_the_addition() -> None:
    block = resnet.EluBlock(8, 8, 1, "A", nn.ELU, nn.BatchNorm2d)
    maps = torch.randn(2, 8, 6, 6)
    expected = block.bn2(block.conv2(nn.functional.elu(block.conv1(maps)))) + maps
    torch.testing.assert_close(block(maps), expected)
    assert sum(isinstance(module, nn.BatchNorm2d) for module in resnet.build(3, 10, block="elu").modules()) == 9 + 2
    assert (
        sum(isinstance(module, nn.ELU) for module in resnet.build(3, 10, block="elu", activation="elu").modules()) == 11
    )


def test_shortcut_a_is_every_other_pixel_between_zeros() -> None:
    maps = torch.randn(1, 4, 5, 5)
    out = resnet.Shortcut(4, 8, 2)(maps)
    assert torch.equal(out[:, 2:6], maps[:, :, ::2, ::2]) and not out[:, :2].any() and not out[:, 6:].any()


def shared(name: str) -> Path:
    """A file of the folder of real data, or a skip with the reason."""
    folder = Path(os.environ.get("LINNAEUS_SHARED", Path(__file__).parents[3] / "shared"))
    if not (folder / "data" / name).exists():
        pytest.skip(f"no real data: {name} is neither under $LINNAEUS_SHARED/data nor under ../shared/data")
    return folder / "data" / name


def published(name: str) -> dict[str, torch.Tensor]:
    with tarfile.open(shared("weights.tar")) as archive:
        member = next(member for member in archive.getmembers() if Path(member.name).name == name)
        file = archive.extractfile(member)
        assert file is not None
        state: dict[str, torch.Tensor] = torch.load(file, weights_only=True)
    return state


@pytest.mark.parametrize("depth", [20, 56])
def test_published_weights_load(depth: int) -> None:
    state = published(f"cifar10-resnet{depth}.pt")
    module = resnet.build(3, 10, depth=depth, shortcut="A")
    module.load_state_dict(module.translate(state))
    assert torch.equal(module.head.bias, next(value for key, value in state.items() if key.endswith("linear.bias")))
    own = module.state_dict()
    assert module.translate(own).keys() == own.keys()


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "right"), [(20, 9173), (56, 9339)])
def test_published_weights_score_what_they_scored(depth: int, right: int, tmp_path: Path) -> None:
    """akamaster's own figures, to the image: the proof that these networks are the published ones."""
    subprocess.run([sys.executable, shared("unpack"), tmp_path, "cifar10"], check=True)
    batch = pickle.loads((tmp_path / "cifar-10-batches-py" / "test_batch").read_bytes(), encoding="bytes")
    images_BCHW = torch.tensor(batch[b"data"]).view(-1, 3, 32, 32)
    labels_B = torch.tensor(batch[b"labels"])
    mean, deviation = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).view(2, 1, 3, 1, 1)
    module = resnet.build(3, 10, depth=depth, shortcut="A").eval()
    module.load_state_dict(module.translate(published(f"cifar10-resnet{depth}.pt")))
    found = 0
    with torch.inference_mode():
        for images, labels in zip(images_BCHW.split(500), labels_B.split(500), strict=True):
            found += int((module((images / 255 - mean) / deviation).argmax(1) == labels).sum())
    assert found == right
