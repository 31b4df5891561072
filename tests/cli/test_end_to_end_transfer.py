"""The verbs of transfer with nothing faked: one half of the digits, then the other."""

import json
import re
import shutil
from pathlib import Path

import pytest

from linnaeus.cli.app import run

FIRST, SECOND = "digits(classes=['0','1','2','3','4'], limit=40)", "digits(classes=['5','6','7','8','9'], limit=40)"
QUICK = ("--set", "threads=1", "--set", "precision=fp32", "--set", "compile=off")
COMPARE = ("--compare", "--shares", "0.2,1", "--set", "val=0.3", *QUICK)

pytestmark = pytest.mark.usefixtures("in_place")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a finished run of the first five digits, `old`."""
    folder = tmp_path_factory.mktemp("place")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("LINNAEUS_DATA", str(folder / "cache"))
        patch.delenv("LINNAEUS_RUNS", raising=False)
        words = ["train", FIRST, "--model", "convnet(width=8)", "--epochs", "4", *QUICK, "--name", "old", "--json"]
        assert run(words) == 0
    return folder


def record(place: Path, name: str) -> dict:
    return json.loads((place / "runs" / name / "record.json").read_text())


def test_ways_are_compared_and_the_second_time_taken_as_they_are(linnaeus, place):
    words = ("transfer", SECOND, "--weights", "old", *COMPARE, "--set", "epochs=2", "--out", "curves.svg")
    first = linnaeus(*words)
    assert first.status == 0, first.err
    names = [
        f"digits-transfer-{way}-{share}" for share in (20, 100) for way in ("scratch", "head", "all", "head-then-all")
    ]
    runs = place / "runs"
    assert {path.name for path in runs.iterdir()} >= set(names)
    rows = re.findall(r"^ *(20|100)\.0 % +(\d+) +(\S+) +[\d.]+ % \(.* n (\d+)\) .* (\S+)$", first.out, re.MULTILINE)
    assert [row[-1] for row in rows] == names
    assert {row[3] for row in rows} == {str(record(place, names[0])["scores"]["val"]["metrics"]["accuracy"]["n"])}
    assert int(rows[0][1]) < int(rows[-1][1])
    sentences = re.findall(r"^- With (?:20|100)\.0 % of the images: (.*)$", first.out, re.MULTILINE)
    told = [re.findall(r"digits-transfer-[a-z-]+-(?:20|100)", sentence)[:2] for sentence in sentences]
    assert [sorted(pair) for pair in told] == [
        sorted((name, f"digits-transfer-scratch-{name.rpartition('-')[2]}")) for name in names if "scratch" not in name
    ]
    assert (place / "curves.svg").read_text().startswith("<?xml")
    assert re.search(r"^next +linnaeus inspect digits-transfer-\S+ ", first.out, re.MULTILINE)
    before = {
        path: path.stat().st_mtime_ns for path in runs.rglob("*") if path.name in ("record.json", "model.safetensors")
    }
    second = linnaeus(*words)
    assert second.status == 0, second.err
    assert (
        re.sub(r"note.*\n", "", second.out).splitlines()[-12:] == re.sub(r"note.*\n", "", first.out).splitlines()[-12:]
    )
    after = {
        path: path.stat().st_mtime_ns for path in runs.rglob("*") if path.name in ("record.json", "model.safetensors")
    }
    assert after == before
    found = json.loads(linnaeus(*words[:-2], "--json").out)
    assert [way["run"] for way in found["ways"]] == names
    assert {share for share, _ in found["comparisons"]} == {0.2, 1.0} and len(found["comparisons"]) == 6
    assert all(pair["n"] == found["ways"][0]["score"]["n"] and "p_holm" in pair for _, pair in found["comparisons"])
    for way in ("scratch", "head", "all", "head-then-all"):
        small = record(place, f"digits-transfer-{way}-20")
        assert small["recipe"]["share"] == 0.2 and small["test_openings"] == 0
        assert (small["model"].get("start") is None) == (way == "scratch")
        assert small["recipe"]["model"] == "convnet(width=8)"


def test_what_stopped_goes_on_and_another_recipe_is_refused(linnaeus, place):
    words = ("transfer", SECOND, "--weights", "old", "--name", "again", *COMPARE, "--ways", "head,all")
    assert linnaeus(*words, "--set", "epochs=1").status == 0
    shutil.rmtree(place / "runs" / "again-all-100")
    assert linnaeus(*words, "--set", "epochs=1").status == 0
    assert record(place, "again-all-100")["status"] == "finished"
    refused = linnaeus(*words, "--set", "epochs=2")
    assert refused.status == 1
    assert "there is a run named 'again-all-20' already, with another epochs; choose another name" in refused.err


def test_one_way(linnaeus, place):
    result = linnaeus("transfer", SECOND, "--weights", "old", *QUICK, "--set", "epochs=1", "--name", "one")
    assert result.status == 0, result.err
    assert re.search(r"^note +starts from the weights of .*old.*: the head is new", result.out, re.MULTILINE)
    assert re.search(r"^note +head logistic fitted to the features of \d+ images: strength=", result.out, re.MULTILINE)
    made = record(place, "one")
    assert (made["parent"], made["recipe"]["train"], made["recipe"]["head"]) == ("old", "head-then-all", "logistic")


@pytest.mark.parametrize("head", ["logistic", "knn", "ridge", "class_mean", "linear"])
def test_a_head_is_a_run_like_any(linnaeus, place, head):
    words = (
        "--set",
        "weights=old",
        "--set",
        "train=head",
        "--set",
        f"head={head}",
        "--set",
        "augment=none",
        "--epochs",
        "2",
    )
    result = linnaeus("train", SECOND, *words, *QUICK, "--name", head)
    assert result.status == 0, result.err
    scores = record(place, head)["scores"]["val"]
    evaluated = json.loads(linnaeus("evaluate", head, "--json").out)
    assert record(place, head)["scores"]["val"]["metrics"]["accuracy"] == scores["metrics"]["accuracy"]
    assert scores["metrics"]["accuracy"]["n"] > 0 and evaluated
    assert linnaeus("evaluate", head, "--split", "test").status == 0
    assert linnaeus("report", head).status == 0
    page = (place / "runs" / head / "report.html").read_text()
    assert f"train=head, head={head}" in page or "train" in page
    pictures(place)
    predicted = linnaeus("predict", head, "picture.png", "--format", "json")
    assert predicted.status == 0, predicted.err
    assert re.search(r'"[5-9]"', predicted.out)


def pictures(place: Path) -> None:
    from PIL import Image

    Image.new("L", (8, 8), 90).save(place / "picture.png")


def test_extend(linnaeus, place):
    result = linnaeus("extend", "old", SECOND, "--replay", "10", "--epochs", "2", "--name", "ten", *QUICK)
    assert result.status == 0, result.err
    assert re.search(r"^note +Old classes: ", result.out, re.MULTILINE)
    assert "of the 5 classes that the weights know, 10 of each for training: 50 of" in result.out
    assert set(record(place, "ten")["forgetting"]) == {"train", "val"}
    opened = linnaeus("evaluate", "ten", "--split", "test")
    assert opened.status == 0, opened.err
    after = record(place, "ten")
    assert set(after["forgetting"]) == {"train", "val", "test"} and after["test_openings"] == 1
    page = (place / "runs" / "ten" / "report.html").read_text()
    assert page.count("Old classes: <strong>") == 3
    assert json.loads(linnaeus("evaluate", "ten", "--json").out)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["extend", "olt", SECOND], "there is no run 'olt'; did you mean old"),
        (["extend", "old", FIRST], "has no new class: old knows 0, 1, 2, 3, 4 already; continue trains it on"),
        (["extend", "old", "digits(limit=40)"], "0, 1, 2, 3, 4: classes of these names are in old"),
        (["extend", "old", "nowhere"], "nowhere"),
        (["extend", "old", SECOND, "--replay", "many"], "must be all, none, or a number"),
        (["transfer", SECOND, "--weights", "olt"], "there is no run 'olt'; did you mean old"),
        (["transfer", SECOND, "--weights", "old", "--model", "mlp"], "are of another network"),
        (["transfer", SECOND, "--weights", "old", *COMPARE, "--ways", "scratch,heads"], "train = 'heads' must be"),
        (["transfer", SECOND, "--weights", "old", "--compare", "--set", "val=0"], "hold some out"),
        (["train", SECOND, "--set", "train=head"], 'train = "head" needs a trained network; name one with weights='),
        (
            ["train", SECOND, "--set", "weights=old", "--set", "train=all", "--set", "views=2"],
            "views = 2 is for a frozen backbone",
        ),
        (["train", SECOND, "--set", "weights=old", "--set", "train=last(0)"], r"train = 'last\(0\)' must be"),
        (["train", SECOND, "--set", "weights=old", "--set", "normalise=grey"], "normalise = 'grey' must be"),
        (["train", SECOND, "--set", "weights=old", "--set", "train=head", "--set", "head=forest"], "no head 'forest'"),
    ],
)
def test_bad_input_is_one_clear_message(linnaeus, place, words, message):
    there = sorted(path.name for path in (place / "runs").iterdir() if (path / "recipe.toml").exists())
    result = linnaeus(*words)
    assert result.status in (1, 2)
    assert result.err.startswith("linnaeus: ")
    assert len(result.err.splitlines()) == 1
    assert "unexpected error" not in result.err
    assert re.search(message, result.err), result.err
    assert sorted(path.name for path in (place / "runs").iterdir() if (path / "recipe.toml").exists()) == there
