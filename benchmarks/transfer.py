"""The PyTorch tutorial's "ConvNet as fixed feature extractor" against `linnaeus train --set train=head`, in one run.

    python benchmarks/transfer.py --folder FOLDER --weights FILE [--model squeezenet] [--epochs 20] [--limit 41,26]

FOLDER has train/ and val/ with a folder for each class; FILE holds a state dict of torchvision's network of that name, or is `random`.
Both see the same images, weights and size, and both choose on val: the tutorial its best epoch, ours the strength of the penalty. The
tutorial's loop runs first, its time without imports; ours is the whole command in a fresh process with empty caches, imports and report
included. Then another head: the tutorial's time for one is that of all its epochs; ours finds its features, once as a whole command and
once in a session that is already open. The hash is over all weights and buffers but the last layer's. To be run on an otherwise idle
machine. `--timed N` trains the tutorial's network for N epochs only and multiplies; the output says so.
"""

import argparse
import copy
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torchvision
from safetensors.torch import load_file
from scipy.stats import binomtest
from torch import Tensor, nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

import linnaeus
from linnaeus.device import cores

SIZE = 224
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
OURS = {"squeezenet": "squeezenet", "resnet18": "imagenet_resnet(depth=18)"}  # by the names of this script
LAST = ("classifier.", "fc.", "head.")  # what the last layer's names begin with, theirs and ours
HEADS = ("logistic", "ridge")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    seconds: float
    correct: int
    n: int
    after: str  # hash of the backbone


def network_of(model: str) -> nn.Module:
    return torchvision.models.squeezenet1_0() if model == "squeezenet" else torchvision.models.resnet18()


def digest(state: Mapping[str, Tensor]) -> str:
    """Hash of the backbone's weights and buffers; torchvision's names are ours."""
    found = hashlib.blake2b(digest_size=8)
    for name in sorted(name for name in state if not name.startswith(LAST)):
        found.update(name.encode() + state[name].detach().contiguous().numpy().tobytes())
    return found.hexdigest()


