"""A folder of photographs, four ways, in one run: accuracy on its validation images against seconds, as a table and a picture.

    python benchmarks/photos.py --folder FOLDER [--limit 20] [--epochs 3] [--budgets 20s 45s] [--out photos.png]

FOLDER has train/ and val/ with a folder for each class. All begin at EfficientNet-Lite0 of ImageNet, at 224 px (ours as it chooses):
    ours       `linnaeus train FOLDER`, within each of the budgets and with nothing else said: the whole command, caches empty
    sklearn    `linnaeus.features`, StandardScaler and LogisticRegression of scikit-learn
    tutorial   the loop of PyTorch's "ConvNet as fixed feature extractor": batches of 4, SGD 0.001, a point each epoch
    fine-tune  a loop of timm as fastai's `fine_tune` does it by default: its head with batch norm, one epoch of head and batch norm, then
               all weights, one-cycle, Adam, rates a hundred times apart, batches of 32, random crops and flips; a point each epoch
Each is counted from nothing, imports included; of the loops the scoring of their epochs is not. Seconds are processor time (of
children, too), so that work beside does not count; `--wall` takes the clock. `--limit` takes so many training images of each class.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import timm
import torch
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

import linnaeus
from linnaeus.finetuning.weights import catalogue, installed, matching
from linnaeus.parts.models.timm import build

LITE0 = catalogue.find("imagenet")
Point = tuple[float, int, int]  # seconds, right, of
LOOP = "torch, timm, torchvision"  # what the loops import


def clock(wall: bool) -> Callable[[], float]:
    def processor() -> float:
        spent = os.times()
        return spent.user + spent.system + spent.children_user + spent.children_system

    return time.perf_counter if wall else processor


def imports(modules: str, now: Callable[[], float]) -> float:
    """Seconds of importing them, in a process of its own."""
    begin = now()
    subprocess.run([sys.executable, "-c", f"import {modules}"], check=True)
    return now() - begin


def few(folder: Path, limit: int, work: Path) -> Path:
    """Links: evenly spaced training images of each class, all validation images."""
    for split in ("train", "val"):
        for of_class in sorted(path for path in (folder / split).iterdir() if path.is_dir()):
            files = sorted(of_class.iterdir())
            count = min(limit or len(files), len(files)) if split == "train" else len(files)
            target = work / "images" / split / of_class.name
            target.mkdir(parents=True)
            for index in range(count):
                chosen = files[index * len(files) // count]
                (target / chosen.name).symlink_to(chosen.absolute())
    return work / "images"


def network(classes: int) -> nn.Module:
    """timm's network with the installed weights and a head of its own."""
    ours = build(3, classes, name="tf_efficientnet_lite0")
    fits = matching.match(installed.read(LITE0), ours)
    ours.load_state_dict(
        {**ours.state_dict(), **{name: value for name, value in fits.weights.items() if "head." not in name}}
    )
    made = timm.create_model("tf_efficientnet_lite0", num_classes=classes)
    body = {name.removeprefix("body."): value for name, value in ours.state_dict().items() if name.startswith("body.")}
    made.load_state_dict(
        {**made.state_dict(), **{name: value for name, value in body.items() if name in made.state_dict()}}
    )
    return made


def loaders(folder: Path, batch: int) -> tuple[DataLoader, DataLoader, int]:
    """Of training and of validation images, and the number of classes."""
    normalise = transforms.Normalize(LITE0.mean, LITE0.std)
    cut = [transforms.RandomResizedCrop(LITE0.size), transforms.RandomHorizontalFlip()]
    whole = [transforms.Resize(LITE0.size), transforms.CenterCrop(LITE0.size)]
    train = ImageFolder(folder / "train", transforms.Compose([*cut, transforms.ToTensor(), normalise]))
    val = ImageFolder(folder / "val", transforms.Compose([*whole, transforms.ToTensor(), normalise]))
    batches = DataLoader(train, batch, shuffle=True, num_workers=2), DataLoader(val, 32, num_workers=2)
    return *batches, len(train.classes)


@torch.no_grad()
def right(model: nn.Module, val: DataLoader) -> int:
    model.eval()
    return sum(int((model(images).argmax(1) == labels).sum()) for images, labels in val)


def tutorial(folder: Path, epochs: int, now: Callable[[], float]) -> Iterator[Point]:
    train, val, classes = loaders(folder, 4)
    model = network(classes)
    for weight in model.parameters():
        weight.requires_grad = False
    model.classifier = nn.Linear(model.classifier.in_features, classes)
    optimizer = torch.optim.SGD(model.classifier.parameters(), lr=0.001, momentum=0.9)
    yield from trained(model, train, val, [(optimizer, None)] * epochs, now)


