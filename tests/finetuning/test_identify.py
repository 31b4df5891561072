"""Files in the key names of others: which network they are of is found by their names and shapes."""

import pytest
import timm
import torch
from safetensors.torch import save_file
from torch import nn

from linnaeus.finetuning.weights import catalogue, identify, installed, untrusted
from linnaeus.recipe.spec import parse


@pytest.mark.parametrize("name", ["tf_efficientnet_lite0", "mobilenetv3_small_100", "resnet50", "vit_tiny_patch16_224"])
def test_timms_files_are_known(name: str) -> None:
    found = identify.network(timm.create_model(name).state_dict())
    assert found is not None
    assert found == (parse(f'timm("{name}")'), 3)


def test_torchvisions_files_are_known() -> None:
    models = pytest.importorskip("torchvision.models")
    wanted = {
        "resnet18": "imagenet_resnet(depth=18)",
        "mobilenet_v2": 'mobilenet_v2(stem="imagenet")',
        "squeezenet1_0": "squeezenet",
    }
    for name, spec in wanted.items():
        found = identify.network(getattr(models, name)().state_dict())
        assert found is not None, name
        assert found[0] == parse(spec)


def test_the_file_of_an_installed_package_is_known() -> None:
    file = installed.location(catalogue.find("imagenet"))
    assert file is not None
    found = identify.network(untrusted.read(file)[0])
    assert found is not None
    assert found[0] == parse(catalogue.find("imagenet").model)


def test_what_is_known_becomes_the_recipe(tmp_path) -> None:
    save_file(timm.create_model("mobilenetv3_small_100", in_chans=1).state_dict(), tmp_path / "grey.safetensors")
    fields = identify.defaults(str(tmp_path / "grey.safetensors"), tmp_path)
    assert (fields["model"], fields["image_size"], fields["channels"]) == (
        parse('timm("mobilenetv3_small_100")'),
        224,
        1,
    )


def test_a_network_of_nobody_is_not_guessed() -> None:
    with torch.random.fork_rng(devices=[]):
        odd = nn.ModuleDict({"features": nn.Sequential(nn.Conv2d(3, 5, 3)), "head": nn.Linear(5, 2)})
    assert identify.network(odd.state_dict()) is None
