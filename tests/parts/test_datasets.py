"""Data sets that are embedded or generated, and the selection from any."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from linnaeus.parts.datasets import digits, folder, select, shapes
from tests.parts.dataset_contract import check_contract

Sets = dict[str, Any]


@pytest.fixture
def letters() -> Sets:
    """Class a has 7 images, b 5, c 2; each image is its place."""
    labels_N = np.array([0, 1, 0, 2, 0, 1, 0, 1, 0, 1, 0, 2, 0, 1])
    images = np.arange(14, dtype=np.uint8).reshape(-1, 1, 1, 1)
    return {"classes": ["a", "b", "c"], "splits": {"all": (images, labels_N)}, "mirror": None}


def test_select_relabels_in_the_order_given(letters: Sets) -> None:
    chosen = select(letters, classes=["c", "a"])
    images, labels_N = chosen["splits"]["all"]
    assert chosen["classes"] == ["c", "a"]
    assert images.ravel().tolist() == [0, 2, 3, 4, 6, 8, 10, 11, 12]
    assert labels_N.tolist() == [1, 1, 0, 1, 1, 1, 1, 0, 1]
    by_number = select(letters, classes=[2, 0])["splits"]["all"]
    assert np.array_equal(by_number[0], images)
    assert np.array_equal(by_number[1], labels_N)
    check_contract(chosen)


def test_select_limits_each_class_evenly_and_alike(letters: Sets) -> None:
    images, labels_N = select(letters, limit=3)["splits"]["all"]
    assert np.bincount(labels_N).tolist() == [3, 3, 2]
    smaller, _ = select(letters, limit=2)["splits"]["all"]
    assert set(smaller.ravel()) < set(images.ravel())
    many = {"classes": ["a"], "splits": {"all": (np.arange(10_000), np.zeros(10_000, np.int64))}}
    kept, _ = select(many, limit=100)["splits"]["all"]
    assert np.diff(kept).max() < 200
    assert np.array_equal(kept, np.sort(kept))


def test_select_takes_paths_too(letters: Sets) -> None:
    paths = [Path(f"/pictures/{place}.png") for place in range(14)]
    letters["splits"]["all"] = (paths, letters["splits"]["all"][1])
    images, labels_N = select(letters, classes=["b"], limit=10)["splits"]["all"]
    assert images == [paths[place] for place in (1, 5, 7, 9, 13)]
    assert labels_N.tolist() == [0] * 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ["aa"]}, r"no class 'aa'; did you mean a\?"),
        ({"classes": ["zebra"]}, "no class 'zebra'; known: a, b, c"),
        ({"classes": [3]}, "no class number 3; they go from 0 to 2"),
        ({"classes": ["a", 0]}, "is named twice"),
        ({"classes": []}, "leaves nothing"),
        ({"limit": 0}, "at least 1"),
    ],
)
def test_select_says_what_is_wrong(letters: Sets, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select(letters, **options)


def test_digits() -> None:
    dataset = digits.build(Path())
    check_contract(dataset)
    images, labels_N = dataset["splits"]["all"]
    assert images.shape == (1797, 8, 8, 1)
    assert (images.min(), images.max()) == (0, 255)
    assert set(np.unique(images)) == {round(ink * 255 / 16) for ink in range(17)}
    assert (dataset["mirror"], dataset["classes"][labels_N[0]]) == (False, "0")


@pytest.mark.parametrize(("size", "classes", "channels"), [(8, 2, 1), (32, 12, 3), (48, 192, 4)])
def test_shapes_at_any_size(size: int, classes: int, channels: int) -> None:
    dataset = shapes.build(Path(), size=size, classes=classes, channels=channels, count=3 * classes)
    check_contract(dataset)
    images, labels_N = dataset["splits"]["all"]
    assert images.shape == (3 * classes, size, size, channels)
    assert np.bincount(labels_N).tolist() == [3] * classes
    assert (images.std(axis=(1, 2)).max(axis=1) > 10).all()  # there is something to see in each


def test_shapes_are_seeded() -> None:
    first, again, other = (shapes.build(Path(), count=100, seed=seed)["splits"]["all"][0] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_shapes_differ_by_what_they_cover_not_by_colour() -> None:
    images, labels_N = shapes.build(Path(), classes=2, channels=1, count=400, noise=0)["splits"]["all"]
    covered_N = (np.abs(images.astype(int) - images[:, :1, :1]) > 20).mean(axis=(1, 2, 3))
    circles, squares = covered_N[labels_N == 0].mean(), covered_N[labels_N == 1].mean()
    assert circles / squares == pytest.approx(np.pi / 1.6**2, rel=0.1)  # of equal radius
    brightness_N = images.mean(axis=(1, 2, 3))
    assert abs(brightness_N[labels_N == 0].mean() - brightness_N[labels_N == 1].mean()) < 15


def test_written_shapes(tmp_path: Path) -> None:
    for root in ("one", "two"):
        shapes.write(tmp_path / root, count=60, classes=3, size=16, suffixes=("jpg", "png"))
    dataset = folder.build(Path(), path=str(tmp_path / "one"))
    check_contract(dataset)
    assert dataset["classes"] == ["circle", "square", "triangle"]
    paths, labels_N = dataset["splits"]["all"]
    assert np.bincount(labels_N).tolist() == [20] * 3
    sizes, formats = set(), set()
    for path in paths:
        with Image.open(path) as picture:
            sizes.add(picture.size)
            formats.add(picture.format)
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
    assert len(sizes) > 10
    assert all(12 <= side <= 32 for size in sizes for side in size)
    assert formats == {"JPEG", "PNG"}


def test_written_shapes_of_one_size_and_other_channels(tmp_path: Path) -> None:
    shapes.write(tmp_path, count=8, classes=2, size=16, channels=4, mixed_sizes=False, suffixes=("png",))
    for path in tmp_path.rglob("*.png"):
        with Image.open(path) as picture:
            assert (picture.size, picture.mode) == ((16, 16), "RGBA")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": 1}, "from 2 to 192"),
        ({"classes": 193}, "from 2 to 192"),
        ({"channels": 2}, "1, 3 or 4"),
        ({"size": 7}, "at least 8 pixels"),
        ({"count": 3}, "one image of each class"),
    ],
)
def test_shapes_say_what_is_wrong(options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shapes.build(Path(), **options)


def test_digits_are_scikit_learns_own() -> None:
    from sklearn.datasets import load_digits

    images, labels = digits.build(Path())["splits"]["all"]
    found = load_digits()
    assert np.array_equal(images[..., 0], np.rint(found.images * (255 / 16)))
    assert np.array_equal(labels, found.target)
