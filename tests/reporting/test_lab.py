"""The laboratory report: what it must hold, what it may not claim, and the sheets that it takes."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

import linnaeus
from linnaeus.cli import app
from linnaeus.errors import UsageError
from linnaeus.reporting import lab, pages
from linnaeus.reporting.document import document
from linnaeus.reporting.lab import Lab
from linnaeus.reporting.request import compared
from linnaeus.reporting.words import LANGUAGES
from tests.reporting import synthetic, word

pytest.importorskip("docx", reason="python-docx is not installed")


@pytest.fixture(autouse=True)
def figures(monkeypatch):
    word.leave_undrawn(monkeypatch)


SHEET = """
title = {en = "Digits", ru = "Цифры"}
aim = {en = "To tell digits apart.", ru = "Научиться различать цифры."}
course = "Deep learning"

[[questions]]
en = "How does accuracy depend on the activation?"
ru = "Как точность зависит от функции активации?"
runs = ["tanh-*", "relu-*"]

[[questions]]
en = "Which classes are confused?"
ru = "Какие классы путаются?"
runs = ["tanh-1"]

[[questions]]
en = "What does it cost?"
ru = "Сколько это стоит?"
runs = ["nobody"]
"""


def written(folders, language, **others):
    return word.read(document(folders, language, **others))


@pytest.mark.parametrize(("language", "skeleton"), [
    ("en", ["Aim", "Tasks", "Method", "Results by task", "Conclusions"]),
    ("ru", ["Цель", "Задание", "Метод", "Результаты по заданиям", "Выводы"]),
])  # fmt: skip
def test_the_skeleton_of_one_run(tmp_path, language, skeleton):
    folder = synthetic.run(tmp_path)
    found = written([folder], language, lab=Lab())
    top = [text.partition(" ")[2] for text in found.headings() if text.partition(" ")[0].isdigit()]
    assert top[:5] == skeleton
    rooms = [text for text in found.marked if text not in "[]"]
    for key in (
        "lab.university",
        "lab.author.blank",
        "lab.group.blank",
        "lab.variant.blank",
        "lab.answer",
        "lab.conclusion",
    ):
        assert f"[{LANGUAGES[language](key)}]" in rooms


def conclusions(found, language):
    """What stands in the list under the conclusions."""
    heading = str(LANGUAGES[language]("lab.conclusions"))
    begin = next(place for place, (style, text) in enumerate(found.paragraphs)
                 if style == "Heading1" and text.endswith(heading))  # fmt: skip
    rest = found.paragraphs[begin + 1 :]
    end = next(place for place, (style, _) in enumerate(rest) if style == "Heading1")
    return [text for style, text in rest[:end] if style == "ListBullet"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_conclusions_state_the_records_numbers_with_n_and_interval(tmp_path, language):
    folder = synthetic.run(tmp_path, splits=("val", "test"))
    told = conclusions(written([folder], language, lab=Lab()), language)
    for split in ("val", "test"):
        score = folder.record().scores[split].metrics["accuracy"]
        numbers = [f"{100 * value:.1f} %" for value in (score.value, score.low, score.high)]
        if language == "ru":
            numbers = [text.replace(".", ",") for text in numbers]
        assert any(all(number in text for number in [*numbers, "270"]) for text in told)
    weakest = folder.record().scores["val"].weakest()
    assert any(f"n = {weakest.support}" in text for text in told)


def test_a_comparison_is_concluded_only_where_its_test_carries_it(tmp_path):
    first, same = synthetic.run(tmp_path, name="one"), synthetic.run(tmp_path, name="same")
    told = conclusions(written([first, same], "en", lab=Lab(), compare=compared), "en")
    assert any("one and same cannot be told apart with n = 270" in text for text in told)
    assert not any("names more" in text for text in told)
    worse = same.predictions("val")
    worse["probabilities"] = np.roll(worse["probabilities"], 1, axis=1)
    same.save_predictions("val", worse)
    told = conclusions(written([first, same], "en", lab=Lab(), compare=compared), "en")
    assert any(text.startswith("one names more of the same images rightly than same") for text in told)
    unpaired = conclusions(written([first, same], "en", lab=Lab()), "en")
    assert not any("told apart" in text or "names more" in text for text in unpaired)


def test_a_sheet_gives_title_aim_and_tasks(tmp_path):
    runs = [synthetic.run(tmp_path, name=name) for name in ("tanh-1", "relu-1", "extra")]
    (tmp_path / "lab.toml").write_text(SHEET, encoding="utf-8")
    found = written(runs, "ru", lab=lab.read(tmp_path / "lab.toml", "ru"), compare=compared)
    assert "Тема: Цифры" in found.text and "Научиться различать цифры." in found.text and "Deep learning" in found.text
    assert "Как точность зависит от функции активации?" in found.text
    assert [row[0] for row in found.table("Запуски")[1:]] == ["tanh-1", "relu-1"]
    assert "Ни один запуск этого отчёта к заданию не относится." in found.text
    assert any(text.endswith(" extra") for text in found.headings())  # a run that no question names is not left out
    assert sum("Ваш ответ" in text for text in found.marked) == 3
    assert "digits-" not in found.text.partition("Метод")[0]


def test_the_command_takes_a_sheet_or_a_mapping(tmp_path):
    folder = synthetic.run(tmp_path)
    (tmp_path / "lab.toml").write_text('title = "Plain"\nquestions = ["What is it?"]\n')
    done = CliRunner().invoke(
        app.app, ["report", "digits-1", "--runs", str(tmp_path), "--sheet", str(tmp_path / "lab.toml")]
    )
    assert done.exit_code == 0
    text = word.read((folder.path / "lab.docx").read_bytes()).text
    assert "Topic: Plain" in text and "1. What is it?" in text
    file = linnaeus.report(
        "digits-1", runs=tmp_path, lab={"title": {"ru": "Тема"}}, language="ru", out=tmp_path / "x.docx"
    )
    assert "Тема: Тема" in word.read(file.read_bytes()).text
    done = CliRunner().invoke(app.app, ["report", "digits-1", "--runs", str(tmp_path), "--lab", "--lang", "ru"])
    assert done.exit_code == 0 and "Выводы" in word.read((folder.path / "lab.docx").read_bytes()).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "is not TOML in UTF-8"),
        ("name = 'x'", "has a field 'name'; it may have title, aim, course, command, questions"),
        ("title = 3", "title must be a text"),
        ("title = ''", "title must be a text"),
        ("title = {en = 'x'}", "title has no text in 'ru'"),
        ("questions = 'x'", "questions must be a list"),
        ("questions = [{en = 'x'}]", "question 1 has no text in 'ru'"),
        ("questions = [{ru = 'x', runs = 'y'}]", "runs must be a list of names"),
    ],
)
def test_a_sheet_that_is_none_says_where(tmp_path, text, words):
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        lab.read(tmp_path / "lab.toml", "ru")


def test_a_sheet_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        lab.read(tmp_path / "none.toml", "en")
    (tmp_path / "latin.toml").write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(UsageError, match="not TOML in UTF-8"):
        lab.read(tmp_path / "latin.toml", "en")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_lab_as_a_page(tmp_path, language):
    runs = [synthetic.run(tmp_path, name=name) for name in ("tanh-1", "relu-1", "extra")]
    (tmp_path / "lab.toml").write_text(SHEET, encoding="utf-8")
    say, sheet = LANGUAGES[language], lab.read(tmp_path / "lab.toml", language)
    text = pages.laboratory(runs, sheet, language, compared)
    shown = re.sub(r"<[^>]*>", "", text)
    assert sheet.title in text and sheet.aim in text and "Deep learning" in text
    assert [shown.count(question.text) for question in sheet.questions] == [2, 2, 2]  # among the tasks, and at its own
    assert text.count(str(say("lab.no_run"))) == 1
    assert text.count(f"[{say('lab.answer')}]") == 3 and text.count(f"[{say('lab.conclusion')}]") == 1
    assert 'contenteditable="true"' in text and f"[{say('lab.group.blank')}]" in text
    for place, run in enumerate(runs):
        assert f'<article id="run{place}">' in text and f'<a href="#run{place}"' in text
        score = run.record().scores["val"].metrics["accuracy"]
        assert say.percent(score.value) in text
    assert len(re.findall('id="([^"]+)"', text)) == len(set(re.findall('id="([^"]+)"', text)))


def test_the_command_writes_a_lab_as_a_page(tmp_path):
    folder = synthetic.run(tmp_path)
    done = CliRunner().invoke(app.app, ["report", "digits-1", "--runs", str(tmp_path), "--lab", "--format", "html"])
    assert done.exit_code == 0, done.output
    text = (folder.path / "lab.html").read_text(encoding="utf-8")
    assert "The test split of digits-1 was never opened" in text
