"""Data sets of the user's own files: folders and tables, and what is said when something is wrong with them."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from linnaeus.parts.datasets import folder, table
from linnaeus.recipe.spec import parse
from tests.parts.dataset_contract import check_contract


def touch(root: Path, *names: str) -> Path:
    """Files that look like images from outside, which is all that a listing asks."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def listing(dataset: dict[str, Any]) -> dict[str, dict[str, str]]:
    """For each split the class of each file, by its name below the root."""
    return {
        split: {
            path.relative_to(dataset["root"]).as_posix(): dataset["classes"][label]
            for path, label in zip(paths, labels_N, strict=True)
        }
        for split, (paths, labels_N) in dataset["splits"].items()
    }


def test_a_folder_of_class_folders(tmp_path: Path) -> None:
    touch(tmp_path, "dog/2.png", "dog/1.JPG", "cat/spring/a.webp", "cat/b", "fox/c.gif")
    dataset = folder.build(Path(), path=str(tmp_path))
    check_contract(dataset)
    assert dataset["classes"] == ["cat", "dog", "fox"]
    expected = {"cat/b": "cat", "cat/spring/a.webp": "cat", "dog/1.JPG": "dog", "dog/2.png": "dog", "fox/c.gif": "fox"}
    assert listing(dataset) == {"all": expected}
    assert (dataset["mirror"], dataset["notes"]) == (None, [])


def test_a_folder_with_splits(tmp_path: Path) -> None:
    touch(tmp_path, "Train/dog/1.png", "Train/cat/2.png", "valid/cat/3.png", "test/dog/4.png")
    (tmp_path / "valid" / "nothing").mkdir()
    dataset = folder.build(Path(), path=str(tmp_path))
    check_contract(dataset)
    assert listing(dataset) == {
        "train": {"Train/cat/2.png": "cat", "Train/dog/1.png": "dog"},
        "val": {"valid/cat/3.png": "cat"},
        "test": {"test/dog/4.png": "dog"},
    }


def test_what_is_passed_over_and_what_is_offered(tmp_path: Path) -> None:
    touch(tmp_path, "cat/1.png", "cat/.2.png", "cat/._3.png", "cat/Thumbs.db", "cat/read me.txt", "cat/drawing.svg")
    touch(tmp_path, "dog/1.png", "dog/.hidden/2.png", "dog/@eaDir/3.png", ".git/x/1.png", "__MACOSX/cat/1.png")
    touch(tmp_path, "stray.jpg", "labels.csv")
    dataset = folder.build(Path(), path=str(tmp_path))
    assert set(listing(dataset)["all"]) == {"cat/1.png", "cat/drawing.svg", "dog/1.png"}
    assert dataset["notes"] == [("beside", {"folder": str(tmp_path), "n": 1})]


def test_numbers_are_sorted_as_numbers(tmp_path: Path) -> None:
    touch(tmp_path, "10/a.png", "9/b.png", "100/c.png")
    assert folder.build(Path(), path=str(tmp_path))["classes"] == ["9", "10", "100"]


def test_pictures_of_trains(tmp_path: Path) -> None:
    touch(tmp_path, "train/1.png", "bus/2.png", "car/3.png")
    assert folder.build(Path(), path=str(tmp_path))["classes"] == ["bus", "car", "train"]


def test_links_are_followed_and_circles_left(tmp_path: Path) -> None:
    pictures = touch(tmp_path / "pictures", "cat/1.png", "dog/2.png")
    elsewhere = touch(tmp_path / "elsewhere", "3.png")
    (pictures / "cat" / "more").symlink_to(elsewhere)
    (pictures / "cat" / "self").symlink_to(pictures / "cat")
    (pictures / "dog" / "up").symlink_to(pictures)
    (elsewhere / "back").symlink_to(elsewhere)
    dataset = folder.build(Path(), path=str(pictures))
    assert listing(dataset)["all"] == {"cat/1.png": "cat", "cat/more/3.png": "cat", "dog/2.png": "dog"}


