"""The shelf of data sets: its contract over every one that needs no network, and what each says when something is wrong."""

import functools
import gzip
import hashlib
import io
import os
import pickle
import struct
import tarfile
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image
from torchvision.datasets import CIFAR10, CIFAR100, MNIST, FashionMNIST

from linnaeus.parts.datasets import cifar10, cifar100, digits, fashion_mnist, folder, mnist, select, shapes, table

SHARED = Path(os.environ.get("LINNAEUS_SHARED", Path(__file__).parents[3] / "shared"))
Sets = dict[str, Any]


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which this machine serves it to itself."""
    monkeypatch.setenv("no_proxy", "*")
    root = tmp_path / "served"
    root.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Silent, directory=str(root))) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield root, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def touch(root: Path, *names: str) -> Path:
    """Files that look like images from outside, which is all that a listing asks."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def listing(dataset: Sets) -> dict[str, dict[str, str]]:
    """For each split the class of each file, by its name below the root."""
    return {
        split: {
            path.relative_to(dataset["root"]).as_posix(): dataset["classes"][label]
            for path, label in zip(paths, labels_N, strict=True)
        }
        for split, (paths, labels_N) in dataset["splits"].items()
    }


def check_contract(dataset: Sets) -> None:
    assert set(dataset["splits"]) in ({"all"}, {"train", "test"}, {"train", "val", "test"}, {"train", "val"}, {"train"})
    assert all(isinstance(name, str) for name in dataset["classes"])
    assert len(set(dataset["classes"])) == len(dataset["classes"])
    assert dataset["mirror"] in (True, False, None)
    for images, labels_N in dataset["splits"].values():
        assert labels_N.dtype == np.int64
        assert labels_N.shape == (len(images),)
        assert set(labels_N) <= set(range(len(dataset["classes"])))
        if isinstance(images, np.ndarray):
            assert images.dtype == np.uint8
            assert images.ndim == 4
            assert images.shape[3] in (1, 3, 4)
        else:
            assert all(path.is_absolute() and path.is_relative_to(dataset["root"]) for path in images)


# ── select ──


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


# ── sets that come as arrays ──


def test_digits() -> None:
    dataset = digits.build(Path())
    check_contract(dataset)
    images, labels_N = dataset["splits"]["all"]
    assert images.shape == (1797, 8, 8, 1)
    assert (images.min(), images.max()) == (0, 255)
    assert set(np.unique(images)) == {round(ink * 255 / 16) for ink in range(17)}
    assert (dataset["mirror"], dataset["classes"][labels_N[0]]) == (False, "0")


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">BBBB{array.ndim}i", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


@pytest.fixture
def raw_files() -> dict[str, bytes]:
    """The four files of a small MNIST."""
    rng = np.random.default_rng(0)
    images = {"train": (20, 28, 28), "t10k": (10, 28, 28)}
    return {
        **{f"{part}-images-idx3-ubyte": idx(rng.integers(0, 256, shape, np.uint8)) for part, shape in images.items()},
        **{
            f"{part}-labels-idx1-ubyte": idx(np.arange(shape[0], dtype=np.uint8) % 10) for part, shape in images.items()
        },
    }


@pytest.mark.parametrize(("part", "name"), [(mnist, "MNIST"), (fashion_mnist, "FashionMNIST")])
@pytest.mark.parametrize("place", [".", "raw", "{name}/raw"])
def test_a_local_mnist(part: Any, name: str, place: str, raw_files: dict[str, bytes], tmp_path: Path) -> None:
    raw = tmp_path / place.format(name=name)
    raw.mkdir(parents=True, exist_ok=True)
    for number, (file, content) in enumerate(raw_files.items()):
        if number % 2:
            (raw / file).write_bytes(content)
        else:
            (raw / f"{file}.gz").write_bytes(gzip.compress(content))
    dataset = part.build(Path("/nowhere"), folder=str(tmp_path))
    check_contract(dataset)
    images, labels_N = dataset["splits"]["train"]
    assert images.tobytes() == raw_files["train-images-idx3-ubyte"][16:]
    assert labels_N.tolist() == [*range(10)] * 2
    assert dataset["splits"]["test"][0].shape == (10, 28, 28, 1)


