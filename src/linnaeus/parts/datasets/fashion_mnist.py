"""Fashion-MNIST: 60,000 + 10,000 pictures of clothes, 28×28, grey, ten classes.

H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, 2017.
Downloaded (31 MB) from torchvision's mirrors and held against its checksums, unless it is there already.
"""

import gzip
import io
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
HINT = 'fashion_mnist(folder="…") takes a copy of its four files that you have'


def build(cache: Path, /, *, folder: str | None = None) -> dict[str, Any]:
    """`folder` is a local copy: torchvision's layout (FashionMNIST/raw), or a folder with the four files, packed or not.

    A mirrored shoe is a shoe.
    """
    raw = _local(Path(folder).expanduser()) if folder else cache / "FashionMNIST" / "raw"
    if not folder and not _complete(raw):
        _download(raw)
    splits = {name: (_idx(raw, images), _idx(raw, labels)) for name, (images, labels) in FILES.items()}
    for name, (images_NHW, labels_N) in splits.items():
        if images_NHW.shape != (len(labels_N), 28, 28):
            raise ValueError(f"{raw} is damaged: {len(labels_N)} {name} labels, images {images_NHW.shape}; {HINT}")
    return {
        "classes": list(CLASSES),
        "splits": {name: (images[..., None], labels.astype(np.int64)) for name, (images, labels) in splits.items()},
        "mirror": True,
    }


def _local(folder: Path) -> Path:
    for raw in (folder / "FashionMNIST" / "raw", folder / "raw", folder):
        if _complete(raw):
            return raw
    raise ValueError(
        f"{folder} holds no Fashion-MNIST: neither FashionMNIST/raw nor {FILES['train'][0]} and the other files"
    )


def _complete(raw: Path) -> bool:
    names = [name for pair in FILES.values() for name in pair]
    return all((raw / name).exists() or (raw / f"{name}.gz").exists() for name in names)


def _download(raw: Path) -> None:
    """Each file whole or not at all: from a temporary folder it is renamed into its place."""
    from torchvision.datasets import FashionMNIST  # here, because it takes a second or two and is seldom needed

    silence = io.StringIO()
    try:
        raw.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=raw) as temporary, redirect_stdout(silence), redirect_stderr(silence):
            FashionMNIST(temporary, download=True)
            for file in Path(temporary, "FashionMNIST", "raw").iterdir():
                file.replace(raw / file.name)
    except (OSError, RuntimeError, HTTPException) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"Fashion-MNIST could not be downloaded to {raw}: {reason}; {HINT}") from error


def _idx(raw: Path, name: str) -> npt.NDArray[np.uint8]:
    """An array in LeCun's IDX format: two zeros, a type, the number of dimensions, the dimensions, the bytes."""
    try:
        file = raw / name
        content = file.read_bytes() if file.exists() else gzip.decompress((raw / f"{name}.gz").read_bytes())
        dimensions = np.frombuffer(content, ">i4", count=content[3], offset=4)
        return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(dimensions).copy()
    except (OSError, EOFError, ValueError, IndexError) as error:
        raise ValueError(f"{raw / name} is damaged: {error}; {HINT}") from error
