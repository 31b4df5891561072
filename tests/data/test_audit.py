from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linnaeus import api


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def planted(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    for split, counts in (("train", {"cat": 60, "dog": 10}), ("val", {"cat": 8, "dog": 4})):
        for name, count in counts.items():
            (folder / split / name).mkdir(parents=True)
            for number in range(count):
                Image.fromarray(rng.integers(0, 256, (24, 30, 3), dtype=np.uint8)).save(
                    folder / split / name / f"{number}.png"
                )
    (folder / "train" / "cat" / "broken.jpg").write_bytes(b"\xff\xd8\xff not much of a picture")
    return folder


def test_what_was_planted_is_found(tmp_path: Path) -> None:
    found = api.data(str(planted(tmp_path / "photos")))
    whats = " · ".join(finding["what"] for finding in found["findings"])
    assert found["counts"] == {"train": 70, "val": 12}
    assert found["sizes"] == {"width": [30, 30, 30], "height": [24, 24, 24]}
    assert [name for name, _ in found["skipped"]] == ["train/cat/broken.jpg"]
    for planted_thing in ("unreadable", "cat has 60", "only 12 validation images", "flips are off"):
        assert planted_thing in whats
    assert all(finding["advice"] for finding in found["findings"])


def test_on_sound_data_there_is_nothing_to_say() -> None:
    assert api.data("digits")["findings"] == []


def test_flips_on_digits_are_warned_of() -> None:
    (finding,) = api.data("digits", changes=["augment=flip"])["findings"]
    assert "mirror" in finding["what"]


def test_the_contact_sheet_shows_augmented_images(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    api.data("digits", sheet=sheet)
    with Image.open(sheet) as picture:
        assert picture.size == (10 * 68 + 4, 6 * 68 + 4)
        assert len(set(np.asarray(picture).ravel().tolist())) > 10
