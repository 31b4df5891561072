"""Trackers: the contract, and what can be read back from what they wrote, each epoch once."""

import sys

import pytest

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_tracker
from linnaeus.testing.trackers import FIELDS, SCORES

# MLflow and its libraries warn of their own old habits, which are not ours to mend.
foreign = pytest.mark.filterwarnings("default")


def told(part, folder):
    """A run of four epochs that was killed after the second, of which only the first was saved."""
    folder.mkdir(parents=True)
    for done, epochs in ((0, (1, 2)), (1, (2, 3, 4))):
        tracker = catalog.build("trackers", parse(part), folder, folder.name)
        tracker.begin(FIELDS, done)
        for epoch in epochs:
            tracker.row(epoch, {"loss": 1 / epoch, "lr": 0.1})
    tracker.end("finished", SCORES)


def test_jsonl_keeps_the_contract():
    check_tracker("jsonl")


@foreign
def test_tensorboard_keeps_the_contract():
    pytest.importorskip("tensorboard")
    check_tracker("tensorboard")


@foreign
def test_tensorboard_shows_each_epoch_once(tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    told("tensorboard", tmp_path / "runs" / "one")
    found = EventAccumulator(str(tmp_path / "runs" / "one" / "tensorboard"))
    found.Reload()
    points = [(point.step, pytest.approx(point.value)) for point in found.Scalars("epoch/loss")]
    assert points == [(1, 1.0), (2, 0.5), (3, 1 / 3), (4, 0.25)]
    assert [point.value for point in found.Scalars("final/val/accuracy/low")] == [pytest.approx(0.8)]
    text = found.Tensors("recipe/text_summary")[0].tensor_proto.string_val[0].decode()
    assert "| augment | crop(pad=4) \\| flip |" in text
    assert "_hparams_/session_end_info" in found.summary_metadata


@foreign
def test_mlflow_keeps_the_contract():
    pytest.importorskip("mlflow")
    check_tracker("mlflow")


@foreign
def test_mlflow_shows_each_epoch_once(tmp_path):
    mlflow = pytest.importorskip("mlflow")
    told("mlflow(experiment='two words')", tmp_path / "runs" / "one")
    told("mlflow(experiment='two words')", tmp_path / "runs" / "two")
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'runs' / 'mlruns.db'}")
    experiment = client.get_experiment_by_name("two words")
    runs = client.search_runs([experiment.experiment_id])
    assert sorted(run.info.run_name for run in runs) == ["one", "two"]
    for run in runs:
        points = [(metric.step, metric.value) for metric in client.get_metric_history(run.info.run_id, "loss")]
        assert sorted(points) == [(1, 1.0), (2, 0.5), (3, 1 / 3), (4, 0.25)]
        assert run.info.status == "FINISHED"
        assert run.data.params == FIELDS
        assert run.data.metrics["final/val/accuracy/low"] == 0.8
    assert not (tmp_path / "mlruns").exists()


@foreign
def test_mlflow_begins_anew_where_its_store_was_lost(tmp_path):
    mlflow = pytest.importorskip("mlflow")
    told("mlflow", tmp_path / "runs" / "one")
    tracker = catalog.build(
        "trackers", parse(f"mlflow('sqlite:///{tmp_path}/other.db')"), tmp_path / "runs" / "one", "one"
    )
    tracker.begin(FIELDS, 4)
    tracker.row(5, {"loss": 0.2, "lr": 0.1})
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/other.db")
    assert [metric.value for metric in client.get_metric_history(tracker.run, "loss")] == [0.2]


@pytest.mark.parametrize(("part", "module"), [("tensorboard", "torch.utils.tensorboard"), ("mlflow", "mlflow")])
def test_what_is_not_installed_says_what_to_do(part, module, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RecipeError, match=r'pip install "linnaeus\[track\]"'):
        catalog.build("trackers", parse(part), tmp_path, "one")
    assert not list(tmp_path.iterdir())
