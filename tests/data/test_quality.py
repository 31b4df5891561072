"""Constant, dark, bright and blurred images among sound ones; networks too coarse for small images; odd files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

import linnaeus
from linnaeus.data.audit import masks, mirrored, quality, stem
from linnaeus.data.load import open_source
from linnaeus.recipe import catalog
from linnaeus.recipe.advise import NETWORK, advise
from linnaeus.recipe.read import data_spec, override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse
from tests.data.planted import CLASSES, photo
from tests.reporting import said
from tests.settings import given


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def photos(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([np.asarray(photo(CLASSES[number % 4], rng).convert("L")) for number in range(count)])


def found(images: np.ndarray) -> dict[str, tuple[str, ...]]:
    labels, names = np.zeros(len(images), np.int64), [str(number) for number in range(len(images))]
    return {each.kind: each.files for each in quality.findings(quality.measure(images), labels, names)}


def test_what_shows_nothing_is_told_apart() -> None:
    images = photos(120)
    assert found(images) == {}
    images[3] = 77
    images[5] = images[5] // 8
    images[7] = 255 - images[7] // 8
    images[9] = np.asarray(Image.fromarray(images[9]).filter(ImageFilter.GaussianBlur(6)))
    assert found(images) == {"constant": ("3",), "dark": ("5",), "bright": ("7",), "blurred": ("9",)}


def test_sharpness_is_the_laplacian_over_the_variance_by_hand() -> None:
    checker = (np.indices((6, 6)).sum(0) % 2 * 200).astype(np.uint8)[None]
    measured = quality.measure(checker)
    assert measured.sharpness_N.tolist() == pytest.approx([64.0])  # ±800 around nothing, over ±100
    assert (measured.low_N.tolist(), measured.high_N.tolist()) == ([0], [200])


def test_images_too_small_for_a_laplacian_are_not_called_blurred() -> None:
    assert found(np.random.default_rng(0).integers(0, 256, (40, 2, 2), dtype=np.uint8)) == {}


def recipe(data: str, *changes: str) -> Recipe:
    source = open_source(data_spec(data))
    return Recipe(**override(advise(source.facts()) | {"data": source.spec}, list(changes)))


@pytest.mark.parametrize(
    ("model", "size", "left", "small_stem"),
    [
        ("imagenet_resnet", 32, 8, True),
        ("timm('resnet18')", 64, 16, False),
        ("imagenet_resnet(stem='small')", 32, None, False),
        ("imagenet_resnet", 128, None, False),
        ("resnet(depth=20)", 32, None, False),
        ("mlp", 32, None, False),
    ],
)
def test_stems_of_networks_for_large_images(model: str, size: int, left: int | None, small_stem: bool) -> None:
    found = stem.of_recipe(recipe("shapes(count=40)", f"model={model}", f"image_size={size}"), 4)
    assert [(each.kind, each.values["left"], each.values["small_stem"]) for each in found] == (
        [("stem", left, small_stem)] if left else []
    )
    assert all(f"leave {left}×{left} of {size}×{size} pixels" in said.told(each) for each in found)


@pytest.mark.parametrize("size", [8, 16, 40, 64])
def test_the_network_that_is_advised_keeps_every_pixel(size: int) -> None:
    """So that nothing is built to find that out."""
    advised = recipe("shapes(count=40)", f"image_size={size}")
    assert advised.model.name == NETWORK
    assert stem.finding(catalog.build("models", advised.model, advised.channels, 4), advised) == []


def test_the_command_holds_a_model_against_the_images() -> None:
    kinds = [each.kind for each in linnaeus.audit("shapes(count=40)", model="imagenet_resnet").findings]
    assert "stem" in kinds
    assert "stem" not in [each.kind for each in linnaeus.audit("shapes(count=40)").findings]


def test_a_mirror_of_classes_that_it_does_not_change() -> None:
    images = photos(200)
    labels = np.arange(200) % 4
    assert {(move.name, move.to) for move in mirrored.moves(images, labels, CLASSES, "mirror")} == {
        ("left", "right"),
        ("right", "left"),
    }
    assert mirrored.moves(images, labels, CLASSES, "upside_down") == []
    shuffled = np.random.default_rng(0).permutation(labels)  # nothing can be told of classes that cannot be told apart
    assert mirrored.moves(images, shuffled, CLASSES, "mirror") == []


def test_shapes_sizes_and_grey_ones_of_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(40):
        place = tmp_path / "all" / ("cat", "dog")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        shape = {4: (60, 300, 3), 6: (20, 24, 3), 9: (64, 60)}.get(number, (64, 60, 3))
        Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).save(place / f"{number:02d}.png")
    kinds = {each.kind: each for each in linnaeus.audit(str(tmp_path / "all"), **given("image_size=64")).findings}
    assert kinds["odd_shape"].files == ("cat/04.png",)
    assert kinds["odd_shape"].values == {"resize": "crop"}
    assert kinds["small_image"].files == ("cat/06.png",)
    assert kinds["grey"].files == ("dog/09.png",)


def test_the_test_split_is_told_of_too(tmp_path: Path) -> None:
    found = linnaeus.audit("shapes(count=200)")
    small = {each.values["split"]: each.values for each in found.findings if each.kind == "small_split"}
    assert set(small) == {"val", "test"} and small["test"]["n"] == found.counts["test"]
    assert found.expected["test"].high - found.expected["test"].low > 0.16


def test_a_part_that_turns_images_is_named() -> None:
    from linnaeus.recipe.turns import augmented_by

    assert augmented_by("mirror", parse("crop(pad=2) | flip")) == "flip"
    assert augmented_by("mirror", parse("crop(pad=2)")) is None


def test_masks_are_known_by_their_folders_or_endings_but_not_where_they_are_the_class() -> None:
    def asked(*names: str, classes: tuple[str, ...] = ("a", "b")) -> dict[str, int]:
        return {each.values["without"]: each.count for each in masks.findings(names, classes)}

    assert asked("a/images/1.png", "a/masks/1.png", "b/images/2.png", "b/masks/2.png") == {"masks": 2}
    assert asked("a/1.png", "a/1_mask.png", "a/1_mask_1.png", "b/2 (3).png", "b/2 (3)_mask.png") == {"*_mask*": 3}
    assert asked("train/a/1.jpg", "train/a/1_seg.png", "test/b/GT/3.png") == {"*_seg*": 1, "GT": 1}
    assert asked("masks/1.png", "hats/2.png", classes=("masks", "hats")) == {}
    assert asked("a/face_mask.png", "b/no_mask.png") == {}  # no image that they would be masks of
    assert asked("labels/1.png", "labels/2.png") == {}
    for folder in masks.FOLDERS:
        assert asked("a/1.png", f"a/{folder.upper()}/1.png") == {folder.upper(): 1}
    for mark in ("mask", "seg", "segmentation", "gt", "groundtruth", "annotation", "label", "overlay", "contour"):
        assert asked("a/1.png", f"a/1_{mark}.png") == {f"*_{mark}*": 1}


def test_bits_that_are_not_used_are_told_and_are_not_called_darkness(tmp_path: Path) -> None:
    def folder(name: str, most: int) -> str:
        for k, label in enumerate("ab"):
            (tmp_path / name / label).mkdir(parents=True)
            for i in range(14):
                values = np.random.default_rng([k, i]).integers(0, most, (24, 24)).astype("uint16")
                Image.fromarray(values).save(tmp_path / name / label / f"{i}.png")
        return str(tmp_path / name)

    kinds = {each.kind: each for each in linnaeus.audit(folder("twelve", 4095), progress=False).findings}
    assert kinds["bits"].values == {"bits": 12, "levels": 16, "shift": 4}
    assert "dark" not in kinds
    assert "at most 12" in str(said.told(kinds["bits"]))
    assert "bits" not in {each.kind for each in linnaeus.audit(folder("sixteen", 65535), progress=False).findings}
