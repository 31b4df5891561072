"""A fix list makes a new version of a data set; the old one stays, and a faulty list makes nothing."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus.cli.app import run
from linnaeus.data.audit import fixes
from linnaeus.errors import DataError, RunError
from tests.settings import given

HEADER = "path,action,label,given,suggested_probability,given_probability,reason\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in (
        "train/cat/1",
        "train/cat/2",
        "train/cat/deep/3",
        "train/dog/1",
        "train/dog/2",
        "test/cat/9",
        "test/dog/9",
    ):
        file = tmp_path / "photos" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(file)
    return tmp_path / "photos"


def listed(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(header + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def content(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(photos)
    file = listed(
        tmp_path,
        "train/cat/1.png,relabel,dog,cat,0.98,0.01,a dog",  # dog/1.png is taken
        "train/cat/deep/3.png,relabel,dog,,,,",
        "test/dog/9.png,drop,,,,,",
        "train/dog/1.png,keep,cat,,,,",
        "train/dog/2.png,relabel,dog,,,,is so already",
    )
    with pytest.raises(DataError, match="fewer than two training images of cat"):
        linnaeus.fix(str(photos), file)
    assert not (tmp_path / "photos-fixed").exists()
    file.write_text(file.read_text().replace("train/cat/deep/3.png,relabel,dog", "train/cat/deep/3.png,keep,dog"))
    assert run(["fix", str(photos), str(file)]) == 0
    new = tmp_path / "photos-fixed"
    out = capsys.readouterr().out
    assert f"written     {new}, 6 images: 1 relabelled, 1 dropped. 3 lines change nothing" in " ".join(
        out.split("\n            ")
    )
    assert content(photos) == before
    expected = {name: data for name, data in before.items() if name not in ("train/cat/1.png", "test/dog/9.png")}
    expected |= {"train/dog/1-2.png": before["train/cat/1.png"], "fixes.csv": file.read_bytes()}
    assert content(new) == expected
    assert linnaeus.audit(str(new), **given("val=0")).counts == {"train": 5, "test": 1}
    assert linnaeus.fix(str(photos), file).folder == tmp_path / "photos-fixed-2"  # a free name is found


def test_a_folder_whose_splits_are_drawn_keeps_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(60):
        file = tmp_path / "all" / ("cat", "dog")[number % 2] / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(file)
    before = linnaeus.audit(str(tmp_path / "all")).counts
    linnaeus.fix(str(tmp_path / "all"), listed(tmp_path, "cat/0.png,relabel,dog"), to=tmp_path / "new")
    assert (tmp_path / "new" / "dog" / "0.png").is_file() and not (tmp_path / "new" / "cat" / "0.png").exists()
    assert linnaeus.audit(str(tmp_path / "new")).counts == before


def test_links_are_made_where_the_disk_can_and_copies_elsewhere(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = listed(tmp_path, "train/cat/1.png,drop,")
    linked = linnaeus.fix(str(photos), file, to=tmp_path / "linked").folder / "train/cat/2.png"
    assert linked.samefile(photos / "train/cat/2.png")

    def refused(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refused)
    copied = linnaeus.fix(str(photos), file, to=tmp_path / "copied").folder / "train/cat/2.png"
    assert not copied.samefile(linked) and copied.read_bytes() == linked.read_bytes()


def test_arrays_become_a_folder_of_the_very_same_pixels(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, 9, 9), dtype=np.uint8)
    np.savez(tmp_path / "some.npz", images=images, labels=np.repeat(["cat", "dog"], 6))
    data = f"arrays('{tmp_path / 'some.npz'}')"
    done = linnaeus.fix(data, listed(tmp_path, "all/00001,relabel,dog", "all/00011,drop,"))
    assert done.folder == tmp_path / "some-fixed"
    assert (done.images, done.relabelled, done.dropped) == (11, 1, 1)
    assert len(list((done.folder / "dog").iterdir())) == 6
    with Image.open(done.folder / "dog" / "00001.png") as picture:
        assert np.array_equal(np.asarray(picture), images[1])
    assert linnaeus.audit("digits", **given("val=0.2")).counts["train"]  # a data set of the shelf, by its name
    assert linnaeus.fix("digits", listed(tmp_path, "all/00000,drop,")).folder == tmp_path / "digits-fixed"


def test_a_table(photos: Path, tmp_path: Path) -> None:
    rows = [f"photos/{name},{name.split('/')[1]},{name.split('/')[0]}" for name in content(photos)]
    (tmp_path / "table.csv").write_text("path,label,split\n" + "\n".join(rows))
    done = linnaeus.fix(str(tmp_path / "table.csv"), listed(tmp_path, "photos/train/cat/1.png,relabel,dog"))
    assert done.folder == tmp_path / "table-fixed"
    assert linnaeus.audit(str(done.folder), **given("val=0")).per_class == {"train": (2, 3), "test": (1, 1)}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["train/cat/7.png,drop,"], r"line 2: there is no image 'train/cat/7.png' \(did you mean train/cat/"),
        (["", "train/cat/1.png,relabel,dgo"], r"line 3: there is no class 'dgo' \(did you mean dog\?\)"),
        (["train/cat/1.png,relable,dog"], "line 2: the action 'relable' is none of relabel, drop, keep"),
        (["train/cat/1.png,relabel,"], "line 2: relabel train/cat/1.png, but to no label"),
        (["train/cat/1.png,drop,", "train/cat/1.png,keep,"], "line 3: train/cat/1.png again, after line 2"),
        ([",drop,"], "line 2: no path"),
        (
            [f"x{n}.png,drop," for n in range(9)],
            "line 4: there is no image 'x2.png'; and 6 more lines; nothing was written",
        ),
        (["train/cat/1.png,keep,", "train/dog/1.png,relabel,dog"], "changes nothing: none of its 2 lines"),
        ([], "changes nothing"),
    ],
)
def test_a_faulty_list_is_refused_and_nothing_is_written(
    photos: Path, tmp_path: Path, lines: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(tmp_path)
    file = listed(tmp_path, *lines)
    with pytest.raises(DataError, match=told):
        linnaeus.fix(str(photos), file, to=tmp_path / "new")
    assert run(["fix", str(photos), str(file), "--to", str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert content(tmp_path) == {**before, "list.csv": file.read_bytes()}
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("header", "told"),
    [("", "has no column path or action or label"), ("path,action\n", "has no column label"), ("a;b\n", "names a, b")],
)
def test_a_list_without_the_columns(photos: Path, tmp_path: Path, header: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        linnaeus.fix(str(photos), listed(tmp_path, header=header))


def test_lists_that_are_no_text_or_not_there(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no fix list .*missing\.csv"):
        linnaeus.fix(str(photos), tmp_path / "missing.csv")
    (tmp_path / "list.csv").write_bytes(b"\xff\x00\xfe")
    with pytest.raises(DataError, match="not text in UTF-8"):
        linnaeus.fix(str(photos), tmp_path / "list.csv")
    with pytest.raises(DataError, match="cannot be read"):
        linnaeus.fix(str(photos), tmp_path)


def test_lists_as_spreadsheets_write_them(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("\ufeffPath;Action;Label\r\ntrain/cat/1.png;DROP;\r\n".encode())
    assert [(fix.line, fix.path, fix.action) for fix in fixes.read(tmp_path / "list.csv")] == [
        (2, "train/cat/1.png", "drop")
    ]
    assert linnaeus.fix(str(photos), tmp_path / "list.csv").dropped == 1


def test_what_is_there_already_is_not_touched(photos: Path, tmp_path: Path) -> None:
    file = listed(tmp_path, "train/cat/1.png,drop,")
    (tmp_path / "new").mkdir()
    with pytest.raises(RunError, match="is there already"):
        linnaeus.fix(str(photos), file, to=tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_nothing_is_left_where_writing_fails(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    monkeypatch.setattr(fixes.shutil, "copy2", full)
    with pytest.raises(RunError, match="free some space"):
        linnaeus.fix(str(photos), listed(tmp_path, "train/cat/1.png,drop,"), to=tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["list.csv", "photos"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut").chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(RunError, match="cannot write"):
        linnaeus.fix(str(photos), listed(tmp_path, "train/cat/1.png,drop,"), to=tmp_path / "shut" / "new")


def test_parts_of_data_sets_and_several_are_refused(photos: Path, tmp_path: Path) -> None:
    file = listed(tmp_path, "train/cat/1.png,drop,")
    with pytest.raises(DataError, match="without limit"):
        linnaeus.fix(f"folder('{photos}', limit=2)", file)
    with pytest.raises(DataError, match="one at a time"):
        linnaeus.fix(f"folder('{photos}') + digits", file)


def test_to_without_a_list(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", str(photos), "--to", "new"]) == 2
    assert "FIXES" in capsys.readouterr().err
