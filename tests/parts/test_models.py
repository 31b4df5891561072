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
import torchvision
from torch import nn

from linnaeus.errors import RecipeError
from linnaeus.parts.models import (
    convnet,
    densenet,
    imagenet_resnet,
    lenet,
    mobilenet_v2,
    nin,
    resnet,
    resnext,
    speednet,
    squeezenet,
    vgg,
    wide_resnet,
)
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_model

# Settings that bring out what a network can do, small enough to be quick; one that is not named is checked with its defaults.
SETTINGS: dict[str, list[str]] = {
    "convnet": ["convnet(width=8)", 'convnet(width=8, depth=1, norm=False, activation="gelu", dropout=0.2)'],
    "densenet": ["densenet(depth=10, growth=4)", "densenet(depth=10, growth=4, bottleneck=False, dropout=0.1)"],
    "imagenet_resnet": [
        "imagenet_resnet(width=8)",
        'imagenet_resnet(depth=50, width=8, stem="small", dropout=0.3, activation="silu")',
        "imagenet_resnet(width=8, stem_kernel=5, stem_stride=1, stem_pool=True)",
    ],
    "lenet": ["lenet", 'lenet(fifth="conv", pooling="max", activation="relu")', "lenet(small_kernels=True)"],
    "mobilenet_v2": [
        "mobilenet_v2(width=0.25)",
        'mobilenet_v2(width=0.25, stem="imagenet", orthonormal=0.1)',
        "mobilenet_v2(width=0.5, group_channels=16)",
    ],
    "nin": ["nin", "nin(norm=True, dropout=0.0)"],
    "resnet": [
        "resnet(depth=8)",
        'resnet(depth=8, shortcut="A", dropout=0.1)',
        'resnet(depth=8, block="pre")',
        'resnet(depth=14, block="elu", activation="elu")',
        'resnet(depth=8, norm="group", width=8)',
        'resnet(depth=8, norm="none", block="pre")',
        'resnet(depth=8, convolution="bsconv_u")',
        'resnet(depth=8, convolution="bsconv_s")',
    ],
    "resnext": ["resnext(depth=11, base_width=4)", "resnext(depth=11, cardinality=2, base_width=4, squeeze=16)"],
    "speednet": ["speednet", "speednet(widths=[16, 32], divisor=1, momentum=0.1)"],
    "squeezenet": ["squeezenet", 'squeezenet(classifier="published")'],
    "timm": ['timm("test_resnet")', 'timm("test_vit", image_size=32)', 'timm("test_convnext")'],
    "vgg": ["vgg(depth=11, dense=64)", "vgg(depth=11, dense=0, norm=False)"],
    "wide_resnet": ["wide_resnet(depth=10, widen=1)", 'wide_resnet(depth=10, widen=1, dropout=0.3, activation="elu")'],
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
    # The thirteen networks of the report's table, as published; where its figure differs, the network's docstring says why.
    (lenet.build(3, 10, image_size=32), 62_006),  # 62k
    (lenet.build(3, 10, image_size=32, fifth="conv"), 62_006),
    (lenet.build(1, 10, image_size=32), 61_706),  # the lab sheet's table: no padding
    (nin.build(3, 10), 966_986),  # 0.97M
    (vgg.build(3, 10), 38_975_306),  # 39M
    (vgg.build(3, 10, dense=512), 20_567_882),
    (wide_resnet.build(3, 10, depth=16, widen=8), 10_961_370),  # 11.0M
    (wide_resnet.build(3, 10, depth=28, widen=10), 36_479_194),  # 36.5M
    (densenet.build(3, 10, depth=100, growth=12), 769_162),  # 0.8M
    (densenet.build(3, 10, depth=100, growth=24), 3_020_506),
    (densenet.build(3, 10, depth=160, growth=24), 6_831_466),
    (densenet.build(3, 10, depth=250, growth=24), 15_324_406),  # 15.3M
    (densenet.build(3, 10, depth=40, growth=12, bottleneck=False), 1_019_722),  # 1.0M
    (densenet.build(3, 10, depth=100, growth=12, bottleneck=False), 6_979_642),  # 7.0M
    (resnext.build(3, 10), 17_562_442),
    (resnext.build(3, 10, squeeze=16), 18_078_538),
    (resnext.build(3, 10, cardinality=8), 34_426_698),  # 34.4M
    (resnext.build(3, 10, cardinality=16), 68_155_210),  # 68.1M
    # The others
    (convnet.build(3, 10), 288_746),
    (convnet.build(1, 10, width=16, image_size=8), 16_794),
    (speednet.build(3, 10), 1_972_792),  # 1.97M
    (mobilenet_v2.build(3, 100, width=0.5), 815_780),  # the lab's
    (mobilenet_v2.build(3, 1000, stem="imagenet"), 3_504_872),  # 3.5M
    (imagenet_resnet.build(3, 1000, depth=18), 11_689_512),
    (imagenet_resnet.build(3, 1000, depth=34), 21_797_672),
    (imagenet_resnet.build(3, 1000, depth=50), 25_557_032),
    (squeezenet.build(3, 1000), 1_248_424),
    (lenet.build(1, 10), 61_706),  # the lab sheet's, and LeCun et al. 1998 with a dense output layer
    (lenet.build(1, 10, fifth="conv"), 61_706),
    (resnet.build(3, 10, depth=32, block="pre"), 466_714),  # the report's, which called it ResNet-50
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
        ('resnet(convolution="bsconv")', "convolution"),
        ("wide_resnet(depth=28.5)", "depth must be a whole number"),
        ("densenet(depth=101)", "6n"),
        ("densenet(image_size=3)", "least size is 4"),
        ("vgg(depth=18)", "depth"),
        ("vgg(image_size=28)", "least size is 32"),
        ("nin(image_size=2)", "least size is 4"),
        ("resnext(depth=30)", "9n"),
        ("mobilenet_v2(width=0)", "width"),
        ('mobilenet_v2(stem="tiny")', "stem"),
        ("imagenet_resnet(depth=20)", "depth"),
        ("imagenet_resnet(stem_kernel=4)", "odd"),
        ("squeezenet(image_size=16)", "least size is 27"),
        ("speednet(image_size=8)", "least size is 9"),
        ("speednet(widths=[])", "at least one group"),
        ("speednet(divisor=0)", "divisor"),
        ("speednet(momentum=0)", "momentum"),
        ("lenet(image_size=8)", "least size is 12"),
        ('lenet(fifth="conv", image_size=20)', "least size is 28"),
        ("convnet(image_size=4, stages=4)", "at least 8 px"),
        ("mlp(hidden=[])", "hidden"),
        ('timm("resnet_nineteen")', "timm has no network"),
        ('timm("test_vit", image_size=8)', "least size is 16"),
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
    style = resnet.Style(block="elu", shortcut="A", activation="elu", norm="batch", convolution="standard")
    block = resnet.EluBlock(8, 8, 1, style)
    maps = torch.randn(2, 8, 6, 6)
    expected = block.bn2(block.conv2(nn.functional.elu(block.conv1(maps)))) + maps
    torch.testing.assert_close(block(maps), expected)
    assert sum(isinstance(module, nn.BatchNorm2d) for module in resnet.build(3, 10, block="elu").modules()) == 9 + 2
    assert (
        sum(isinstance(module, nn.ELU) for module in resnet.build(3, 10, block="elu", activation="elu").modules()) == 11
    )


def test_he_normal_weights_by_what_a_filter_takes() -> None:
    module = resnet.build(3, 10, depth=8, block="pre", init="fan_in")
    conv = module.layer3[0].conv1.weight
    assert conv.std().item() == pytest.approx((2 / (conv.shape[1] * 9)) ** 0.5, rel=0.05)
    assert module.head.weight.std().item() == pytest.approx((2 / 64) ** 0.5, rel=0.15)
    assert not module.head.bias.any()


def test_shortcut_a_is_every_other_pixel_between_zeros() -> None:
    maps = torch.randn(1, 4, 5, 5)
    out = resnet.Strided(2, 4)(maps)
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
    mean, std = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]).view(2, 1, 3, 1, 1)
    module = resnet.build(3, 10, depth=depth, shortcut="A").eval()
    module.load_state_dict(module.translate(published(f"cifar10-resnet{depth}.pt")))
    found = 0
    with torch.inference_mode():
        for images, labels in zip(images_BCHW.split(500), labels_B.split(500), strict=True):
            found += int((module((images / 255 - mean) / std).argmax(1) == labels).sum())
    assert found == right


