"""The verbs about training methods with nothing faked: continue, repeats, rates, bench, and recipes that name methods."""

import json
import re

import pytest

QUICK = ("--epochs", "2", "--threads", "1", "--precision", "fp32", "--set", "compile=off")


pytestmark = pytest.mark.usefixtures("in_place")


def test_continue(linnaeus, place):
    result = linnaeus("continue", "mine", "--epochs", "3", "--set", "schedule=constant", "--name", "further")
    assert result.status == 0, result.err
    assert re.search(
        r"^note +continues from the weights of mine, epoch 2; the schedule constant runs", result.out, re.M
    )
    assert "report      runs/further/report.html" in result.out
    record = json.loads((place / "runs" / "further" / "record.json").read_text())
    assert (record["parent"], len(record["earlier"]), len(record["history"])) == ("mine", 2, 3)
    assert "continues mine" in (place / "runs" / "further" / "report.html").read_text()
    again = json.loads(linnaeus("train", "--recipe", "runs/further/recipe.toml", "--name", "again", "--json").out)
    assert again["history"] == record["history"] and again["parent"] == "mine"


def test_repeats_go_on_when_given_again(linnaeus):
    words = ("train", "digits(limit=20)", "--model", "linear", *QUICK, "--name", "thrice", "--repeats")
    assert "Mean over 2 seeds: " in linnaeus(*words, "2").out
    found = json.loads(linnaeus(*words, "3", "--json").out)
    assert found["runs"] == ["thrice-seed0", "thrice-seed1", "thrice-seed2"]
    assert found["low"] <= found["mean"] <= found["high"]


def test_rates_and_their_picture(linnaeus, place):
    result = linnaeus("find-lr", "digits(limit=20)", "--steps", "20", "--set", "threads=1", "--out", "rates.svg")
    assert result.status == 0, result.err
    suggested = re.search(
        r"^next +linnaeus train 'digits\(limit=20\)' --set '(optimizer=.*)'$", result.out, re.MULTILINE
    )
    assert suggested is not None, result.out
    assert (place / "rates.svg").read_text().startswith("<?xml")
    changes = ("--set", suggested[1], "--model", "linear", *QUICK, "--name", "suggested")
    assert linnaeus("train", "digits(limit=20)", *changes).status == 0


def test_bench_and_its_picture(linnaeus, place):
    result = linnaeus(
        "bench", "layers", "lenet", "--size", "12", "--batch", "4", "--threads", "1", "--out", "lenet.png"
    )
    assert result.status == 0, result.err
    assert re.search(r"^features\.0 +Conv2d +6×12×12 ", result.out, re.MULTILINE)
    assert re.search(r"^answer +Convolutional layers take \d+\.\d % ", result.out, re.MULTILINE)
    assert (place / "lenet.png").read_bytes().startswith(b"\x89PNG")


def test_methods_together_in_one_recipe(linnaeus, place):
    (place / "methods.toml").write_text(
        'data = "digits(limit=20)"\nmodel = "convnet(width=4)"\noptimizer = "sam(base=sgd(lr=0.05))"\nclip_norm = 1.0\n'
        'batch_size = 16\naccumulate = 2\nsampling = "0=2, 9=0.5"\nswa = 0.5\nprogressive = 0.75\ntta = "flip+shift"\n'
    )
    result = linnaeus("train", "--recipe", "methods.toml", *QUICK, "--name", "methods")
    assert result.status == 0, result.err
    assert re.search(r"^validation +\d", result.out, re.MULTILINE)
    assert re.search(r"^validation, averaged over views \(flip\+shift\) \d", result.out, re.MULTILINE)
    page = (place / "runs" / "methods" / "report.html").read_text()
    assert "validation, averaged over views (flip+shift)" in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["continue", "yours", "--epochs", "1"], "there is no run 'yours'"),
        (["continue", "mine", "--epochs", "1", "--set", "model=mlp"], "weights = .* are of another network"),
        (["continue", "mine", "--epochs", "1", "--set", "epochs=none"], "epochs = 'none' must be a whole number"),
        (["train", "digits", "--set", "weights=yours"], "there is no run 'yours'"),
        (["train", "digits", "--set", "sampling=often"], "sampling = 'often' must be \"natural\""),
        (["train", "digits", *QUICK, "--set", "sampling=ten=2"], "there is no class to sample 'ten'"),
        (["train", "digits", "--set", "accumulate=0"], "accumulate = 0 must be at least 1"),
        (["train", "digits", "--set", "swa=0.5", "--set", "ema=0.9"], "take one of them"),
        (["train", "digits", *QUICK, "--model", "linear", "--set", "progressive=0.5"], "which progressive begins with"),
        (["train", "digits", "--set", "tta=rotate"], "tta = 'rotate' must be one of"),
        (["train", "digits", "--set", "val=0", "--repeats", "2"], "hold images out"),
        (["evaluate", "mine", "--tta", "rotate"], "tta = 'rotate' must be one of"),
        (["find-lr", "digits", "--out", "rates.pdf"], "write FILE.svg or FILE.png"),
        (["find-lr", "digits", "--low", "1", "--high", "0.1"], "must grow"),
        (["bench", "layers", "lenett"], "did you mean lenet"),
        (["bench", "layers", "lenet", "--size", "8"], "least size is 12 px"),
        (["parts", "models", "lenet(fifth='round')"], "fifth"),
    ],
)
def test_bad_input_is_one_clear_message(linnaeus, words, message):
    result = linnaeus(*words)
    assert result.status in (1, 2)
    assert result.err.startswith("linnaeus: ")
    assert len(result.err.splitlines()) == 1
    assert "unexpected error" not in result.err
    assert re.search(message, result.err), result.err