def fine_tune(folder: Path, epochs: int, now: Callable[[], float]) -> Iterator[Point]:
    """fastai 2.8: `vision_learner`'s head (of one pooling, as timm pools), `fine_tune`'s rates and schedules."""
    train, val, classes = loaders(folder, 32)
    model = network(classes)
    width = model.classifier.in_features
    model.classifier = nn.Sequential(
        nn.BatchNorm1d(width), nn.Dropout(0.25), nn.Linear(width, 512, bias=False), nn.ReLU(),
        nn.BatchNorm1d(512), nn.Dropout(0.5), nn.Linear(512, classes, bias=False),
    )  # fmt: skip
    head = list(model.classifier.parameters())
    backbone = [weight for name, weight in model.named_parameters() if not name.startswith("classifier")]
    norms = [weight for part in model.modules() if isinstance(part, nn.BatchNorm2d) for weight in part.parameters()]
    first = torch.optim.Adam([*head, *norms], lr=0.002)
    then = torch.optim.Adam([{"params": backbone, "lr": 1e-5}, {"params": head, "lr": 1e-3}])
    steps, rise = len(train), torch.optim.lr_scheduler.OneCycleLR
    alone = rise(first, 0.002, total_steps=steps + 1, pct_start=0.99)
    every = rise(then, [1e-5, 1e-3], total_steps=epochs * steps + 1, pct_start=0.3, div_factor=5)
    yield from trained(model, train, val, [(first, alone), *[(then, every)] * epochs], now)


def trained(model, train, val, plan, now) -> Iterator[Point]:
    """A point after each epoch of the plan; of scoring no time is counted."""
    spent, loss_of = imports(LOOP, now), nn.CrossEntropyLoss()
    for optimizer, schedule in plan:
        begin = now()
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            loss_of(model(images), labels).backward()
            optimizer.step()
            if schedule is not None:
                schedule.step()
        spent += now() - begin
        yield spent, right(model, val), len(val.dataset)


def on_features(folder: Path, now: Callable[[], float]) -> Iterator[Point]:
    files = {split: sorted((folder / split).rglob("*.*")) for split in ("train", "val")}
    labels = {split: [file.parent.name for file in found] for split, found in files.items()}
    spent = imports("linnaeus.training.session, sklearn.linear_model, sklearn.pipeline, timm", now)
    begin = now()
    seen = {split: linnaeus.features(found, progress=False) for split, found in files.items()}
    head = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000)).fit(
        seen["train"], labels["train"]
    )
    spent += now() - begin
    said = head.predict(seen["val"])
    yield spent, sum(map(str.__eq__, said, labels["val"])), len(said)


def ours(folder: Path, budgets: Sequence[str], work: Path, now: Callable[[], float]) -> Iterator[Point]:
    """A point for each budget, and one with none said; a budget that is refused gives none."""
    for place, budget in enumerate([*budgets, ""]):
        begin = now()
        call = [sys.executable, "-m", "linnaeus", "train", str(folder), "--runs", str(work / "runs"), "--json"]
        own = os.environ | {"LINNAEUS_DATA": str(work / f"cache-{place}")}
        done = subprocess.run([*call, *(["--budget", budget] * bool(budget))], env=own, stdout=subprocess.PIPE)
        if done.returncode == 0:
            accuracy = json.loads(done.stdout)["scores"]["val"]["metrics"]["accuracy"]
            yield now() - begin, round(accuracy["value"] * accuracy["n"]), accuracy["n"]


def told(name: str, point: Point) -> None:
    seconds, correct, n = point
    span = binomtest(correct, n).proportion_ci(method="wilson")
    share = f"{100 * correct / n:.1f} % ({100 * span.low:.1f}–{100 * span.high:.1f}, n {n})"
    print(f"{name:11} {seconds:7.1f} s  {share}", flush=True)


def drawn(points: dict[str, list[Point]], out: Path, unit: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure((7, 4), layout="constrained")
    axes = figure.subplots()
    for name, found in points.items():
        shares = [100 * correct / n for _, correct, n in found]
        spans = [binomtest(correct, n).proportion_ci(method="wilson") for _, correct, n in found]
        errors = [[share - 100 * span.low for share, span in zip(shares, spans, strict=True)]]
        errors.append([100 * span.high - share for share, span in zip(shares, spans, strict=True)])
        spare = max(1, len(found) // 10)  # of many points, each so manieth shows its interval
        seconds = [at for at, _, _ in found]
        axes.errorbar(seconds, shares, errors, errorevery=spare, markevery=spare, marker="o", capsize=3, label=name)
    axes.set(xscale="log", xlabel=f"seconds of {unit}", ylabel="% of the validation images, 95 % interval")
    axes.legend()
    figure.savefig(out, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=0, help="training images of each class; 0: all")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--budgets", nargs="*", default=["20s", "45s"], help="of ours, beside none")
    parser.add_argument("--out", type=Path, default=Path("photos.png"))
    parser.add_argument("--wall", action="store_true")
    given = parser.parse_args()
    torch.manual_seed(0)
    now = clock(given.wall)
    points: dict[str, list[Point]] = {}
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        folder = few(given.folder, given.limit, work)
        ways = {
            "ours": ours(folder, given.budgets, work, now),
            "sklearn": on_features(folder, now),
            "fine-tune": fine_tune(folder, given.epochs, now),
            "tutorial": tutorial(folder, given.epochs, now),
        }
        for name, way in ways.items():
            for point in way:
                points.setdefault(name, []).append(point)
                told(name, point)
    drawn(points, given.out, "the clock" if given.wall else "processor time")


if __name__ == "__main__":
    main()
