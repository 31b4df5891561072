"""linnaeus lab: a small laboratory work through the real command, killed and taken up; variants; answers scored."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import linnaeus
from linnaeus.cli.app import run as command
from linnaeus.recipe import trusted
from linnaeus.record import folder as folders
from tests.cli.fakes import stand_in

QUICK = "--model linear --epochs 2 --threads 1 --precision fp32"
LAB = f"""
title = {{en = "Digits", ru = "Цифры"}}
aim = {{en = "To see how much a step size matters.", ru = "Увидеть, как важна величина шага."}}
small = {{en = "Two epochs.", ru = "Две эпохи."}}

[defaults]
limit = "20"

[[variants]]
number = 1
rate = 0.01

[[variants]]
number = 2
rate = 0.1

[[steps]]
do = "train digits(limit={{limit}}) {QUICK} --set optimizer=sgd(lr={{rate}}) --name first-{{number}}"
of = "variant"

[[steps]]
do = "evaluate first-{{number}} --split test"
of = "variant"

[[steps]]
do = "show first-{{number}} --count 3"
of = "variant"

[[steps]]
do = "train digits(limit=20) {QUICK} --name second"
of = "all"

[[steps]]
do = "show second --split test"
of = "all"

[[questions]]
en = "How good is it?"
ru = "Насколько это точно?"

[[questions]]
en = "Which logits?"
ru = "Какие логиты?"
runs = []
steps = ["show"]
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """The folder of a lab; its runs go to tmp_path/runs."""
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("LINNAEUS_RUNS", str(tmp_path / "runs"))
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "lab.toml").write_text(LAB, encoding="utf-8")
    return folder


def test_the_labs_are_listed(linnaeus):
    done = linnaeus("lab")
    assert (done.status, done.err) == (0, "")
    assert "lenet         LeNet-5 on MNIST" in done.out
    assert "signs" in done.out


def test_a_variant_from_end_to_end_and_once_more(linnaeus, lab, tmp_path):
    done = linnaeus("lab", str(lab), "--variant", "2")
    assert (done.status, done.err) == (0, "")
    assert "[1/3] linnaeus train 'digits(limit=20)' --model linear" in done.out
    place = tmp_path / "runs" / "lab-mine-2"
    reports = sorted(file.name for file in place.glob("lab-mine-*"))
    assert reports == ["lab-mine-en.docx", "lab-mine-en.html", "lab-mine-ru.docx", "lab-mine-ru.html"]
    assert all(str(place / name) in done.out for name in reports)
    record = folders.find(place, "first-2").record()
    assert record.test_openings == 1
    assert record.recipe["optimizer"] == "sgd(lr=0.1)"
    page = (place / "lab-mine-ru.html").read_text(encoding="utf-8")
    assert "Цифры, вариант 2" in page
    assert "Насколько это точно?" in page
    assert "Команда для повторения всей работы: <code>linnaeus lab mine --variant 2</code>" in page
    kept = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((place / "steps").iterdir())]
    assert [file.name for file in sorted((place / "steps").iterdir())] == [
        "01-train.json", "02-evaluate.json", "03-show.json",
    ]  # fmt: skip
    assert [one["type"] for one in kept] == ["RunRecord", "SplitScores", "SingleImages"]
    assert kept[2]["words"] == ["show", "first-2", "--count", "3"] and len(kept[2]["value"]["images"]) == 3
    assert "logit of 0" in done.out
    assert "логит класса 0" in page and "logit" not in page

    again = linnaeus("lab", str(lab), "--variant", "2")
    assert (again.status, again.out.count("done already")) == (0, 3)
    assert folders.find(place, "first-2").record().test_openings == 1, "the test split is not opened again"


def test_what_is_not_installed_is_told_before_anything_is_done(linnaeus, lab, tmp_path, monkeypatch):
    monkeypatch.setattr("linnaeus.api.labwork.find_spec", lambda module: None)
    (lab / "lab.toml").write_text(LAB.replace("show first-{number} --count 3", "study around.toml"), encoding="utf-8")
    done = linnaeus("lab", str(lab), "--variant", "2")
    assert (done.status, done.out) == (2, "")
    assert 'pip install "linnaeus[document,study]"' in done.err
    assert not (tmp_path / "runs").exists()


