"""timm itself loads what is meant for a hub."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.delivery import hub_folder
from tests.delivery import exported

timm = pytest.importorskip("timm")


def test_timm_loads_the_weights_and_answers_alike(tmp_path: Path) -> None:
    one = exported.classifier('timm("mobilenetv3_small_050")', 3, 32)
    one.save(tmp_path)
    told = replace(exported.passport(one), origin={"model": str(one.model)})
    name = hub_folder.names_in_timm(one.model.name, one.module)
    assert name == ("mobilenetv3_small_050", "classifier")
    hub_folder.write(tmp_path / "hub", b"model", told, tmp_path, "# card", name)
    config = json.loads((tmp_path / "hub" / "config.json").read_text())
    network = timm.create_model(
        config["architecture"],
        num_classes=config["num_classes"],
        checkpoint_path=tmp_path / "hub" / "model.safetensors",
    )
    inputs_BCHW = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        found, wanted = network.eval()(inputs_BCHW), one.module.eval()(inputs_BCHW)
    np.testing.assert_allclose(found.numpy(), wanted.numpy(), rtol=1e-3, atol=1e-3)
    assert config["pretrained_cfg"]["label_names"] == list(exported.CLASSES)


def test_other_networks_and_heads_are_not_timms() -> None:
    one = exported.classifier("lenet")
    assert hub_folder.names_in_timm(one.model.name, one.module) is None
    one = exported.classifier('timm(name="mobilenetv3_small_050")', 3, 32)
    one.module.head = torch.nn.Identity()
    assert hub_folder.names_in_timm(one.model.name, one.module) is None
