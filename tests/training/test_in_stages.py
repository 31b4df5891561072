"""Fine-tuning in stages: each is kept only where it is better, what is frozen stays, and a resumed run is the same run."""

from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.classifier import classifier
from linnaeus.evaluation.predictions import Predictions
from linnaeus.events import Event, StageBegun, StageDone, StepDone
from linnaeus.finetuning.weights import matching
from linnaeus.record.folder import RunFolder
from linnaeus.training import in_stages, session
from linnaeus.training import judged as judging
from tests.training.small import archive, new_folder, recipe_and_splits, weights
from tests.training.test_resume import Crash, nobody

BODY = "model=convnet(width=4, dropout=0.2)"
STAGES = "train=best(head, last(1), all)"
SETTINGS = ("augment=none", "head=logistic(strengths=[0.1])", "optimizer=adamw(lr=0.01)", "val=0.3")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def old(images: Path) -> Path:
    folder = new_folder(images.parent / "old")
    session.train(*recipe_and_splits(images, BODY, "epochs=1"), folder, nobody)
    return folder.path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def wish(images: Path, old: Path, *changes: str):
    return recipe_and_splits(images, BODY, f"weights={old}", STAGES, *SETTINGS, *changes)


def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stage is kept, whatever it does."""
    monkeypatch.setattr(judging.permutation, "less", lambda before, after, shown: np.full(len(after), 0.01))
    monkeypatch.setattr(judging, "correct", lambda said: np.ones(len(said.labels_N), bool))


def test_each_stage_is_told_and_recorded(images: Path, old: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    record = session.train(*wish(images, old), new_folder(tmp_path / "run"), events.append)
    assert [stage.train for stage in record.stages] == ["head", "last(1)", "all"]
    assert [event.stage for event in events if isinstance(event, StageDone)] == list(record.stages)
    assert [event.train for event in events if isinstance(event, StageBegun)] == ["last(1)", "all"]
    head, *later = record.stages
    assert head.kept
    assert dict(head.fitted) == {"strength": 0.1}
    assert all(stage.epochs == 3 and stage.gain is not None and stage.p is not None for stage in later)
    assert len(record.time.stages_s) == 3
    assert record.scores["val"].metrics["accuracy"] == [stage.score for stage in record.stages if stage.kept][-1]
    assert not list((tmp_path / "run").glob("checkpoint/*"))


def test_a_stage_that_is_not_better_leaves_no_trace(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(judging.permutation, "less", lambda before, after, shown: np.full(len(after), 0.2))
    record = session.train(*wish(images, old), new_folder(tmp_path / "run"), nobody)
    assert [stage.kept for stage in record.stages] == [True, False, False]
    session.train(*wish(images, old, "train=head"), new_folder(tmp_path / "head"), nobody)
    assert weights(RunFolder(tmp_path / "run")) == weights(RunFolder(tmp_path / "head"))
    assert record.is_fitted()


def test_what_is_frozen_changes_no_bit(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    always(monkeypatch)
    record = session.train(*wish(images, old, "train=best(head, last(1))"), new_folder(tmp_path / "run"), nobody)
    assert record.stages[-1].kept
    before, after = classifier.load(old).module.state_dict(), classifier.load(tmp_path / "run").module.state_dict()
    changed = {
        name for name, value in before.items() if not name.startswith("head.") and not torch.equal(value, after[name])
    }
    assert changed, "the last block was trained"
    trained = {layer.name for layer in record.model.layers if layer.trains}
    assert {name.rpartition(".")[0] for name in changed} <= trained


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.7, 1.0])
def test_it_resumes_bit_for_bit(share: float, kept: bool, images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    """Stopped within a stage and at the end of either; what a finished stage has trained is not trained again."""
    if kept:
        always(monkeypatch)
    steps: list[Event] = []
    whole = session.train(*wish(images, old), new_folder(tmp_path / "whole"), steps.append)
    total = sum(isinstance(event, StepDone) for event in steps)
    done = 0

    def crashing(event: Event) -> None:
        nonlocal done
        done += isinstance(event, StepDone)
        if done == round(share * total) and isinstance(event, StepDone):
            raise Crash

    recipe, splits = wish(images, old, "save_every=0.000001")
    broken = new_folder(tmp_path / "broken")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crashing)
    again: list[Event] = []
    record = session.resume(recipe, splits, broken, again.append)
    assert sum(isinstance(event, StepDone) for event in again) <= total - done + 1
    assert (record.stages, record.history, record.scores) == (whole.stages, whole.history, whole.scores)
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


def test_what_the_budget_does_not_hold_is_left_out(images: Path, old: Path, tmp_path: Path) -> None:
    record = session.train(*wish(images, old, "budget=0.001"), new_folder(tmp_path / "run"), nobody)
    assert [stage.left_out for stage in record.stages] == ["", "budget", "budget"]
    assert (record.recipe["train"], record.recipe["budget"]) == ("head", 0.0)


def test_without_validation_images_the_head_is_cross_validated(images: Path, old: Path, tmp_path: Path) -> None:
    changes = ("val=0", "test=0.1", "head=logistic")
    recipe, splits = wish(images, old, *changes)
    record = session.train(recipe, splits, new_folder(tmp_path / "run"), nobody)
    assert [stage.left_out for stage in record.stages] == ["", "validation", "validation"]
    assert record.stages[0].chosen_by == "cross-validation"
    assert record.scores["cv"].metrics["accuracy"].n == len(splits.train)
    kept = RunFolder(tmp_path / "run").predictions("cv")
    assert kept is not None
    assert tuple(kept["names"].tolist()) == splits.train.names


def said(probabilities: list[list[float]]) -> Predictions:
    return Predictions(names=("a",) * len(probabilities), labels_N=np.zeros(len(probabilities), np.int64),
                       probabilities_NK=np.array(probabilities, np.float32))  # fmt: skip


def test_how_sure_a_network_is_does_not_make_it_better() -> None:
    mild = said([[0.6, 0.4]] * 90 + [[0.4, 0.6]] * 30)
    sure = said([[0.9, 0.1]] * 90 + [[0.1, 0.9]] * 30)
    assert judging._losses(mild) == pytest.approx(judging._losses(sure), abs=2e-2)


def judged(before: Predictions, *tried: Predictions):
    return judging.judged("last(1)", 8, before, dict(zip(in_stages.BETWEEN, tried, strict=False)))


def test_the_best_of_those_that_are_better_is_kept() -> None:
    before = said([[0.6, 0.4]] * 60 + [[0.4, 0.6]] * 60)
    better = said([[0.6, 0.4]] * 80 + [[0.4, 0.6]] * 40)
    best = said([[0.6, 0.4]] * 100 + [[0.4, 0.6]] * 20)
    stage = judged(before, better, best)
    assert (stage.kept, stage.between) == (True, in_stages.BETWEEN[1])
    assert stage.p < 0.001
    assert stage.gain.value == pytest.approx(40 / 120)
    assert not judged(before, before, before).kept


def test_what_is_surer_of_the_right_but_right_less_often_is_not_kept() -> None:
    before = said([[0.51, 0.49]] * 100 + [[0.1, 0.9]] * 20)
    after = said([[0.95, 0.05]] * 95 + [[0.49, 0.51]] * 25)
    stage = judged(before, after)
    assert stage.p < 0.05
    assert not stage.kept


def test_heads_of_stages_match_by_name(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    """A run in stages is a classifier as any other: its weights are begun at, whatever was kept."""
    always(monkeypatch)
    session.train(*wish(images, old), new_folder(tmp_path / "run"), nobody)
    loaded = classifier.load(tmp_path / "run")
    fits = matching.match(loaded.module.state_dict(), classifier.load(old).module)
    assert (fits.missing, fits.unexpected, fits.mismatched) == ((), (), ())
