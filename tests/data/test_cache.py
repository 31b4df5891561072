"""Folders decoded once: what comes out is what the decoder says, and the second run does not look into the files."""

import errno
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linnaeus.data import cache, row_file
from linnaeus.data.images import decode
from linnaeus.errors import DataError, ImageError
from linnaeus.events import Event, Note, Reading, nobody

SIZE = 8


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Twelve pictures of several sizes and kinds, the fourth one cut off."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "pictures"
    folder.mkdir()
    paths = []
    for number in range(12):
        pixels = rng.integers(0, 256, (10 + number, 20 - number, 3), dtype=np.uint8)
        path = folder / f"{number:02d}.{'png' if number % 2 else 'jpg'}"
        Image.fromarray(pixels).save(path)
        paths.append(path)
    paths[3].write_bytes(paths[3].read_bytes()[:200])
    return paths


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often files were read and decoded."""
    counts: Counter[str] = Counter()

    def counted(name: str) -> Callable[..., object]:
        real = getattr(decode, name)

        def call(*args: object, **options: object) -> object:
            counts[name] += 1
            return real(*args, **options)

        return call

    for name in ("read_bytes", "read", "decode"):
        monkeypatch.setattr(decode, name, counted(name))
    return counts


def decoded(paths: list[Path], folder: Path, tell: Callable[[Event], None] = nobody, size: int = SIZE) -> cache.Decoded:
    return cache.decoded(paths, size=size, channels=3, resize="crop", folder=folder, tell=tell)


def same(one: cache.Decoded, other: cache.Decoded) -> bool:
    return (
        np.array_equal(one.images, other.images)
        and one.kept.tolist() == other.kept.tolist()
        and (one.hashes, one.skipped) == (other.hashes, other.skipped)
    )


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_cached_is_what_the_decoder_says(pictures: list[Path], tmp_path: Path) -> None:
    pictures.append(tmp_path / "absent.png")
    found = decoded(pictures, tmp_path / "cache")
    assert found.kept.tolist() == [0, 1, 2, *range(4, 12)]
    for row, place in zip(found.images, found.kept, strict=True):
        assert np.array_equal(row, decode.read(pictures[place], channels=3, size=SIZE, resize="crop"))
    assert found.skipped == ((pictures[3], "truncated"), (pictures[12], "no such file"))
    assert found.hashes[12] is None
    assert len({*found.hashes[:12]} - {None}) == 12
    assert not found.images.flags.writeable


def test_the_second_call_looks_into_no_file(pictures: list[Path], tmp_path: Path, decodings: Counter[str]) -> None:
    pictures.append(tmp_path / "absent.png")
    first = decoded(pictures, tmp_path / "cache")
    decodings.clear()
    assert same(decoded(pictures, tmp_path / "cache"), first)
    assert not decodings


def test_only_what_changed_is_decoded_again(pictures: list[Path], tmp_path: Path, decodings: Counter[str]) -> None:
    decoded(pictures, tmp_path / "cache")
    Image.new("RGB", (9, 9), (1, 2, 3)).save(pictures[5])
    Image.new("RGB", (9, 9), (4, 5, 6)).save(pictures[0].with_name("99.png"))
    pictures[7] = pictures[7].rename(pictures[7].with_name("moved.png"))
    decodings.clear()
    found = decoded([*pictures[:2], *pictures[4:], pictures[0].with_name("99.png")], tmp_path / "cache")
    assert decodings == {"read_bytes": 3, "read": 2}  # the moved one is recognised by its content
    assert found.images[-1, 0, 0].tolist() == [4, 5, 6]
    assert found.images[3, 0, 0].tolist() == [1, 2, 3]
    for row, path in zip(found.images, [*pictures[:2], *pictures[4:]], strict=False):
        assert np.array_equal(row, decode.read(path, channels=3, size=SIZE, resize="crop"))


def test_a_mended_file_is_read_again(pictures: list[Path], tmp_path: Path) -> None:
    absent = tmp_path / "late.png"
    decoded([*pictures, absent], tmp_path / "cache")
    Image.new("RGB", (9, 9)).save(absent)
    shutil.copy(pictures[1], pictures[3])
    found = decoded([*pictures, absent], tmp_path / "cache")
    assert found.skipped == ()
    assert np.array_equal(found.images[3], found.images[1])


def test_other_rules_have_other_caches_and_their_number_is_bounded(pictures: list[Path], tmp_path: Path) -> None:
    for size in range(4, 12):
        assert decoded(pictures, tmp_path / "cache", size=size).images.shape == (11, size, size, 3)
    assert len(files(tmp_path / "cache")) == cache.KEPT


def test_old_caches_and_abandoned_halves_go(pictures: list[Path], tmp_path: Path) -> None:
    decoded(pictures, tmp_path / "cache")
    (old,) = files(tmp_path / "cache")
    half = old.with_name(f".{old.name}.1234.tmp")
    half.touch()
    for path in (old, half):
        os.utime(path, (0, 0))
    other = tmp_path / "other" / "picture.png"
    other.parent.mkdir()
    Image.new("RGB", (9, 9)).save(other)
    decoded([other], tmp_path / "cache")
    assert not old.exists()
    assert not half.exists()
    assert len(files(tmp_path / "cache")) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[1:],
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:-100] + bytes([content[-100] ^ 1]) + content[-99:],
        lambda content: content[:-40] + b"\xff" * 8 + content[-32:],
        lambda content: b"no cache at all " * 100,
    ],
    ids=["empty", "cut", "shifted", "row", "index", "footer", "other"],
)
def test_a_damaged_cache_is_made_anew_and_noted(
    damage: Callable[[bytes], bytes], pictures: list[Path], tmp_path: Path
) -> None:
    first = decoded(pictures, tmp_path / "cache")
    expected = cache.Decoded(images=np.array(first.images), kept=first.kept, hashes=first.hashes, skipped=first.skipped)
    (file,) = files(tmp_path / "cache")
    content = file.read_bytes()
    file.unlink()  # the old bytes stay mapped by `first`
    file.write_bytes(damage(content))
    events: list[Event] = []
    assert same(decoded(pictures, tmp_path / "cache", events.append), expected)
    assert any(isinstance(event, Note) and event.kind == "cache" for event in events)
    events.clear()
    assert same(decoded(pictures, tmp_path / "cache", events.append), expected)
    assert events == []


def test_progress_is_told_to_the_end(pictures: list[Path], tmp_path: Path) -> None:
    events: list[Event] = []
    decoded(pictures, tmp_path / "cache", events.append)
    assert events[-1] == Reading(done=12, total=12)
    assert all(isinstance(event, Reading) for event in events)


def test_a_full_disk_is_said_before_the_work(
    pictures: list[Path], tmp_path: Path, decodings: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(DataError, match=r"GB are needed.*LINNAEUS_DATA"):
        decoded(pictures, tmp_path / "cache")
    assert not decodings
    assert files(tmp_path / "cache") == []


def test_a_disk_that_fills_up_leaves_nothing_behind(
    pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(row_file, "_sums", full)
    with pytest.raises(DataError, match="No space left on device"):
        decoded(pictures, tmp_path / "cache")
    assert files(tmp_path / "cache") == []


def test_a_folder_that_cannot_be_written(pictures: list[Path], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file stands where the folder should be")
    with pytest.raises(DataError, match="cannot write"):
        decoded(pictures, tmp_path / "cache")


def test_two_processes_at_once(pictures: list[Path], tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from linnaeus.data import cache;"
        "done = cache.decoded([Path(p) for p in sys.argv[2:]], size=8, channels=3, resize='crop', folder=Path(sys.argv[1]));"
        "print(int(done.images.sum()), len(done.kept))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "cache"), *map(str, pictures)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = {process.communicate()[0] for process in processes}
    found = decoded(pictures, tmp_path / "cache")
    assert answers == {f"{int(found.images.sum())} {len(found.kept)}\n"}
    assert len(files(tmp_path / "cache")) == 1


def test_no_files_one_file_twice_and_none_readable(pictures: list[Path], tmp_path: Path) -> None:
    assert decoded([], tmp_path / "cache").images.shape == (0, SIZE, SIZE, 3)
    assert decoded([pictures[1]] * 2, tmp_path / "cache").kept.tolist() == [0, 1]
    for _ in range(2):
        none = decoded([pictures[3]], tmp_path / "cache")
        assert (len(none.images), none.skipped) == (0, ((pictures[3], "truncated"),))


def test_checked_decodes_and_keeps_nothing(pictures: list[Path], tmp_path: Path, decodings: Counter[str]) -> None:
    found = cache.checked(pictures, folder=tmp_path / "cache")
    assert decodings["decode"] == 12
    assert found.images.shape == (11, 0, 0, 3)
    assert found.skipped == ((pictures[3], "truncated"),)
    decodings.clear()
    assert cache.checked(pictures, folder=tmp_path / "cache").hashes == found.hashes
    assert not decodings


def test_a_mistake_of_ours_is_not_swallowed(pictures: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="crop, stretch or pad"):
        cache.decoded(pictures, size=SIZE, channels=3, resize="squeeze", folder=tmp_path / "cache")
    assert files(tmp_path / "cache") == []
    with pytest.raises(ImageError):
        decode.read_bytes(tmp_path)


def test_the_folder_of_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))
    assert cache.cache_folder() == tmp_path
    monkeypatch.delenv("LINNAEUS_DATA")
    assert cache.cache_folder().name == "linnaeus"


def test_other_bytes_of_equal_length_and_time_are_seen(pictures: list[Path], tmp_path: Path) -> None:
    one, other = pictures[1], tmp_path / "other.png"
    before = decoded(pictures, tmp_path / "cache")
    pixels = 255 - np.asarray(Image.open(one))
    Image.fromarray(pixels).save(other, "PNG")
    length = max(one.stat().st_size, other.stat().st_size)
    for file in (one, other):  # what follows a PNG's end is not looked at
        file.write_bytes(file.read_bytes().ljust(length, b"\0"))
        os.utime(file, ns=(10**18, 10**18))
    between = decoded(pictures, tmp_path / "cache")
    assert np.array_equal(before.images, between.images)
    shutil.copy2(other, one)  # as `cp -p`, `rsync -t` and archives do
    assert (one.stat().st_size, one.stat().st_mtime_ns) == (length, 10**18)
    after = decoded(pictures, tmp_path / "cache")
    assert not np.array_equal(between.images[1], after.images[1])
    assert np.array_equal(between.images[2:], after.images[2:])


@pytest.mark.skipif(os.name == "nt", reason="on Windows everybody has a home")
def test_without_a_home_a_folder_of_ones_own_among_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(name: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv("LINNAEUS_DATA", raising=False)
    monkeypatch.setattr(cache.platformdirs, "user_cache_path", nowhere)
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path))
    cache._homeless.cache_clear()
    own = cache.cache_folder()
    assert own == tmp_path / f"linnaeus-{os.getuid()}" and own.stat().st_mode & 0o77 == 0
    own.rmdir()
    own.symlink_to(tmp_path / "of somebody else")
    cache._homeless.cache_clear()
    assert cache.cache_folder() != own, "what another one has put there is not believed"
    cache._homeless.cache_clear()
