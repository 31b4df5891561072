"""Lab sheets: what they hold, in which language, and what is said of one that is none."""

import pytest

from linnaeus.errors import UsageError
from linnaeus.labs import lab_sheet as sheet

SHEET = """
title = {en = "Digits", ru = "Цифры"}
aim = {en = "To tell digits apart.", ru = "Научиться различать цифры."}
course = "Deep learning"
[[questions]]
en = "How does the accuracy depend on the activation?"
ru = "Как точность зависит от функции активации?"
runs = ["tanh-*", "relu-1"]
"""


def test_a_sheet_gives_title_aim_and_tasks(tmp_path):
    (tmp_path / "lab.toml").write_text(SHEET, encoding="utf-8")
    found = sheet.read(tmp_path / "lab.toml", "ru")
    assert (found.title, found.aim, found.course) == ("Цифры", "Научиться различать цифры.", "Deep learning")
    assert found.questions[0].text == "Как точность зависит от функции активации?"
    assert found.questions[0].runs == ("tanh-*", "relu-1")
    assert sheet.from_plain({"questions": ["What is it?"]}, "en").questions[0].text == "What is it?"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "cannot read the lab sheet .*Invalid value"),
        ("name = 'x'", "has a field 'name'; it may have title, aim, course, command, student, variant, questions"),
        ("title = 3", "title must be a text"),
        ("title = ''", "title must be a text"),
        ("title = {}", "title has no text in 'ru'"),
        ("title = {en = 'x', ru = 'y'}\naim = {en = 'x'}", "aim has no text in 'ru'"),
        ("questions = 'x'", "questions must be a list"),
        ("questions = [{en = 'x'}]", "question 1 has no text in 'ru'"),
        ("questions = [{ru = 'x', runs = 'y'}]", "runs must be a list of names"),
        ("questions = [{ru = 'x', reach = 99}]", "reach must be an accuracy between 0 and 1"),
        ("questions = [{ru = 'x', write = {en = 'y'}}]", "question 1: write has no text in 'ru'"),
    ],
)
def test_a_sheet_that_is_none_says_where(tmp_path, text, words):
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        sheet.read(tmp_path / "lab.toml", "ru")


def test_a_sheet_that_does_not_speak_a_language_stands_in_its_first(tmp_path):
    (tmp_path / "lab.toml").write_text(SHEET, encoding="utf-8")
    found = sheet.read(tmp_path / "lab.toml", "de")
    assert (found.title, found.aim) == ("Digits", "To tell digits apart.")
    assert found.questions[0].text == "How does the accuracy depend on the activation?"


def test_a_sheet_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"cannot read the lab sheet .*No such file"):
        sheet.read(tmp_path / "none.toml", "en")
    (tmp_path / "latin.toml").write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(UsageError, match="not a text in UTF-8"):
        sheet.read(tmp_path / "latin.toml", "en")
