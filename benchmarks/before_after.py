"""The same commands by an earlier version and by this one, in turn: seconds of the processor and of the clock, and the same answers?

    git clone . /tmp/before && git -C /tmp/before checkout 9468e32
    python benchmarks/before_after.py /tmp/before [--rounds 3] [--photos FOLDER --weights SQUEEZENET.pt]

9468e32 is the last commit before the work on what a person waits for. Both versions run under this Python, each with caches and runs of
its own, and every command once by each in every round, one after the other. Told are medians and the ratio of the former to the
latter. In the end both predict by the same run, which the earlier version has made, and their answers are held against each other,
byte for byte. With `--photos` (a folder with train/, of JPEGs) a frozen SqueezeNet gets a head of it, and 1,000 of them are predicted.
"""

import argparse
import csv
import io
import shutil
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path

from processes import Spent, images, linnaeus

# By this version, and the word of the earlier one where it was another.
START = ("--help", "", "runs", "parts", "env")
WORK = (
    "train digits --epochs 1 --name digits-NEW", "predict digits small/train/class-0/000000.png", "evaluate digits", "report digits",
    "inspect digits", "audit small", "audit large", "predict digits small/train", "train large --epochs 2 --threads 1 --name large-NEW",
)  # fmt: skip
EARLIER = {"inspect": "examine", "audit": "data"}
VERSIONS = ("before", "after")


class Versions:
    """Both checkouts, each with a folder of its own; what they printed is kept by version."""

    def __init__(self, before: Path, place: Path) -> None:
        self.source = {"before": before / "src", "after": Path(__file__).parent.parent / "src"}
        self.place = place

    def run(self, version: str, words: list[str]) -> Spent:
        own = self.place / version
        return linnaeus(words, own, PYTHONPATH=str(self.source[version]), LINNAEUS_DATA=str(own / "cache"))

    def words(self, version: str, command: str, round_: int) -> list[str]:
        """The command as this version spells it; a run gets a new name in each round."""
        words = command.replace("NEW", str(round_)).split()
        return [
            EARLIER.get(word, word) if version == "before" and place == 0 else word for place, word in enumerate(words)
        ]


def timed(versions: Versions, commands: tuple[str, ...], rounds: int) -> None:
    found: dict[tuple[str, str], list[Spent]] = defaultdict(list)
    for round_ in range(rounds):
        for command in commands:
            for version in VERSIONS:
                found[command, version].append(versions.run(version, versions.words(version, command, round_)))
    for command in commands:
        sides = []
        for version in VERSIONS:
            processor, wall, *_ = zip(*found[command, version], strict=True)
            sides.append((statistics.median(processor), statistics.median(wall)))
        ratio = sides[0][0] / sides[1][0]
        told = f"linnaeus {command.partition(' --name ')[0]}".strip()
        print(
            f"{told:52}{sides[0][0]:8.2f}{sides[1][0]:8.2f}{ratio:8.1f}{sides[0][1]:10.2f}{sides[1][1]:8.2f}",
            flush=True,
        )


def answers(text: str) -> dict[str, list[str]]:
    _, *rows = csv.reader(io.StringIO(text))
    return {row[0]: row[1:] for row in rows}


def same_answers(versions: Versions, run: str, asked: str) -> None:
    """What both say of the same images by the run that the earlier version has made."""
    told = {one: versions.run(one, ["predict", run, asked, "--format", "csv"]).out for one in VERSIONS}
    before, after = (answers(told[one]) for one in VERSIONS)
    names = sorted(before.keys() & after.keys())
    same = sum(before[name][0] == after[name][0] for name in names)
    apart = max(_apart(before[name], after[name]) for name in names)
    equal = "equal byte for byte" if told["before"] == told["after"] else f"numbers at most {apart:.1e} apart"
    print(f"predict {asked} by one run: {equal}; the same class {same} of {len(names)} times")


def _apart(one: list[str], other: list[str]) -> float:
    """The largest difference of the numbers of two rows; their first column is a class."""
    pairs = zip(one[1:], other[1:], strict=True)
    return max((abs(float(a) - float(b)) for a, b in pairs if a != b), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="checkout of the earlier version")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--photos", type=Path, help="folder of JPEGs, train/CLASS/*.jpg")
    parser.add_argument("--weights", type=Path, help="of SqueezeNet 1.0, for --photos")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        versions = Versions(given.before.resolve(), Path(folder))
        for version in VERSIONS:
            own = Path(folder, version)
            images(own / "small" / "train", 1_000)
            images(own / "large" / "train", 4_000)
        for version in VERSIONS:
            versions.run(version, ["train", "digits", "--epochs", "1", "--name", "digits"])
        print(f"{'':52}{'processor, s':>16}{'ratio':>8}{'clock, s':>18}")
        timed(versions, START, given.rounds)
        timed(versions, WORK, given.rounds)
        shutil.copytree(versions.place / "before" / "runs" / "digits", versions.place / "shared")
        same_answers(versions, "../shared", "small/train")
        if given.photos:
            photographs(versions, given.photos.resolve(), given.weights.resolve(), given.rounds)


def photographs(versions: Versions, photos: Path, weights: Path, rounds: int) -> None:
    """A head on a frozen network by each version, and what a thousand files take to be predicted."""
    chosen = sorted((photos / "train").glob("*/*"))[:1_000]
    for version in VERSIONS:
        own = versions.place / version / "asked"
        own.mkdir()
        for place, path in enumerate(chosen):
            (own / f"{place:04}{path.suffix}").symlink_to(path)
    head = ["train", str(photos), "--model", "squeezenet", "--epochs", "2", "--threads", "1", "--name", "photos"]
    fields = (f"weights={weights}", "train=head", "image_size=224", "augment=none", "precision=fp32")
    head += [word for field in fields for word in ("--set", field)]
    for version in VERSIONS:
        spent = versions.run(version, head)
        told = f"{spent.processor:.1f} s of the processor, {spent.wall:.1f} of the clock"
        print(f"{version}: a head on SqueezeNet, caches empty: {told}", flush=True)
    timed(versions, ("predict photos asked",), rounds)
    shutil.copytree(versions.place / "before" / "runs" / "photos", versions.place / "shared-photos")
    same_answers(versions, "../shared-photos", "asked")


if __name__ == "__main__":
    main()
