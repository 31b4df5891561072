"""A thing that was trained on, met again: in another split, in a run that comes after, in other data; by its images, or by its name."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import linnaeus
from linnaeus.data.dataset import Dataset
from linnaeus.errors import DataError
from linnaeus.finetuning.head import _things
from linnaeus.parts.heads.logistic import build
from linnaeus.record.folder import RunFolder
from tests.data.test_things import write
from tests.settings import given
from tests.training.small import FIXED

THINGS = (*FIXED, "model=linear", "image_size=12", "epochs=1", "val=0.25", "test=0.25", r"group=(.*)_\d+")


def train(data: Path, runs: Path, *more: str, progress: object = False) -> linnaeus.RunRecord:
    changes = given(*THINGS, *more)
    return linnaeus.train(str(data), **changes, name="run", runs=runs, report=False, progress=progress)


def told(events: list[object], kind: str) -> list[dict[str, object]]:
    return [event.values for event in events if getattr(event, "kind", "") == kind]  # type: ignore[attr-defined]


def trained_on(folder: RunFolder) -> set[str]:
    held = folder.images()
    return set(held["groups"][held["splits"] == 0].tolist())


def test_splits_of_ones_own_that_share_things_are_told(tmp_path: Path) -> None:
    write(tmp_path / "d" / "train", range(8))
    write(tmp_path / "d" / "test", range(6, 10), shots=3)
    record = train(tmp_path / "d", tmp_path / "runs")
    found = {one.values["split"]: one for one in record.data.findings if one.kind == "shared_thing"}
    held = RunFolder(tmp_path / "runs" / "run").images()
    both = {f"{name}/{sign}" for name in ("cat", "dog") for sign in (6, 7)}
    assert sum(one.values["things"] for one in found.values()) == len(both)
    for place, split in enumerate(("train", "val")):
        if shared := both & set(held["groups"][held["splits"] == place].tolist()):
            assert found[split].severity == "warning" and found[split].count == 3 * len(shared)
            assert found[split].values == {"split": split, "other": "test", "things": len(shared), "of": 24}


def test_things_that_are_drawn_are_shared_by_no_two_splits(tmp_path: Path) -> None:
    events: list[object] = []
    record = train(write(tmp_path / "d"), tmp_path / "runs", progress=events.append)
    assert not [one for one in record.data.findings if one.kind == "shared_thing"]
    assert not told(events, "group-misses")


def test_a_child_is_not_scored_on_new_shots_of_what_its_parent_was_trained_on(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    train(write(tmp_path / "d", shots=3), runs)
    child = linnaeus.continue_(
        "run",
        epochs=1,
        **given("split_seed=5"),
        data=write(tmp_path / "e", shots=6),
        name="child",
        runs=runs,
        report=False,
        progress=False,
    )
    held = RunFolder(runs / "child").images()
    assert not trained_on(RunFolder(runs / "run")) & set(held["groups"][held["splits"] != 0].tolist())
    assert sum(child.data.inherited.values()) % 6 == 0 and sum(child.data.inherited.values()) > 6


def test_of_other_data_all_images_of_a_thing_are_left_out_of_which_one_was_trained_on(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    train(write(tmp_path / "d", shots=3), runs)
    write(tmp_path / "again", shots=6)
    learnt = trained_on(RunFolder(runs / "run"))
    found = linnaeus.evaluate("run", data=tmp_path / "again", runs=runs, progress=False)
    assert found.left_out["trained_on"] == found.left_out["thing"] == 3 * len(learnt)
    assert found.namesakes == 0
    page = linnaeus.report("run", runs=runs, progress=False).read_text()
    assert f"Left out: {3 * len(learnt)} further images of things" in page


def test_a_thing_that_only_bears_a_known_name_is_scored_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    train(write(tmp_path / "d"), runs)
    learnt = trained_on(RunFolder(runs / "run"))
    write(tmp_path / "new", range(20), shots=8)
    for path in (tmp_path / "new").rglob("*_0[0-5].png"):
        path.unlink()
    found = linnaeus.evaluate("run", data=tmp_path / "new", runs=runs, progress=False)
    assert found.metrics["accuracy"].n == 80 and found.metrics["accuracy"].groups == 40
    assert found.namesakes == 2 * len(learnt) and not found.left_out
    assert RunFolder(runs / "run").record().scores[found.split] == found
    assert f"{found.namesakes} of these images show things called as some that the run was trained on" in str(
        linnaeus.report("run", runs=runs, progress=False).read_text()
    )


def test_other_data_may_name_their_images_otherwise(tmp_path: Path) -> None:
    runs, events = tmp_path / "runs", list[object]()
    train(write(tmp_path / "d"), runs)
    write(tmp_path / "new", range(50, 60), shots=1)
    for path in (tmp_path / "new").rglob("*.png"):
        path.rename(path.with_name(f"IMG{path.name.replace('_', '')}"))
    found = linnaeus.evaluate("run", data=tmp_path / "new", runs=runs, progress=events.append)
    assert told(events, "group-nowhere") == [{"n": 20, "group": r"(.*)_\d+"}]
    assert found.metrics["accuracy"].n == 20 and found.metrics["accuracy"].groups is None


def test_names_that_the_pattern_is_not_found_in_are_counted_and_told(tmp_path: Path) -> None:
    events: list[object] = []
    write(tmp_path / "d")
    odd = sorted((tmp_path / "d").rglob("*.png"))[::4]
    for path in odd:
        path.rename(path.with_name(path.name.replace("_", "-")))
    train(tmp_path / "d", tmp_path / "runs", progress=events.append)
    assert told(events, "group-misses") == [{"n": len(odd), "of": 240, "group": r"(.*)_\d+"}]


def test_things_that_a_person_would_not_tell_apart_are_told(tmp_path: Path) -> None:
    events: list[object] = []
    names = sorted(path.relative_to(tmp_path) for path in write(tmp_path / "d").rglob("*.png"))
    cells = [
        f"{name},{name.parent.name},{name.stem.partition('_')[0]}{'.0' * (place % 4 == 0)}"
        for place, name in enumerate(names)
    ]
    (tmp_path / "t.csv").write_text("\n".join(["path,label,sign", *cells]))
    changes = given(*THINGS[:-1])
    data = f"table({str(tmp_path / 't.csv')!r}, group='sign')"
    linnaeus.train(data, **changes, name="run", runs=tmp_path / "runs", report=False, progress=events.append)
    assert told(events, "group-alike") == [{"n": 20, "one": "'0'", "other": "'0.0'"}]


def test_where_all_are_of_known_things_there_is_no_score(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    train(write(tmp_path / "d"), runs)
    held = RunFolder(runs / "run").images()
    for name in held["names"][held["splits"] == 0]:
        (tmp_path / "o" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / "d" / name, tmp_path / "o" / name)
    with pytest.raises(DataError, match="all of these images are known to run"):
        linnaeus.evaluate("run", data=tmp_path / "o", runs=runs, progress=False)


def test_a_cross_validation_keeps_a_thing_and_the_views_of_an_image_on_one_side() -> None:
    """What tells apart: each thing has features of its own, and labels by chance; a head that saw the thing knows the answer."""
    rng = np.random.default_rng(0)
    features_ND = rng.normal(size=(60, 40)).astype(np.float32).repeat(5, 0)
    labels_N, things_N = rng.integers(0, 2, 60).repeat(5), np.arange(60).repeat(5)
    right = {}
    for told in (None, things_N):
        head = build()
        head.things_N = told
        head.fit(features_ND, labels_N, np.ones(300), 2, None)
        right[told is None] = (head.held_NK.argmax(1) == labels_N).mean()
    assert right[True] > 0.95 and 0.3 < right[False] < 0.7


def test_views_equal_images_and_shots_of_a_thing_have_one_number() -> None:
    images = Dataset(
        store=np.zeros((4, 1, 1, 1), np.uint8), rows_N=np.arange(4), labels_N=np.zeros(4, int), names=("1", "2", "3", "4"),
        classes=("a",), hashes=("p", "q", "p", "r"),
    )  # fmt: skip
    assert _things(images, 8).tolist() == [0, 1, 0, 2] * 2
    assert (
        len(set(_things(replace(images, groups=("x", "x", "y", "z")), 4).tolist())) == 2
    )  # the equal images join x and y


def test_a_cross_validated_score_is_not_of_images_that_the_weights_were_trained_on(tmp_path: Path) -> None:
    runs, events = tmp_path / "runs", list[object]()
    train(write(tmp_path / "d", range(12), shots=2), runs)
    write(tmp_path / "e", range(16), shots=2)
    changes = given(*THINGS, "model=linear", "weights=run", "train=head", "head=logistic", "val=0", "test=0")
    changes.pop("augment", None)
    record = linnaeus.train(
        str(tmp_path / "e"), **changes, name="head", runs=runs, report=False, progress=events.append
    )
    learnt = 2 * len(trained_on(RunFolder(runs / "run")))
    assert told(events, "inherited-cv") == [{"n": learnt}]
    assert (
        record.scores["cv"].left_out == {"ancestor": learnt}
        and record.scores["cv"].metrics["accuracy"].n == 64 - learnt
    )


def test_of_a_bare_file_of_weights_it_is_told_that_nobody_knows_its_images(tmp_path: Path) -> None:
    runs, events = tmp_path / "runs", list[object]()
    train(write(tmp_path / "d", range(8)), runs)
    shutil.copy(runs / "run" / "model.safetensors", tmp_path / "bare.safetensors")
    for weights, silent in (("run", True), (str(tmp_path / "bare.safetensors"), False)):
        changes = given(*THINGS, f"weights={weights}", "train=all")
        linnaeus.train(str(tmp_path / "d"), **changes, runs=runs, report=False, progress=events.append)
        assert bool(told(events, "ancestry-unknown")) != silent
