"""The live plot: one display that is updated in place, curves, the best epoch so far, and plain text without a notebook."""

import re
import sys
import types
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from linnaeus.api import study
from linnaeus.events import note
from linnaeus.record.facts import EpochRow
from linnaeus.reporting import live as room
from linnaeus.reporting import progress
from linnaeus.reporting.figures import sketch
from linnaeus.reporting.words import words
from linnaeus.studies import runner
from linnaeus.training import session
from tests.training.small import archive, new_folder, recipe_and_splits

EN = words("en")
HISTORY = [
    EpochRow(
        epoch=epoch,
        step=5 * epoch,
        lr=0.1,
        loss=2 / epoch,
        loss_q1=1.8 / epoch,
        loss_q3=2.4 / epoch,
        accuracy=1 - 0.5 / epoch,
        accuracy_q1=1 - 0.6 / epoch,
        accuracy_q3=1 - 0.4 / epoch,
        val_loss=abs(epoch - 3) + 0.5,
        val_accuracy=0.9,
        val_low=0.8,
        val_high=0.95,
        val_n=1200,
    )
    for epoch in range(1, 6)
]


class Display:
    """Stands in for IPython's display of one output."""

    def __init__(self):
        self.shown, self.made = [], 0

    def __call__(self, data, *, raw, display_id):
        self.made += 1
        self.shown.append(data)
        return self

    def update(self, data, *, raw):
        self.shown.append(data)


@pytest.fixture
def notebook(monkeypatch):
    shell, display = types.SimpleNamespace(kernel=object()), Display()
    fake = types.ModuleType("IPython")
    fake.get_ipython = lambda: shell
    shown = types.ModuleType("IPython.display")
    shown.display = display
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    return display


def test_a_training_has_one_display_that_ends_with_all_epochs(notebook, tmp_path):
    recipe, splits = recipe_and_splits(archive(tmp_path))
    record = session.train(recipe, splits, new_folder(tmp_path / "<b>&one"), room.automatic())
    assert notebook.made == 1
    last = notebook.shown[-1]
    assert "epoch 3/3" in last["text/plain"]
    assert "finished" in last["text/plain"]
    assert f"n\u00a0{record.history[0].val_n}" in last["text/plain"]
    assert "<b>" not in last["text/html"]
    tree = ElementTree.fromstring(last["text/html"])
    assert len(list(tree.iter("circle"))) == 2  # the best epoch, in both panels
    session.train(recipe, splits, new_folder(tmp_path / "two"), room.automatic())
    assert notebook.made == 2


def test_a_script_has_a_line_on_standard_error_and_text_where_asked(tmp_path, capsys):
    recipe, splits = recipe_and_splits(archive(tmp_path))
    assert not room.in_notebook()
    session.train(recipe, splits, new_folder(tmp_path / "script"), room.automatic())
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(
        r"epoch 3/3  loss \d\.\d{3} \([\d.]+–[\d.]+\)  val [\d.]+ % \([\d.]+–[\d.]+\)  [\d,]+ images/s  in [\d.]+ s",
        said.err.splitlines()[-1],
    )
    session.train(recipe, splits, new_folder(tmp_path / "told"), room.live)
    lines = capsys.readouterr().out.splitlines()
    assert [match[1] for line in lines if (match := re.search(r"epoch (\d)/3 .* left", line))] == ["1", "2", "3"]
    assert "finished" in lines[-1]


def test_a_study_in_a_script_has_a_line_a_trial(capsys):
    happened = note("trial-finished", trial=3, point={"model": "mlp"}, seed=7, share=0.93)
    counts = {"finished": 4, "stopped": 1, "failed": 0, "running": 2, "total": 12, "spent_s": 3.0, "best": 0.93}
    for asked in (None, True):
        study.teller(asked)(runner.Progress(**counts, note=happened))
    study.teller(False)(runner.Progress(**counts, note=happened))
    progress.of_study("ru")(runner.Progress(**counts, note=happened))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == 2 * ["5/12  trial 3 (model=mlp; seed 7): 93.0 %"] + [
        "5/12  испытание 3 (model=mlp; seed 7): 93,0 %"
    ]
    assert study.teller(print) is print


def test_the_ring_is_at_the_epoch_of_least_validation_loss():
    tree = ElementTree.fromstring(sketch.svg(HISTORY, 5, EN))
    rings = [circle for circle in tree.iter("circle") if circle.get("r") == "5"]
    middle = (sketch.LEFT + sketch.WIDTH - sketch.RIGHT) / 2
    assert [float(ring.get("cx")) for ring in rings] == [pytest.approx(middle, abs=0.1)] * 2


def test_the_band_holds_the_median():
    tree = ElementTree.fromstring(sketch.svg(HISTORY, 5, EN))
    band, line = (path.get("d") for path in list(tree.iter("path")) if path.get("opacity") == "0.3"), None
    first = next(band)[1:-1].split("L")
    above, below = float(first[0].split()[1]), float(first[-1].split()[1])
    paths = [path for path in tree.iter("path") if path.get("stroke") == sketch.TRAIN]
    line = float(paths[0].get("d")[1:].split("L")[0].split()[1])
    assert above < line < below


@pytest.mark.parametrize("count", [0, 1, 401, 5000])
def test_any_number_of_epochs_is_drawn_small_and_with_its_last(count):
    history = [replace(HISTORY[0], epoch=epoch, val_loss=1 / epoch) for epoch in range(1, count + 1)]
    drawn = sketch.svg(history, max(count, 2), EN)
    ElementTree.fromstring(drawn)
    assert len(drawn) < 60_000
    if count > 1:
        assert f"{sketch.WIDTH - sketch.RIGHT:.1f} " in drawn


def test_no_validation_no_ring():
    history = [replace(row, val_loss=None, val_accuracy=None) for row in HISTORY]
    assert "<circle" not in sketch.svg(history, 5, EN)
