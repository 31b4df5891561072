"""Real trainings, stopped early and resumed at a rung: the same weights as those that were never interrupted."""

import json

import pytest

import linnaeus
from linnaeus import files
from linnaeus.cli.app import run
from linnaeus.record.folder import RunFolder

pytest.importorskip("optuna")

FILE = """\
stop = "halving(first=1, factor=3)"

[recipe]
data = "digits(limit=20)"
epochs = 3
model = "mlp"
precision = "fp32"
threads = 1

[factors]
optimizer.lr = [1e-5, 1e-4, 0.003, 0.01]
"""


@pytest.mark.slow
def test_the_better_ones_go_on_from_their_rung_to_the_weights_of_an_undisturbed_training(tmp_path, capsys):
    (tmp_path / "small.toml").write_text(FILE)
    assert run(["study", str(tmp_path / "small.toml"), "--runs", str(tmp_path / "runs"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"finished": 2, "stopped": 2, "failed": 0, "waiting": 0}
    trials = tmp_path / "runs" / "small" / "trials"
    for cell in found["cells"]:
        record = RunFolder(trials / cell["runs"][0]).record()
        is_whole = cell["state"] == "finished"
        assert record.status == ("finished" if is_whole else "stopped")
        assert [row.epoch for row in record.history] == ([1, 2, 3] if is_whole else [1])
        assert cell["scores"]["1"] == record.history[0].val_accuracy
    best = trials / next(cell["runs"][0] for cell in found["cells"] if cell["number"] == found["best"])
    linnaeus.train(recipe=best / "recipe.toml", name="undisturbed", runs=tmp_path / "runs", report=False)
    undisturbed = tmp_path / "runs" / "undisturbed" / "model.safetensors"
    assert files.checksum(best / "model.safetensors") == files.checksum(undisturbed)