@pytest.mark.parametrize(("part", "data"), [(mnist, MNIST), (fashion_mnist, FashionMNIST)])
def test_mnist_is_downloaded_once_and_held_against_checksums(
    part: Any,
    data: Any,
    raw_files: dict[str, bytes],
    served: tuple[Path, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (page, address), cache = served, tmp_path / "cache"
    resources = []
    for file, content in raw_files.items():
        (page / f"{file}.gz").write_bytes(packed := gzip.compress(content))
        resources.append((f"{file}.gz", hashlib.md5(packed).hexdigest()))
    monkeypatch.setattr(data, "mirrors", [address])
    monkeypatch.setattr(data, "resources", [(resources[0][0], "0" * 32), *resources[1:]])
    with pytest.raises(ValueError, match=r"could not be downloaded .*folder="):
        part.build(cache)
    monkeypatch.setattr(data, "resources", resources)
    assert len(part.build(cache)["splits"]["train"][0]) == 20
    assert list((cache / data.__name__ / "raw").glob("tmp*")) == []
    monkeypatch.setattr(data, "mirrors", [f"{address}nowhere/"])
    assert len(part.build(cache)["splits"]["train"][0]) == 20
    assert capfd.readouterr() == ("", "")


def test_a_local_folder_is_never_downloaded_into(tmp_path: Path) -> None:
    for part in (mnist, fashion_mnist, cifar10, cifar100):
        with pytest.raises(ValueError, match="holds no "):
            part.build(tmp_path / "cache", folder=str(tmp_path / "mine"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage", [b"", b"\0\0\1", b"\0\0\x08\3" + struct.pack(">3i", 20, 28, 29) + bytes(20 * 28 * 29)]
)
def test_a_damaged_mnist(damage: bytes, raw_files: dict[str, bytes], tmp_path: Path) -> None:
    for file, content in raw_files.items():
        (tmp_path / file).write_bytes(content)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(damage)
    with pytest.raises(ValueError, match="is damaged"):
        mnist.build(tmp_path, folder=str(tmp_path))


def test_the_real_mnist() -> None:
    raw = SHARED / "data" / "mnist"
    if not raw.exists():
        pytest.skip(f"{raw} is not there (LINNAEUS_SHARED names its folder)")
    dataset = mnist.build(Path("/nowhere"), folder=str(raw))
    check_contract(dataset)
    assert [len(labels_N) for _, labels_N in dataset["splits"].values()] == [60_000, 10_000]
    assert np.bincount(dataset["splits"]["test"][1]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert round(dataset["splits"]["train"][0].mean() / 255, 4) == 0.1307


@pytest.fixture
def small_cifar(served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Path]:
    """Writes a small CIFAR archive where its page would be, with checksums that fit."""

    def make(data: Any) -> Path:
        rng = np.random.default_rng(0)
        fine = sorted(name for names in cifar100.SUPERCLASSES.values() for name in names)
        labels, names = ("labels", list("abcdefghij")) if data is CIFAR10 else ("fine_labels", fine)
        files: dict[str, Any] = {
            name: {
                "data": rng.integers(0, 256, (200, 3072), np.uint8),
                labels: [*range(len(names))] * (200 // len(names)),
            }
            for name, _ in data.train_list + data.test_list
        }
        files[data.meta["filename"]] = {data.meta["key"]: names}
        contents = {name: pickle.dumps(value) for name, value in files.items()}
        sums = {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}
        archive = served[0] / data.filename
        with tarfile.open(archive, "w:gz") as tar:
            for name, content in contents.items():
                member = tarfile.TarInfo(f"{data.base_folder}/{name}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        monkeypatch.setattr(data, "url", served[1] + data.filename)
        monkeypatch.setattr(data, "tgz_md5", hashlib.md5(archive.read_bytes()).hexdigest())
        monkeypatch.setattr(data, "meta", {**data.meta, "md5": sums[data.meta["filename"]]})
        for kind in ("train_list", "test_list"):
            monkeypatch.setattr(data, kind, [[name, sums[name]] for name, _ in getattr(data, kind)])
        return archive

    return make


@pytest.mark.parametrize(("part", "data"), [(cifar10, CIFAR10), (cifar100, CIFAR100)])
def test_cifar_is_downloaded_once_and_held_against_checksums(
    part: Any, data: Any, small_cifar: Callable[[Any], Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    archive = small_cifar(data)
    dataset = part.build(tmp_path / "cache")
    check_contract(dataset)
    assert dataset["splits"]["test"][0].shape == (200, 32, 32, 3)
    assert dataset["mirror"] is True
    archive.unlink()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [data.base_folder]
    for local in ("cache", f"cache/{data.base_folder}"):
        again = part.build(Path("/nowhere"), folder=str(tmp_path / local))
        assert np.array_equal(again["splits"]["train"][0], dataset["splits"]["train"][0])
    with (tmp_path / "cache" / data.base_folder / data.test_list[0][0]).open("ab") as file:
        file.write(b"!")
    with pytest.raises(ValueError, match="incomplete or damaged"):
        part.build(tmp_path / "cache")
    assert capfd.readouterr() == ("", "")


def test_an_archive_that_writes_outside_is_refused(
    small_cifar: Callable[[Any], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_cifar(CIFAR10)
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../escaped"))
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(archive.read_bytes()).hexdigest())
    with pytest.raises(ValueError, match="could not be downloaded"):
        cifar10.build(tmp_path / "cache")
    assert list(tmp_path.rglob("escaped")) == []


def test_superclasses_of_cifar100(small_cifar: Callable[[Any], Path], tmp_path: Path) -> None:
    small_cifar(CIFAR100)
    reptiles = cifar100.build(tmp_path, superclass="reptiles")
    assert reptiles["classes"] == ["crocodile", "dinosaur", "lizard", "snake", "turtle"]
    assert np.bincount(reptiles["splits"]["train"][1]).tolist() == [2] * 5
    coarse = cifar100.build(tmp_path, labels="coarse", superclass=["trees", "large man-made outdoor things"])
    assert coarse["classes"] == ["large_man-made_outdoor_things", "trees"]
    assert np.bincount(coarse["splits"]["test"][1]).tolist() == [10, 10]
    assert np.bincount(cifar100.build(tmp_path, labels="coarse")["splits"]["train"][1]).tolist() == [10] * 20
    with pytest.raises(ValueError, match="no superclass 'reptile'; did you mean reptiles"):
        cifar100.build(tmp_path, superclass="reptile")
    with pytest.raises(ValueError, match='"fine"'):
        cifar100.build(tmp_path, labels="medium")


# ── folder ──


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
    (note,) = dataset["notes"]
    assert "1 files beside the class folders" in note


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
        (["train/a/1.png", "val/a/1.png", "valid/a/1.png"], "two names for one split"),
        (["val/cat/1.png", "test/dog/1.png"], "holds test, val, but no train folder"),
        (["train/1.png", "test/2.png"], "test holds no class folders"),
        (["photos/cat/1.png", "photos/dog/2.png"], r"holds one folder, which holds cat, dog; .* name .*photos$"),
    ],
)
def test_a_folder_says_what_is_wrong(files: list[str], message: str, tmp_path: Path) -> None:
    touch(tmp_path, *files)
    with pytest.raises(ValueError, match=message):
        folder.build(Path(), path=str(tmp_path))


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no folder"):
        folder.build(Path(), path=str(tmp_path / "absent"))
    with pytest.raises(ValueError, match="is a file, not a folder"):
        folder.build(Path(), path=str(touch(tmp_path, "photo.jpg") / "photo.jpg"))


# ── table ──


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


# ── shapes ──


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
