"""The front desk's examination, on classes that a mirror exchanges, and where something is missing."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.errors import DataError, RunError
from linnaeus.record.folder import RunFolder
from linnaeus.record.inspection import Symmetry
from linnaeus.stats.score import accuracy_score
from tests.settings import given
from tests.training.small import FIXED, archive

pytestmark = pytest.mark.filterwarnings("ignore:.*os.fork.*:DeprecationWarning")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of noise with a bright corner: left, middle, right; `plain` saw them as they are, `flipped` both ways."""
    folder = tmp_path_factory.mktemp("place")
    data = f"arrays('{archive(folder, count=240)}')"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINNAEUS_DATA", str(folder / "cache"))
        for name, augment in (("plain", "none"), ("flipped", "flip")):
            changes = [*FIXED, f"augment={augment}", "epochs=12", "val=0.4", "model=linear"]
            linnaeus.train(data, **given(*changes), runs=folder / "runs", name=name, report=False)
    return folder


@pytest.fixture(autouse=True)
def _cache(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(place / "cache"))


def mirrored(place: Path, name: str) -> Symmetry:
    found = linnaeus.inspect(name, runs=place / "runs")
    return next(turned for turned in found.symmetry if turned.kind == "mirror")


def test_a_mirror_is_seen_to_exchange_classes_before_it_does_harm(place):
    found = mirrored(place, "plain")
    assert {(move.name, move.to, move.back) for move in found.moves} == {
        ("left", "right", True),
        ("right", "left", True),
    }
    assert found.augmented_by is None
    assert found.blurred == ()


def test_and_afterwards_its_harm_is_seen(place):
    found = mirrored(place, "flipped")
    assert found.augmented_by == "flip"
    assert [{pair.name, pair.confused_with} for pair in found.blurred] == [{"left", "right"}]
    assert found.moves == ()  # the network has learned to answer a mirrored image as the image itself


def test_what_is_found_stays_in_the_record_and_the_page_is_written(place):
    linnaeus.inspect("plain", split="train", runs=place / "runs")
    record = RunFolder(place / "runs" / "plain").record()
    assert set(record.inspection) >= {"train"}
    assert record.test_openings == 0
    assert (place / "runs" / "plain" / "report.html").exists()


def test_no_such_split_and_no_such_run(place, tmp_path):
    data = f"arrays('{archive(tmp_path)}')"
    linnaeus.train(data, **given(*FIXED, "val=0", "test=0"), runs=tmp_path / "runs", name="all", report=False)
    with pytest.raises(DataError, match="no val split"):
        linnaeus.inspect("all", runs=tmp_path / "runs")
    found = linnaeus.inspect("all", split="train", runs=tmp_path / "runs")
    assert found.label_errors is not None
    assert found.label_errors.splits == ("train",)
    with pytest.raises(RunError):
        linnaeus.inspect("none", runs=tmp_path / "runs")


def test_data_that_are_gone_leave_the_run_as_it_was(place, tmp_path):
    file = archive(tmp_path)
    linnaeus.train(f"arrays('{file}')", **given(*FIXED), runs=tmp_path / "runs", name="one", report=False)
    before = {path.name: path.read_bytes() for path in (tmp_path / "runs" / "one").iterdir()}
    file.unlink()
    with pytest.raises(Exception, match=r"npz"):
        linnaeus.inspect("one", runs=tmp_path / "runs")
    assert {path.name: path.read_bytes() for path in (tmp_path / "runs" / "one").iterdir()} == before


def test_images_of_one_thing_are_counted_as_one(tmp_path, monkeypatch):
    """A mistake on a thing of ten images is ten mistakes: what an inspection says of them agrees with the score."""
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    draws = np.random.default_rng(0)
    for thing in range(18):
        for frame in range(10):
            place = tmp_path / "data" / ("train" if thing < 12 else "val") / f"class-{thing % 3}"
            place.mkdir(parents=True, exist_ok=True)
            grey = 60 * (thing % 3) + 40 + 50 * (thing in (13, 17))  # two validation things look like the next class
            pixels = np.clip(draws.normal(grey, 8, (9, 9)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(place / f"{thing:03}_{frame}.png")
    record = linnaeus.train(
        tmp_path / "data", runs=tmp_path / "runs", model="mlp", image_size=9, epochs=20, report=False, progress=False,
        group=r"(\d+)_\d", augment="none", precision="fp32", threads=1,
    )  # fmt: skip
    accuracy = record.scores["val"].metrics["accuracy"]
    found = linnaeus.inspect(record.folder)
    assert 0 < found.errors.value < 1 and found.errors.groups == accuracy.groups == 6
    assert (found.errors.value, found.errors.low, found.errors.high) == pytest.approx(
        (1 - accuracy.value, 1 - accuracy.high, 1 - accuracy.low)
    )
    assert all(pair.share.groups == 2 for pair in found.pairs)
    assert all(turned.same.groups is not None for turned in found.symmetry)
    assert found.label_errors.accuracy.groups == 18
    plain = accuracy_score(round(60 * found.errors.value), 60)
    assert found.errors.high - found.errors.low > 1.5 * (plain.high - plain.low)
