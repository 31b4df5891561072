"""linnaeus train and resume: what they ask for, and what one sees meanwhile."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from linnaeus.cli import progress
from linnaeus.events import EpochDone, Reading, Started, StepDone, note
from linnaeus.record import record as records
from linnaeus.reporting import progress as lines
from linnaeus.reporting.words import words
from tests.cli.fakes import run_record
from tests.record import made


def test_the_data_alone_is_enough(linnaeus, desk):
    assert linnaeus("train", "digits").status == 0
    assert desk.asked == [
        ("train", ("digits",), {"recipe": None, "name": None, "runs": None}),
    ]


def test_flags_become_settings_and_set_has_the_last_word(linnaeus, desk):
    linnaeus(
        *(
            "train",
            "./photos",
            "--model",
            "resnet(depth=20)",
            "--recipe",
            "r.toml",
            "--epochs",
            "5",
            "--budget",
            "10m",
            "--seed",
            "3",
        ),
        *("--name", "mine", "--runs", "elsewhere", "--precision", "bf16", "--threads", "2", "--strict"),
        *("--set", "epochs=6", "--set", "optimizer.lr=0.1"),
    )
    (_, arguments, options) = desk.asked[0]
    assert arguments == ("./photos",)
    assert options == {
        "model": "resnet(depth=20)",
        "recipe": Path("r.toml"),
        "epochs": "6",
        "budget": "10m",
        "seed": 3,
        "precision": "bf16",
        "threads": 2,
        "strict": True,
        "optimizer.lr": "0.1",
        "name": "mine",
        "runs": Path("elsewhere"),
    }


def test_a_recipe_may_name_the_data(linnaeus, desk):
    linnaeus("train", "--recipe", "r.toml")
    assert desk.asked[0][1] == (None,)


def test_what_it_says_where_nobody_watches(linnaeus, desk, tmp_path):
    (tmp_path / "report.html").write_text("")
    desk.record = run_record(tmp_path)
    lines = linnaeus("train", "pets").out.splitlines()
    assert lines[0] == "note        an epoch takes about 12.5 s here: the budget is enough for 3 epochs"
    assert (
        lines[1]
        == "pets        1,220 images 32×32 (colour), 2 classes · training 1,200, validation 10, test 10 (sealed) · in memory"
    )
    assert (
        lines[2] == "recipe      model=convnet, augment=crop(pad=4) | flip, optimizer=adamw(lr=0.003), epochs=3, seed=0"
    )
    assert lines[3] == f"            {tmp_path}/recipe.toml"
    assert lines[4] == "machine     cpu, 2 threads, fp32"
    assert lines[5].startswith("epoch 3/3  loss 0.167 (")
    assert " images/s  in " in lines[5]
    assert lines[6] == "validation  90.0 % (61.0–98.0, n 10)"
    assert lines[7] == "weakest     cat, 3 of 4 correct, most often confused with dog"
    assert lines[8] == f"report      {tmp_path}/report.html"
    assert lines[9] == "next        linnaeus inspect last · linnaeus predict last FILE · linnaeus report last"
    assert len(lines) == 10


def test_elsewhere_the_next_command_names_the_folder(linnaeus, desk, tmp_path):
    desk.record = run_record(tmp_path / "pets-1")
    lines = linnaeus("train", "pets", "--runs", str(tmp_path)).out.splitlines()
    assert f"next        linnaeus inspect {tmp_path}/pets-1" in "\n".join(lines)
    assert f"linnaeus predict {tmp_path}/pets-1 FILE" in " ".join("\n".join(lines).split())


def test_without_validation_it_says_so(linnaeus, desk):
    desk.record = replace(run_record(), scores={})
    assert "There is no score: no images were held out" in linnaeus("train", "pets").out


def test_json_is_the_record_and_nothing_else(linnaeus, desk):
    result = linnaeus("train", "pets", "--json")
    assert json.loads(result.out) == json.loads(json.dumps(records.to_plain(desk.record)))
    assert result.err == ""


def test_resume(linnaeus, desk):
    result = linnaeus("resume", "pets-1")
    assert desk.asked == [("resume", ("pets-1",), {"runs": None})]
    assert (
        result.out.splitlines()[-1]
        == "next        linnaeus inspect pets-1 · linnaeus predict pets-1 FILE · linnaeus report pets-1"
    )
    assert json.loads(linnaeus("resume", "pets-1", "--json").out)["name"] == "pets-1"


class Loss:
    """A number on a device: each look at it waits."""

    looks = 0

    def __float__(self) -> float:
        Loss.looks += 1
        return 0.5


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(progress.time, "monotonic", lambda: Clock.now)
    return Clock


def steps(watch, clock, epochs=4, per_epoch=50, seconds=0.01):
    Loss.looks = 0
    watch(Started(record=run_record(Path("runs/pets-1")), folder=Path("runs/pets-1"), step=0, steps=epochs * per_epoch))
    for step in range(1, epochs * per_epoch + 1):
        clock.now += seconds
        epoch = (step - 1) // per_epoch + 1
        watch(StepDone(epoch=epoch, epochs=epochs, step=step, steps=epochs * per_epoch, images=64, loss=Loss()))
        if step % per_epoch == 0:
            row = made.row(epoch, step=step, loss=0.25, val_accuracy=0.9)
            watch(EpochDone(epoch=epoch, epochs=epochs, row=row, seconds=0.5))


def live(width: int, clock, **terminal):
    from rich.console import Console

    page = StringIO()
    with progress._bar(
        Console(file=page, force_terminal=True, width=width, height=25, highlight=False, **terminal)
    ) as bar:
        watch = progress.Live(bar, words())
        watch(Reading(done=10, total=100))
        watch(Reading(done=100, total=100))
        watch(note("said", text="4 unreadable images"))
        steps(watch, clock)
        bar.refresh()
        return bar, page.getvalue()


def test_something_is_seen_before_torch_is_imported_and_nothing_of_it_stays():
    code = (
        "import sys, time; from linnaeus.cli import progress\n"
        "sys.stdout.isatty = lambda: True\n"
        "with progress.watching(False) as watch:\n"
        "    assert 'torch' not in sys.modules\n"
        "    print('later')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TERM": "xterm", "FORCE_COLOR": "1"},
    ).stdout
    first, _, rest = told.partition("later")
    assert " working " in first and " working " not in rest.rpartition("\x1b[2K")[2]


def test_between_reading_and_training_it_says_that_it_works(clock):
    from rich.console import Console

    with progress._bar(Console(file=StringIO(), force_terminal=True, width=80, highlight=False)) as bar:
        watch = progress.Live(bar, words())
        heads = [[task.fields["head"] for task in bar.tasks]]
        for done in (10, 100):
            watch(Reading(done=done, total=100))
            heads.append([task.fields["head"] for task in bar.tasks])
        steps(watch, clock)
        assert heads == [["working"], ["reading"], ["working"]]
        assert [task.fields["head"] for task in bar.tasks] == ["4/4"]


def test_the_bar_looks_at_the_loss_a_few_times_a_second(clock):
    live(80, clock)
    assert 1 <= Loss.looks <= 8  # of 200 steps in two seconds


def test_plain_lines_never_look_at_the_loss_of_a_step(clock, capsys):
    steps(lines.Line(words(), begins=True), clock, seconds=0.0125)
    assert Loss.looks == 0
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("epoch")]
    assert told == [
        "epoch 2/4  loss 0.250 (0.400–0.600)  val 90.0 %  5,120 images/s  1.25 s left",
        "epoch 4/4  loss 0.250 (0.400–0.600)  val 90.0 %  5,120 images/s  in 2.50 s",
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_bar_fits_its_terminal(clock, width):
    from rich.console import Console

    bar, page = live(width, clock)
    console = Console(width=width, file=StringIO(), highlight=False)
    console.print(bar.get_renderable())
    line = console.file.getvalue().rstrip("\n")
    assert "\n" not in line
    assert line.rstrip().endswith("loss 0.250  val 90.0 %  6,400 images/s  in 2.00 s")
    assert line.startswith(" 4/4 ━━━━")
    assert "note        4 unreadable images" in page


def test_without_colour(clock, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    _, page = live(80, clock)
    assert "\x1b[3" not in page.replace("\x1b[?25", "")


def test_every_tenth_epoch_has_its_line_however_quick(clock, capsys):
    steps(lines.Line(words()), clock, epochs=30, per_epoch=2)
    told = [line.partition("  ")[0] for line in capsys.readouterr().err.splitlines()]
    assert told[-3:] == ["epoch 10/30", "epoch 20/30", "epoch 30/30"]
