"""Times of layers: each layer is there, in the order of the network, and nothing of it is changed."""

from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import linnaeus
from linnaeus.classifier.classifier import autocast, build_module
from linnaeus.device import Machine
from linnaeus.errors import LinnaeusError, RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record.facts import ModelFacts
from linnaeus.record.measurements import LayerTime
from linnaeus.training import layer_times as timing
from linnaeus.training import layers
from linnaeus.training.layer_times import by_kind, layer_times

MACHINE = Machine(device="cpu", precision="fp32", threads=1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "ENOUGH", 0.0)


def times(module: nn.Module, *shape: int) -> dict:
    return layer_times(
        module, torch.randn(shape, generator=torch.Generator().manual_seed(0)), MACHINE, lambda event: None
    )


def test_the_layers_are_those_of_the_layer_table_with_its_numbers() -> None:
    module = build_module(parse("resnet(depth=8, width=8)"), 3, 5, 16)
    found = times(module, 4, 3, 16, 16)
    table = layers.describe(module, 3, 16).layers
    timed = [row for row in found["layers"] if row.kind != "Dropout"]
    assert [row.output for row in timed] == [row.output for row in table]
    for key in ("name", "kind", "parameters", "macs"):
        assert [getattr(row, key) for row in timed] == [getattr(row, key) for row in table], key
    assert all(row.forward_s > 0 for row in found["layers"])
    assert all(row.backward_s > 0 for row in found["layers"] if row.parameters)
    assert sum(row.share for row in found["layers"]) == pytest.approx(1)
    assert found["rounds"] == timing.LEAST


def nodes_of_layers(
    module: nn.Module, images_BCHW: Tensor, precision: str = "fp32"
) -> tuple[list[tuple[str, set]], set]:
    """What each layer is given to account for, and all nodes of the graph."""
    clock, found = timing.Clock(machine=MACHINE), []

    def leave(name, layer, args, kwargs, output) -> None:
        found.append((name, timing._nodes(output.grad_fn, clock.before)))

    for name, layer in layers.leaves(module):
        layer.register_forward_pre_hook(clock.enter, with_kwargs=True)
        layer.register_forward_hook(partial(leave, name), with_kwargs=True)
    with autocast(torch.device("cpu"), precision):
        output = module(images_BCHW)
    return found, timing._nodes(output.grad_fn, set())


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize(
    "model", ["resnet(depth=8)", "mobilenet_v2(width=0.25)", "densenet(depth=13, bottleneck=False)"]
)
def test_nothing_is_counted_twice_and_little_is_left_over(model: str, precision: str) -> None:
    module = build_module(parse(model), 3, 10, 16).train()
    found, whole = nodes_of_layers(module, torch.randn(2, 3, 16, 16), precision)
    counted = [node for _, nodes in found for node in nodes]
    assert len(counted) == len(set(counted))
    left = {type(node).__name__ for node in whole - set(counted)}
    assert left <= {"AddBackward0", "CatBackward0"}, "only operations that are no layers"


