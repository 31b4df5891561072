"""The ten variants of Lab L: early-stopped search against the whole grid, in one run. Prints the best recipe of each, and what it cost.

    python benchmarks/study.py [--images 6000] [--epochs 9] [--repeats 1] [--stop "halving(first=1, factor=3)"]

Both begin with nothing, share no run, and train the same recipes under the same seeds on the same images, one at a time on one thread.
Work is processor time of the workers, their start, the steps of the prediction and each return to a checkpoint included; waiting is
not. The goal: the recipe that is found is at most 0.2 point worse, for at most a sixth of the work.
"""

import argparse
import resource
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import linnaeus
from linnaeus.record.folder import RunFolder
from linnaeus.studies.plan import STOPS
from linnaeus.studies.results import Cell

LAB = Path(__file__).parents[1] / "labs" / "lenet" / "variants.toml"
CLASSES = 10
POINTS, SHARE = 0.2, 1 / 6  # the goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What one of the two came to."""

    best: Cell
    epochs: int  # of all trainings together
    work_s: float
    wall_s: float

    def __str__(self) -> str:
        of = f"{len(self.best.values)} seeds" if self.best.of == "seeds" else "one seed"
        return (
            f"variant {self.best.point['variant']}  {100 * (self.best.mean or 0):.2f} % ({100 * (self.best.low or 0):.2f}–"
            f"{100 * (self.best.high or 0):.2f}, n {self.best.n:,}, {of})  {self.epochs} epochs, {self.work_s:.0f} s of work, "
            f"{self.wall_s:.0f} s in all"
        )


def text(images: int, epochs: int, repeats: int, stop: str) -> str:
    """The study file: the lab's variants, on so many images."""
    variants = tomllib.loads(LAB.read_text(encoding="utf-8"))["variants"]
    rows = "".join(
        "\n[[variants]]\n" + "".join(f'{key} = "{value}"\n' for key, value in variant.items()) for variant in variants
    )
    return f"""\
repeats = {repeats}
stop = "{stop}"

[recipe]
data = "mnist(limit={images // CLASSES})"
schedule = "constant"
augment = "none"
batch_size = 100
precision = "fp32"
threads = 1
epochs = {epochs}
{rows}"""


def search(file: Path, given: argparse.Namespace, stop: str) -> Search:
    file.write_text(text(given.images, given.epochs, given.repeats, stop), encoding="utf-8")
    start, worked = time.perf_counter(), _worked()
    found = linnaeus.study(file, runs=file.parent / "runs")
    wall_s, work_s = time.perf_counter() - start, _worked() - worked
    best = found.best_cell()
    assert best is not None, found.counts
    lengths = [
        len(RunFolder(folder).record().history) for folder in (file.parent / "runs" / file.stem / "trials").iterdir()
    ]
    return Search(best=best, epochs=sum(lengths), work_s=work_s, wall_s=wall_s)


def _worked() -> float:
    """Seconds of processor time of the workers that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=6000, help="of MNIST, as many of each class")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--stop", default="halving(first=1, factor=3)", help=f"one of {', '.join(STOPS)}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        early = search(Path(folder) / "early.toml", given, given.stop)
        print(f"early stopped  {early}", flush=True)
        grid = search(Path(folder) / "grid.toml", given, "none")
        print(f"whole grid     {grid}", flush=True)
    worse, share = 100 * ((grid.best.mean or 0) - (early.best.mean or 0)), early.work_s / grid.work_s
    verdict = "reached" if worse <= POINTS and share <= SHARE else "missed"
    same = "the same recipe" if early.best.number == grid.best.number else "another recipe"
    print(
        f"{same}, {worse:+.2f} points worse, for 1/{1 / share:.1f} of the work (1/{grid.epochs / early.epochs:.1f} of the epochs): "
        f"the goal of {POINTS} points for 1/{1 / SHARE:.0f} is {verdict}"
    )


if __name__ == "__main__":
    main()
