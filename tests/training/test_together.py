"""One training on several processes: it is that of one, and it outlives them."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from linnaeus.cli import app
from linnaeus.distributed import Ranks
from linnaeus.errors import RecipeError
from linnaeus.record.folder import RunFolder
from linnaeus.training import check
from tests.training.small import archive, recipe_and_splits

TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone")
SGD = "optimizer=sgd(lr=0.05, momentum=0.9)"

needs_gloo = pytest.mark.skipif(
    not torch.distributed.is_available(), reason="torch is built without its distributed part"
)


def command(runs: Path, name: str, *changes: str, processes: int = 0, restarts: int = 0) -> list[str]:
    words = ["train", "digits", "--name", name, "--runs", str(runs), "--threads", "1", "--precision", "fp32"]
    settings = [part for change in changes for part in ("--set", change)]
    start = (
        [*TORCHRUN, "--nproc-per-node", str(processes), "--max-restarts", str(restarts)]
        if processes
        else [sys.executable]
    )
    return [*start, "-m", "linnaeus", *words, *settings]


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=600, check=False, cwd=cwd)


@needs_gloo
def test_two_processes_tell_one_another_what_is_needed(tmp_path: Path) -> None:
    script = Path(__file__).with_name("on_two_ranks.py")
    done = run(*TORCHRUN, "--nproc-per-node", "2", str(script), cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


# torch's batch norm rounds ten times as coarsely as the shared one (against fp64, channels last, 127 images: 7e-6 and 8e-7), which
# shows after an epoch; two processes and four agree within 1e-7.
@needs_gloo
@pytest.mark.parametrize(
    ("model", "processes", "nearness"),
    [
        ("mlp", 2, 1e-5),
        pytest.param("mlp", 4, 1e-5, marks=pytest.mark.slow),
        pytest.param("convnet(width=8)", 2, 2e-4, marks=pytest.mark.slow),
    ],
)
def test_the_curve_is_that_of_one_process(tmp_path: Path, model: str, processes: int, nearness: float) -> None:
    changes = (f"model={model}", "epochs=2", SGD, "batch_size=100", "accumulate=2", "ema=0.9")
    alone = run(*command(tmp_path, "alone", *changes))
    assert alone.returncode == 0, alone.stderr
    shared = run(*command(tmp_path, "shared", *changes, processes=processes))
    assert shared.returncode == 0, shared.stderr[-3000:]
    assert shared.stdout.count("epoch 1/2") == 1  # the first process speaks, and no other
    one, many = (RunFolder(tmp_path / name).record() for name in ("alone", "shared"))
    assert many.environment.processes == processes and one.environment.processes == 1
    for wanted, found in zip(one.history, many.history, strict=True):
        assert asdict(found) == pytest.approx(asdict(wanted), abs=nearness)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "shared"]


@needs_gloo
@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found through /proc")
def test_a_killed_process_is_started_again_and_the_weights_are_the_same(tmp_path: Path) -> None:
    changes = ("model=convnet(width=8)", "epochs=12", "save_every=0.05")
    calm = run(*command(tmp_path, "calm", *changes, processes=2))
    assert calm.returncode == 0, calm.stderr[-3000:]
    began = subprocess.Popen(
        command(tmp_path, "killed", *changes, processes=2, restarts=2),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 300
    while not list((tmp_path / "killed").glob("checkpoint/step-*")):
        assert began.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(worker("killed", rank=1), signal.SIGKILL)
    said, _ = began.communicate(timeout=400)
    assert began.returncode == 0, said[-3000:]
    wanted, found = (load_file(tmp_path / name / "model.safetensors") for name in ("calm", "killed"))
    assert all(torch.equal(found[name], value) for name, value in wanted.items())


def worker(name: str, rank: int) -> int:
    """The process of that rank that trains the run of that name."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if name.encode() in words and f"RANK={rank}".encode() in environment:
            return int(folder.name)
    raise AssertionError(f"no process of rank {rank} trains {name}")


@needs_gloo
@pytest.mark.slow
def test_without_a_name_nothing_is_begun(tmp_path: Path) -> None:
    done = run(
        *TORCHRUN, "--nproc-per-node", "2", "-m", "linnaeus", "train", "digits", "--runs", str(tmp_path / "runs")
    )
    assert done.returncode != 0
    assert "linnaeus: several processes train one run: say --name NAME" in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("words", [["train", "digits", "--repeats", "3"], ["evaluate", "last"]])
def test_what_several_processes_would_only_do_over_again_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    for name, value in {"TORCHELASTIC_RUN_ID": "any", "WORLD_SIZE": "2", "RANK": "0"}.items():
        monkeypatch.setenv(name, value)
    assert app.run(words) == 2
    assert "under torchrun there is train alone, of one run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("train=head", "weights=cifar10-resnet20"), "computes its features once"),
        (("batch_size=2",), "1 images cannot be shared by 3 processes"),
        (("batch_size=20",), None),
    ],
)
def test_what_cannot_be_shared(tmp_path: Path, changes: tuple[str, ...], message: str | None) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path), *changes)
    if message is None:
        check.check_shared(recipe, splits, Ranks(rank=1, world=3))
        return
    with pytest.raises(RecipeError, match=message):
        check.check_shared(recipe, splits, Ranks(rank=1, world=3))
    check.check_shared(recipe, splits, Ranks())
