"""CIFAR-10: 50,000 + 10,000 photographs, 32×32, colour, ten classes.

A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
Downloaded (170 MB) from the author's page and held against torchvision's checksums, unless it is there already.
"""

import io
import tarfile
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
from torchvision.datasets import CIFAR10
from torchvision.datasets.utils import download_url

HINT = 'cifar10(folder="…") takes an unpacked copy that you have'


def build(cache: Path, /, *, folder: str | None = None) -> dict[str, Any]:
    """`folder` is a local copy: the folder cifar-10-batches-py, or the one that holds it. A mirrored cat is a cat."""
    batches = _local(Path(folder).expanduser()) if folder else cache / CIFAR10.base_folder
    if not folder and not (batches / CIFAR10.meta["filename"]).exists():
        _download(cache)
    parts = {"train": _part(batches, train=True), "test": _part(batches, train=False)}
    return {
        "classes": list(parts["train"].classes),
        "splits": {name: (part.data, np.array(part.targets, np.int64)) for name, part in parts.items()},
        "mirror": True,
    }


def _local(folder: Path) -> Path:
    for batches in (folder / CIFAR10.base_folder, folder):
        if (batches / CIFAR10.meta["filename"]).exists():
            return batches
    raise ValueError(f"{folder} holds no CIFAR-10: neither {CIFAR10.base_folder} nor {CIFAR10.meta['filename']}")


def _part(batches: Path, *, train: bool) -> CIFAR10:
    """Its files are pickles: torchvision opens them only after their checksums have been found right."""

    class Here(CIFAR10):  # type: ignore[misc]  # torchvision ships no types
        base_folder = batches.name

    try:
        return Here(batches.parent, train=train)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{batches} is incomplete or damaged; remove it to download it again, or {HINT}") from error


def _download(cache: Path) -> None:
    """Whole or not at all: unpacked in a temporary folder, which is then renamed."""
    silence = io.StringIO()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary, redirect_stdout(silence), redirect_stderr(silence):
            download_url(CIFAR10.url, temporary, CIFAR10.filename, CIFAR10.tgz_md5)
            with tarfile.open(Path(temporary, CIFAR10.filename)) as archive:
                archive.extractall(temporary, filter="data")
            Path(temporary, CIFAR10.base_folder).replace(cache / CIFAR10.base_folder)
    except (OSError, RuntimeError, HTTPException, tarfile.TarError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"CIFAR-10 could not be downloaded to {cache}: {reason}; {HINT}") from error