class Odd(nn.Module):
    """What hooks could get wrong: a layer used twice, one changing its input in place, one of two inputs, one that does nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.act, self.both = nn.Linear(6, 6), nn.ReLU(inplace=True), nn.Bilinear(6, 6, 4)
        self.off = nn.Dropout(0.0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.first(x.flatten(1)))
        return self.both(self.off(x), input2=self.first(x))


def test_odd_networks() -> None:
    found = times(Odd(), 2, 1, 2, 3)
    assert [row.name for row in found["layers"]] == ["first", "act", "off", "first", "both"]
    nodes, _ = nodes_of_layers(Odd(), torch.randn(2, 1, 2, 3))
    counts = [(name, len(each)) for name, each in nodes]
    assert counts[1:3] == [("act", 1), ("off", 0)]  # else a layer would be given what others did before it
    assert counts[0] == counts[3] == ("first", 4)  # addmm, the weight's transpose, and two that gather gradients


def test_nothing_is_changed() -> None:
    module = build_module(parse("convnet(width=4)"), 3, 5, 16)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    times(module, 4, 3, 16, 16)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert not any(layer._forward_hooks or layer._forward_pre_hooks for layer in module.modules())
    assert torch.equal(state, torch.random.get_rng_state()) and torch.get_num_threads() == threads


def test_totals_by_kind() -> None:
    rows = [
        LayerTime(name="", kind=kind, output=(), parameters=2, macs=3, forward_s=0.5, backward_s=1.0, share=share)
        for kind, share in (("ReLU", 0.1), ("Conv2d", 0.3), ("ReLU", 0.1), ("Linear", 0.5))
    ]
    kinds = by_kind(rows)
    assert [(row.kind, row.layers, row.share) for row in kinds] == [
        ("Linear", 1, 0.5),
        ("Conv2d", 1, 0.3),
        ("ReLU", 2, 0.2),
    ]
    assert kinds[2].forward_s == 1.0 and kinds[2].parameters == 4


def test_the_shape_comes_from_the_data_unless_it_is_said(tmp_path: Path) -> None:
    found = linnaeus.bench("layers", "linear", "digits", batch=7, size=None, threads=1, out=tmp_path / "times.svg")
    assert (found.size, found.channels, found.classes, found.batch) == (8, 1, 10, 7)
    assert (tmp_path / "times.svg").read_bytes().startswith(b"<?xml")
    assert (found.threads, found.picture) == (1, str(tmp_path / "times.svg"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "lenett"}, "did you mean lenet"),
        ({"model": "lenet", "size": 8}, "least size is 12 px"),
        ({"model": "lenet", "batch": 0}, "batch = 0 must be at least 1"),
        ({"model": "lenet", "out": "times.jpg"}, "FILE.svg or FILE.png"),
    ],
)
def test_bad_wishes_to_the_bench(options: dict, message: str) -> None:
    with pytest.raises(LinnaeusError, match=message):
        linnaeus.bench("layers", **options)


@pytest.mark.parametrize("name", [name for name in catalog.names("models") if name != "timm"])
def test_the_facts_of_every_model_need_no_numbers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the meta device: a network of a hundred million weights is described in a moment."""
    devices = []
    true_describe = layers.describe

    def watched(module: nn.Module, channels: int, size: int) -> ModelFacts:
        devices.append(next(module.parameters()).device.type)
        return true_describe(module, channels, size)

    monkeypatch.setattr(layers, "describe", watched)
    found = layers.facts(Spec(name), 3, 10, (32, 224))
    assert devices == ["meta", "meta"]
    assert found.sizes[224].macs >= found.sizes[32].macs > 0
    assert 0 < found.sizes[32].trainable <= found.sizes[32].parameters


def test_the_facts_of_known_networks() -> None:
    assert linnaeus.model_facts("lenet", channels=1, sizes=[28]).sizes[28].parameters == 61_706
    assert linnaeus.model_facts("mobilenet_v2(width=0.5)", classes=100).sizes[32].parameters == 815_780
    resnet18 = linnaeus.model_facts("imagenet_resnet(depth=18)", classes=1000).sizes[224]
    assert (resnet18.parameters, round(resnet18.macs / 1e9, 2)) == (11_689_512, 1.81)  # torchvision's figures


def test_a_size_that_is_too_small_is_said_with_the_least_one() -> None:
    found = linnaeus.model_facts("lenet(fifth='conv')", sizes=(20, 32))
    assert "the least size is 28 px" in found.faults[20]
    assert found.sizes[32].parameters > 0
    with pytest.raises(RecipeError, match="least size is 12 px"):
        linnaeus.model_facts("lenet", sizes=(8, 10))
    with pytest.raises(RecipeError, match="needs name"):
        linnaeus.model_facts("timm")


def test_a_network_that_cannot_be_made_without_numbers_is_made_with_them(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(
        '"""A network that looks at its weights."""\n'
        "from torch import nn\n\n\n"
        "def net(in_channels, num_classes, /):\n"
        "    head = nn.Linear(in_channels * 64, num_classes)\n"
        "    assert float(head.weight.sum()) != 0\n"
        "    return nn.Sequential(nn.Flatten(), head)\n"
    )
    found = layers.facts(Spec(f"{tmp_path}/own.py:net"), 1, 10, (8, 9))
    assert found.sizes[8].parameters == 650
    assert "shapes cannot be multiplied" in found.faults[9]


class Attending(nn.Module):
    """Patches of 4×4, two blocks of attention over them: one of PyTorch's layer, one of its function."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, 4)
        self.layer = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 5)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        tokens_BND = self.patches(images_BCHW).flatten(2).mT
        tokens_BND = self.layer(tokens_BND, tokens_BND, tokens_BND, need_weights=False)[0]
        tokens_BND = nn.functional.scaled_dot_product_attention(tokens_BND, tokens_BND, tokens_BND)
        return self.head(tokens_BND.mean(1))


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_attention_counts(device: str) -> None:
    with torch.device(device):
        found = layers.describe(Attending(), 3, 16)
    tokens, width = 16, 8
    patches, head, between = tokens * width * 48, width * 5, 2 * tokens * tokens * width
    assert found.macs == patches + 4 * tokens * width * width + 2 * between + head
    by_name = {row.name: row.macs for row in found.layers}
    assert (by_name["patches"], by_name["head"]) == (patches, head)
    assert torch.backends.mha.get_fastpath_enabled()
