"""linnaeus bench epochs: what was measured and what is reckoned from it are told apart."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from linnaeus.api import composing
from linnaeus.record import codec
from linnaeus.record.measurements import EpochTimes
from linnaeus.training import timing
from tests.cli.fakes import stand_in

QUICK = ("--set", "threads=1", "--set", "precision=fp32", "--set", "batch_size=20")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_whole_is_reckoned_from_what_was_measured(linnaeus):
    done = linnaeus("bench", "epochs", "linear", "digits(limit=20)", "--epochs", "5000", *QUICK, "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["data"], found["model"], found["epochs"]) == ("digits(limit=20)", "linear", 5000)
    cpu = found["devices"][0]
    assert (cpu["device"], cpu["precision"], cpu["threads"]) == ("cpu", "fp32", 1)
    assert cpu["whole_s"] == pytest.approx(cpu["setup_s"] + 5000 * cpu["epoch_s"])
    assert 0 < cpu["measured_s"] < cpu["whole_s"]
    assert not Path("runs").exists()


def test_so_many_images_are_reckoned_from_few(linnaeus):
    done = linnaeus(
        "bench", "epochs", "linear", "digits(limit=20)", "--epochs", "40", "--images", "95000", *QUICK, "--json"
    )
    found = json.loads(done.out)
    cpu = found["devices"][0]
    assert found["images"] == 95_000
    # 170 images are trained on: of so few an epoch is over in some milliseconds
    assert cpu["epoch_s"] > 100 * cpu["measured_s"]
    assert cpu["whole_s"] == pytest.approx(cpu["setup_s"] + 40 * cpu["epoch_s"])


@pytest.mark.parametrize("devices", [1, 2])
def test_a_table_says_which_is_which(devices, linnaeus, monkeypatch):
    cpu = {
        "device": "cpu",
        "precision": "fp32",
        "threads": 2,
        "setup_s": 5.0,
        "measured_s": 4.2,
        "epoch_s": 30.0,
        "whole_s": 3005.0,
    }
    gpu = {**cpu, "device": "cuda", "precision": "bf16", "epoch_s": 2.0, "whole_s": 205.0}
    asked = []

    def bench(*words, progress, **others):
        asked.append((words, others))
        found = {"data": "mnist", "model": "lenet", "epochs": 100, "images": 54000, "devices": [cpu, gpu][:devices]}
        return codec.from_plain(EpochTimes, found)

    stand_in(monkeypatch, "bench", bench)
    lines = linnaeus("bench", "epochs", "lenet", "mnist", "--set", "batch_size=100").out.splitlines()[1:]
    assert asked == [(("epochs", "lenet", "mnist"), {"epochs": 100, "batch_size": "100"})]
    assert lines[0].split("  ")[-1] == "100 epochs (estimate)"
    assert "measured  one epoch (estimate)" in lines[0]
    assert lines[1].split()[:5] == ["cpu", "fp32", "2", "4.20", "s"]
    (told,) = [line for line in lines if line.startswith("estimate")]
    assert "lenet on 54,000 training images, extrapolated from the steps measured" in told
    (ratio,) = [line for line in lines if line.startswith("ratio")]
    assert ("The ratio is unknown, since PyTorch finds no GPU" in ratio) == (devices == 1)
    assert ("cuda is 15.0 times as fast as cpu" in ratio) == (devices == 2)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU would be measured too")
def test_where_there_is_no_gpu_the_ratio_is_not_made_up(linnaeus):
    done = linnaeus("bench", "epochs", "linear", "digits(limit=20)", "--epochs", "1", *QUICK)
    assert (done.status, done.err) == (0, "")
    assert "ratio       The ratio is unknown" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("linear",), "epochs of which data? Write linnaeus bench epochs MODEL DATA"),
        (("liner", "digits"), "did you mean linear"),
        (("linear", "digit"), "did you mean digits"),
        (("linear", "digits", "--set", "batchsize=3"), "did you mean batch_size"),
    ],
)
def test_bad_input_is_one_message(words, message, linnaeus):
    done = linnaeus("bench", "epochs", *words)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err


def test_large_batches_are_timed_in_smaller_ones_on_a_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, _ = composing.compose("digits(limit=20)", None, None, ["batch_size=512"], None)
    large = replace(recipe, image_size=64)
    assert timing.in_smaller_steps(large) == replace(large, batch_size=32, compile="off")
    assert timing.in_smaller_steps(replace(large, accumulate=64)).batch_size == 128, "a pass holds two images at least"
    monkeypatch.setattr("linnaeus.training.timing.pick_device", lambda wish: "cuda:0")
    assert timing.in_smaller_steps(large) == large
