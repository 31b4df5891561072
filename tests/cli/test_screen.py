"""Lines, tables and JSON that any terminal can show and no file name can spoil."""

import json
import os
import sys

from linnaeus.cli import screen


def test_control_characters_are_shown_not_obeyed():
    assert screen.clean("a\x1b[31mred\nb\tc\x9b") == r"a\x1b[31mred\nb\tc\x9b"
    assert screen.clean("gnp.\u202eexe\u2028") == r"gnp.\u202eexe\u2028"
    assert screen.clean("кошка 猫 é") == "кошка 猫 é"


def test_labelled_lines_wrap_under_their_beginning(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    text = screen.labelled(
        "recipe", "optimizer=adamw(lr=0.003), schedule=one_cycle, runs/a-very-long-name-that-is-not-broken/recipe.toml"
    )
    assert text.splitlines() == [
        "recipe      optimizer=adamw(lr=0.003),",
        "            schedule=one_cycle,",
        "            runs/a-very-long-name-that-is-not-broken/recipe.toml",
    ]
    assert screen.labelled("a label that is long", "text") == "a label that is long text"


def test_json_holds_names_exactly():
    names = ["кошка", os.fsdecode(b"caf\xe9")]
    assert json.loads(screen.json_text(names)) == names
    assert "кошка" in screen.json_text(names[:1])
    assert screen.json_text(names[:1], "ascii").isascii()
    assert screen.json_text(names).isascii()


def test_what_an_old_terminal_shows_instead():
    screen.prepare()
    try:
        assert "8×8 · 90–95 … кот \udcff".encode("ascii", "linnaeus") == rb"8x8 | 90-95 ... \u043a\u043e\u0442 \udcff"
    finally:
        sys.stdout.reconfigure(errors="strict")


def test_complaints_go_to_standard_error(capsys):
    screen.complain("no such run")
    assert capsys.readouterr() == ("", "linnaeus: no such run\n")


def test_a_complaint_shows_the_signs_of_a_name_instead_of_obeying_them(capsys):
    screen.complain("no folder \x1b[2Jx\u202ey\nsecond line")
    assert capsys.readouterr().err == "linnaeus: no folder \\x1b[2Jx\\u202ey\nsecond line\n"
