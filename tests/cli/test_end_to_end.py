"""The command with nothing faked: one small run through every verb, and every kind of bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

QUICK = ("--model", "linear", "--epochs", "2", "--threads", "1", "--precision", "fp32")


pytestmark = pytest.mark.usefixtures("in_place")


def picture(path: Path, shade: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((8, 8), shade, np.uint8)
    pixels[2:6, 3:5] = 255 - shade
    Image.fromarray(pixels).save(path)
    return path


def test_the_verbs_one_after_another(linnaeus, place):
    picture(place / "new" / "a.png")
    (place / "new" / "b.png").write_bytes(b"not an image")

    evaluated = linnaeus("evaluate", "last", "--split", "test")
    assert evaluated.status == 0
    assert re.search(r"^test        \d+\.\d % \(\d+\.\d–\d+\.\d, n \d+\)", evaluated.out, re.MULTILINE)
    assert json.loads((place / "runs" / "mine" / "record.json").read_text())["test_openings"] == 1

    predicted = linnaeus("predict", "mine", "new", "--top", "2", "--format", "json")
    answers = json.loads(predicted.out)
    assert predicted.status == 1
    assert predicted.err.startswith("linnaeus: 1 of 2 images could not be read\n  ")
    assert len(answers["predictions"][0]["labels"]) == 2
    assert len(answers["unread"]) == 1

    assert linnaeus("predict", "mine", "new/a.png").status == 0
    assert (linnaeus("report", "mine").status, (place / "runs" / "mine" / "report.html").stat().st_size > 10_000) == (
        0,
        True,
    )
    assert re.search(r"^mine +digits\(limit=20\) +linear +finished ", linnaeus("runs").out, re.MULTILINE)
    audited = linnaeus("audit", "digits(limit=20)").out
    assert "200 images in 10 classes, grey, from digits(limit=20)." in audited
    assert "torch" in linnaeus("env").out


def test_how_sure_a_run_is_goes_from_its_training_to_its_answers(linnaeus, place):
    """Sets and the unknown are read by thresholds that validation images gave. Of so poor a run no calibration is told."""
    told = linnaeus("evaluate", "mine").out
    assert "no better than always answering with the most frequent class" in told and "calibration" not in told
    assert json.loads(linnaeus("evaluate", "mine", "--json").out)["calibration"]["fitted_here"] is True
    picture(place / "grey.png", shade=120)
    answered = linnaeus("predict", "mine", "grey.png", "--sets", "0.9", "--format", "json")
    assert answered.err == ""
    (answer,) = json.loads(answered.out)["predictions"]
    assert answer["labels"][0] == answer["set"][0]
    refused = linnaeus("predict", "mine", "grey.png", "--unknown")  # of so poor a run too few images are right
    assert refused.status == 1
    assert refused.err.startswith("linnaeus: this run keeps no threshold below which an image is unknown; ")
    refused = linnaeus("predict", "mine", "grey.png", "--sets", "0.97")
    assert refused.status == 1
    assert re.fullmatch(r"linnaeus: this run keeps prediction sets at the levels .*, not at 0\.97; .*\n", refused.err)
    assert linnaeus("predict", "mine", "grey.png", "--sets", "most").status == 2


def test_a_finished_run_stays_as_it_is(linnaeus, place):
    before = (place / "runs" / "mine" / "record.json").read_bytes()
    assert linnaeus("resume", "mine").status == 0
    assert (place / "runs" / "mine" / "record.json").read_bytes() == before


def test_a_recipe_repeats_its_run(linnaeus, place):
    again = json.loads(linnaeus("train", "--recipe", "runs/mine/recipe.toml", "--name", "again", "--json").out)
    first = json.loads((place / "runs" / "mine" / "record.json").read_text())
    assert again["history"] == first["history"]
    assert again["scores"]["val"] == first["scores"]["val"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_cleanly_and_the_run_resumes(linnaeus, place, number, status):
    name = f"stopped-{status}"
    long = [
        *("train", "digits(limit=20)", "--model", "linear", "--threads", "1", "--precision", "fp32"),
        "--epochs",
        "100000",
        "--set",
        "compile=off",
        "--name",
        name,
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "linnaeus", *long],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("epoch"):
            break
    process.send_signal(number)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == status
    assert complaint.startswith("linnaeus: stopped at step ")
    assert complaint.endswith(f"; resume it with: linnaeus resume runs/{name} [Interrupted]\n")
    assert "Traceback" not in complaint
    assert re.search(rf"^{name} .* stopped", linnaeus("runs").out, re.MULTILINE)


def folder_of(place: Path, name: str, **counts: int) -> str:
    for label, count in counts.items():
        for number in range(count):
            picture(place / name / label / f"{number}.png", shade=10 * number + len(label))
    return f"./{name}"


def malformed(place: Path) -> str:
    (place / "bad.toml").write_text('epochs = 2\nmodel = "resnett"\n')
    return "bad.toml"


def listing(place: Path) -> str:
    picture(place / "there.png")
    (place / "list.csv").write_text("path,label\nthere.png,a\nmissing.png,b\n")
    return "list.csv"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (lambda place: ["train", "./nowhere"], "there is no folder .*nowhere"),
        (
            lambda place: ["train", folder_of(place, "empty", nothing=0) if (place / "empty").mkdir() else "./empty"],
            "empty",
        ),
        (lambda place: ["train", folder_of(place, "one", cat=4)], "one class"),
        (lambda place: ["train", folder_of(place, "few", cat=4, dog=1)], "dog"),
        (lambda place: ["train", "digits", "--model", "resnett"], "there is no model 'resnett'; did you mean resnet"),
        (
            lambda place: ["train", "digits", "--model", "resnet(deep=20)"],
            "no option of resnet 'deep'; did you mean depth",
        ),
        (lambda place: ["train", "digits", "--model", "resnet(depth=21)"], "depth"),
        (
            lambda place: ["train", "digits", "--recipe", malformed(place)],
            r"bad\.toml, line 2: there is no model 'resnett'",
        ),
        (lambda place: ["train", "digits", "--recipe", "no.toml"], r"cannot read the recipe no\.toml"),
        (lambda place: ["train", "digits", "--set", "epochs"], "write it as key=value"),
        (lambda place: ["train", "digits", "--budget", "soon"], "'soon' is not a duration"),
        (lambda place: ["train", "digits", "--name", "a/b"], "cannot be the name of a run"),
        (lambda place: ["train", "digits(limit=20)", *QUICK, "--name", "mine"], "there is a run named 'mine' already"),
        (lambda place: ["train"], "no data is named"),
        (lambda place: ["train", listing(place)], "missing.png"),
        (lambda place: ["evaluate", "yours"], "there is no run 'yours'"),
        (lambda place: ["evaluate", "mine", "--split", "validation"], "there is no split 'validation'"),
        (lambda place: ["predict", "yours", "x.png"], "there is no run 'yours'"),
        (lambda place: ["resume", "yours"], "there is no run 'yours'"),
        (lambda place: ["report", "yours"], "there is no run 'yours'"),
        (lambda place: ["train", "digits(limit=20)", *QUICK, "--runs", "there.png/runs"], "cannot write in"),
        (lambda place: ["audit", "digits", "--sheet", "there.png/sheet.png"], "there.png is not a folder"),
        (lambda place: ["parts", "models", "resnett"], "did you mean resnet"),
    ],
)
def test_bad_input_is_one_clear_message(linnaeus, place, words, message):
    picture(place / "there.png")
    result = linnaeus(*words(place))
    assert result.status in (1, 2)
    assert result.err.startswith("linnaeus: ")
    assert len(result.err.splitlines()) == 1
    assert "unexpected error" not in result.err
    assert re.search(message, result.err), result.err


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "gone", "card"])
def test_a_damaged_model_file_is_said_to_be(linnaeus, place, damage):
    run_folder = place / "runs" / damage
    run_folder.mkdir(parents=True)
    for name in ("recipe.toml", "record.json", "model.safetensors", "classifier.json"):
        content = (place / "runs" / "mine" / name).read_bytes()
        if name == "model.safetensors":
            content = {
                "cut": content[:-7],
                "flipped": content[:-7] + bytes([content[-7] ^ 1]) + content[-6:],
                "emptied": b"",
            }.get(damage, content)
        if name == "classifier.json" and damage == "card":
            content = content[: len(content) // 2]
        if not (name == "model.safetensors" and damage == "gone"):
            (run_folder / name).write_bytes(content)
    result = linnaeus("predict", damage, str(picture(place / "there.png")))
    assert result.status == 1
    assert re.match(r"linnaeus: .*(model\.safetensors|classifier\.json)", result.err)
    assert len(result.err.splitlines()) == 1
    assert "unexpected" not in result.err


def test_two_trainings_cannot_have_one_folder(linnaeus, place):
    from linnaeus.record.folder import RunFolder

    with RunFolder(place / "runs" / "mine").locked():
        result = linnaeus("resume", "mine")
    assert result.status == 1
    assert f"in use by process {os.getpid()}" in result.err


@pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/proc/mounts").exists(), reason="a small disk can be mounted only as root on Linux"
)
def test_a_full_disk_is_said_to_be(linnaeus, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        result = linnaeus("train", "digits(limit=20)", *QUICK, "--model", "mlp", "--runs", str(disk))
    finally:
        time.sleep(0.1)
        subprocess.run(["umount", "-l", disk], check=True)
    assert result.status == 1
    assert "No space left on device; free some space" in result.err
    assert len(result.err.splitlines()) == 1
