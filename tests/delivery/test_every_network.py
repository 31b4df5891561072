"""Every network and every head of ours leaves the house and answers alike."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.classifier.classifier import Classifier, build_module
from linnaeus.delivery import export, onnx_model, parity
from linnaeus.events import nobody
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from tests.delivery import exported

pytestmark = pytest.mark.slow
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

SMALLER = {  # than their defaults: the operators are the same
    "densenet": "densenet(depth=22)",
    "resnext": "resnext(base_width=8)",
    "wide_resnet": "wide_resnet(widen=2)",
    "timm": 'timm("mobilenetv3_small_050")',
}


def answers_alike(one: Classifier, folder: Path) -> parity.Parity:
    content = export.model(one, exported.passport(one))
    found = parity.compare(onnx_model.load(content), one, exported.pictures(folder, 16), 1e-4, nobody)
    assert found.different == (), found
    return found


@pytest.mark.parametrize("name", catalog.names("models"))
def test_a_network(name: str, tmp_path: Path) -> None:
    spec = parse(SMALLER.get(name, name))
    like = exported.classifier("lenet", 3, 32)
    torch.manual_seed(0)
    module = build_module(spec, 3, len(exported.CLASSES), 32).eval()
    answers_alike(replace(like, module=module, model=spec), tmp_path)


@pytest.mark.parametrize("name", [name for name in catalog.names("heads") if name != "linear"])
def test_a_head(name: str, tmp_path: Path) -> None:
    one = exported.classifier("resnet(depth=8)", 3, 32)
    torch.manual_seed(1)
    images_BCHW = torch.nn.functional.interpolate(torch.randn(100, 3, 3, 3), 32, mode="bicubic")
    with torch.no_grad():
        features_ND = one.module.features(images_BCHW).numpy()  # type: ignore[operator]
    labels_N = np.arange(100) % len(exported.CLASSES)
    head = catalog.build("heads", parse(name))
    one.module.head = head.fit(features_ND, labels_N, np.ones(100, np.float32), len(exported.CLASSES), None)
    answers_alike(replace(one, head=parse(name)), tmp_path)
