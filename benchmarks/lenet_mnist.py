"""LeNet-5 on MNIST as the laboratory sheet trains it, against `linnaeus train`, in one run: time to train and test accuracy.

    python benchmarks/lenet_mnist.py [--folder FOLDER_WITH_MNIST] [--epochs 5]

Both train tanh LeNet-5 with average pooling, Adam 0.001, batches of 100, on all 60,000 images; nothing is chosen, so no image is held
out. The sheet's loop runs first, then ours: to be run on an otherwise idle machine.
"""

import argparse
import tempfile
import time

import numpy as np
import torch
from scipy.stats import binomtest

import linnaeus
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec


def sheet(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], epochs: int) -> tuple[float, int]:
    """The sheet's loop: float images 0–255, a random permutation, one fancy index a batch. Returns seconds and correct answers."""
    torch.manual_seed(0)
    np.random.seed(0)
    images, labels = torch.from_numpy(train[0]).permute(0, 3, 1, 2).float().contiguous(), torch.from_numpy(train[1])
    test_images, test_labels = (
        torch.from_numpy(test[0]).permute(0, 3, 1, 2).float().contiguous(),
        torch.from_numpy(test[1]),
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
    start = time.perf_counter()
    for _ in range(epochs):
        order = np.random.permutation(len(images))
        for begin in range(0, len(images), 100):
            optimizer.zero_grad()
            chosen = order[begin : begin + 100]
            loss = criterion(network(images[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        return seconds, int((network(test_images).argmax(1) == test_labels).sum())


def ours(data: str, epochs: int) -> tuple[float, int, dict]:
    recipe = {
        "model": "lenet(activation='tanh', pooling='average')",
        "epochs": epochs,
        "val": 0,
        "optimizer": "adam(lr=0.001)",
        "batch_size": 100,
        "schedule": "cosine",
        "augment": "none",
    }
    with tempfile.TemporaryDirectory() as runs:
        start = time.perf_counter()
        record = linnaeus.train(data, recipe=recipe, runs=runs)
        seconds = time.perf_counter() - start
        accuracy = linnaeus.evaluate("last", split="test", runs=runs).metrics["accuracy"]
    return seconds, round(accuracy.value * accuracy.n), record.environment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", help="where MNIST lies, in torchvision's layout; else the cache folder")
    parser.add_argument("--epochs", type=int, default=5)
    arguments = parser.parse_args()
    data = f"mnist(folder={arguments.folder!r})" if arguments.folder else "mnist"
    raw = catalog.build(
        "datasets", Spec("mnist", (), (("folder", arguments.folder),) if arguments.folder else ()), None
    )
    theirs_s, theirs_correct = sheet(raw["splits"]["train"], raw["splits"]["test"], arguments.epochs)
    ours_s, ours_correct, machine = ours(data, arguments.epochs)
    for name, seconds, correct in (
        ("sheet's loop", theirs_s, theirs_correct),
        ("linnaeus train", ours_s, ours_correct),
    ):
        interval = binomtest(correct, 10_000).proportion_ci(method="wilson")
        print(
            f"{name:15} {seconds:6.1f} s   test {correct / 10_000:.4f} ({interval.low:.4f}–{interval.high:.4f}, n 10,000)"
        )
    print(
        f"ratio {theirs_s / ours_s:.2f} (the whole command, start and report included) · "
        f"{machine.cpu}, {machine.threads} threads, {machine.precision}"
    )


if __name__ == "__main__":
    main()
