"""Part of the training images: which ones, of which classes, and what is said of it; label spaces wider than the data."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linnaeus.data import sampling
from linnaeus.data.compose import splits as composed
from linnaeus.data.dataset import Splits
from linnaeus.data.load import load, open_source
from linnaeus.data.thin import thinned
from linnaeus.errors import DataError
from linnaeus.events import note
from linnaeus.recipe.advise import advise
from linnaeus.recipe.read import data_spec, override
from linnaeus.recipe.recipe import Recipe


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def archive(path: Path, names: list[str], each: int = 40, order: int | None = None) -> str:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (each * len(names), 8, 8, 3), dtype=np.uint8)
    labels = np.repeat(names, each)
    rows = np.arange(len(labels)) if order is None else np.random.default_rng(order).permutation(len(labels))
    np.savez(path, images=images[rows], labels=labels[rows])
    return f"arrays({str(path)!r})"


def recipe_of(data: str, *changes: str, **fields: object) -> Recipe:
    source = open_source(data_spec(data), to_train=False)
    return Recipe(**{**override(advise(source.facts()) | {"data": source.spec}, list(changes)), **fields})


def loaded(data: str, *changes: str, known=(), extra=()) -> Splits:
    weights = ["weights=old"] if known or extra else []
    return load(open_source(data_spec(data), extra), recipe_of(data, *weights, *changes), known=known)


def pixels(splits: Splits) -> set[bytes]:
    return {splits.train.store[row].tobytes() for row in splits.train.rows_N}


def test_a_share_is_of_each_class_and_nested_and_leaves_the_other_splits_alone() -> None:
    whole, *parts = [loaded("digits", f"share={share}") for share in (1.0, 0.5, 0.2, 0.05)]
    for larger, smaller in zip([whole, *parts], parts, strict=False):
        assert pixels(smaller) < pixels(larger)
        assert smaller.val.names == whole.val.names and smaller.test.names == whole.test.names
        assert smaller.fingerprint == whole.fingerprint
    counts = np.array(whole.train.counts())
    assert parts[1].train.counts() == [round(0.2 * count) for count in counts.tolist()]
    assert parts[2].notes == (note("share", share=0.05, n=len(parts[2].train), of=len(whole.train)),)
    assert whole.notes == ()


def test_at_least_two_images_of_a_class_stay_where_it_has_them() -> None:
    assert loaded("digits", "share=0.0001").train.counts() == [2] * 10


def test_which_images_depends_on_their_content_and_the_seed_alone(tmp_path: Path) -> None:
    one, other = archive(tmp_path / "one.npz", ["cat", "dog"]), archive(tmp_path / "other.npz", ["cat", "dog"], order=3)
    assert pixels(loaded(one, "share=0.3")) == pixels(loaded(other, "share=0.3"))
    both = [loaded(one, "val=0", "test=0", "choose=last", f"split_seed={seed}", "share=0.3") for seed in (0, 1)]
    assert pixels(both[0]) != pixels(both[1])


def test_so_many_images_of_each_known_class_are_replayed() -> None:
    whole, few, fewer = (loaded("digits", f"replay={n}", known=("3", "7", "elephant")) for n in (-1, 20, 5))
    assert pixels(fewer) < pixels(few) < pixels(whole)
    assert [few.train.counts()[k] for k in (3, 7)] == [20, 20]
    assert [few.train.counts()[k] for k in (0, 9)] == [whole.train.counts()[k] for k in (0, 9)]
    known = whole.train.counts()[3] + whole.train.counts()[7]
    assert few.notes == (note("replay", classes=2, each=20, n=40, of=known),)
    assert loaded("digits", "weights=old", "replay=20").train.counts() == whole.train.counts()  # no class is known


def test_replay_and_share_together() -> None:
    both = loaded("digits", "replay=5", "share=0.2", known=("3",))
    assert both.train.counts()[3] == 5
    assert (both.notes[0].kind, both.notes[0].values["share"]) == ("share-new", 0.2)


def test_without_replay_old_classes_keep_their_place_and_no_image() -> None:
    splits = loaded("digits", "replay=0", known=("0", "1", "9"))
    assert [splits.train.counts()[k] for k in (0, 1, 9)] == [0, 0, 0]
    assert splits.classes == tuple("0123456789") and min(splits.val.counts()) > 0
    assert (splits.notes[0].values["each"], splits.notes[0].values["n"]) == (0, 0)
    with pytest.raises(DataError, match="no training images"):
        loaded("digits", "replay=0", known=tuple("0123456789"))


def test_balanced_sampling_passes_over_classes_without_images() -> None:
    splits = loaded("digits", "replay=0", "sampling=balanced", known=("0", "9"))
    for epoch in range(1, 6):
        drawn = np.concatenate(sampling.orders(splits.train, recipe_of("digits", "sampling=balanced"), epoch))
        counts = np.bincount(splits.train.labels_N[drawn], minlength=10)
        assert counts[0] == counts[9] == 0
        assert counts.sum() == len(splits.train) and counts[1:9].max() - counts[1:9].min() <= 2


def test_a_label_space_wider_than_the_data(tmp_path: Path) -> None:
    data = archive(tmp_path / "new.npz", ["newt", "cat"])
    splits = loaded(data, extra=("dog", "cat", "fox"))
    assert splits.classes == ("dog", "cat", "fox", "newt")
    assert [bool(count) for count in splits.train.counts()] == [False, True, False, True]
    assert set(splits.train.labels_N.tolist()) == {1, 3}
    assert loaded(data).classes == ("cat", "newt")
    through_recipe = composed(recipe_of(data), lambda event: None, extra_classes=("dog",))
    assert through_recipe.classes == ("dog", "cat", "newt")


def test_one_new_class_is_enough_beside_old_ones_but_not_one_image(tmp_path: Path) -> None:
    assert loaded(archive(tmp_path / "new.npz", ["newt"]), extra=("dog", "fox")).classes == ("dog", "fox", "newt")
    with pytest.raises(DataError, match="newt"):
        loaded(archive(tmp_path / "one.npz", ["newt"], each=1), extra=("dog", "fox"))


def test_streamed_files_are_thinned_alike(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(20):
            picture = Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8))
            picture.save(tmp_path / "photos" / name / f"{number}.png")
    resident, streamed = (
        loaded(str(tmp_path / "photos"), "share=0.5", f"loading={how}") for how in ("resident", "streamed")
    )
    assert resident.train.names == streamed.train.names


def test_nothing_is_said_of_what_is_not_asked_for() -> None:
    labels = np.zeros(3, np.int64)
    chosen, notes = thinned(["a", "b", "c"], labels, ["cat"], recipe_of("digits"), known=("cat",))
    assert chosen.tolist() == [0, 1, 2] and notes == ()
