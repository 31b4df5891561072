"""Equal and nearly equal images: what is found of planted ones, and what on real data sets."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.data.audit import copies, duplicates
from tests.data.planted import CLASSES, photo
from tests.settings import given

DATA = Path(os.environ.get("LINNAEUS_DATA", "")).absolute()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))


def photos(count: int) -> list[Image.Image]:
    rng = np.random.default_rng(3)
    return [photo(CLASSES[number % 4], rng).convert("L") for number in range(count)]


@pytest.mark.parametrize(
    ("how", "change"),
    [
        ("brighter", lambda picture: picture.point(lambda value: min(255, value + 30))),
        ("fainter", lambda picture: picture.point(lambda value: value // 2 + 60)),
        ("resized", lambda picture: picture.resize((30, 30)).resize(picture.size)),
        ("larger", lambda picture: picture.resize((90, 90)).resize(picture.size)),
    ],
)
def test_changed_copies_are_found_and_nothing_else(how, change):
    pictures = photos(120)
    images = np.stack([np.asarray(picture) for picture in [*pictures, *map(change, pictures[:6])]])
    assert duplicates.search(images).tolist() == [[place, 120 + place] for place in range(6)]


def test_exact_pairs_name_the_first_of_their_kind():
    images = np.zeros((6, 4, 4, 3), np.uint8)
    images[[1, 3, 5]] = 9
    images[2, 0, 0, 0] = 1
    assert duplicates.exact(images).tolist() == [[1, 3], [0, 4], [1, 5]]


def test_the_hash_holds_the_signs_of_scipys_cosine_transform():
    from scipy.fft import dctn

    images = np.random.default_rng(0).integers(0, 256, (5, 32, 32), dtype=np.uint8)
    spectra = dctn(images.astype(float), axes=(1, 2))[:, :16, :16].reshape(5, -1)[:, 1:]
    bits = np.unpackbits(duplicates.hashes(images).view(np.uint8), axis=1)[:, :255]
    assert (bits == (spectra > 0)).mean() > 0.995  # cosines in thousandths: signs of what is all but nothing may differ


def test_few_images_or_none_have_no_near_copies():
    images = np.stack([np.asarray(picture) for picture in photos(4)])
    assert duplicates.search(images[:1]).tolist() == duplicates.search(images).tolist() == []
    assert duplicates.search(np.zeros((30, 16, 16), np.uint8)).tolist() == []


def test_what_was_found_is_kept(monkeypatch: pytest.MonkeyPatch):
    images = np.stack([np.asarray(picture) for picture in photos(40)] * 2)
    assert not duplicates.known(images)
    found = duplicates.near(images)
    assert duplicates.known(images) and len(found) == 40
    monkeypatch.setattr(duplicates, "search", lambda *_: pytest.fail("looked for again"))
    assert np.array_equal(duplicates.near(images), found)


def test_what_is_left_out_is_the_training_image_of_each_crossing_pair_once():
    pairs = np.array([[0, 1], [0, 2], [3, 4], [1, 2], [5, 3]])
    splits = np.array([0, 1, 2, 2, 0, 0])
    assert copies.left_out(pairs, splits).tolist() == [[0, 1], [4, 3], [5, 3]]
    assert copies.across(pairs, splits, 1, 2)[0].tolist() == [[1, 2]]


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "cifar-10-batches-py").is_dir(), reason="CIFAR-10 is not here")
def test_copies_across_the_splits_of_cifar_10():
    """Known: 3.3 % of the test images have a near copy among the training images (Barz & Denzler 2020)."""
    data = f"cifar10(folder='{DATA}')"
    leaks = [each for each in linnaeus.audit(data, **given("val=0"))["findings"] if each["kind"] == "leak"]
    assert [(each["values"]["split"], each["values"]["other"]) for each in leaks] == [("train", "test")]
    assert 0.022 < leaks[0]["values"]["share"] < 0.033


@pytest.mark.slow
@pytest.mark.skipif(not (DATA / "MNIST").is_dir(), reason="MNIST is not here")
def test_handwritten_ones_are_no_copies():
    kinds = {each["kind"]: each for each in linnaeus.audit(f"mnist(folder='{DATA}')")["findings"]}
    assert sum(each["count"] for kind, each in kinds.items() if kind in ("leak", "duplicate")) < 10
