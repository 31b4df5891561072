"""What a GPU makes of Linnaeus, in parts of a minute or two; each part's result is one JSON file, and a part that has one is not run again.

    python benchmarks/gpu.py --out FOLDER [--device cuda] [--parts NAME …] [--scale 1] [--minutes 10]

`gpu.sh` runs it from a clean checkout. With `--device cpu --scale 0.01` everything runs at a hundredth of the size, so that the script
itself is tried where there is no GPU; such figures say nothing. A part is begun only where its minutes are left; data sets that are not
there (LINNAEUS_DATA, or the user's cache folder) are said, and their parts left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import airbench
import numpy as np
import torch

import linnaeus
from linnaeus import files
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import build_module
from linnaeus.device import Machine, best_of
from linnaeus.errors import LinnaeusError
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.recipe.spec import parse

ROOT = Path(__file__).parents[1]
QUIET = {"progress": False, "report": False}


@dataclass(frozen=True, kw_only=True)
class Asked:
    device: str
    scale: float  # of images and steps
    runs: Path

    def of(self, count: int, least: int = 1) -> int:
        """So many, at the scale that is asked for."""
        return max(least, round(count * self.scale))

    def settings(self, **more: Any) -> dict[str, Any]:
        return QUIET | {"device": self.device, "runs": self.runs} | more


def tests(asked: Asked) -> dict[str, Any]:
    """The tests that are marked gpu."""
    call = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "tests", "-p", "no:cacheprovider"]
    if asked.device == "cpu":  # they are only collected
        call.append("--collect-only")
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    return {"status": done.returncode, "said": done.stdout.splitlines()[-12:]}


def laws(asked: Asked) -> dict[str, Any]:
    """A run that is stopped in the middle and resumed, beside one that is not; and what training a head does to its backbone."""
    settings = asked.settings(
        model="convnet(width=16)", epochs=3, augment="crop | flip", batch_size=64, precision="fp32"
    )

    class Stop(BaseException): ...

    def stopping(event: object) -> None:
        if getattr(event, "step", 0) == 30:
            raise Stop

    whole = linnaeus.train("digits", name="whole", **settings)
    with suppress(Stop):
        linnaeus.train("digits", name="broken", save_every=1e-6, **settings | {"progress": stopping})
    broken = linnaeus.resume("broken", runs=asked.runs, progress=False)
    again = linnaeus.train("digits", name="again", **settings)
    head = linnaeus.train(
        "digits", name="head", **settings | {"weights": str(whole.folder), "train": "head", "augment": "none"}
    )
    kept = [name for name in weights(whole) if not name.startswith("head")]
    return {
        "resumed_differs_by": apart(weights(whole), weights(broken)),
        "repeated_differs_by": apart(weights(whole), weights(again)),  # what is not the resume's doing
        "frozen": all(np.array_equal(weights(whole)[name], weights(head)[name]) for name in kept),
        "frozen_tensors": len(kept),
    }


def weights(record: Any) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(record.folder / "model.safetensors")


def apart(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(array.astype(float) - second[name]).max()) for name, array in first.items())


def features(asked: Asked) -> dict[str, Any]:
    """Images a second through EfficientNet-Lite0 at 224 px, without decoding: the best of five passes."""
    batch, found = asked.of(512, 2), {}
    images = torch.randint(0, 256, (batch, 3, 224, 224), dtype=torch.uint8, device=asked.device)
    network = build_module(parse('timm("tf_efficientnet_lite0")'), 3, 10, 224).to(asked.device)
    wanted = Preprocessing(size=224, channels=3, resize="crop", mean=(0.498,) * 3, std=(0.502,) * 3)
    for precision in ("fp32", "bf16") if asked.device != "cpu" else ("fp32",):
        machine = Machine(device=asked.device, precision=precision, threads=torch.get_num_threads())
        backbone = FrozenBackbone(module=network, preprocessing=wanted, machine=machine, checksum="")
        found[f"images_per_s_{precision}"] = batch / best_of(lambda backbone=backbone: backbone.features(images), 5)
    return found | {"batch": batch}


def trained(asked: Asked, name: str, data: str, recipe: str, **changes: Any) -> dict[str, Any]:
    """A recipe of ours with these changes, scored on the test split once."""
    if asked.scale < 1:
        data = f"{data}(limit={asked.of(50_000, 400) // (100 if data == 'cifar100' else 10)})"  # of each class
        changes |= {"epochs": 1, "batch_size": 50}
    settings = asked.settings(name=name, recipe=ROOT / "recipes" / recipe, **changes)
    record = linnaeus.train(data, **settings)
    scored = linnaeus.evaluate(record, split="test", progress=False)
    accuracy = scored.metrics["accuracy"]
    return {
        "test": [accuracy.value, accuracy.low, accuracy.high],
        "n": accuracy.n,
        "seconds": asdict(record.time),
        "precision": record.environment.precision,
        "compiled": record.environment.compiled,
        "epochs": record.recipe["epochs"],
    }


def speed(asked: Asked) -> dict[str, Any]:
    """CIFAR-10 by the speed recipe on all training images, ten epochs and sixteen, mean of shifted and mirrored views."""
    few, many = (
        trained(asked, f"speed-{epochs}", "cifar10", "cifar10-speed.toml", epochs=epochs, val=0.0, tta="flip+shift")
        for epochs in (10, 16)
    )
    return {"epochs_10": few, "epochs_16": many}


def peer(asked: Asked) -> dict[str, Any]:
    """airbench94 with Muon, by its description, in plain torch: three seeds, the first of which warms up."""
    from linnaeus.data.load import open_source

    source = open_source(parse("cifar10"))
    arrays = {}
    for split in ("train", "test"):
        images, labels = cifar10(source, split)
        count = asked.of(len(labels), 600)
        arrays[split] = (
            torch.from_numpy(images[:count]).permute(0, 3, 1, 2).to(asked.device),
            torch.from_numpy(labels[:count]).to(asked.device),
        )
    epochs = 8 if asked.scale == 1 else 1
    found = [
        airbench.train(*arrays["train"], *arrays["test"], epochs=epochs, seed=seed)
        for seed in range(3 if asked.scale == 1 else 1)
    ]
    return {"runs": found}


def cifar10(source: Any, split: str) -> tuple[np.ndarray, np.ndarray]:
    """uint8 images (N, 32, 32, 3) and labels (N,) of a split as it was published."""
    of_split = [chunk for chunk in source.chunks if chunk.split == split]
    return np.concatenate([chunk.images for chunk in of_split]), np.concatenate([chunk.labels_N for chunk in of_split])


def resnet20(asked: Asked) -> dict[str, Any]:
    """ResNet-20 as far as a minute and a half goes; published: 92.6 %."""
    return trained(
        asked, "resnet20", "cifar10", "cifar10-resnet20.toml", val=0.0, budget=90.0 if asked.scale == 1 else 0.0
    )


def mobilenet(asked: Asked) -> dict[str, Any]:
    """MobileNetV2 ×0.5 as far as two minutes go; published: 70.9 %."""
    return trained(
        asked, "mobilenet", "cifar100", "cifar100-mobilenet.toml", val=0.0, budget=120.0 if asked.scale == 1 else 0.0
    )


def tiny(asked: Asked) -> dict[str, Any]:
    """Images a second of training a ResNet-50 for 200 classes of 64 px, batches of 256, on made-up images, all that a step does."""
    made = np.random.default_rng(0)
    images = made.integers(0, 256, (asked.of(20_000, 200), 64, 64, 3), np.uint8)
    names = [f"class {number % (200 if asked.scale == 1 else 4)}" for number in range(len(images))]
    record = linnaeus.train(
        (images, names),
        **asked.settings(
            name="tiny", model='imagenet_resnet(depth=50, stem="small")', image_size=64, epochs=2, batch_size=asked.of(256, 16),
            augment="crop(pad=8) | flip", val=0.0, test=0.0,
        ),
    )  # fmt: skip
    return {
        "images_per_s": record.time.images_per_s,
        "epochs_s": record.time.epochs_s,
        "precision": record.environment.precision,
    }


PARTS: dict[str, tuple[float, Callable[[Asked], dict[str, Any]]]] = {  # with the minutes that each takes at most
    "tests": (1.0, tests),
    "laws": (0.7, laws),
    "features": (0.3, features),
    "speed": (1.5, speed),
    "peer": (0.7, peer),
    "tiny": (0.8, tiny),
    "resnet20": (2.0, resnet20),
    "mobilenet": (2.5, mobilenet),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    start = time.monotonic()
    given.out.mkdir(parents=True, exist_ok=True)
    files.write_json(given.out / "machine.json", asdict(linnaeus.env()) | {"scale": given.scale})
    failed = []
    for name in given.parts:
        minutes, part = PARTS[name]
        file = given.out / f"{name}.json"
        left = given.minutes - (time.monotonic() - start) / 60
        if file.exists():
            print(f"{name:10} is there already")
            continue
        if minutes > left and given.scale == 1:
            print(f"{name:10} left for another time: it takes up to {minutes} min, and {left:.1f} are left")
            continue
        with tempfile.TemporaryDirectory() as runs:
            begun = time.perf_counter()
            try:
                found = part(Asked(device=given.device, scale=given.scale, runs=Path(runs)))
            except LinnaeusError as error:  # data that are not there
                print(f"{name:10} left out: {error}")
                continue
            except Exception:  # the other parts are worth having
                failed.append(name)
                print(f"{name:10} failed:\n{traceback.format_exc()}")
                continue
        found |= {"wall_s": round(time.perf_counter() - begun, 1)}
        files.write_json(file, found)
        print(f"{name:10} {json.dumps(found)}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