def test_one_name_in_two_forms_of_unicode_is_one_class(tmp_path: Path) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    touch(tmp_path, f"train/{composed}/1.png", "train/bar/2.png", f"val/{decomposed}/3.png")
    dataset = folder.build(Path(), path=str(tmp_path))
    assert dataset["classes"] == ["bar", composed]
    assert dataset["splits"]["val"][1].tolist() == [1]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "holds nothing; put the images of each class into a folder of its own"),
        (["1.png", "2.png"], "holds 2 files but no class folders"),
        (["cat/notes.txt", "dog/.1.png"], "holds class folders but no images"),
        (["train/cat/1.png", "val/dog/1.png", "val/fox/1.png"], "val has classes that train has not: dog, fox"),
        (["train/cat/1.png", "test/cat/1.png", "labels/1.png"], "holds the splits test, train, but also labels"),
        (
            ["train/cat/1.png", "train/dog/1.png", "val/images/1.png", "test/images/2.png"],
            r"test has .*: images; val has .*: images; .* leave test and val out: 'folder\(\S+, train=\"train\"\)'",
        ),
        (["train/a/1.png", "val/a/1.png", "valid/a/1.png"], "two names for one split"),
        (["val/cat/1.png", "test/dog/1.png"], "holds test, val, but no train folder"),
        (["train/1.png", "test/2.png"], "test holds no class folders"),
        (["photos/cat/1.png", "photos/dog/2.png"], r"in one folder only; it holds cat, dog; .* name .*photos$"),
    ],
)
def test_a_folder_says_what_is_wrong(files: list[str], message: str, tmp_path: Path) -> None:
    touch(tmp_path, *files)
    with pytest.raises(ValueError, match=message):
        folder.build(Path(), path=str(tmp_path))


