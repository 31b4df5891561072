"""LeNet-5 on MNIST: the laboratory sheet's loop to its best epoch, against whole commands of `linnaeus train`, in one run.

    python benchmarks/lenet_mnist.py [--folder FOLDER_WITH_MNIST] [--epochs 20] [--ours 1 2 6]
    python benchmarks/lenet_mnist.py --epochs 2 --same

The sheet: tanh, average pooling, Adam 0.001, batches of 100, 60,000 images. Its loop is scored on the test images after each epoch:
seconds of the clock in the loop, without imports and without the scoring. Two ratios are printed: to all of its epochs, of which nobody
knows before which will be the best, and to the best one, which the test images pick, to the loop's favour. Ours are whole commands with
recipes/mnist-lenet-fast.toml for one, two and six epochs, start and report included, the first with an empty cache, so that it tries
the machine, the second not; the test images are opened once after each. Their ratios are printed twice, too: of the whole command, and of
the seconds in the epochs alone, which is the clock of the loop. With `--same` ours is the sheet's own network and optimizer for as many
epochs. To be run on an otherwise idle machine: under six minutes.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.stats import binomtest

from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec

FAST = Path(__file__).parent.parent / "recipes" / "mnist-lenet-fast.toml"
SAME = """model = "lenet(activation='tanh', pooling='average')"
augment = "none"
optimizer = "adam(lr=0.001)"
schedule = "cosine"
batch_size = 100
val = 0
"""
ONE_EPOCH = ("val=0", "optimizer.lr=0.08")  # all images, and a higher rate, chosen on validation: the recipe's header
Images = tuple[np.ndarray, np.ndarray]


def sheet(train: Images, test: Images, epochs: int) -> list[tuple[float, int]]:
    """The sheet's loop: float images 0–255, a random permutation, one fancy index a batch. Seconds so far and correct answers by epoch."""
    torch.manual_seed(0)
    np.random.seed(0)
    (images, labels), (test_images, test_labels) = (
        (torch.from_numpy(pixels).permute(0, 3, 1, 2).float().contiguous(), torch.from_numpy(known))
        for pixels, known in (train, test)
    )
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2),
        torch.nn.Tanh(),
        torch.nn.AvgPool2d(2),
        torch.nn.Conv2d(6, 16, 5),
        torch.nn.Tanh(),
        torch.nn.AvgPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(400, 120),
        torch.nn.Tanh(),
        torch.nn.Linear(120, 84),
        torch.nn.Tanh(),
        torch.nn.Linear(84, 10),
    )
    criterion, optimizer = torch.nn.CrossEntropyLoss(), torch.optim.Adam(network.parameters(), lr=1e-3)
    rows, seconds = [], 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        order = np.random.permutation(len(images))
        for begin in range(0, len(images), 100):
            optimizer.zero_grad()
            chosen = order[begin : begin + 100]
            loss = criterion(network(images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
        seconds += time.perf_counter() - start
        with torch.no_grad():
            rows.append((seconds, int((network(test_images).argmax(1) == test_labels).sum())))
    return rows


def command(arguments: Sequence[str], cache: Path) -> tuple[float, float, str]:
    """Seconds of the clock and of the processor of a whole `linnaeus` command, and what it printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "LINNAEUS_DATA": str(cache)}
    done = subprocess.run(
        [sys.executable, "-m", "linnaeus", *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def tell(what: str, seconds: float, correct: int, theirs_s: tuple[float, float], more: str = "") -> None:
    interval = binomtest(correct, 10_000).proportion_ci(method="wilson")
    shown = f"test {correct / 100:.2f} % ({100 * interval.low:.2f}–{100 * interval.high:.2f}, n 10,000)"
    ratios = " · ".join(f"{each_s / seconds:.1f}" for each_s in theirs_s)
    print(f"{what:56} {seconds:6.1f} s   {shown}   the sheet's all · best / this {ratios}   {more}", flush=True)


def ours(recipe: Path, epochs: int, data: str, rounds: int, theirs_s: tuple[float, float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in range(rounds):
            run = Path(folder, str(count))
            cache = Path(folder, "cache")
            flags = {"recipe": recipe, "epochs": epochs, "seed": count, "runs": run, "name": "lenet"}
            asked = ["train", data, *(text for flag, value in flags.items() for text in (f"--{flag}", str(value)))]
            asked += [
                text for option in (ONE_EPOCH if recipe == FAST and epochs == 1 else ()) for text in ("--set", option)
            ]
            seconds, processor, _ = command(asked, cache)
            _, _, scored = command(
                ["evaluate", str(run / "lenet"), "--split", "test", "--runs", str(run), "--json"], cache
            )
            accuracy = json.loads(scored)["metrics"]["accuracy"]
            record = json.loads((run / "lenet" / "record.json").read_text(encoding="utf-8"))
            machine, trained_s = record["environment"], record["time"]["train_s"]
            epochs_alone = " · ".join(f"{each_s / trained_s:.1f}" for each_s in theirs_s)
            trained = f"{trained_s:.1f} s of it in the epochs, {epochs_alone}   {processor:.1f} s of the processor"
            trained += f", {machine['threads']} threads, {machine['precision']}"
            name = f"{recipe.stem}, {epochs} epochs, seed {count}, {'warm' if count else 'empty'} cache"
            tell(name, seconds, round(accuracy["value"] * accuracy["n"]), theirs_s, trained)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", help="where MNIST lies, in torchvision's layout; else the cache folder")
    parser.add_argument("--epochs", type=int, default=20, help="of the sheet's loop")
    parser.add_argument("--ours", nargs="*", type=int, default=[1, 2, 6], help="epochs of our recipe, a command each")
    parser.add_argument("--rounds", type=int, default=2, help="commands of each recipe, each with a seed of its own")
    parser.add_argument("--same", action="store_true", help="the sheet's network and optimizer in place of our recipe")
    arguments = parser.parse_args()
    options = (("folder", str(Path(arguments.folder).resolve())),) if arguments.folder else ()
    mnist = Spec("mnist", (), options)
    raw = catalog.build("datasets", mnist, None)["splits"]
    rows = sheet(raw["train"], raw["test"], arguments.epochs)
    for epoch, (seconds, correct) in enumerate(rows, 1):
        print(f"sheet's loop, epoch {epoch:2} {seconds:7.1f} s   {correct / 100:.2f} %", flush=True)
    best = rows[-1] if arguments.same else max(rows, key=lambda row: (row[1], -row[0]))
    theirs_s = rows[-1][0], best[0]
    tell("sheet's loop, to its " + ("end" if arguments.same else "best epoch"), *best, theirs_s)
    with tempfile.TemporaryDirectory() as folder:
        same = Path(folder, "same.toml")
        same.write_text(SAME, encoding="utf-8")
        recipe, several = (same, [arguments.epochs]) if arguments.same else (FAST, arguments.ours)
        for epochs in several:
            ours(recipe, epochs, str(mnist), arguments.rounds, theirs_s)


if __name__ == "__main__":
    main()