def test_weights_of_the_reports_table_differ_for_the_reasons_given() -> None:
    """What the docstrings of three networks say of the code that the table was made with, counted out."""
    ours = wide_resnet.build(3, 10, depth=16, widen=8)
    extra_shortcuts = sum(width**2 for width in (128, 256, 512))  # in the second block of each stage
    biases = sum(module.out_channels for module in ours.modules() if isinstance(module, nn.Conv2d)) + 128 + 256 + 512
    assert weights(ours) + extra_shortcuts + biases == 11_310_826  # 11.3M
    extra_shortcuts = sum(2 * (width**2 + 2 * width) for width in (256, 512, 1024))  # and their norms, two a stage
    assert weights(resnext.build(3, 10)) + extra_shortcuts == 20_322_122  # 20M
    assert weights(resnext.build(3, 10, squeeze=16)) + extra_shortcuts == 20_838_218  # 20M


@pytest.mark.parametrize("small_kernels", [False, True])
@pytest.mark.parametrize("pooling", lenet.POOLINGS)
@pytest.mark.parametrize("activation", lenet.ACTIVATIONS)
def test_lenet_by_eights_and_pooled_early_is_lenet(activation: str, pooling: str, small_kernels: bool) -> None:
    """Logits and gradients are those of the layers as they are drawn: convolution, activation, pooling, by torch's own."""
    torch.manual_seed(0)
    module = lenet.build(1, 10, activation=activation, pooling=pooling, small_kernels=small_kernels)
    layers = [*module.features, module.head]
    convolutions = [layer for layer in layers if isinstance(layer, nn.Conv2d)]
    dense = [layer for layer in layers if isinstance(layer, nn.Linear)]
    active, pooled = lenet.ACTIVATIONS[activation](), lenet.POOLINGS[pooling](2)

    def plain(maps: torch.Tensor) -> torch.Tensor:
        for number, layer in enumerate(convolutions, 1):
            maps = active(nn.functional.conv2d(maps, layer.weight, layer.bias, padding=layer.padding))
            maps = pooled(maps) if number % (2 if small_kernels else 1) == 0 else maps
        return dense[2](active(dense[1](active(dense[0](maps.flatten(1))))))

    images_BCHW, labels_B = torch.randn(12, 1, 28, 28), torch.arange(12) % 10
    images_BCHW[:, :, :8] = 0  # as digits have them: maps are equal there

    def gradients(forward: Any) -> list[torch.Tensor]:
        logits_BK = forward(images_BCHW)
        loss = nn.functional.cross_entropy(logits_BK, labels_B)
        return [logits_BK.detach(), *torch.autograd.grad(loss, list(module.parameters()))]

    for mode in (True, False):
        module.train(mode)
        for ours, theirs in zip(gradients(module), gradients(plain), strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_mobilenet_has_the_layers_of_the_labs_table() -> None:
    shapes: list[tuple[int, int]] = []
    module = mobilenet_v2.build(3, 100, width=0.5).eval()
    for block in module.features[:19]:
        block.register_forward_hook(lambda _, __, maps: shapes.append((maps.shape[1], maps.shape[2])))
    module(torch.zeros(1, 3, 32, 32))
    widths_and_sizes = [(16, 32), (8, 32), (16, 32), (16, 32), *[(16, 16)] * 3, *[(32, 8)] * 4, *[(48, 8)] * 3]
    assert shapes == [*widths_and_sizes, *[(80, 4)] * 3, (160, 4), (1280, 4)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (mobilenet_v2.build(3, 1000, stem="imagenet"), torchvision.models.mobilenet_v2),
        (imagenet_resnet.build(3, 1000, depth=18), torchvision.models.resnet18),
        (imagenet_resnet.build(3, 1000, depth=50), torchvision.models.resnet50),
        (squeezenet.build(3, 1000, classifier="published"), torchvision.models.squeezenet1_0),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_torchvisions_state_gives_torchvisions_answers(ours: Any, theirs: Any) -> None:
    original = theirs(weights=None).eval()
    ours.load_state_dict(ours.translate(original.state_dict()))
    images_BCHW = torch.randn(2, 3, 97, 97)
    with torch.no_grad():
        torch.testing.assert_close(ours.eval()(images_BCHW), original(images_BCHW))
    assert ours.translate(ours.state_dict()).keys() == ours.state_dict().keys()


def test_imagenet_squeezenet_loads_into_both_classifiers() -> None:
    state = published("imagenet-squeezenet1_0-fp16.pt")
    for classifier in ("linear", "published"):
        module = squeezenet.build(3, 1000, classifier=classifier)
        module.load_state_dict(module.translate(state))
        assert torch.equal(module.features[0].bias, state["features.0.bias"].float())


def test_penalty_pulls_towards_orthonormal_filters() -> None:
    straight = torch.eye(4, 9)
    assert resnet.orthonormality(straight) < 1e-6
    assert resnet.orthonormality(2 * straight) == pytest.approx(6)  # the norm of 3·I
    assert mobilenet_v2.orthonormality is resnet.orthonormality
    for module in (
        resnet.build(3, 10, depth=8, convolution="bsconv_s", orthonormal=0.5),
        mobilenet_v2.build(3, 10, width=0.25, orthonormal=0.5),
        mobilenet_v2.build(3, 10, width=0.5, orthonormal=0.5, group_channels=16),
    ):
        optimizer = torch.optim.SGD(module.parameters(), lr=0.01)
        before = module.penalty()
        for _ in range(5):
            optimizer.zero_grad()
            module.penalty().backward()
            optimizer.step()
        assert 0 < module.penalty() < before
    assert resnet.build(3, 10, depth=8).penalty() == 0 and mobilenet_v2.build(3, 10, width=0.25).penalty() == 0


def test_grouped_pointwise_convolutions_let_every_output_see_every_input() -> None:
    module = mobilenet_v2.Grouped(32, 32, 2, None).eval()
    maps = torch.randn(1, 32, 1, 1, requires_grad=True)
    reached = [bool(torch.autograd.grad(module(maps)[0, out].sum(), maps)[0].all()) for out in range(32)]
    assert all(reached)
    for groups in (2, 4):  # the shuffle spreads each group's outputs over the groups of the next convolution
        names = torch.arange(32).float().view(1, 32, 1, 1)
        spread = mobilenet_v2.Grouped(32, 32, groups, None).shuffle(names).view(groups, -1)
        assert all({int(name) // (32 // groups) for name in group} == set(range(groups)) for group in spread)


def test_the_smallest_images_that_speednet_names_are_taken() -> None:
    for groups, size in ((1, 3), (2, 5), (3, 9)):
        module = speednet.build(3, 10, widths=[8] * groups, image_size=size).eval()
        assert module(torch.zeros(2, 3, size, size)).shape == (2, 10)


def test_speednet_begins_by_handing_its_whitened_maps_on() -> None:
    module = speednet.build(1, 10, widths=[16, 32]).eval()
    maps = torch.randn(2, 8, 6, 6)
    out = module.groups[2][:2](maps)  # convolution and pooling
    torch.testing.assert_close(out[:, :8], nn.functional.max_pool2d(maps, 2))
    assert out.shape[1] == 16


def test_patches_that_do_not_vary_leave_finite_filters() -> None:
    module = speednet.build(3, 10)
    module.prime(torch.ones(4, 3, 32, 32))
    assert module.whiten.weight.isfinite().all()


def test_published_weights_that_cannot_be_fetched_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(name: str, **options: object) -> None:
        raise OSError("Cannot send a request, as offline mode is enabled.\nMore of it")

    monkeypatch.setattr("timm.create_model", unreachable)
    with pytest.raises(
        RecipeError, match=r"resnet18 are not here and cannot be fetched \(Cannot send .*enabled\.\); go online"
    ):
        catalog.build("models", parse('timm("resnet18", pretrained=True)'), 3, 2)
