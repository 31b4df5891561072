"""A folder of small pictures and a network from nothing, three ways, in one run: accuracy on its validation images against seconds.

    python benchmarks/folder.py --folder FOLDER [--budgets 1m 5m] [--epochs 20] [--size 64] [--out folder.png]

FOLDER has train/ and val/ with a folder for each class; no class is the mirror image of another's, so nobody flips.
    ours         `linnaeus.train(FOLDER, weights="none", budget=…)` for each budget, with its imports and caches, a point each epoch
    fastai       ResNet-18 from nothing: `fit_one_cycle` at 1e-3, its `aug_transforms` without flips, batches of 64, a point each epoch
    ultralytics  yolo11n-cls from nothing as its documentation trains it, without flips and early stop, a point each epoch
The other two are timed where they are installed (`pip install fastai ultralytics`; the second is AGPL-3.0, and no dependency of this
project), each in a process of its own without its imports. Seconds are processor time, so that work beside does not count; `--wall`
takes the clock.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from photos import Point, clock, drawn, told


def ours(given: argparse.Namespace, work: Path, now: Callable[[], float]) -> Iterator[Point]:
    import linnaeus
    from linnaeus.events import EpochDone

    points: list[Point] = []
    os.environ["LINNAEUS_DATA"] = str(work / "cache")
    begin = now()

    def watch(event: object) -> None:
        if isinstance(event, EpochDone):
            points.append((now() - begin, round(event.row.val_accuracy * event.row.val_n), event.row.val_n))

    linnaeus.train(given.folder, weights="none", budget=given.budgets[0], runs=work / "runs", progress=watch)
    yield from points


def fastai(given: argparse.Namespace, work: Path, now: Callable[[], float]) -> Iterator[Point]:
    from fastai.callback.core import Callback
    from fastai.vision.all import ImageDataLoaders, Resize, accuracy, aug_transforms, resnet18, vision_learner

    points: list[Point] = []
    begin = now()
    loaders = ImageDataLoaders.from_folder(
        given.folder, train="train", valid="val", item_tfms=Resize(given.size), bs=64, num_workers=0,
        batch_tfms=aug_transforms(do_flip=False, size=given.size),
    )  # fmt: skip

    class Told(Callback):
        order = 60  # after the recorder, which is 50

        def after_epoch(self) -> None:
            n = len(loaders.valid_ds)
            points.append((now() - begin, round(float(self.learn.recorder.values[-1][-1]) * n), n))

    learner = vision_learner(loaders, resnet18, pretrained=False, metrics=accuracy, cbs=Told())
    learner.unfreeze()
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(given.epochs, 1e-3)
    yield from points


def ultralytics(given: argparse.Namespace, work: Path, now: Callable[[], float]) -> Iterator[Point]:
    from ultralytics import YOLO

    points: list[Point] = []
    n = sum(1 for file in (given.folder / "val").rglob("*.*") if file.is_file())
    model = YOLO("yolo11n-cls.yaml")
    begin = now()

    def scored(trainer: object) -> None:
        points.append((now() - begin, round(float(trainer.metrics["metrics/accuracy_top1"]) * n), n))  # type: ignore[attr-defined]

    model.add_callback("on_fit_epoch_end", scored)
    model.train(
        data=str(given.folder.absolute()), epochs=given.epochs, imgsz=given.size, fliplr=0.0, workers=0, patience=0,
        pretrained=False, plots=False, verbose=False, project=str(work), device="cpu",
    )  # fmt: skip
    yield from points[: given.epochs]


WAYS = {"ours": ours, "fastai": fastai, "ultralytics": ultralytics}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--budgets", nargs="+", default=["1m", "5m"], help="of ours, one after another")
    parser.add_argument("--epochs", type=int, default=20, help="of the others")
    parser.add_argument("--size", type=int, default=64, help="pixels, of the others")
    parser.add_argument("--out", type=Path, default=Path("folder.png"))
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--only", choices=WAYS, help=argparse.SUPPRESS)  # what each process of its own is told
    given = parser.parse_args()
    if given.only:
        with tempfile.TemporaryDirectory() as place:
            found = list(WAYS[given.only](given, Path(place), clock(given.wall)))
        print(json.dumps(found))
        return
    points: dict[str, list[Point]] = {}
    for name in (*(f"ours {budget}" for budget in given.budgets), "fastai", "ultralytics"):
        way, _, budget = name.partition(" ")
        if way != "ours" and find_spec(way) is None:
            print(f"{name:11} is not installed")
            continue
        call = [sys.executable, __file__, *sys.argv[1:], "--only", way, *(["--budgets", budget] if budget else [])]
        done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True)
        points[name] = [(seconds, right, n) for seconds, right, n in json.loads(done.stdout.splitlines()[-1])]
        for point in points[name]:
            told(name, point)
    drawn(points, given.out, "the clock" if given.wall else "processor time")


if __name__ == "__main__":
    main()
