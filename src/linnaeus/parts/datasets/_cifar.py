"""CIFAR-10 and CIFAR-100 as torchvision knows them: a local copy, or one downloaded and held against torchvision's checksums."""

import io
import tarfile
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from http.client import HTTPException
from pathlib import Path
from typing import Any

from torchvision.datasets.utils import download_url


def parts(data: Any, cache: Path, folder: str | None) -> dict[str, Any]:
    """The "train" and "test" images of `data`, a class of torchvision. Raises ValueError: not to be found or downloaded, or damaged."""
    name = f"CIFAR-{data.__name__[5:]}"
    hint = f'{data.__name__.lower()}(folder="…") takes an unpacked copy that you have'
    if folder:
        batches = _local(data, Path(folder), name)
    else:
        batches = cache / data.base_folder
        if not (batches / data.meta["filename"]).exists():
            _download(data, cache, name, hint)

    class Here(data):  # type: ignore[misc]  # torchvision ships no types
        base_folder = batches.name

    try:  # its files are pickles: torchvision opens them only after their checksums have been found right
        return {split: Here(batches.parent, train=split == "train") for split in ("train", "test")}
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{batches} is incomplete or damaged; remove it to download it again, or {hint}") from error


def _local(data: Any, folder: Path, name: str) -> Path:
    for batches in (folder / data.base_folder, folder):
        if (batches / data.meta["filename"]).exists():
            return batches
    raise ValueError(f"{folder} holds no {name}: neither {data.base_folder} nor {data.meta['filename']}")


def _download(data: Any, cache: Path, name: str, hint: str) -> None:
    """Whole or not at all: unpacked in a temporary folder, which is then renamed."""
    silence = io.StringIO()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary, redirect_stdout(silence), redirect_stderr(silence):
            download_url(data.url, temporary, data.filename, data.tgz_md5)
            with tarfile.open(Path(temporary, data.filename)) as archive:
                archive.extractall(temporary, filter="data")
            Path(temporary, data.base_folder).replace(cache / data.base_folder)
    except (OSError, RuntimeError, HTTPException, tarfile.TarError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{name} could not be downloaded to {cache}: {reason}; {hint}") from error
