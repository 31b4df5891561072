"""Each command of the manual is one that the command line takes; each block of them is run by its page or by a test that it names."""

import dataclasses
import itertools
import re
import shlex

import click
import pytest
import typer

from linnaeus.cli import app
from linnaeus.recipe.recipe import Recipe
from manual import outputs
from manual.hooks import elsewhere

HISTORY = ("CHANGELOG.md",)  # names what is gone
PROGRAMS = r"(?:linnaeus|linnaeus-runtime|python|pip|pytest|ray|torchrun|curl|[A-Z_]+=\S+) |\.ci/run"
FENCED = re.compile(r"(?P<before>(?:^<!--[^\n]*-->\n+)*)^```(?P<kind>\w*)[^\n]*\n(?P<body>.*?)^```$", re.M | re.S)
INDENTED = re.compile(r"(?P<before>(?:^<!--[^\n]*-->\n+)*)(?<=\n\n)(?P<body>(?:^ {4}[^\n]*\n|^\n(?= {4}))+)", re.M)
INLINE = re.compile(r"`(linnaeus [^`]+)`")
RUN_BY = re.compile(r"<!-- run by (\S+) -->")
VARIABLE = {"N": "1", "SHARE": "0.5"}  # what a page says in place of a number


def pages():
    """README and all of the manual, as text by path."""
    paths = [outputs.ROOT / "README.md", *(outputs.ROOT / "docs").rglob("*.md")]
    paths += [outputs.ROOT / name for name in elsewhere() if name.endswith(".md") and name not in HISTORY]
    return {path.relative_to(outputs.ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def without_fences(text):
    return FENCED.sub("", text)


def commands_of(block):
    """The lines of a block that are commands, without what is said beside them."""
    lines = re.sub(r"\\\n", " ", block["body"]).splitlines()
    if block.groupdict().get("kind") == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    lines = [re.split(r"   +#? ?", line.strip())[0] for line in lines]  # a remark stands at some distance
    return [line for line in lines if re.match(PROGRAMS, line)]


def blocks(text):
    """Those with commands, with whether the page itself runs them."""
    for block in FENCED.finditer(text):
        if block["kind"] == "console" and commands_of(block):
            yield block, "not run:" not in block["before"] and "run by" not in block["before"]
    for block in INDENTED.finditer(without_fences(text)):
        if commands_of(block):
            yield block, False


@pytest.mark.parametrize("page", list(pages()))
def test_a_block_of_commands_is_run_by_its_page_or_by_a_test_that_it_names(page):
    for block, runs in blocks(pages()[page]):
        if runs:
            continue
        named = RUN_BY.findall(block["before"])
        assert named or "not run:" in block["before"], block["body"]
        tests = [(outputs.ROOT / name).read_text(encoding="utf-8") for name in named]
        verbs = re.findall(r"^linnaeus ([\w-]+)", "\n".join(commands_of(block)), re.M) if named else []
        assert [verb for verb in verbs if not any(re.search(rf"\b{verb}\b", test) for test in tests)] == []


def named_commands():
    for page, text in pages().items():
        found = [line for block, _ in blocks(text) for line in commands_of(block)]
        found += INLINE.findall(without_fences(text))
        for command in dict.fromkeys(found):
            if command.startswith("linnaeus ") and "VERB" not in command and "ИМЯ" not in command:
                yield pytest.param(command, id=f"{page}: {command[:70]}")


def words_of(command):
    """Up to what the shell does with its output; options of the command as a whole taken away."""
    read = shlex.shlex(command.replace("…", ""), posix=True, punctuation_chars="|>&")
    read.whitespace_split = True
    words = list(itertools.takewhile(lambda word: word[0] not in "|>&", read))
    return app._hoisted([VARIABLE.get(word, word) for word in words[1:]])[2]


@pytest.mark.parametrize("command", list(named_commands()))
def test_the_command_line_takes_it(command):
    words = words_of(command)
    group = typer.main.get_command(app.app(words[0]))
    if words[0].startswith("-"):
        assert words == ["--help"]
        return
    assert words[0] in app.COMMANDS
    verb = group.commands[words[0]]
    try:
        context = verb.make_context(words[0], words[1:], parent=click.Context(group))
    except typer.Exit:  # --help
        return
    except Exception as error:
        assert type(error).__name__ == "MissingParameter", error  # in a sentence that names the verb alone
        return
    if words[0] in ("train", "transfer", "extend", "continue"):
        fields = {field.name for field in dataclasses.fields(Recipe)}
        for setting in context.params.get("set_") or ():
            assert setting.partition("=")[0].partition(".")[0] in fields
