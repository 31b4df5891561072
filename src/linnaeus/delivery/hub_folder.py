"""A classifier as a folder that a hub of models takes: weights, their config, the ONNX file, a card, and a program that runs it.

timm loads the weights where the network is timm's: they bear timm's own names, and `config.json` is the one that it reads.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.delivery.passport import Passport

WEIGHTS, CARD = "model.safetensors", "classifier.json"
PROGRAM = '''"""Classifies images:  pip install linnaeus-runtime && python run.py photo.jpg"""

import sys
from pathlib import Path

import linnaeus_runtime

predictor = linnaeus_runtime.load(Path(__file__).with_name("model.onnx"))
for path in sys.argv[1:]:
    for found in predictor.predict(path, top=3):
        print(found.name, *(f"{label} {p:.3f}" for label, p in zip(found.labels, found.probabilities)))
'''


def names_in_timm(part: str, module: Any) -> tuple[str, str] | None:
    """The network's name in timm and that of its head's layer; None: timm has no such network, or its head is not a linear layer."""
    if part != "timm" or not hasattr(module, "head_name") or not hasattr(module.head, "in_features"):
        return None
    return module.body.pretrained_cfg["architecture"], module.head_name


def write(folder: Path, model: bytes, told: Passport, run: Path, card: str, timm: tuple[str, str] | None) -> None:
    """The folder, whole or not at all. `timm`: as `names_in_timm` says.

    Raises:
        RunError: something is there already, or the disk is full.
    """

    def fill(place: Path) -> None:
        (place / "model.onnx").write_bytes(model)
        shutil.copyfile(run / CARD, place / CARD)
        (place / "README.md").write_text(card, encoding="utf-8")
        (place / "run.py").write_text(PROGRAM, encoding="utf-8")
        if timm is None:
            shutil.copyfile(run / WEIGHTS, place / WEIGHTS)
            config = {"classes": list(told.classes), "model": told.origin["model"], "library": "linnaeus"}
        else:
            config = _timm(run / WEIGHTS, place / WEIGHTS, told, *timm)
        (place / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

    files.write_folder_whole(folder, fill)


def _timm(source: Path, target: Path, told: Passport, name: str, head: str) -> dict[str, Any]:
    from safetensors.numpy import load_file, save_file

    def renamed(key: str) -> str:
        return key.removeprefix("body.") if key.startswith("body.") else f"{head}.{key.removeprefix('head.')}"

    weights: Mapping[str, Any] = load_file(source)
    save_file({renamed(key): value for key, value in weights.items()}, target, {"format": "pt"})
    wanted = told.preprocessing
    return {
        "architecture": name,
        "num_classes": len(told.classes),
        "num_features": int(weights["head.weight"].shape[1]),
        "pretrained_cfg": {
            "input_size": [wanted.channels, wanted.size, wanted.size],
            "fixed_input_size": True,
            "interpolation": "bilinear",
            "crop_pct": 1.0,
            "mean": list(wanted.mean),
            "std": list(wanted.std),
            "num_classes": len(told.classes),
            "classifier": head,
            "label_names": list(told.classes),
        },
    }