def test_a_step_may_tell_what_a_study_would_take(linnaeus, lab):
    around = """maximise = "val accuracy"
    [recipe]
    data = "digits(limit=20)"
    model = "linear"
    epochs = 1
    [factors]
    "optimizer.lr" = [0.01, 0.1]"""
    (lab / "around.toml").write_text(around, encoding="utf-8")
    dry = LAB.replace("show first-{number} --count 3", "study {lab}/around.toml --dry-run")
    (lab / "lab.toml").write_text(dry, encoding="utf-8")
    done = linnaeus("lab", str(lab), "--variant", "2")
    assert (done.status, done.err.count("unexpected error")) == (0, 0), done.err
    assert "2 of 2 points" in done.out


def test_other_data_are_not_mixed_with_what_is_there(linnaeus, lab, tmp_path):
    assert command(["lab", str(lab), "--variant", "1"]) == 0
    done = linnaeus("lab", str(lab), "--variant", "1", "--set", "limit=30")
    assert done.status == 1
    assert "first-1 was made by another command: linnaeus train 'digits(limit=20)'" in done.err
    assert "--runs DIR" in done.err
    done = linnaeus("lab", str(lab), "--variant", "1", "--set", "limit=30", "--runs", str(tmp_path / "other"))
    assert done.status == 0
    other = tmp_path / "other" / "lab-mine-1"
    assert folders.find(other, "first-1").record().recipe["data"] == "digits(limit=30)"
    page = (other / "lab-mine-en.html").read_text(encoding="utf-8")
    assert "To repeat the whole work: <code>linnaeus lab mine --variant 1 --set limit=30</code>" in page


def test_a_step_that_fails_stops_the_lab_and_it_is_taken_up(linnaeus, lab, tmp_path):
    failed = linnaeus("lab", str(lab))
    assert failed.status == 1
    assert f"step 2 of 2 failed; what is done stays, and the same goes on: linnaeus lab {lab} (" in failed.err
    assert "the test split of second is sealed" in failed.err
    place = tmp_path / "runs" / "lab-mine"
    first = folders.find(place, "second").path / "record.json"
    before = first.stat().st_mtime_ns
    assert not list(place.glob("*.html"))

    text = LAB.replace("show second --split test", "evaluate second --split val")
    (lab / "lab.toml").write_text(text, encoding="utf-8")
    done = linnaeus("lab", str(lab))
    assert (done.status, done.err) == (0, "")
    assert done.out.count("done already") == 2
    assert first.stat().st_mtime_ns == before, "the run that was there is as it was"
    assert (place / "lab-mine-en.html").exists()


def test_a_run_that_was_stopped_is_resumed(linnaeus, lab, tmp_path, monkeypatch):
    from linnaeus.api.runs import runs
    from linnaeus.errors import Interrupted

    def interrupted(*_, **__):
        raise Interrupted("stopped; the same command goes on")

    with monkeypatch.context() as patch:
        stand_in(patch, "train", interrupted)
        stopped = linnaeus("lab", str(lab), "--variant", "1")
    assert stopped.status in (1, 130, 143)
    assert not list((tmp_path / "runs" / "lab-mine-1").glob("*.html"))
    assert linnaeus("lab", str(lab), "--variant", "1").status == 0

    asked, place = [], tmp_path / "runs" / "lab-mine-1"
    finished = folders.find(place, "first-1")
    finished.save_record(replace(finished.record(), status="stopped"))

    def resumed(run, **options):
        asked.append(run)
        finished.save_record(replace(finished.record(), status="finished"))
        return runs(options["runs"])[0]

    stand_in(monkeypatch, "resume", resumed)
    assert linnaeus("lab", str(lab), "--variant", "1").status == 0
    assert asked == ["first-1"]


def test_a_lab_that_an_earlier_version_began_goes_on(linnaeus, lab, tmp_path):
    assert command(["lab", str(lab), "--variant", "1"]) == 0
    place = tmp_path / "runs" / "lab-mine-1"
    steps = [json.loads(file.read_text(encoding="utf-8")) for file in sorted((place / "steps").iterdir())]
    shutil.rmtree(place / "steps")
    older = {"format": 1, "commands": {"first-1": steps[0]["words"]}, "said": [{"command": ["show"], "text": "…"}]}
    (place / "lab.json").write_text(json.dumps(older), encoding="utf-8")
    done = linnaeus("lab", str(lab), "--variant", "1")
    assert (done.status, done.out.count("done already")) == (0, 2), "only what was printed is looked at anew"
    assert folders.find(place, "first-1").record().test_openings == 1
    (place / "steps" / "03-show.json").write_text("{", encoding="utf-8")
    broken = linnaeus("lab", str(lab), "--variant", "1")
    assert broken.status == 1 and "03-show.json cannot be read" in broken.err and "is done again" in broken.err


