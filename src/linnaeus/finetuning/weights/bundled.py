"""Bundled weights: trained by our own recipes, so that transfer needs no network.

Each is two files in the folder `pretrained`: NAME.safetensors, half precision, and NAME.json, its card. `pack` makes both of a
finished run.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from linnaeus import files
from linnaeus.classifier import classifier
from linnaeus.errors import RunError, UnknownName
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord

FOLDER = Path(__file__).parent / "bundled"
FORMAT = 1
LARGEST = 2_000_000  # bytes of a bundled one

# What a card tells beside the network, its classes and its preprocessing. `notes` give what no run knows: what the published
# networks reach after how many images, and under which licence the weights and their data are ("none": none is stated).
TOLD = ("recipe", "published", "images_seen", "hours", "hardware", "threads", "licence", "data_licence")


def names() -> list[str]:
    """The names of the bundled weights."""
    return sorted(file.stem for file in FOLDER.glob("*.json") if file.with_suffix(".safetensors").is_file())


def path(name: str) -> Path:
    """The file of weights of that name. Raises UnknownName."""
    if name not in names():
        raise UnknownName("set of weights", name, names())
    return FOLDER / f"{name}.safetensors"


def card(name: str) -> dict[str, Any]:
    """The card of that name. Raises UnknownName."""
    found: dict[str, Any] = files.read_json(path(name).with_suffix(".json"))
    return found


def score(record: RunRecord) -> dict[str, Any] | None:
    """Accuracy with its interval: on the test images if they were looked at, else on those held out."""
    for split in ("test", "val"):
        if split in record.scores and "accuracy" in record.scores[split].metrics:
            return {"split": split, "metric": "accuracy", **codec.to_plain(record.scores[split].metrics["accuracy"])}
    return None


def pack(run_folder: Path, out_folder: Path, name: str, notes: Mapping[str, Any]) -> Path:
    """Write NAME.safetensors and NAME.json of a finished run; returns the first. Nothing is scored anew.

    Raises:
        RunError: the run is unfinished or has no score, a weight is no finite number in half precision, or the file would be
            larger than `LARGEST`.
    """
    folder = RunFolder(run_folder)
    record, trained = folder.record(), classifier.load(run_folder)
    scored = score(record)
    if record.status != "finished" or scored is None:
        raise RunError(
            f"{folder.name} is {record.status}, and has {'a' if scored else 'no'} score; finish and evaluate it"
        )
    weights = {}
    for key, tensor in trained.module.state_dict().items():
        if not tensor.is_floating_point():  # how many batches were seen: nobody needs it
            continue
        weights[key] = tensor.to(torch.float16).contiguous()
        if not weights[key].isfinite().all():
            raise RunError(f"{folder.name}: {key} holds numbers that half precision cannot")
    content = save(weights)
    if len(content) > LARGEST:
        raise RunError(f"{folder.name} would take {len(content):,} bytes; bundled weights may have {LARGEST:,}")
    machine = record.environment
    facts = {
        "format": FORMAT,
        "name": name,
        "model": str(trained.model),
        "classes": list(trained.classes),
        "preprocessing": asdict(trained.preprocessing),
        "weights": files.checksum_of(content),
        "data": str(record.recipe["data"]),
        "recipe": folder.recipe.read_text(encoding="utf-8"),
        "score": scored,
        "hours": round((record.time.total_s or 0.0) / 3600, 3),
        "hardware": machine.gpu or machine.cpu,
        "threads": machine.threads,
        "images_seen": len(record.history) * record.data.counts.get("train", 0),
    }
    target = out_folder / f"{name}.safetensors"
    files.write_whole(target, content)
    files.write_json(target.with_suffix(".json"), {**facts, **notes})
    return target
