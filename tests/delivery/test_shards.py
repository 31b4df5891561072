"""Images in shards: WebDataset's tars and Parquet, each image by its own name, damage told in its place."""

import io
import tarfile
from pathlib import Path

import pytest

from linnaeus.delivery import shards
from linnaeus.delivery.answers import Unread
from linnaeus.delivery.shards import Files, RowGroup, Shard
from linnaeus.errors import DataError, UsageError


def tar(path: Path, contents: dict[str, bytes], mode: str = "w") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


CONTENTS = {
    "a.jpg": b"A" * 600,
    "a.cls": b"1",
    "a.json": b"{}",
    "d/b.PNG": b"B" * 700,
    "._c.jpg": b"mac",
    "c.seg.png": b"C",
}
FOUND = [("s.tar/a.jpg", b"A" * 600), ("s.tar/d/b.PNG", b"B" * 700), ("s.tar/c.seg.png", b"C")]


def test_pictures_of_a_shard_are_images_and_what_stands_beside_them_is_not(tmp_path: Path) -> None:
    for name, mode in (("s.tar", "w"), ("s.tar.gz", "w:gz"), ("s.tgz", "w:gz")):
        tar(tmp_path / name, CONTENTS, mode)
        found = list(shards.images(Shard(name), tmp_path))
        assert found == [(one.replace("s.tar", name, 1), content) for one, content in FOUND]


@pytest.mark.parametrize("name", ["s.tar", "s.tgz"])
def test_a_shard_that_is_cut_anywhere_says_so_after_what_it_gave(tmp_path: Path, name: str) -> None:
    tar(tmp_path / name, CONTENTS, "w:gz" if name == "s.tgz" else "w")
    whole = (tmp_path / name).read_bytes()
    ends = [0, 3, 100, 512, 1000, 1536, 2048, 2560, 4000] if name == "s.tar" else [0, 3, 30, 100, len(whole) - 40]
    for end in ends:
        (tmp_path / name).write_bytes(whole[:end])
        *read, last = shards.images(Shard(name), tmp_path)
        assert isinstance(last, Unread), end
        assert last.name == name
        assert read == [(one.replace("s.tar", name, 1), content) for one, content in FOUND[: len(read)]]


def test_an_empty_shard_and_none_are_told(tmp_path: Path) -> None:
    tar(tmp_path / "s.tar", {"a.txt": b"1"})
    assert list(shards.images(Shard("s.tar"), tmp_path)) == [Unread(name="s.tar", error="the shard holds no pictures")]
    (none,) = shards.images(Shard("none.tar"), tmp_path)
    assert isinstance(none, Unread)
    assert "No such file" in none.error


def test_files_are_shared_among_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    for place in range(150):
        Path("in", f"{place:03d}.jpg").touch()
    tar(Path("in", "x.tar"), CONTENTS)
    first, *others = shards.pieces(["in", "none.jpg"], 64)
    assert first == Shard("in/x.tar")
    assert [one.count for one in others] == [64, 64, 23]
    names = [name for one in others if isinstance(one, Files) for name in one.names]
    assert names == [*(f"in/{place:03d}.jpg" for place in range(150)), "none.jpg"]
    assert next(iter(shards.images(others[0], tmp_path))) == ("in/000.jpg", tmp_path / "in/000.jpg")
    with pytest.raises(UsageError, match="lies in memory"):
        list(shards.pieces([b"content"], 1))


def test_a_column_of_bytes_is_found_and_rows_have_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.chdir(tmp_path)
    rows = [b"A", b"B", None, b"D", b"E"]
    pairs = [{"bytes": row, "path": "x.jpg"} if row else None for row in rows]
    for column, name in ((rows, "flat.parquet"), (pairs, "pairs.parquet")):
        parquet.write_table(pyarrow.table({"image": column, "label": [1] * 5}), name, row_group_size=2)
        found = list(shards.pieces(name, 1))
        assert [(one.first, one.count) for one in found if isinstance(one, RowGroup)] == [(0, 2), (2, 2), (4, 1)]
        read = [image for piece in found for image in shards.images(piece, tmp_path)]
        expected = [(f"{name}#{number}", content) for number, content in enumerate(rows)]
        assert read == [one if one[1] else Unread(name=one[0], error="the row holds no image") for one in expected]


def test_parquet_without_such_a_column_or_none_at_all_is_refused(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "a.parquet"
    for columns, told in (
        ({"a": [1]}, "has 0 columns of bytes;"),
        ({"a": [b"1"], "b": [b"2"]}, "has 2 columns of bytes: a, b"),
    ):
        parquet.write_table(pyarrow.table(columns), file)
        with pytest.raises(UsageError, match=told):
            list(shards.pieces(str(file), 1))
    for content in (b"", b"PAR1 no"):
        file.write_bytes(content)
        with pytest.raises(DataError, match="cannot be read as Parquet"):
            list(shards.pieces(str(file), 1))
    file.write_bytes(b"gone")
    (gone,) = shards.images(RowGroup(str(file), 0, 7, 1, "a"), tmp_path)
    assert isinstance(gone, Unread)
    assert gone.name == f"{file}#7"
