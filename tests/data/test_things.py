"""Several images of one thing, by pattern or column: they stay in one split, whatever is added, and equal images with them."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.data import split
from linnaeus.data.dataset import SPLITS, Dataset, Splits
from linnaeus.data.load import load, open_source
from linnaeus.errors import DataError, RecipeError
from linnaeus.recipe.advise import advise
from linnaeus.recipe.read import data_spec, override
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Finding
from tests.settings import given
from tests.training.small import FIXED


def write(folder: Path, signs: range = range(20), shots: int = 6) -> Path:
    """Two classes of signs, each photographed several times: cat/7_00.png, cat/7_01.png …"""
    for place, name in enumerate(("cat", "dog")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for sign in signs:
            rng = np.random.default_rng([place, sign])
            image = rng.integers(0, 256, (12, 12, 3))
            for shot in range(shots):
                noisy = np.clip(image + rng.integers(-9, 10, image.shape), 0, 255).astype(np.uint8)
                Image.fromarray(noisy).save(folder / name / f"{sign}_{shot:02d}.png")
    return folder


def loaded(data: str, *changes: str) -> Splits:
    source = open_source(data_spec(data))
    fields = advise(source.facts()) | {"data": source.spec}
    return load(source, Recipe(**override(fields, ["val=0.25", "test=0.25", *changes])))


def sides(splits: Splits) -> dict[str, set[str]]:
    return {name: set(part.groups) for name in SPLITS if (part := getattr(splits, name)) is not None}


def test_a_thing_stays_in_one_split_also_when_others_are_added(tmp_path: Path) -> None:
    before = sides(loaded(str(write(tmp_path / "d")), r"group=(.*)_\d+"))
    assert sum(map(len, before.values())) == 40 and all(before.values())
    write(tmp_path / "d", range(100, 110))
    after = sides(loaded(str(tmp_path / "d"), r"group=(.*)_\d+"))
    assert all(before[name] <= after[name] for name in SPLITS)


def test_without_a_group_the_shots_of_a_sign_are_on_several_sides(tmp_path: Path) -> None:
    splits = loaded(str(write(tmp_path / "d")))
    signs = [{name.rpartition("_")[0] for name in getattr(splits, split).names} for split in SPLITS]
    assert signs[0] & signs[1] and not splits.train.groups


def test_an_equal_image_joins_two_things(tmp_path: Path) -> None:
    write(tmp_path / "d")
    shutil.copy(tmp_path / "d" / "cat" / "0_00.png", tmp_path / "d" / "cat" / "1_99.png")
    found = sides(loaded(str(tmp_path / "d"), r"group=(.*)_\d+"))
    assert any({"cat/0", "cat/1"} <= groups for groups in found.values())


def test_a_column_of_a_table_names_the_things(tmp_path: Path) -> None:
    write(tmp_path / "d", range(12), 3)
    rows = [f"d/{n}/{s}_{k:02d}.png,{n},patient {s}" for n in ("cat", "dog") for s in range(12) for k in range(3)]
    (tmp_path / "t.csv").write_text("path,label,patient\n" + "\n".join(rows) + "\n")
    found = sides(loaded(f"table({str(tmp_path / 't.csv')!r}, group='patient')"))
    assert set.union(*found.values()) == {f"patient {number}" for number in range(12)}
    assert sum(map(len, found.values())) == 12, "a patient is in several classes, and in one split"
    with pytest.raises(RecipeError, match="has no column 'doctor'"):
        loaded(f"table({str(tmp_path / 't.csv')!r}, group='doctor')")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("patient", "no part in parentheses"), ("(", "is no pattern"), ("(zebra)", "found in none of the 3 names")],
)
def test_a_pattern_that_says_nothing_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        split.things(["train/a/1.png", "train/a/2.png", "b.png"], ["", "", ""], pattern)


def test_the_folder_of_a_split_is_no_part_of_a_name() -> None:
    names = ["train/a/7_1.png", "val/a/7_2.png", "a/8_1.jpeg", "plain.png"]
    assert split.things(names, [""] * 4, r"(.*)_\d+") == ("a/7", "a/7", "a/8", "plain.png")


def test_units_join_what_shares_an_image() -> None:
    whole = Dataset(
        store=np.zeros((4, 1, 1, 1), np.uint8), rows_N=np.arange(4), labels_N=np.zeros(4, np.int64),
        names=tuple("abcd"), classes=("x",), hashes=("1", "2", "2", "3"), groups=("u", "u", "v", "w"),
    )  # fmt: skip
    assert split.units(whole) == ["thing u", "thing u", "thing u", "thing w"]


def test_scores_count_things_in_record_page_and_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changes = given(*FIXED, "model=linear", "image_size=12", "epochs=1", "val=0.25", "test=0.25", r"group=(.*)_\d+")
    record = linnaeus.train(str(write(tmp_path / "d")), **changes, name="run", runs=tmp_path / "runs", progress=False)
    accuracy = record.scores["val"].metrics["accuracy"]
    assert accuracy.groups == record.data.things["val"] == accuracy.n / 6
    (row,) = record.history
    assert (row.val_accuracy, row.val_low, row.val_high) == (accuracy.value, accuracy.low, accuracy.high)
    page = (tmp_path / "runs" / "run" / "report.html").read_text()
    assert f"The images show {accuracy.groups} things" in page and f"of {accuracy.groups} things" in page
    again = linnaeus.evaluate("run", runs=tmp_path / "runs", progress=False)
    assert again.metrics["accuracy"] == accuracy
    (found,) = linnaeus.compare(
        "run",
        linnaeus.continue_("run", epochs=1, name="more", runs=tmp_path / "runs", report=False, progress=False),
        runs=tmp_path / "runs",
    )
    assert found.difference.groups == accuracy.groups


def burst(data: Path, *changes: str) -> list[Finding]:
    found = linnaeus.audit(str(data), **given("image_size=12", *changes), progress=False)
    return [one for one in found.findings if one.kind == "burst"]


def test_the_audit_asks_where_it_sees_bursts_and_no_thing_is_named(tmp_path: Path) -> None:
    (found,) = burst(write(tmp_path / "d"))
    assert found.severity == "question" and found.count == 240
    assert found.values["things"] == 40 and found.values["pattern"] == r"(.*)_\d+"
    assert sum(images for _, images, _ in found.values["counted"]) == 240
    assert burst(tmp_path / "d", f"group={found.values['pattern']}") == []


@pytest.mark.parametrize(
    ("name", "pattern"), [("{0} ({1}).png", r"(.*)\(\d+\)"), ("{1}_sign{0}.png", r"(.*/)?\d+_(.+)")]
)
def test_names_may_count_in_brackets_or_in_front(name: str, pattern: str, tmp_path: Path) -> None:
    for path in write(tmp_path / "d").rglob("*.png"):
        path.rename(path.with_name(name.format(*path.stem.split("_"))))
    (found,) = burst(tmp_path / "d")
    assert found.values["things"] == 40 and found.values["pattern"] == pattern
    splits = loaded(str(tmp_path / "d"), f"group={pattern}")
    assert sum(map(len, sides(splits).values())) == 40


def test_images_that_are_counted_through_or_not_alike_are_no_bursts(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        for folder in ("through", "unlike"):
            (tmp_path / folder / name).mkdir(parents=True)
        for number in range(60):
            image = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8))
            image.save(tmp_path / "through" / name / f"photo_{number:03d}.png")
            image.save(tmp_path / "unlike" / name / f"{number // 6}_{number % 6}.png")
    assert burst(tmp_path / "through") == [] and burst(tmp_path / "unlike") == []


def filmed(folder: Path, *, exif: bool) -> Path:
    """Two classes of twelve things, five images each, numbered through; with times, the names tell nothing and the things mix."""
    rng, second = np.random.default_rng(0), 0
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for thing in range(12):
            scene, second = rng.integers(0, 256, (12, 12, 3)), second + 60
            for shot in range(5):
                image = Image.fromarray((scene + rng.integers(-6, 7, scene.shape)).clip(0, 255).astype(np.uint8))
                taken = image.getexif()
                taken[0x8769] = {0x9003: f"2024:05:01 12:{second // 60:02d}:{shot // 3:02d}"}
                stem = f"{rng.integers(1 << 40):x}" if exif else f"frame_{thing * 5 + shot:04d}"
                image.save(folder / name / f"{stem}.png", **({"exif": taken} if exif else {}))
    return folder


@pytest.mark.parametrize(("exif", "clue"), [(True, "seconds"), (False, "neighbours")])
def test_seconds_and_neighbours_tell_things_and_a_table_accepts_them(tmp_path: Path, exif: bool, clue: str) -> None:
    data = filmed(tmp_path / "d", exif=exif)
    (found,) = burst(data)
    assert (found.values["clue"], found.values["things"], found.count) == (clue, 24, 120)
    table = tmp_path / "things.csv"
    linnaeus.audit(str(data), **given("image_size=12"), things=table, progress=False)
    changes = given(*FIXED, "model=linear", "image_size=12", "epochs=1", "val=0.25", "test=0.25")
    named = f"table('{table}', group='thing')"
    record = linnaeus.train(named, **changes, name="run", runs=tmp_path / "runs", progress=False)
    accuracy = record.scores["val"].metrics["accuracy"]
    assert accuracy.groups == record.data.things["val"] == accuracy.n / 5


def test_a_film_whose_light_changes_is_cut_where_another_thing_begins(tmp_path: Path) -> None:
    """By grey values alone 24 of these 142 places were wrong, with the contrasts none."""
    rng = np.random.default_rng(3)
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for thing in range(12):
            scene, light = 60 + 60 * rng.random((6, 6)).repeat(2, 0).repeat(2, 1), 0.0
            for shot in range(6):
                light += rng.normal(0, 12)
                image = (scene + light + rng.normal(0, 4, scene.shape)).clip(0, 255).astype(np.uint8)
                Image.fromarray(image).save(tmp_path / name / f"frame_{thing * 6 + shot:04d}.png")
    (found,) = burst(tmp_path)
    shown = dict(found.pairs)
    wrong = [
        (shown[f"{name}/frame_{shot:04d}.png"] == shown[f"{name}/frame_{shot + 1:04d}.png"]) == (shot % 6 == 5)
        for name in ("cat", "dog")
        for shot in range(71)
    ]
    assert sum(wrong) <= 3


def test_where_no_things_are_seen_no_table_is_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "d" / name).mkdir(parents=True)
        for number in range(20):
            image = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8))
            image.save(tmp_path / "d" / name / f"{number}.png")
    with pytest.raises(DataError, match="nothing looks as if several images showed one thing"):
        linnaeus.audit(str(tmp_path / "d"), things=tmp_path / "t.csv", progress=False)
    assert not (tmp_path / "t.csv").exists()


def test_things_so_few_that_none_can_be_held_out_are_refused(tmp_path: Path) -> None:
    """Each class one thing: trained without validation, it said that val was 0."""
    source = open_source(data_spec(str(write(tmp_path / "d"))))
    fields = advise(source.facts()) | {"data": source.spec}
    with pytest.raises(DataError, match="240 images show 2 things, too few in each class to hold any out"):
        load(source, Recipe(**override(fields, [*FIXED, "group=(cat|dog)/", "val=0.2"])))
    assert load(source, Recipe(**override(fields, [*FIXED, "group=(cat|dog)/", "val=0", "test=0"]))).val is None