LAYOUTS = {
    "splits of a course's archive": (
        ["training_set/cats/1.png", "training_set/dogs/2.png", "test_set/cats/3.png", "test_set/dogs/4.png"],
        'train="training_set", test="test_set"',
    ),
    "folders in folders": (
        ["seg_train/seg_train/sea/1", "seg_train/seg_train/ice/2", "seg_test/seg_test/sea/3", "seg_pred/seg_pred/5"],
        'train="seg_train/seg_train", test="seg_test/seg_test"',
    ),
    "words of linguists": (["train/a/1.png", "train/b/1.png", "dev/a/2.png", "eval/b/3.png"], 'train="train"'),
    "no train": (["dev/a/1.png", "dev/b/1.png", "eval/a/2.png"], "dev, eval, which look like splits"),
    "folds": (
        ["fold0/a/1.png", "fold0/b/1.png", "fold1/a/2.png", "fold2/b/3.png"],
        'train=["fold0", "fold1"], test="fold2"',
    ),
    "numbers": (["Train1/a/1.png", "Train1/b/1.png", "Test1/a/2.png"], 'train="Train1", test="Test1"'),
    "a name of one's own": (["birds-train/a/1.png", "birds-train/b/1.png", "birds-val/a/2.png"], 'train="birds-train"'),
    "letters": (["trainA/a/1.png", "trainB/a/1.png", "testA/a/2.png"], 'train=["trainA", "trainB"], test="testA"'),
    "numbered splits": (["split1/a/1.png", "split1/b/1.png", "split2/a/1.png"], 'train="split1", test="split2"'),
    "joined": (["trainset/a/1.png", "trainset/b/1.png", "testset/a/2.png"], 'train="trainset", test="testset"'),
    "classes deeper in splits": (
        ["train/images/a/1.png", "train/images/b/1.png", "test/images/a/2.png"],
        '"train/images"',
    ),
    "an unlabelled test folder": (["train/a/1.png", "train/b/2.png", "test/1.png"], 'train="train")'),
    "a test folder of one class": (["train/a/1.png", "train/b/2.png", "test/unknown/1.png"], 'train="train")'),
    "annotations": (["images/a/1.png", "images/b/2.png", "annotations/1.xml"], "name .*images$"),
    "masks with classes": (["images/a/1.png", "images/b/2.png", "masks/a/1.png", "masks/b/2.png"], "name .*images$"),
    "masks without classes": (["images/1.png", "images/2.png", "masks/1.png", "masks/2.png"], "images and their masks"),
    "folders in folders in folders": (["x/y/z/a/1.png", "x/y/z/b/2.png"], "name .*x/y/z$"),
    "splits in classes": (
        ["a/train/1.png", "a/test/2.png", "b/train/3.png", "b/test/4.png"],
        "splits test, train; put",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_plainly_no_class_is_refused_with_a_way_out(name: str, tmp_path: Path) -> None:
    files, way = LAYOUTS[name]
    with pytest.raises(ValueError, match=re.escape(way) if way.endswith(('"', "]", ")")) else way) as refused:
        folder.build(Path(), path=str(touch(tmp_path, *files)))
    if found := re.search(r"'(folder\(.*?\))'", str(refused.value)):  # the way leads somewhere
        spec = parse(found[1])
        if spec.get("train") is not None:
            check_contract(folder.build(Path(), path=spec.args[0], **dict(spec.options)))


@pytest.mark.parametrize(
    "files",
    [
        ["train/1.png", "bus/2.png"],
        ["test_tube/1.png", "bottle/2.png", "train_station/3.png"],
        ["training_shoe/1.png", "running_shoe/2.png", "fold_mountain/3.png"],
        ["with_mask/1.png", "without_mask/2.png"],
        ["spring/images/1.png", "autumn/images/2.png"],
        ["image/1.png", "text/2.png", "table/3.png"],
        ["fold1/1.png", "crease/2.png"],
        ["a/x/1.png", "a/y/2.png", "b/x/3.png", "b/z/4.png"],
    ],
)
def test_classes_that_only_sound_like_splits_are_classes(files: list[str], tmp_path: Path) -> None:
    dataset = folder.build(Path(), path=str(touch(tmp_path, *files)))
    assert dataset["classes"] == sorted({file.partition("/")[0] for file in files})


def test_folders_in_classes_that_may_be_the_classes_are_told(tmp_path: Path) -> None:
    touch(tmp_path / "d", "animals/cat/1.png", "animals/dog/1.png", "plants/oak/1.png", "plants/rose/2.png")
    (told,) = folder.build(Path(), path=str(tmp_path / "d"))["notes"]
    assert told == ("deeper", {"n": 4, "names": "cat, dog, oak, rose", "classes": "animals, plants"})
    touch(tmp_path / "d", "plants/3.png")
    touch(tmp_path / "e", "a/spring/1.png", "a/autumn/1.png", "b/spring/1.png", "b/winter/1.png")
    assert not folder.build(Path(), path=str(tmp_path / "d"))["notes"]
    assert not folder.build(Path(), path=str(tmp_path / "e"))["notes"]


def test_splits_are_named_pooled_or_denied(tmp_path: Path) -> None:
    touch(tmp_path, "fold0/a/1.png", "fold0/b/1.png", "fold1/a/2.png", "fold2/b/3.png", "notes/a/4.png")
    named = folder.build(Path(), path=str(tmp_path), train=["fold0", "fold1"], test="fold2")
    assert listing(named) == {
        "train": {"fold0/a/1.png": "a", "fold0/b/1.png": "b", "fold1/a/2.png": "a"},
        "test": {"fold2/b/3.png": "b"},
    }
    assert folder.build(Path(), path=str(tmp_path), flat=True)["classes"] == ["fold0", "fold1", "fold2", "notes"]
    for wrong, message in [({"train": "fold9"}, "no folder .*fold9"), ({"test": "fold1"}, "no folder to train on")]:
        with pytest.raises(ValueError, match=message):
            folder.build(Path(), path=str(tmp_path), **wrong)


def test_folders_and_files_are_left_out_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "sick/images/1.png", "sick/masks/1.png", "well/2.png", "well/2_mask.png")
    dataset = folder.build(Path(), path=str(tmp_path), without=["masks", "*_mask.png"])
    assert listing(dataset)["all"] == {"sick/images/1.png": "sick", "well/2.png": "well"}
    with pytest.raises(ValueError, match="without='maks': nothing in"):
        folder.build(Path(), path=str(tmp_path), without="maks")


def test_a_class_folder_in_another_code_page_is_to_be_renamed(tmp_path: Path) -> None:
    touch(tmp_path, "dog/1.png", "cat/2.png")
    try:
        (tmp_path / "cat").rename(tmp_path / os.fsdecode(b"\xaa\xae\xe2"))
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    with pytest.raises(ValueError, match=r"not UTF-8; rename it"):
        folder.build(Path(), path=str(tmp_path))


def test_a_mistyped_folder_is_told_of_its_neighbour(tmp_path: Path) -> None:
    touch(tmp_path, "photos/cat/1.png")
    with pytest.raises(ValueError, match=r"there is no folder .*photoz; did you mean .*photos\?"):
        folder.build(Path(), path=str(tmp_path / "photoz"))


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no folder"):
        folder.build(Path(), path=str(tmp_path / "absent"))
    with pytest.raises(ValueError, match="is a file, not a folder"):
        folder.build(Path(), path=str(touch(tmp_path, "photo.jpg") / "photo.jpg"))


def written(tmp_path: Path, text: str | bytes) -> str:
    touch(tmp_path, "a/1.png", "a/2.png", "b/3.png", "b/4.png")
    file = tmp_path / "table.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table(delimiter: str, encoding: str, tmp_path: Path) -> None:
    rows = [("path", "label"), ("a/1.png", "äpple"), ("b/3.png", "b, c; d\te"), (), (f"{tmp_path}/a/2.png", "äpple")]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    dataset = table.build(Path(), path=written(tmp_path, text.encode(encoding)))
    check_contract(dataset)
    assert listing(dataset) == {"all": {"a/1.png": "äpple", "b/3.png": "b, c; d\te", "a/2.png": "äpple"}}


def test_a_table_with_splits_and_other_columns(tmp_path: Path) -> None:
    text = "id,file,kind,part\n1,a/1.png,10,Train\n2,b/3.png,9,training\n3,b/4.png,9,valid\n4,a/2.png,10,TEST\n"
    dataset = table.build(Path(), path=written(tmp_path, text), image="file", label="kind", split="part")
    check_contract(dataset)
    assert dataset["classes"] == ["9", "10"]
    assert listing(dataset) == {
        "train": {"a/1.png": "10", "b/3.png": "9"},
        "val": {"b/4.png": "9"},
        "test": {"a/2.png": "10"},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column 'path'; its first line names nothing"),
        ("file,label\na/1.png,a\n", "has no column 'path'; its first line names file, label"),
        ("path,label\n", "names no images"),
        ("path,label\na/1.png,a\n\na/9.png,a\n", r"table.csv, line 4: there is no file .*a/9.png$"),
        ("path,label\n" + "x.png,a\n" * 5, "line 2: .*; line 3: .*; line 4: .*; and 2 more lines"),
        ("path,label\na/1.png,\n", "line 2: a cell is empty"),
        ("path,label\na/1.png\n", "line 2: a cell is empty"),
        ("path,label,split\na/1.png,a,train\na/2.png,a,\n", "line 3: a cell is empty"),
        ("path,label,split\na/1.png,a,all\n", "line 2: the split 'all' is none of train, val and test"),
        ("path,label,split\na/1.png,a,test\n", "no row whose split is train"),
        ("path,label,split\na/1.png,a,train\nb/3.png,b,test\n", "test has classes that train has not: b"),
        ("path,label\na/1.png,a\na/1.png,b\n", "line 3: .*a/1.png is labelled b, and a before"),
        (b"path,label\na/1.png,\xff\xe4\n", "is not text in UTF-8"),
    ],
)
def test_a_table_says_what_is_wrong(text: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        table.build(Path(), path=written(tmp_path, text))


def test_a_table_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no file"):
        table.build(Path(), path=str(tmp_path / "absent.csv"))
    with pytest.raises(ValueError, match="cannot be read"):
        table.build(Path(), path=str(tmp_path))


@pytest.mark.parametrize("header", ["Path,Label", "PATH,LABEL,Split", " path , label "])
def test_columns_that_differ_by_case_are_taken(header: str, tmp_path: Path) -> None:
    split = ",train" if "Split" in header else ""
    file = written(tmp_path, f"{header}\na/1.png,a{split}\nb/3.png,b{split}\n")
    assert table.build(Path(), path=file)["classes"] == ["a", "b"]


def called(message: str, file: str) -> dict[str, Any]:
    """What the call in a message finds."""
    found = re.search(r"'(table\(.*?\))'", message)
    assert found is not None, message
    return table.build(Path(), path=file, **dict(parse(found[1]).options))


@pytest.mark.parametrize("header", ["filename,class", "id,image_id,species", "Image,category,extra", "file;target"])
def test_other_columns_are_shown_the_call_that_finds_them(header: str, tmp_path: Path) -> None:
    sep = ";" if ";" in header else ","
    more = header.startswith("id"), header.endswith("extra")
    text = "\n".join(
        [header, *(sep.join(["7"] * more[0] + [f"{k}/{n}.png", k] + ["x"] * more[1]) for k, n in (("a", 1), ("b", 3)))]
    )
    file = written(tmp_path, text)
    if more[0]:  # two columns may be the image: the first is suggested, and the person sees the rest
        with pytest.raises(ValueError, match=r'names id, image_id, species; say which .*image="id", label="species"'):
            table.build(Path(), path=file)
        return
    with pytest.raises(ValueError, match="say which is which") as refused:
        table.build(Path(), path=file)
    assert called(str(refused.value), file)["classes"] == ["a", "b"]


def test_a_column_for_each_class_is_told_from_a_label(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("image,MEL,NV\n1,1.0,0.0\n2,0.0,1.0\n")
    with pytest.raises(ValueError, match=r"no column 'path'.* MEL, NV hold 0 and 1, a column for each class"):
        table.build(Path(), path=str(tmp_path / "t.csv"))
    (tmp_path / "t.csv").write_text("image,sort,seen\n1,cat,1\n2,dog,0\n")
    with pytest.raises(ValueError, match=r"no column 'path'") as refused:
        table.build(Path(), path=str(tmp_path / "t.csv"))
    assert "for each class" not in str(refused.value)


def test_what_windows_wrote_is_read(tmp_path: Path) -> None:
    rows = "path;label\r\na\\1.png;кошка\r\nb\\3.png;собака\r\n"
    assert table.build(Path(), path=written(tmp_path, "\ufeff" + rows))["classes"] == ["кошка", "собака"]
    file = written(tmp_path, rows.encode("cp1251"))
    with pytest.raises(ValueError, match=r'not text in UTF-8; .*encoding="cp1251"'):
        table.build(Path(), path=file)
    assert table.build(Path(), path=file, encoding="cp1251")["classes"] == ["кошка", "собака"]
    with pytest.raises(ValueError, match="is none that is known"):
        table.build(Path(), path=file, encoding="cp-1251-windows")


@pytest.mark.parametrize("sep", ["|", ":", " "])
def test_other_signs_part_cells(sep: str, tmp_path: Path) -> None:
    file = written(
        tmp_path, "\n".join(sep.join(row) for row in [("path", "label"), ("a/1.png", "a"), ("b/3.png", "b")])
    )
    assert table.build(Path(), path=file, sep=sep)["classes"] == ["a", "b"]
    with pytest.raises(ValueError, match="must be one sign"):
        table.build(Path(), path=file, sep="::")


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        (("1", "3"), {"suffix": ".png"}),
        (("1.png", "3.png"), {}),
        (("deep/1", "deep/3"), {"root": "images", "suffix": ".png"}),
        (("deep\\1.png", "deep\\3.png"), {"root": "images"}),
    ],
)
def test_ids_are_shown_the_options_that_make_files_of_them(
    cells: tuple[str, str], options: dict[str, str], tmp_path: Path
) -> None:
    top = tmp_path / "set"
    touch(top, "images/deep/1.png", "images/deep/3.png")
    (top / "t.csv").write_text("path,label\n" + "\n".join(f"{cell},{k}" for cell, k in zip(cells, "ab", strict=True)))
    with pytest.raises(ValueError, match=r"is one: say (.*?); line 3") as refused:
        table.build(Path(), path=str(top / "t.csv"))
    said = dict(re.findall(r'(\w+)="(.*?)"', str(refused.value).partition("; line 3")[0]))
    assert options.items() <= said.items()
    assert len(table.build(Path(), path=str(top / "t.csv"), **said)["splits"]["all"][0]) == 2


def test_no_option_is_suggested_that_would_not_find_the_file(tmp_path: Path) -> None:
    for cell in ("C:\\data\\1.png", "https://a.example/1.png", "other/1.png"):
        with pytest.raises(ValueError, match="there is no file") as refused:
            table.build(Path(), path=written(tmp_path, f"path,label\n{cell},a\n"))
        assert "say" not in str(refused.value)


def test_rows_with_empty_cells_are_left_out_where_that_is_said_and_labels_have_one_form(tmp_path: Path) -> None:
    text = "path,label\na/1.png,caf\u00e9\na/2.png,cafe\u0301\nb/3.png,\nb/4.png,tea\n"
    with pytest.raises(ValueError, match=r"line 4: a cell is empty \(label\); .*skip_empty=True"):
        table.build(Path(), path=written(tmp_path, text))
    assert table.build(Path(), path=written(tmp_path, text), skip_empty=True)["classes"] == ["caf\u00e9", "tea"]