def test_the_same_in_python(lab, tmp_path):
    found = linnaeus.lab(lab, variant=1, runs=tmp_path / "mine", student="Ann Lee", progress=False, limit="30")
    page = next(Path(file) for file in found.reports if file.endswith("-en.html")).read_text(encoding="utf-8")
    assert "Author: Ann Lee" in page and "--student" in page and "Fingerprint of this report: " in page
    assert [type(step.found).__name__ for step in found.steps] == ["RunRecord", "SplitScores", "SingleImages"]
    assert found.steps[0].found.recipe["data"] == "digits(limit=30)"
    assert [Path(file).is_file() for file in found.reports] == [True] * 4
    assert "show first-1" in found._repr_html_()
    again = linnaeus.lab(lab, variant=1, runs=tmp_path / "mine", progress=False, limit="30")
    assert again.steps[1:] == found.steps[1:]
    with pytest.raises(linnaeus.LinnaeusError, match="lets change limit"):
        linnaeus.lab(lab, variant=1, data="x")


def test_variants_are_handed_out(linnaeus, lab, tmp_path):
    students, given = tmp_path / "students.csv", tmp_path / "given.csv"
    students.write_text("ФИО;Группа\nИванова;1\nПетров;1\n\nKim;2\nKim;2\n", encoding="cp1251")
    done = linnaeus("lab", str(lab), "--variants", str(students), "--out", str(given))
    assert (done.status, done.err) == (0, "")
    rows = given.read_text(encoding="utf-8").splitlines()
    assert rows[0] == "student,group,variant" and [row.split(",")[0] for row in rows[1:]] == [
        "Иванова",
        "Петров",
        "Kim",
    ]
    assert {rows[1][-1], rows[2][-1]} == {"1", "2"}, "each variant once before one comes again"
    assert f"linnaeus lab mine --variant {rows[3][-1]}" in done.out
    assert "Kim stands in the list more than once (lines 5, 6)" in done.out
    both = linnaeus("lab", str(lab), "--variants", str(students), "--variant", "1")
    assert (both.status, both.out) == (2, "") and "leave one of them out" in both.err


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("lennet",), 2, "did you mean lenet"),
        (("lenet", "--variant", "10"), 2, "has no variant 10"),
        (("lenet", "--set", "data=x"), 2, "lab lenet lets change nothing"),
        (("signs", "--set", "size"), 2, "lets change data, weights, size, group, elsewhere"),
        (("lenet", "signs"), 2, "one lab at a time"),
        (("score",), 2, "which answers, and by which labels?"),
        (("score", "none.csv", "--labels", "none.csv"), 1, "none.csv cannot be read"),
        (("lenet", "--variants", "none.csv"), 1, "none.csv cannot be read"),
    ],
)
def test_bad_input(linnaeus, tmp_path, monkeypatch, words, status, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))
    done = linnaeus("lab", *words)
    assert (done.status, done.out) == (status, "")
    assert message in done.err
    assert not (tmp_path / "runs").exists()


def test_code_that_a_lab_names_is_not_run_for_that(linnaeus, lab, tmp_path, monkeypatch):
    monkeypatch.delenv(trusted.VARIABLE, raising=False)
    monkeypatch.setattr(trusted, "_folder", lambda: tmp_path / "config" / "trusted")
    code = "raise SystemExit(9)\n\n\ndef tiny(channels, classes, /):\n    return 1\n"
    (tmp_path / "net.py").write_text(code, encoding="utf-8")
    text = LAB.replace("digits(limit=20) --model linear", f"digits(limit=20) --model {tmp_path}/net.py:tiny")
    (lab / "lab.toml").write_text(text, encoding="utf-8")
    done = linnaeus("lab", str(lab))
    assert done.status == 1 and "was not named by you on this machine" in done.err
