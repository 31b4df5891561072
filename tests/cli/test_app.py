"""The command as a whole: what it says alone, how it fails, what it loads."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from linnaeus.cli import app
from linnaeus.cli.app import COMMANDS, function
from linnaeus.errors import DataError, Interrupted, NotationError, RunError, UnknownName


def python(*words: str, **options) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, **options)


def test_alone_it_teaches_the_first_three_commands(linnaeus):
    result = linnaeus()
    assert result.status == 0
    assert re.findall(r"^  linnaeus (\w+)", result.out, re.MULTILINE) == ["train", "evaluate", "predict"]
    assert max(map(len, result.out.splitlines())) < 80


def test_help_lists_every_command(linnaeus):
    result = linnaeus("--help")
    assert result.status == 0
    listed = re.findall(r"^  ([\w-]+)  +[A-Z]", result.out, re.MULTILINE)
    assert listed[-len(COMMANDS) :] == list(COMMANDS)
    assert "..." not in result.out.partition("Commands:")[2]  # every first sentence fits


@pytest.mark.parametrize("command", COMMANDS)
def test_the_list_says_what_the_help_of_a_command_begins_with(command):
    assert re.split(r"(?<=[.])\s", function(command).__doc__)[0] == COMMANDS[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_says_what_it_does_unless_given(linnaeus, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    text = linnaeus(command, "--help").out
    assert max(map(len, text.splitlines())) <= 80
    flags = re.findall(r"^  (?:-h, )?(--[\w-]+)((?:.|\n)*?)(?=^  -|\Z)", text.partition("Options:")[2], re.MULTILINE)
    assert [flag for flag, _ in flags][-1] == "--help"
    for flag, meaning in flags[:-1]:
        assert re.search(r"required\]|default:|off: |0: |auto: |repeat", re.sub(r"\s+", " ", meaning)), (
            f"{flag} does not say"
        )


def test_the_version(linnaeus):
    from linnaeus import __version__

    assert linnaeus("--version").out == f"linnaeus {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ("tarin",),
        ("train", "digits", "--epoch", "3"),
        ("train", "digits", "--epochs", "many"),
        ("predict", "last"),
        ("evaluate",),
        ("predict", "last", "x", "--top", "0"),
        ("predict", "last", "x", "--format", "xml"),
    ],
)
def test_wrong_usage_is_status_2(linnaeus, desk, words):
    result = linnaeus(*words)
    assert result.status == 2
    assert "Error" in result.err
    assert result.out == ""
    assert desk.asked == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("no images in photos"), 1),
        (RunError("there is no run 'x'"), 1),
        (UnknownName("model", "resnett", ["resnet"]), 2),
        (NotationError("cannot read 'a('"), 2),
        (Interrupted("stopped at step 3; linnaeus resume digits-1", 2), 130),
        (Interrupted("stopped at step 3; linnaeus resume digits-1", 15), 143),
        (KeyboardInterrupt(), 130),
    ],
)
def test_a_failure_is_one_message_and_a_status(linnaeus, desk, error, status):
    desk.error = error
    result = linnaeus("train", "digits")
    assert result.status == status
    assert result.err == (f"linnaeus: {error} [{type(error).__name__}]\n" if str(error) else "")
    assert result.out == ""


def test_an_unexpected_error_is_one_line(linnaeus, desk):
    desk.error = ZeroDivisionError("division by zero\nand more")
    result = linnaeus("train", "digits")
    assert result.status == 1
    assert result.err == (
        "linnaeus: unexpected error, ZeroDivisionError: division by zero (run it again with --debug for the traceback)\n"
    )


def test_a_path_that_the_file_system_refuses_is_one_message(linnaeus, desk):
    desk.error = OSError(errno.ENAMETOOLONG, "File name too long", "a" * 300)
    result = linnaeus("train", "digits")
    assert result.status == 1
    assert result.err == f"linnaeus: cannot use {'a' * 300}: File name too long (--debug shows where) [RunError]\n"


@pytest.mark.parametrize(
    "words", [("--debug", "train", "digits"), ("train", "--debug", "digits"), ("train", "digits", "--debug")]
)
@pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), DataError("no images")])
def test_debug_shows_the_traceback_wherever_it_stands(linnaeus, desk, words, error):
    desk.error = error
    result = linnaeus(*words)
    assert result.status == 1
    assert result.err.startswith("Traceback")
    assert "in function" in result.err


def test_after_two_dashes_nothing_is_a_flag(linnaeus, desk):
    linnaeus("predict", "last", "--", "--debug")
    assert desk.asked[0][1][:2] == ("last", ["--debug"])


HEAVY = "{'torch', 'torchvision', 'timm', 'numpy', 'scipy', 'sklearn', 'matplotlib', 'PIL', 'rich'}"


@pytest.mark.parametrize(
    "program",
    [
        "import linnaeus",
        "import linnaeus.cli.app as a; a.run([])",
        "import linnaeus.cli.app as a; a.run(['--help'])",
        "import linnaeus.cli.app as a; a.run(['train', '--help'])",
        "import linnaeus.cli.app as a; a.run(['parts', 'models'])",
        "import linnaeus.cli.app as a; a.run(['runs'])",
    ],
)
def test_asking_for_help_loads_nothing_heavy(program, tmp_path):
    done = python("-c", f"{program}\nimport sys\nprint(sorted({HEAVY} & set(sys.modules)))", cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"


def test_python_m_linnaeus_is_the_command():
    done = python("-m", "linnaeus", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("linnaeus ")


def test_a_reader_that_stops_reading_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "linnaeus", "parts"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert process.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_standard_output_that_is_full_is_named():
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "linnaeus", "parts"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert process.returncode == 1
    assert process.stderr == (
        "linnaeus: cannot write to standard output: No space left on device; free some space, or write elsewhere [RunError]\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251", "utf-8"])
def test_any_terminal_can_show_it(encoding):
    done = subprocess.run(
        [sys.executable, "-m", "linnaeus", "parts"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    text = done.stdout.decode(encoding)
    assert ("8×8" if encoding in ("latin-1", "utf-8") else "8x8") in text


def test_help_imports_no_command_but_the_one_asked_for():
    program = "import sys; from linnaeus.cli.app import run; run(sys.argv[1:]); print(*sorted(sys.modules))"
    modules = python("-c", program, "train", "--help").stdout.splitlines()[-1].split()
    ours = {name for name in modules if name.startswith("linnaeus.cli.")}
    assert "linnaeus.cli.train" in ours
    assert not ours & {"linnaeus.cli.study", "linnaeus.cli.lab", "linnaeus.cli.evaluate"}
    assert not {"numpy", "torch", "PIL", "matplotlib", "msgspec"} & set(python("-c", program, "--help").stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "digits", "--weights", "none"], "Set weights by: --set weights=none"),
        (["train", "digits", "--lr=0.1"], "Set optimizer.lr by: --set optimizer.lr=0.1"),
        (["train", "digits", "--batch-size", "64", "--epochs", "1"], "Set batch_size by: --set batch_size=64"),
        (["transfer", "digits", "--backbone", "resnet()"], "Set model by: --model 'resnet()'"),
        (["train", "digits", "--backbone", "mlp"], "Set model by: --model mlp"),
        (["train", "digits", "--schedule"], "Set schedule by: --set schedule=VALUE"),
    ],
)
def test_a_flag_that_is_a_setting_is_told_as_one(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1] == said


@pytest.mark.parametrize("words", [["train", "digits", "--nothing", "3"], ["predict", "last", "--lr", "3"], ["--lr"]])
def test_a_flag_that_is_nothing_is_only_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(words) == 2
    assert "Set " not in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--sets", "0,9"], ["--sets=0,9"]])
def test_a_decimal_comma_is_told_as_one(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["predict", "last", "cat.jpg", *words]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "Numbers have a decimal point: 0.9, not 0,9"


AT_THE_END = """
import atexit, threading, time

