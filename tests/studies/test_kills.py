"""A study under fire: workers and drivers ended by SIGKILL at random moments. Nothing is lost, nothing is done twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linnaeus import files

pytest.importorskip("optuna")
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="workers are found through /proc")

ROOT = Path(__file__).parents[2]


def workers_of(driver: int) -> list[int]:
    """The living processes that a driver has begun to train with."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            continue
        if parent == driver and b"spawn_main" in command:
            found.append(int(folder.name))
    return found


def finished(folder: Path) -> int:
    """Trials whose runs are on the disk, whole or begun."""
    return len(list((folder / "trials").glob("*/recipe.toml")))


def under_fire(command: list[str], folder: Path, trials: int, fates: list[str], seed: int) -> dict[str, int]:
    """Begin the command until it ends by itself, killing as `fates` say, evenly over the trials and at random moments."""
    draw, hits = random.Random(seed), {"worker": 0, "driver": 0}
    draw.shuffle(fates)
    folder.parent.mkdir(parents=True, exist_ok=True)
    left = list(fates)
    while True:
        with (
            (folder.parent / f"{folder.name}.stderr").open("w+") as said,
            subprocess.Popen(
                command, cwd=ROOT, start_new_session=True, stderr=said, stdout=subprocess.DEVNULL
            ) as driver,
        ):
            while driver.poll() is None:
                if left and finished(folder) >= trials * (1 - len(left) / len(fates)) * 0.9:
                    time.sleep(draw.uniform(0, 0.4))
                    targets = workers_of(driver.pid) if left[0] == "worker" else [driver.pid]
                    if targets and driver.poll() is None:
                        os.kill(draw.choice(targets), signal.SIGKILL)
                        hits[left.pop(0)] += 1
                        continue
                time.sleep(0.02)
            said.seek(0)
            if driver.returncode == 0:
                return hits
            assert driver.returncode == -signal.SIGKILL, said.read()


def cells(folder: Path) -> list[dict]:
    """The table of results, apart from what the clock says."""
    found = json.loads((folder / "study.json").read_text())["cells"]
    return [{key: value for key, value in cell.items() if key != "train_s"} for cell in found]


def fired_at(tmp_path: Path, trials: int, workers: int, drivers: int, seed: int) -> None:
    def command(folder: Path) -> list[str]:
        return [sys.executable, "-m", "tests.studies.fake_study", str(folder), str(trials)]

    subprocess.run(command(tmp_path / "calm"), cwd=ROOT, check=True)
    fates = ["worker"] * workers + ["driver"] * drivers
    hits = under_fire(command(tmp_path / "fire"), tmp_path / "fire", trials, fates, seed)
    assert hits == {"worker": workers, "driver": drivers}
    assert cells(tmp_path / "fire") == cells(tmp_path / "calm")
    assert json.loads((tmp_path / "fire" / "study.json").read_text())["counts"] == {
        "finished": trials, "stopped": 0, "failed": 0, "waiting": 0,
    }  # fmt: skip
    logs = list((tmp_path / "fire" / "trials").glob("*/epochs.log"))
    assert len(logs) == trials
    for log in logs:  # a line is lost where a kill fell between an epoch and its line; none is there twice
        epochs = log.read_text().split()
        assert len(epochs) == len(set(epochs)) <= 9


def test_a_few_kills(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_EPOCH", "0.02")
    fired_at(tmp_path, trials=12, workers=4, drivers=2, seed=1)


@pytest.mark.slow
def test_sixty_trials_thirty_dead_workers_ten_dead_drivers(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_EPOCH", "0.05")
    fired_at(tmp_path, trials=60, workers=30, drivers=10, seed=0)


@pytest.mark.slow
def test_two_hundred_trials_a_hundred_dead_workers_twenty_dead_drivers(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_EPOCH", "0.05")
    fired_at(tmp_path, trials=200, workers=100, drivers=20, seed=2)


REAL = """\
repeats = 2
retries = 10

[recipe]
data = "digits(limit=40)"
epochs = 2
precision = "fp32"
threads = 1

[factors]
"optimizer.lr" = "log(1e-3, 1e-1, points={points})"
batch_size = [32, 64]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("points", "workers", "drivers"), [(15, 30, 10)])
def test_real_trainings_end_with_the_same_weights(points, workers, drivers, tmp_path):
    """60 trainings; the same table, and bit for bit the same weights, as without a kill."""
    trials = points * 4
    file = tmp_path / "study.toml"
    file.write_text(REAL.format(points=points))

    def command(runs: str) -> list[str]:
        words = ["study", str(file), "--jobs", "2", "--name", "s", "--runs", str(tmp_path / runs), "--json"]
        return [sys.executable, "-m", "linnaeus", *words]

    subprocess.run(command("calm"), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    fates = ["worker"] * workers + ["driver"] * drivers
    hits = under_fire(command("fire"), tmp_path / "fire" / "s", trials, fates, seed=0)
    assert hits == {"worker": workers, "driver": drivers}
    assert cells(tmp_path / "fire" / "s") == cells(tmp_path / "calm" / "s")

    def weights(runs: str) -> dict[str, str]:
        found = (tmp_path / runs / "s" / "trials").glob("*/model.safetensors")
        return {file.parent.name: files.checksum(file) for file in found}

    assert weights("fire") == weights("calm")
    assert len(weights("fire")) == trials
