"""Answers for very many images: whole files, streamed, and taken up again after a kill, each image once."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.delivery import answers, predictor, writing
from linnaeus.delivery.answers import Wish
from linnaeus.delivery.predictor import Predictor
from linnaeus.delivery.writing import Target
from linnaeus.errors import RunError, UsageError
from linnaeus.events import nobody

WISH = Wish(top=2)


class Bright:
    """Says how bright a picture is."""

    classes = ("bright", "=dark")
    preprocessing = Preprocessing(size=4, channels=1, resize="stretch", mean=(0.0,), std=(1.0,))
    calibration = None

    def probabilities(self, images_NHWC: Any) -> Any:
        bright_N = images_NHWC.mean((1, 2, 3)) / 255
        return np.stack([bright_N, 1 - bright_N], 1).astype(np.float32)


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(predictor, "TOGETHER", 4)
    (tmp_path / "in").mkdir()
    for place in range(21):
        Image.new("L", (5, 6), 10 * place).save(tmp_path / "in" / f"{place:02d}.png")
    for name in ("07x.png", "30.png"):
        (tmp_path / "in" / name).write_bytes(b"none")
    return tmp_path / "in"


def write(photos: Path, name: str, *, resume: bool = False, model: str = "m", tell: Any = nobody) -> writing.Written:
    file = photos.parent / "out" / name
    target = Target(file=file, resume=resume)
    return writing.write(Predictor(model=Bright()), str(photos), target, WISH, model=model, tell=tell)


def names(photos: Path) -> list[str]:
    return [str(path) for path in sorted(photos.iterdir())]


@pytest.mark.parametrize("suffix", writing.SUFFIXES)
def test_every_format_has_every_image_once(photos: Path, suffix: str) -> None:
    if suffix == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
    found = write(photos, f"a{suffix}")
    assert (found.n, found.unread, len(found.first_unread)) == (21, 2, 2)
    assert [path.name for path in found.file.parent.iterdir()] == [f"a{suffix}"]
    if suffix == ".csv":
        assert found.file.read_text().startswith("image,label,probability,label_2,probability_2,error\n")
        rows = [row["image"] for row in csv.DictReader(found.file.read_text().splitlines())]
    elif suffix == ".json":
        whole = json.loads(found.file.read_text())
        rows = sorted([one["name"] for one in whole["predictions"]] + [one["name"] for one in whole["unread"]])
        listed = Predictor(model=Bright()).listed(str(photos), top=2)
        assert found.file.read_text() == answers.as_json(listed)
    elif suffix == ".jsonl":
        rows = [json.loads(line)["name"] for line in found.file.read_text().splitlines()]
    else:
        rows = parquet.read_table(found.file).column("name").to_pylist()
    assert rows == names(photos)


class Killed(Exception):
    pass


def killing(after: int) -> Any:
    told = iter(range(after))

    def tell(event: Any) -> None:
        if next(told, None) is None:
            raise Killed

    return tell


def torn(file: Path) -> None:
    """As a kill leaves a line that was being written."""
    with file.open("ab") as partial:
        partial.write(b'{"name": "half')


def test_five_kills_and_each_image_once(photos: Path) -> None:
    whole = write(photos, "whole.csv").file.read_bytes()
    partial = photos.parent / "out" / ".a.csv.partial"
    for _ in range(5):
        with pytest.raises(Killed):
            write(photos, "a.csv", resume=True, tell=killing(0))
        torn(partial)
    assert not (photos.parent / "out" / "a.csv").exists()
    found = write(photos, "a.csv", resume=True)
    assert found.file.read_bytes() == whole
    assert not partial.exists()


def test_without_resume_it_begins_anew_and_another_question_is_refused(photos: Path) -> None:
    with pytest.raises(Killed):
        write(photos, "a.csv", tell=killing(2))
    with pytest.raises(UsageError, match="asked otherwise"):
        write(photos, "a.csv", resume=True, model="other")
    (photos / "00.png").unlink()
    assert write(photos, "a.csv").n == 20


def test_decoding_goes_ahead_of_the_network_and_no_further(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(
        predictor, "_read", lambda model, pair: (read.append(pair[0]) or pair[0], np.zeros((4, 4, 1), np.uint8))
    )
    groups: Iterator[Any] = Predictor(model=Bright()).groups(str(photos), Wish())
    next(groups)
    assert len(read) <= 8
    assert sum(len(group) for group in groups) == 19


def test_a_full_disk_and_a_name_of_no_format_are_told(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"must end in \.csv"):
        write(photos, "a.xlsx")

    def full(one: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(answers, "json_line", full)
    with pytest.raises(RunError, match="--resume"):
        write(photos, "a.csv")
