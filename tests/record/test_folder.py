"""A run's folder: never given twice, found by every name it has, readable or said to be damaged."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linnaeus.errors import RunError
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord
from tests.record import made
from tests.reporting import synthetic

RECORD = RunRecord(
    name="digits-1",
    status="finished",
    recipe={"data": "digits", "model": "linear"},
    data=made.data(),
    environment=made.ENVIRONMENT,
    model=made.MODEL,
    history=(made.row(1), made.row(2, loss=0.25)),
)


def made(runs: Path, name: str, age: float = 0.0) -> folders.RunFolder:
    """A run whose recipe is `age` seconds old."""
    folder = folders.create(runs, name, "x")
    folder.save_record(replace(RECORD, name=name))
    folder.save_recipe('model = "linear"\n')
    os.utime(folder.recipe, (1e9 - age, 1e9 - age))
    return folder


def test_names_are_given_once(tmp_path):
    runs = tmp_path / "deep" / "runs"
    given = [folders.create(runs, None, "digits").name for _ in range(3)]
    assert given == ["digits-1", "digits-2", "digits-3"]
    made(runs, "mine")
    with pytest.raises(RunError, match="there is a run named 'mine' already; resume it, or choose another name"):
        folders.create(runs, "mine", "digits")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", ".hidden", "a b", "a\nb", "last"])
def test_names_that_are_refused(tmp_path, name):
    with pytest.raises(RunError, match="cannot be the name of a run"):
        folders.create(tmp_path, name, "digits")
    assert list(tmp_path.iterdir()) == []


def test_a_run_killed_before_its_recipe_gives_its_name_back(tmp_path):
    folder = folders.create(tmp_path, "mine", "x")
    folder.save_pictures("samples", {"images": np.zeros((1, 2, 2, 1), np.uint8)})
    folder.save_record(RECORD)
    (folder.path / ".recipe.toml.0123.tmp").write_text("half")
    assert folders.create(tmp_path, "mine", "x") == folder


def test_a_folder_of_someone_else_is_not_taken(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    with pytest.raises(RunError, match="there is a run named 'mine' already"):
        folders.create(tmp_path, "mine", "x")


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        RunError, match=r"cannot write in .*file/runs: Not a directory; choose another folder with --runs"
    ):
        folders.create(tmp_path / "file" / "runs", None, "digits")


def test_a_run_is_found_by_name_by_folder_and_as_the_newest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = Path("runs")
    old, new = made(runs, "old", age=100), made(runs, "new")
    assert folders.find(runs, "old") == old
    assert folders.find(runs, "runs/old") == old
    assert folders.find(runs, str(tmp_path / "runs" / "old")).path.samefile(old.path)
    assert folders.find(runs, "last") == new
    assert [folder.name for folder in folders.all_runs(runs)] == ["new", "old"]


def test_the_best_run_by_its_validation_images(tmp_path):
    with pytest.raises(RunError, match="has a validation score"):
        folders.find(tmp_path, "best")
    for name, value in (("first", 0.8), ("second", 0.9), ("third", 0.9), ("test-only", None)):
        folder = synthetic.run(tmp_path, name=name, splits=("val",) if value else ())
        record, scores = folder.record(), folder.record().scores
        if value:
            metrics = {"accuracy": replace(scores["val"].metrics["accuracy"], value=value)}
            folder.save_record(replace(record, scores={"val": replace(scores["val"], metrics=metrics)}))
        folder.recipe.write_text("")
    assert folders.find(tmp_path, "best").name in ("second", "third")
    record = folder.record()
    folder.save_record(replace(record, scores=scores | folders.find(tmp_path, "first").record().scores,
                               data=replace(record.data, fingerprint="other")))  # fmt: skip
    with pytest.raises(RunError, match="are on different data: of them none is the best"):
        folders.find(tmp_path, "best")
    made(tmp_path, "best")
    assert folders.find(tmp_path, "best").name == "best"


def test_a_run_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"there are no runs in .* yet; train one first"):
        folders.find(tmp_path / "runs", "last")
    made(tmp_path, "digits-1")
    with pytest.raises(RunError, match="there is no run 'digits-2'; did you mean digits-1"):
        folders.find(tmp_path, "digits-2")
    (tmp_path / "photos").mkdir()
    with pytest.raises(RunError, match="is a folder, but not a run"):
        folders.find(tmp_path, str(tmp_path / "photos"))


def test_where_runs_are(monkeypatch):
    monkeypatch.delenv("LINNAEUS_RUNS", raising=False)
    assert folders.default_runs() == Path("runs")
    monkeypatch.setenv("LINNAEUS_RUNS", "/some/where")
    assert folders.default_runs() == Path("/some/where")


def test_what_is_kept_reads_back(tmp_path):
    folder = made(tmp_path, "mine")
    assert folder.record() == replace(RECORD, name="mine", folder=folder.path)
    assert folder.history() == RECORD.history
    assert len((folder.path / "history.jsonl").read_text().splitlines()) == 2
    arrays = {"names": np.array(["ä", os.fsdecode(b"\xe9")]), "labels": np.arange(2)}
    folder.save_predictions("val", arrays)
    found = folder.predictions("val")
    assert found is not None
    assert {name: array.tolist() for name, array in found.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    assert folder.predictions("test") is None
    assert folder.pictures("samples") is None


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("record.json", b"{", "record.json cannot be read"),
        ("record.json", b"\xff\xfe", "record.json cannot be read"),
        ("record.json", b"[]", "has format None; this version of Linnaeus reads formats 1 and 2"),
        ("record.json", b'{"format": 3}', "has format 3; this version of Linnaeus reads formats 1 and 2"),
        ("record.json", b'{"format": 1, "scores": {}}', "record.json cannot be read: .*'name'"),
        ("record.json", b'{"format": 1, "scores": {"val": 3}, "classes": {}}', "record.json cannot be read"),
        ("record.json", b'{"format": 2, "name": "x"}', r"record.json cannot be read: .*at `\$`"),
        ("record.json", None, "is not a run: it has no record.json"),
        ("history.jsonl", b'{"epoch": 1}\n{"epo', "history.jsonl cannot be read"),
        ("history.jsonl", b'{"epoch": 1}\n', r"history.jsonl, line 1 cannot be read: .*`step`"),
        ("predictions-val.npz", b"", "predictions-val.npz is damaged .*evaluate the run again"),
        ("predictions-val.npz", b"not a zip", "predictions-val.npz is damaged"),
        ("predictions-val.npz", b"PK\x03\x04 cut off", "predictions-val.npz is damaged"),
        ("pictures-samples.npz", "cut", "pictures-samples.npz is damaged"),
        ("pictures-samples.npz", "flipped", "pictures-samples.npz is damaged"),
    ],
)
def test_what_is_damaged_is_said_to_be(tmp_path, file, content, message):
    folder = made(tmp_path, "mine")
    folder.save_pictures("samples", {"images": np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)})
    path = folder.path / file
    if content is None:
        path.unlink()
    elif content == "cut":
        path.write_bytes(path.read_bytes()[:-30])
    elif content == "flipped":
        whole = bytearray(path.read_bytes())
        whole[len(whole) // 2] ^= 255
        path.write_bytes(whole)
    else:
        path.write_bytes(content)
    read = {"record.json": folder.record, "history.jsonl": folder.history}.get(
        file, lambda: (folder.predictions("val"), folder.pictures("samples"))
    )
    with pytest.raises(RunError, match=message):
        read()


def test_holding_a_folder_clears_what_killed_writers_left(tmp_path):
    folder = made(tmp_path, "mine")
    folder.checkpoints.mkdir()
    for leftover in (folder.path / ".record.json.0123.tmp", folder.checkpoints / ".step-1.0123.tmp"):
        leftover.write_text("half")
    with folder.locked():
        assert sorted(path.name for path in folder.path.rglob("*")) == [
            ".lock",
            "checkpoint",
            "history.jsonl",
            "recipe.toml",
            "record.json",
        ]
        with pytest.raises(RunError, match="is in use by process"), folder.locked():
            pass
    folder.discard_checkpoints()
    assert not folder.checkpoints.exists()


def test_a_name_too_long_for_a_folder_is_blamed_and_one_that_was_made_up_is_cut(tmp_path):
    with pytest.raises(RunError, match=r"has 300 characters, too many for a folder; choose a shorter --name"):
        folders.create(tmp_path, "a" * 300, "x")
    with pytest.raises(RunError, match=r"has 150 characters, too many"):
        folders.create(tmp_path, "ж" * 150, "x")  # 300 bytes
    assert len(folders.create(tmp_path, None, "ж" * 300).name.encode()) <= 202