def tutorial(folder: Path, model: str, state: Mapping[str, Tensor], epochs: int) -> Outcome:
    """The tutorial's script in its own manner: batches of 4, decoded and cut anew in each epoch, the whole network in each pass."""
    torch.manual_seed(0)
    normalise = transforms.Normalize(MEAN, STD)
    cut = [transforms.RandomResizedCrop(SIZE), transforms.RandomHorizontalFlip()]
    whole = [transforms.Resize(256), transforms.CenterCrop(SIZE)]
    changes = {
        "train": transforms.Compose([*cut, transforms.ToTensor(), normalise]),
        "val": transforms.Compose([*whole, transforms.ToTensor(), normalise]),
    }
    begin = time.perf_counter()
    images = {phase: ImageFolder(folder / phase, changes[phase]) for phase in ("train", "val")}
    loaders = {
        phase: DataLoader(images[phase], batch_size=4, shuffle=True, num_workers=min(4, cores()))
        for phase in ("train", "val")
    }
    network = network_of(model)
    network.load_state_dict({name: value.float() for name, value in state.items()})
    for weight in network.parameters():
        weight.requires_grad = False
    if model == "squeezenet":
        network.classifier[1] = nn.Conv2d(512, len(images["train"].classes), kernel_size=1)
    else:
        network.fc = nn.Linear(network.fc.in_features, len(images["train"].classes))
    criterion = nn.CrossEntropyLoss()
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.001, momentum=0.9)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.1)
    best, best_right = copy.deepcopy(network.state_dict()), -1
    for epoch in range(epochs):
        for phase in ("train", "val"):
            network.train(phase == "train")
            running_loss, running_right = 0.0, 0
            for inputs, labels in loaders[phase]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == "train"):
                    outputs = network(inputs)
                    _, answers = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_right += int(torch.sum(answers == labels.data))
            if phase == "train":
                scheduler.step()
            elif running_right > best_right:
                best, best_right = copy.deepcopy(network.state_dict()), running_right
            shown = f"loss {running_loss / len(images[phase]):.4f}, accuracy {running_right / len(images[phase]):.4f}"
            print(f"tutorial {epoch + 1}/{epochs} {phase}: {shown}", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - begin
    network.load_state_dict(best)
    return Outcome(seconds=seconds, correct=best_right, n=len(images["val"]), after=digest(network.state_dict()))


def wish(folder: Path, model: str, weights: Path, head: str, epochs: int) -> tuple[list[str], dict[str, str | int]]:
    """What our command is told: the data with its network, and the fields that are set."""
    fields: dict[str, str | int] = {
        "weights": str(weights),
        "train": "head",
        "head": head,
        "epochs": epochs,
        "image_size": SIZE,
        "channels": 3,
        "normalise": "imagenet",
        "augment": "none",
    }
    return [str(folder), "--model", OURS[model]], fields


def command(words: list[str], fields: Mapping[str, str | int], work: Path) -> tuple[Outcome, dict]:
    """The whole command in a process of its own, and what its run recorded."""
    settings = [part for key, value in fields.items() for part in ("--set", f"{key}={value}")]
    call = [sys.executable, "-m", "linnaeus", "train", *words, *settings, "--runs", str(work / "runs"), "--json"]
    start = time.perf_counter()
    done = subprocess.run(call, env=os.environ | {"LINNAEUS_DATA": str(work)}, stdout=subprocess.PIPE, check=True)
    seconds = time.perf_counter() - start
    record = json.loads(done.stdout)
    accuracy = record["scores"]["val"]["metrics"]["accuracy"]
    run = work / "runs" / record["name"]
    right, after = round(accuracy["value"] * accuracy["n"]), digest(load_file(run / "model.safetensors"))
    return Outcome(seconds=seconds, correct=right, n=accuracy["n"], after=after), record


def in_session(words: list[str], fields: Mapping[str, str | int], work: Path) -> float:
    """Seconds of `linnaeus.train` with the second head where another has been trained already; features are there."""
    os.environ["LINNAEUS_DATA"] = str(work)
    data, _, model = words
    linnaeus.train(data, model=model, **{**fields, "head": HEADS[0]}, runs=work / "runs")
    start = time.perf_counter()
    linnaeus.train(data, model=model, **fields, runs=work / "runs")
    return time.perf_counter() - start


def links(folder: Path, limit: str, work: Path) -> Path:
    """A folder of links to the first images of each class: so many of train, so many of val."""
    counts = dict(zip(("train", "val"), map(int, limit.split(",")), strict=True))
    for split, count in counts.items():
        for of_class in sorted(path for path in (folder / split).iterdir() if path.is_dir()):
            target = work / "images" / split / of_class.name
            target.mkdir(parents=True)
            files = sorted(of_class.iterdir())
            for index in range(min(count, len(files))):  # evenly spread: neighbours are often shots of one thing
                chosen = files[index * len(files) // min(count, len(files))]
                (target / chosen.name).symlink_to(chosen.absolute())
    return work / "images"


def shown(name: str, outcome: Outcome, before: str) -> str:
    interval = binomtest(outcome.correct, outcome.n).proportion_ci(method="wilson")
    accuracy = f"val {outcome.correct / outcome.n:.4f} ({interval.low:.4f}–{interval.high:.4f}, n {outcome.n:,})"
    kept = "unchanged" if outcome.after == before else "CHANGED"
    return f"{name:20} {outcome.seconds:7.1f} s   {accuracy}   backbone {before} → {outcome.after} {kept}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--weights", required=True, help="state dict of torchvision's network, or: random")
    parser.add_argument("--model", choices=OURS, default="squeezenet")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--timed", type=int, default=0, help="epochs of the tutorial that are run; 0: all")
    parser.add_argument("--limit", default="", metavar="TRAIN,VAL", help="images a class; default: all")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        folder = links(given.folder, given.limit, work) if given.limit else given.folder.absolute()
        weights = work / "random.pt" if given.weights == "random" else Path(given.weights).absolute()
        if given.weights == "random":
            torch.manual_seed(0)
            torch.save(network_of(given.model).state_dict(), weights)
        state = torch.load(weights, weights_only=True)
        before = digest({name: value.float() if value.is_floating_point() else value for name, value in state.items()})
        timed = given.timed or given.epochs
        theirs = tutorial(folder, given.model, state, timed)
        theirs_s = theirs.seconds * given.epochs / timed
        (words, fields), (_, others) = (wish(folder, given.model, weights, head, given.epochs) for head in HEADS)
        first, record = command(words, fields, work)
        second, _ = command(words, others, work)
        session_s = in_session(words, others, work)
    print(shown("tutorial" if timed == given.epochs else f"tutorial, {timed} epochs", theirs, before))
    print(shown(f"linnaeus, {HEADS[0]}", first, before))
    print(shown(f"linnaeus, {HEADS[1]}", second, before))
    if timed != given.epochs:
        print(f"the tutorial ran {timed} of {given.epochs} epochs: its {theirs_s:.1f} s are multiplied, not measured")
    print(
        f"ratio {theirs_s / first.seconds:.1f} (whole command, caches empty) · second head {theirs_s / second.seconds:.0f} "
        f"(whole command), {theirs_s / session_s:.0f} ({session_s:.2f} s, in an open session)"
    )
    machine, counts = record["environment"], record["data"]["counts"]
    print(
        f"{counts['train']:,} + {counts['val']:,} images of {SIZE} px, {given.epochs} epochs · {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['threads']} threads, {machine['precision']}, torch {machine['torch']}"
    )


if __name__ == "__main__":
    main()
