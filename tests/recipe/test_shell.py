"""Commands that are printed can be pasted, whatever the names in them."""

import shlex

import pytest

from linnaeus.recipe import shell


@pytest.mark.parametrize("name", ["last", "my runs/r #1", "it's", "a;b", "$HOME", "кот", "-x", 'say "hi"', "a*b", "!1"])
def test_a_command_is_split_into_the_words_that_made_it(name: str) -> None:
    typed = shell.command("predict", name, "FILE", "--top", 3)
    assert shlex.split(typed) == ["linnaeus", "predict", name, "FILE", "--top", "3"]


def test_plain_words_stay_plain() -> None:
    assert shell.command("predict", "last", "FILE") == "linnaeus predict last FILE"
