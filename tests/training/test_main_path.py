"""The main path: from `linnaeus.train` to a checkpoint and to `record.json`, as a run takes it. It is read in few files and lines."""

import sys
from pathlib import Path

import pytest

import linnaeus
from linnaeus import files
from tests.settings import given
from tests.training.small import FIXED, archive

PACKAGE = Path(linnaeus.__file__).parent
MAIN_PATH = (
    "api/train.py",  # what is wished for
    "api/running.py",  # a folder for it
    "training/session.py",  # prepare, write the first record, complete
    "training/prepare.py",
    "training/complete.py",  # the loop, then the finished record
    "training/loop.py",
    "training/checkpoint.py",
    "record/folder.py",
)


def test_the_main_path_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands between the call and the bytes on the disk belongs to the path; `files` writes them."""
    passed: dict[str, list[str]] = {}
    write_whole = files.write_whole

    def watched(path: Path, content: str | bytes) -> None:
        frame, through = sys._getframe(1), []
        while frame is not None:
            file = Path(frame.f_code.co_filename)
            if file.is_relative_to(PACKAGE):
                through.append(file.relative_to(PACKAGE).as_posix())
            frame = frame.f_back
        kind = "checkpoint" if path.parent.name == "checkpoint" else path.name
        passed[kind] = [name for name in dict.fromkeys(reversed(through)) if name != "files.py"]
        write_whole(path, content)

    monkeypatch.setattr(files, "write_whole", watched)
    data = f"arrays({str(archive(tmp_path))!r})"
    linnaeus.train(data, **given(*FIXED, "save_every=0.000001"), runs=tmp_path / "runs", progress=False)
    assert passed["checkpoint"] == [
        "api/train.py",
        "api/running.py",
        "training/session.py",
        "training/complete.py",
        "training/loop.py",
        "training/checkpoint.py",
    ]
    assert passed["record.json"] == [*passed["checkpoint"][:4], "record/folder.py"]
    assert {*passed["checkpoint"], *passed["record.json"], "training/prepare.py"} == set(MAIN_PATH)
    lines = {name: len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) for name in MAIN_PATH}
    assert len(lines) <= 8 and sum(lines.values()) <= 1_000, lines
    assert lines["training/prepare.py"] <= 70
