from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.data import row_file
from linnaeus.data.compose import compose
from linnaeus.data.dataset import Splits
from linnaeus.data.load import load, open_source, reshape
from linnaeus.errors import DataError, LinnaeusError, UnknownName
from linnaeus.recipe.advise import advise
from linnaeus.recipe.read import data_spec, override
from linnaeus.recipe.recipe import Recipe
from linnaeus.reporting.content.data import audited
from linnaeus.reporting.words import words
from tests.reporting import said


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def archive(path: Path, names: list[str], *, size: int = 8, channels: int = 3, each: int = 20, seed: int = 0) -> str:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (each * len(names), size, size, channels), dtype=np.uint8)
    np.savez(path, images=images, labels=np.repeat(names, each))
    return f"arrays({str(path)!r})"


def pictures(folder: Path, counts: dict[str, int], *, size: tuple[int, int] = (20, 16), seed: int = 0) -> Path:
    rng = np.random.default_rng(seed)
    for name, count in counts.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(
                folder / name / f"{number}.png"
            )
    return folder


def loaded(data: str, *changes: str, tell=lambda event: None) -> Splits:
    source = open_source(data_spec(data))
    recipe = Recipe(**override(advise(source.facts()) | {"data": source.spec}, list(changes)))
    return load(source, recipe, tell)


def test_what_a_set_brings_stands_and_the_rest_is_drawn() -> None:
    splits = loaded("digits")
    assert sum(len(each) for each in (splits.train, splits.val, splits.test)) == 1797
    assert splits.train.classes == tuple("0123456789")
    assert set(splits.train.names).isdisjoint(splits.test.names)
    assert loaded("digits").test.names == splits.test.names
    assert loaded("digits", "split_seed=1").test.names != splits.test.names


def test_a_folder_with_its_own_splits_stays_mapped_and_is_not_copied_into_memory(tmp_path: Path) -> None:
    for place, name in enumerate(("train", "val", "test")):
        pictures(tmp_path / "photos" / name, {"ant": 3, "bee": 2}, seed=place)
    splits = loaded(str(tmp_path / "photos"))
    assert [len(part) for part in (splits.train, splits.val, splits.test)] == [5, 5, 5]
    store = splits.train.store
    assert store is splits.val.store is splits.test.store
    assert isinstance(store, np.ndarray) and isinstance(store.base, np.memmap)
    before = store.copy()
    row_file.let_go(store)  # the file still has what memory no longer holds
    assert np.array_equal(store, before)


def test_merged_sets_share_a_label_space_by_class_name(tmp_path: Path) -> None:
    one = archive(tmp_path / "one.npz", ["cat", "dog"])
    other = archive(tmp_path / "other.npz", ["dog", "fox"], size=12, channels=1, seed=1)
    splits = loaded(f"{one} + {other}", "image_size=10", "channels=3")
    assert splits.classes == ("cat", "dog", "fox")
    assert splits.train.store.shape == (80, 10, 10, 3)
    counts = np.array([np.array(each.counts()) for each in (splits.train, splits.val, splits.test)]).sum(0)
    assert counts.tolist() == [20, 40, 20]


def test_a_folder_without_splits_is_split_by_content_and_duplicates_stay_together(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "photos", {"cat": 40, "dog": 40})
    for number in range(40):
        (folder / "cat" / f"copy-{number}.png").write_bytes((folder / "cat" / f"{number}.png").read_bytes())
    splits = loaded(str(folder))
    where = {name: key for key in ("train", "val", "test") for name in getattr(splits, key).names}
    assert len(where) == 120
    assert all(where[f"cat/{number}.png"] == where[f"cat/copy-{number}.png"] for number in range(40))


def test_a_streamed_folder_has_the_same_splits_and_fingerprint(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "photos", {"cat": 30, "dog": 30})
    resident, streamed = loaded(str(folder)), loaded(str(folder), "loading=streamed")
    assert isinstance(streamed.train.store, tuple)
    assert streamed.fingerprint == resident.fingerprint
    assert streamed.train.names == resident.train.names


