"""Data sets that are downloaded: here from this machine itself, in small. The real MNIST where it lies beside the checkout."""

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
from torchvision.datasets import CIFAR10, CIFAR100, MNIST, FashionMNIST

from linnaeus.parts.datasets import cifar10, cifar100, fashion_mnist, mnist
from tests.parts.dataset_contract import check_contract

SHARED = Path(os.environ.get("LINNAEUS_SHARED", Path(__file__).parents[3] / "shared"))


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