atexit.register(print, "registered")

def slow():
    time.sleep(0.3)
    print("joined", flush=True)

threading.Thread(target=slow).start()
"""


@pytest.mark.parametrize(
    ("words", "status"), [(("parts", "models"), 0), (("report", "last", "--runs", "none"), 1), (("nothing",), 2)]
)
def test_what_waits_for_the_end_runs_before_the_process_is_left(words, status, tmp_path):
    """Threads are joined, `atexit` is served and all is written, though Python is not taken apart."""
    (tmp_path / "mine.py").write_text(AT_THE_END)
    code = (
        f"import sys; sys.argv = ['linnaeus', *{words!r}]\n"
        "from linnaeus.cli import app, main\n"
        "run = app.run\n"
        "def ran(words):\n    status = run(words)\n    import mine\n    return status\n"
        "app.run = ran\nmain()"
    )
    done = python("-c", code, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert done.stdout.splitlines()[-2:] == ["joined", "registered"]
    alone = python("-m", "linnaeus", *words, cwd=tmp_path)
    assert (done.stdout.removesuffix("joined\nregistered\n"), done.stderr) == (alone.stdout, alone.stderr)


def test_python_is_not_taken_apart(tmp_path):
    """An object that only Python's own end would call is never called; a debugger sees the end as it always was."""
    code = (
        "import sys; sys.argv = ['linnaeus', 'parts', 'models']; from linnaeus.cli import main\n"
        "class Last:\n    def __del__(self, write=__import__('os').write): write(1, b'taken apart')\n"
        "last = Last(); TRACE\nmain()"
    )
    assert "taken apart" not in python("-c", code.replace("TRACE", "pass"), cwd=tmp_path).stdout
    assert "taken apart" in python("-c", code.replace("TRACE", "sys.settrace(lambda *_: None)"), cwd=tmp_path).stdout