@pytest.mark.parametrize("loading", ["resident", "streamed"])
def test_an_unreadable_file_is_listed_and_training_goes_on_unless_strict(tmp_path: Path, loading: str) -> None:
    folder = pictures(tmp_path / "photos", {"cat": 20, "dog": 20})
    whole = (folder / "cat" / "0.png").read_bytes()
    (folder / "cat" / "0.png").write_bytes(whole[: len(whole) // 2])
    notes: list[str] = []
    splits = loaded(
        str(folder),
        f"loading={loading}",
        tell=said.noting(notes),
    )
    assert [name for name, _ in splits.skipped] == ["cat/0.png"]
    assert any("cat/0.png" in text for text in notes)
    assert "cat/0.png" not in splits.train.names
    with pytest.raises(DataError, match=r"cat/0\.png"):
        loaded(str(folder), f"loading={loading}", "strict=true")


def test_bad_data_gets_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for data, message in [
        (str(tmp_path / "absent"), "absent"),
        (str(tmp_path / "empty"), "empty"),
        (str(pictures(tmp_path / "one", {"cat": 5})), "one class"),
        (str(pictures(tmp_path / "single", {"cat": 5, "dog": 1})), "dog"),
        ("digitz", "digits"),
        ("digits(colour=1)", "colour"),
    ]:
        with pytest.raises(LinnaeusError, match=message):
            loaded(data)


def test_the_named_split_is_there_or_the_message_says_what_is() -> None:
    splits = loaded("digits", "test=0.0")
    with pytest.raises(DataError, match="no test split"):
        splits.named("test")
    with pytest.raises(UnknownName, match="train"):
        splits.named("trian")


def test_reshape_keeps_what_fits_and_converts_the_rest() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)
    assert reshape(images, size=8, channels=1, resize="crop") is images
    colour = reshape(images, size=8, channels=3, resize="crop")
    assert np.array_equal(colour, np.repeat(images, 3, axis=3))
    assert reshape(images, size=5, channels=1, resize="stretch").shape == (3, 5, 5, 1)


def test_a_word_is_a_data_set_or_a_folder_here_and_never_one_of_both_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pictures(tmp_path / "photos", {"cat": 4, "dog": 4})
    with pytest.raises(UnknownName, match=r"there is no data set or folder 'photoz'; did you mean photos\?"):
        data_spec("photoz")
    assert compose("photos", None, None, ())[1].notes == ()
    pictures(tmp_path / "digits", {"cat": 4, "dog": 4})
    (told,) = compose("digits", None, None, ())[1].notes
    assert (told.kind, told.values) == ("shadowed", {"name": "digits"})
    assert compose("./digits", None, None, ())[1].classes == ("cat", "dog")
    found = linnaeus.audit("digits", progress=False)
    assert "./digits" in str(said.of(audited(found, words("en"))[0], words("en")))


def test_a_folder_of_which_nothing_can_be_read_gives_the_reason_of_a_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.jp2").write_bytes(b"\0\0\0\x0cjP  and so on")
    with pytest.raises(DataError, match=r"can be read, the first being .*: format not allowed: JPEG 2000; save it as"):
        open_source(data_spec(str(tmp_path))).facts()


def test_rows_that_were_looked_at_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = np.arange(5 * 4 * 4 * 3, dtype=np.uint8).reshape(5, 4, 4, 3)
    row_file.write(tmp_path / "rows", iter(written), (4, 4, 3), {}, at_most=5)
    rows, _ = row_file.read(tmp_path / "rows")
    let_go: list[object] = []
    real = row_file.let_go
    monkeypatch.setattr(row_file, "let_go", lambda rows: let_go.append(real(rows)))
    monkeypatch.setattr(row_file, "HELD", 2 * rows[0].nbytes)
    found = [row.copy() for row in row_file.each(rows, [4, 0, 3, 3, 1])]
    assert np.array_equal(found, written[[4, 0, 3, 3, 1]]) and len(let_go) == 3
