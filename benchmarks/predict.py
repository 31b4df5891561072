"""`linnaeus predict` of many JPEGs against an eager loop of torch with a DataLoader, whole processes, in turn.

    python benchmarks/predict.py --folder FOLDER [--run RUN] [--images 1000] [--rounds 3]

FOLDER has a folder for each class, or train/ and val/ above them; its JPEGs are taken in turn until there are as many as asked for.
RUN is a trained run; without it a head on EfficientNet-Lite0 at 224 px is fitted to 20 images of each class first, which is not
measured. The loop is what a script would hold: the same network and weights from the run, torchvision's Resize, CenterCrop, ToTensor and
Normalize, a DataLoader with a worker for each core, batches of 32, `no_grad`. Each round runs both, one after the other, from the start of
Python to its end; seconds are processor time with that of all children, and wall time beside. What is told is the median of the rounds'
ratios. Answers are compared: ours with the loop's (other pixels: torchvision resizes otherwise), and ours with ours by torch alone.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from processes import Spent, timed

LOOP = """
import csv, json, sys
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms
import linnaeus

run, listed, out, workers = sys.argv[1:]
trained = linnaeus.load(run)
wanted = trained.preprocessing
steps = [transforms.Resize(wanted.size), transforms.CenterCrop(wanted.size), transforms.ToTensor()]
steps.append(transforms.Normalize(wanted.mean, wanted.std))
change = transforms.Compose(steps)

class Images(Dataset):
    def __init__(self, files):
        self.files = files
    def __len__(self):
        return len(self.files)
    def __getitem__(self, index):
        return change(Image.open(self.files[index]).convert("RGB"))

files = json.load(open(listed))
network = trained.module.to(memory_format=torch.contiguous_format).eval()
answers = []
with torch.no_grad():
    for images in DataLoader(Images(files), batch_size=32, num_workers=int(workers)):
        answers += network(images).softmax(1).argmax(1).tolist()
with open(out, "w", newline="") as file:
    csv.writer(file).writerows(zip(files, [trained.classes[index] for index in answers]))
"""


def a_run(folder: Path, work: Path) -> str:
    """A head fitted to some images of each class."""
    import linnaeus

    top = folder / "train" if (folder / "train").is_dir() else folder
    for of_class in sorted(path for path in top.iterdir() if path.is_dir()):
        target = work / "few" / of_class.name
        target.mkdir(parents=True)
        for file in sorted(of_class.iterdir())[:20]:
            (target / file.name).symlink_to(file.absolute())
    lite0 = {"weights": "imagenet", "train": "head", "image_size": 224}
    record = linnaeus.train(work / "few", **lite0, runs=work / "runs", report=False, progress=False)
    return str(record.folder)


def many(folder: Path, count: int, work: Path) -> list[str]:
    """Links to the JPEGs of a folder, in turn until there are so many: each is read and decoded for itself."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg"))
    (work / "images").mkdir()
    links = []
    for index, file in enumerate(islice(cycle(found), count)):
        links.append(work / "images" / f"{index:06d}.jpg")
        links[-1].symlink_to(file.absolute())
    return [str(link) for link in links]


def labels(file: Path) -> list[str]:
    rows = list(csv.reader(file.open(encoding="utf-8")))
    return [row[1] for row in rows if row[0] != "image"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--run")
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        run = given.run or a_run(given.folder, work)
        files = many(given.folder, given.images, work)
        (work / "files.json").write_text(json.dumps(files), encoding="utf-8")
        ours, theirs, plain = work / "ours.csv", work / "theirs.csv", work / "plain.csv"
        workers = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
        told = ["--format", "csv", "--out"]
        command = [sys.executable, "-m", "linnaeus", "predict", run, str(work / "images"), *told]
        alone = "import sys; sys.modules['onnxruntime'] = None; from linnaeus.cli import main; main()"
        by_torch = [sys.executable, "-c", alone, *command[3:]]
        loop = [sys.executable, "-c", LOOP, run, str(work / "files.json"), str(theirs), workers]
        spent: dict[str, list[Spent]] = {"loop": [], "ours": [], "ours, torch alone": []}
        for number in range(given.rounds):
            spent["loop"].append(timed(loop))
            spent["ours"].append(timed([*command, str(ours)]))
            spent["ours, torch alone"].append(timed([*by_torch, str(plain)]))
            print(
                f"round {number + 1}: " + ", ".join(f"{k} {v[-1].processor:.1f} s" for k, v in spent.items()),
                flush=True,
            )
        same = [one == other for one, other in zip(labels(ours), labels(theirs), strict=True)]
        equal = [one == other for one, other in zip(labels(ours), labels(plain), strict=True)]
    for name, rounds in spent.items():
        ratio = statistics.median(
            loop.processor / own.processor for loop, own in zip(spent["loop"], rounds, strict=True)
        )
        processor = statistics.median(each.processor for each in rounds)
        wall = statistics.median(each.wall for each in rounds)
        print(
            f"{name:18} {processor:7.1f} s of processor time ({wall:.1f} wall), {ratio:.2f} times as fast as the loop"
        )
    print(f"{given.images:,} images; same answer as the loop {sum(same):,}, as ours by torch alone {sum(equal):,}")


if __name__ == "__main__":
    main()
