"""Class names that are one to a person: told apart by nobody, so asked about; and names that are none."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest

from linnaeus.data.class_names import key, settled
from linnaeus.data.load import open_source
from linnaeus.errors import DataError
from linnaeus.recipe.spec import Spec, parse

DATA = Spec("folder", ("pets",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cat", "cat"),
        ("cat ", "cat"),
        ("stop  sign", "stop sign"),
        ("stop_sign", "Stop-Sign"),
        ("1", "1.0"),
        ("01", "1"),
        ("0,5", "0.5"),
        ("straße", "STRASSE"),
        ("ﬁn", "fin"),
        ("cat\u200b", "cat"),
        ("cat\u00a0big", "cat big"),
        ("Кот", "кот"),
        ("саt", "cat"),  # the first with two Cyrillic letters
    ],
)
def test_names_that_are_one_to_a_person_have_one_key_and_are_asked_about(one: str, other: str) -> None:
    assert one != other
    assert key(one) == key(other)
    with pytest.raises(DataError, match="would not tell apart") as asked:
        settled(DATA, {one: 5, other: 7, "dog": 3}, None)
    assert repr(one) in str(asked.value)
    assert """names='merge')" if they are one""" in str(asked.value)
    assert settled(DATA, {one: 5, other: 7, "dog": 3}, "merge") == {one: other, other: other, "dog": "dog"}
    assert settled(DATA, {one: 5, other: 7}, "keep") == {one: one, other: other}


@pytest.mark.parametrize(
    "names",
    [
        ["1", "2", "10"],
        ["cat", "cats"],
        ["a", "b", "c"],
        ["+", "-"],
        ["_", "-"],
        ["1.5", "15"],
        ["v1", "v1.0"],
        ["b", "d", "в"],
    ],
)
def test_names_that_differ_are_left_alone(names: list[str]) -> None:
    counts = dict.fromkeys(names, 4)
    assert settled(DATA, counts, None) == {name: name for name in names}


@pytest.mark.parametrize("name", ["nan", "", "NaN", "<NA>", "None", "  "])
def test_what_programs_write_for_no_value_is_no_class_unless_it_is_said(name: str) -> None:
    with pytest.raises(DataError, match=r"4 images have the label .*no value; give"):
        settled(DATA, {"cat": 4, name: 4}, None)
    assert settled(DATA, {"cat": 4, name: 4}, "keep") == {"cat": "cat", name: name}
    assert settled(DATA, {"cat": 4, "none": 4}, None)["none"] == "none"


def test_several_labels_in_one_are_asked_about() -> None:
    for counts in ({"cat": 4, "wet": 4, "cat|wet": 1}, {"cat;wet": 4, "wet;dry": 3, "dry": 1}):
        with pytest.raises(DataError, match="looks like several labels"):
            settled(DATA, counts, None)
    assert settled(DATA, {"fruit, red": 4, "leaf, green": 4}, None).keys() == {"fruit, red", "leaf, green"}


def archive(path: Path, labels: list[str]) -> str:
    images = np.random.default_rng(0).integers(0, 256, (len(labels), 4, 4), dtype=np.uint8)
    np.savez(path, images=images, labels=np.array(labels))
    return f"arrays({str(path)!r})"


def test_merged_sets_are_asked_about_as_one_and_an_answer_in_one_of_them_counts(tmp_path: Path) -> None:
    one, other = archive(tmp_path / "1.npz", ["Cat", "dog"] * 3), archive(tmp_path / "2.npz", ["cat", "dog"] * 4)
    with pytest.raises(DataError, match=r"'Cat' and 'cat'; say names=\"merge\" in one of the data sets"):
        open_source(parse(f"{one} + {other}"))
    merged = open_source(parse(f"{one} + {other[:-1]}, names='merge')"))
    assert merged.classes == ("cat", "dog")
    assert [np.bincount(chunk.labels_N).tolist() for chunk in merged.chunks] == [[3, 3], [4, 4]]
    assert open_source(parse(f"{one} + {other[:-1]}, names='keep')")).classes == ("Cat", "dog", "cat")


def test_two_forms_of_unicode_are_one_name_without_asking(tmp_path: Path) -> None:
    labels = [unicodedata.normalize(form, "café") for form in ("NFC", "NFD")] * 3 + ["tea"] * 2
    found = open_source(parse(archive(tmp_path / "cafe.npz", labels)))
    assert found.classes == ("café", "tea")
    assert np.bincount(found.chunks[0].labels_N).tolist() == [6, 2]
