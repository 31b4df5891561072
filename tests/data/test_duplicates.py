"""Equal and nearly equal images: what is found of planted ones, and what on real data sets."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageOps

import linnaeus
from linnaeus.data.audit import aligned, copies, duplicates, windows
from linnaeus.data.dataset import Dataset
from tests.data.planted import CLASSES, photo
from tests.settings import given

DATA = Path(os.environ.get("LINNAEUS_DATA", "")).absolute()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))


def photos(count: int) -> list[Image.Image]:
    rng = np.random.default_rng(3)
    return [photo(CLASSES[number % 4], rng).convert("L") for number in range(count)]


def cut(picture: Image.Image, share: float) -> Image.Image:
    """`share` of the sides, of the left and of the top."""
    wide, high = picture.size
    return picture.resize(picture.size, Image.Resampling.BICUBIC, box=(share * wide, share * high, wide, high))


def stamped(picture: Image.Image) -> Image.Image:
    out = picture.copy()
    out.paste(250, (2, 30, 14, 42))
    out.paste(10, (5, 33, 11, 39))
    return out


def compressed(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=20)
    return Image.open(file)


CHANGES = {
    "brighter": lambda picture: picture.point(lambda value: min(255, value + 30)),
    "fainter": lambda picture: picture.point(lambda value: value // 2 + 60),
    "smaller": lambda picture: picture.resize((30, 30)).resize(picture.size),
    "larger": lambda picture: picture.resize((90, 90)).resize(picture.size),
    "cut by 10 %": lambda picture: cut(picture, 0.10),
    "cut by 15 %": lambda picture: cut(picture, 0.15),
    "moved": lambda picture: ImageChops.offset(picture, 3, -3),
    "turned": lambda picture: picture.rotate(5, Image.Resampling.BICUBIC),
    "JPEG": compressed,
    "logo": stamped,
    "mirrored": ImageOps.mirror,
    "mirrored and cut": lambda picture: cut(ImageOps.mirror(picture), 0.08),
}


@pytest.mark.parametrize("how", CHANGES)
def test_changed_copies_are_found_and_nothing_else(how):
    pictures = photos(120)
    images = np.stack([np.asarray(picture) for picture in [*pictures, *map(CHANGES[how], pictures[:6])]])
    mirrored = int("mirrored" in how)
    assert duplicates.search(images).tolist() == [[place, 120 + place, mirrored] for place in range(6)]


def test_equal_ones_are_each_paired_with_each_and_with_the_like_of_one():
    pictures = photos(20)
    copy = cut(pictures[3], 0.1)
    images = np.stack([np.asarray(picture) for picture in [*pictures, pictures[3], pictures[3], copy]])
    three = [(3, 20), (3, 21), (3, 22), (20, 21), (20, 22), (21, 22)]
    assert [(one, other) for one, other, _ in duplicates.search(images).tolist()] == three


def test_many_equal_images_are_not_all_pairs():
    assert len(duplicates.search(np.zeros((2_000, 16, 16), np.uint8))) <= 2_000 * duplicates.TOGETHER


def test_a_mirror_image_under_another_label_is_no_copy(monkeypatch: pytest.MonkeyPatch):
    pictures = [np.asarray(picture) for picture in photos(12)]
    images = np.stack([*pictures, pictures[0][:, ::-1], pictures[1][:, ::-1]])
    labels = np.array([0] * 12 + [1, 0])
    whole = Dataset(
        store=images[..., None],
        rows_N=np.arange(14),
        labels_N=labels,
        names=tuple(map(str, range(14))),
        classes=("left", "right"),
    )
    assert copies.find(whole, images).near.tolist() == [[1, 13]]


def test_many_likely_pairs_raise_what_is_asked_for():
    few, many = np.tanh([0.7] * 50), np.tanh([0.7] * 500 + [0.9] * 150)
    assert duplicates._limit(few.astype(np.float32)) == pytest.approx(duplicates.ALIKE)
    assert duplicates.ALIKE < duplicates._limit(many.astype(np.float32)) <= duplicates.AT_MOST


def test_exact_pairs_name_the_first_of_their_kind():
    images = np.zeros((6, 4, 4, 3), np.uint8)
    images[[1, 3, 5]] = 9
    images[2, 0, 0, 0] = 1
    assert duplicates.exact(images).tolist() == [[1, 3], [0, 4], [1, 5]]


def test_codes_hold_the_signs_of_scipys_cosine_transform():
    """Projected on the same hyperplanes, the weighted spectrum of the middle of each image."""
    from scipy.fft import dctn
    from scipy.ndimage import map_coordinates

    images = np.random.default_rng(0).integers(0, 256, (40, 4, 4), dtype=np.uint8).repeat(4, 1).repeat(4, 2)
    steps = (0.15 + 0.7 * (np.arange(32) + 0.5) / 32) * 16 - 0.5
    places = np.stack(np.meshgrid(steps, steps, indexing="ij"))
    middle = np.stack([map_coordinates(image.astype(float), places, order=1) for image in images])
    spectra = dctn(middle.reshape(40, 16, 2, 16, 2).mean((2, 4)), axes=(1, 2), norm="ortho")
    down, across = windows._frequencies().T
    signs = (spectra[:, down, across] * np.hypot(down, across)) @ windows._hyperplanes() > 0
    bits = np.unpackbits(windows.Views(images).centres().view(np.uint8), axis=1)
    assert (bits == signs).mean() > 0.99  # whole numbers: signs of what is all but nothing may differ


def test_the_code_of_a_mirrored_image_is_that_of_the_mirrored_queries():
    images = np.stack([np.asarray(picture.resize((16, 16))) for picture in photos(30)])
    plain, turned = windows.Views(images), windows.Views(np.ascontiguousarray(images[:, :, ::-1]))
    differing = np.bitwise_count(plain.windows(slice(None))[:, 1] ^ turned.centres()).sum(1)
    assert differing.max() <= 10
    for number in range(4):
        differing = np.bitwise_count(plain.corner(number, mirrored=True) ^ turned.corner(number)).sum(1)
        assert differing.max() <= 10


def test_one_image_is_laid_over_the_other():
    pictures = photos(8)
    images = np.stack([np.asarray(each) for each in [*pictures, *(cut(picture, 0.12) for picture in pictures)]])
    pairs = np.array([[place, 8 + place] for place in range(8)])
    affine = aligned.Laid(images).refined(*pairs.T, windows.placed(np.zeros(8, np.int64)) + 0.02, steps=20)
    assert np.allclose(affine, [[0.88, 0, 0.12], [0, 0.88, 0.12]], atol=0.02)


def test_pairs_of_which_none_is_worth_a_closer_look_are_not_alike():
    noise = np.random.default_rng(0).integers(0, 256, (2, 64, 64), np.uint8)
    levels = [duplicates.smaller(noise, side) for side in aligned.SIDES]
    assert aligned.likeness(levels, np.array([[0, 1]]), windows.placed(np.zeros(1, np.int64))).tolist() == [0]


def test_few_images_or_none_have_no_near_copies():
    images = np.stack([np.asarray(picture) for picture in photos(4)])
    assert duplicates.search(images[:1]).tolist() == duplicates.search(images).tolist() == []


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
