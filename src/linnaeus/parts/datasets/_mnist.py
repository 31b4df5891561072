"""The files of MNIST, which Fashion-MNIST has taken over: where they lie, how they come, how they are read."""

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


def splits(cache: Path, folder: str | None, name: str, of_torchvision: str, hint: str) -> dict[str, Any]:
    """`train` and `test`, images (N, 28, 28, 1) and labels (N,): from a folder of one's own, or downloaded unless they are there.

    `of_torchvision` is torchvision's name of the data set, which its folder bears too; `hint` ends what is told of a failure.
    """
    raw = _local(Path(folder), name, of_torchvision) if folder else cache / of_torchvision / "raw"
    if not folder and not _complete(raw):
        _download(raw, name, of_torchvision, hint)
    found = {}
    for split, files in FILES.items():
        images_NHW, labels_N = (_idx(raw, file, hint) for file in files)
        if images_NHW.shape != (len(labels_N), 28, 28):
            raise ValueError(f"{raw} is damaged: {len(labels_N)} {split} labels, images {images_NHW.shape}; {hint}")
        found[split] = (images_NHW[..., None], labels_N.astype(np.int64))
    return found


def _local(folder: Path, name: str, of_torchvision: str) -> Path:
    for raw in (folder / of_torchvision / "raw", folder / "raw", folder):
        if _complete(raw):
            return raw
    raise ValueError(
        f"{folder} holds no {name}: neither {of_torchvision}/raw nor {FILES['train'][0]} and the other files"
    )


def _complete(raw: Path) -> bool:
    names = [name for pair in FILES.values() for name in pair]
    return all((raw / name).exists() or (raw / f"{name}.gz").exists() for name in names)


def _download(raw: Path, name: str, of_torchvision: str, hint: str) -> None:
    """Each file whole or not at all: from a temporary folder it is renamed into its place."""
    from torchvision import datasets  # here, because it takes a second or two and is seldom needed

    silence = io.StringIO()
    try:
        raw.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=raw) as temporary, redirect_stdout(silence), redirect_stderr(silence):
            getattr(datasets, of_torchvision)(temporary, download=True)
            for file in Path(temporary, of_torchvision, "raw").iterdir():
                file.replace(raw / file.name)
    except (OSError, RuntimeError, HTTPException) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{name} could not be downloaded to {raw}: {reason}; {hint}") from error


def _idx(raw: Path, name: str, hint: str) -> npt.NDArray[np.uint8]:
    """An array in LeCun's IDX format: two zeros, a type, the number of dimensions, the dimensions, the bytes."""
    try:
        file = raw / name
        content = file.read_bytes() if file.exists() else gzip.decompress((raw / f"{name}.gz").read_bytes())
        dimensions = np.frombuffer(content, ">i4", count=content[3], offset=4)
        return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(dimensions).copy()
    except (OSError, EOFError, ValueError, IndexError) as error:
        raise ValueError(f"{raw / name} is damaged: {error}; {hint}") from error
