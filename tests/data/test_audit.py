import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.data.audit import of_counts, quality
from linnaeus.data.audit.at_training import at_training
from linnaeus.data.audit.audit import describe
from linnaeus.data.compose import compose
from linnaeus.data.load import load
from linnaeus.events import nobody
from linnaeus.record.facts import SEVERITIES
from tests.reporting import said
from tests.settings import given

SIGNS = Path(os.environ.get("LINNAEUS_DATA", "")).absolute() / "speed-signs"


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
    found = linnaeus.audit(str(planted(tmp_path / "photos")))
    kinds = {finding.kind: finding for finding in found.findings}
    assert found.counts == {"train": 70, "val": 12}
    assert found.sizes == {"width": (30, 30, 30), "height": (24, 24, 24)}
    assert [name for name, _ in found.skipped] == ["train/cat/broken.jpg"]
    assert kinds["unreadable"].files == ("train/cat/broken.jpg",)
    assert kinds["balance"].values == {"largest": "cat", "smallest": "dog", "most": 60, "least": 10}
    assert (kinds["small_split"].values["split"], kinds["small_split"].values["n"]) == ("val", 12)
    assert kinds["mirror"].values["shown"] is None
    assert all(map(said.told, found.findings))  # each has words, and advice


def signs(folder: Path, val: int) -> str:
    """Two classes of signs in a folder with so many validation images, as a student's folder has them."""
    rng = np.random.default_rng(1)
    for split, count in (("train", 60), ("val", val)):
        for number in range(count):
            place = folder / split / ("030", "050")[number % 2]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8)).save(place / f"{number}.png")
    return str(folder)


@pytest.mark.parametrize(("val", "points"), [(19, 14), (38, 10), (270, None)])
def test_a_small_validation_set_is_warned_of_with_what_it_will_tell(
    tmp_path: Path, val: int, points: int | None
) -> None:
    *small, mirror = linnaeus.audit(signs(tmp_path / "signs", val)).findings
    assert [(one.kind, one.values["n"], round(100 * one.values["half"])) for one in small] == (
        [("small_split", val, points)] if points else []
    )
    assert all(
        f"only {val} validation images" in said.told(one) and f"±{points} points" in said.told(one) for one in small
    )
    assert said.told(mirror).startswith(
        "Flips are off, since it is not known whether a mirrored image keeps its class."
    )


def test_flips_on_images_of_which_nobody_knows_are_asked_about(tmp_path: Path) -> None:
    data = signs(tmp_path / "signs", 270)
    for augment in ("flip", "crop(pad=2) | alternating_flip"):
        (finding,) = linnaeus.audit(data, **given(f"augment={augment}")).findings
        assert "is requested, but it is not known whether" in said.told(finding)
        assert "signs" in said.told(finding)


@pytest.mark.skipif(not SIGNS.is_dir(), reason="the real signs are not here")
def test_the_real_signs() -> None:
    found = linnaeus.audit(str(SIGNS))
    assert found.counts == {"train": 810, "val": 270}  # ±3.6 points at 90 %: enough
    kinds = {finding.kind for finding in found.findings}
    assert "mirror" in kinds
    assert not kinds & {
        "leak",
        "contradiction",
        "small_split",
        "stem",
    }  # shots of one sign in a row do repeat each other


def test_on_sound_data_there_is_nothing_to_say() -> None:
    assert linnaeus.audit("digits").findings == ()


def test_flips_on_digits_are_warned_of() -> None:
    (finding,) = linnaeus.audit("digits", **given("augment=flip")).findings
    assert (finding.kind, finding.severity, finding.values["keeps"]) == ("mirror", "warning", False)
    assert "mirror" in said.told(finding)


def test_the_contact_sheet_shows_augmented_images(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    linnaeus.audit("digits", sheet=sheet)
    with Image.open(sheet) as picture:
        assert picture.size == (10 * 68 + 4, 6 * 68 + 4)
        assert len(set(np.asarray(picture).ravel().tolist())) > 10


def test_what_the_pixels_tell_a_training_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(tmp_path / "photos")
    for split in ("train", "val"):
        Image.new("RGB", (24, 30), (90, 90, 90)).save(folder / split / "cat" / "flat.png")
    looks: list[int] = []
    measured = quality.measure
    monkeypatch.setattr(quality, "measure", lambda images: (looks.append(len(images)), measured(images))[1])
    recipe, source = compose(str(folder), None, None, ())
    splits = load(source, recipe)
    first, again = at_training(splits, recipe), at_training(splits, recipe)
    assert first == again and len(looks) == 1
    assert {"constant", "leak", "unreadable"} <= {finding.kind for finding in first}
    assert [one.values["near"] for one in first if one.kind == "leak"] == [None], "near copies were not looked for"
    severities = [SEVERITIES.index(finding.severity) for finding in first]
    assert severities == sorted(severities)


def test_a_training_looks_anew_once_near_copies_are_known(tmp_path: Path) -> None:
    folder = planted(tmp_path / "photos")
    with Image.open(folder / "train" / "cat" / "3.png") as image:
        image.point(lambda value: min(255, value + 3)).save(folder / "val" / "cat" / "copy.png")
    recipe, source = compose(str(folder), None, None, ())
    splits = load(source, recipe)
    assert "leak" not in {finding.kind for finding in at_training(splits, recipe)}
    describe(source, recipe, None, nobody)
    assert [one.values["near"] for one in at_training(splits, recipe) if one.kind == "leak"] == [1]


def test_a_placeholder_of_another_format_is_the_odd_one_out(tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    for index in range(100):
        folder = tmp_path / "photos" / ("cat" if index % 2 else "dog")
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draws.integers(0, 256, (24, 24, 3), np.uint8)).save(folder / f"{index}.jpg", quality=95)
    Image.new("RGB", (24, 24), "silver").save(tmp_path / "photos" / "cat" / "gone.jpg", "GIF")
    found = linnaeus.audit(str(tmp_path / "photos"), progress=False).findings
    odd = next(finding for finding in found if finding.kind == "odd_format")
    assert odd.files == ("cat/gone.jpg",)
    assert (odd.severity, odd.values) == ("note", {"usual": "JPEG", "formats": "GIF"})
    (tmp_path / "photos" / "cat" / "gone.jpg").unlink()
    assert "odd_format" not in {one.kind for one in linnaeus.audit(str(tmp_path / "photos"), progress=False).findings}


def test_what_a_split_will_tell_counts_things(tmp_path: Path) -> None:
    recipe, source = compose(f"folder({str(planted(tmp_path))!r})", None, None, ())
    val = load(source, recipe, nobody).val
    each, few = of_counts.expected(val), of_counts.expected(replace(val, groups=("a", "b", "c", "d") * 3))
    assert (each.n, each.things, few.n, few.things) == (12, 0, 12, 4)
    assert few.low < each.low and few.half > each.half
    assert few == replace(of_counts.expected(val.take(np.arange(4))), n=12, things=4)
