"""Checkpoints of torch, read by a sandbox: a process that can lose nothing but itself.

The sandbox loads the file as weights and nothing else, within limits of memory, time and disk that go by the file's size, and
hands the tensors over as safetensors. What is hostile or broken ends the sandbox, and here becomes one message. What was handed
over is kept by the file's checksum, since most of a sandbox's seconds go into its import of torch.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from linnaeus import files
from linnaeus.data import cache
from linnaeus.errors import RunError

CHILD = Path(__file__).with_name("sandbox.py")
PATIENCE = 180.0  # seconds, for the import of torch on a busy machine
KEY = ":key="
KEPT = 8  # of the last that were handed over
BYTES_A_SECOND = 10e6  # of the slowest disk worth waiting for

_ZIP, _PICKLE = b"PK\x03\x04", b"\x80"  # how the two formats of torch.save begin
_KNOWN = {
    b"<": "it is a page of the web, perhaps of a failed download",
    b"version https://git-lfs": "it is a pointer of Git LFS, not the file itself; fetch it with: git lfs pull",
    b"\x89HDF": "it is an HDF5 file, as Keras writes them",
}


def parts(source: str) -> tuple[str, str]:
    """`FILE:key=KEY` taken apart; KEY names one of several sets of weights in a file, "" the likeliest."""
    file, _, key = source.partition(KEY)
    return file, key


def others(path: Path, key: str = "") -> tuple[str, ...]:
    """Keys of further sets of weights in a checkpoint that was `read`."""
    with suppress(OSError, ValueError):
        return tuple(json.loads(_notes(files.read_sealed(_kept(path, key))).get("others", "[]")))
    return ()


def _kept(path: Path, key: str) -> Path:
    named = f"-{files.checksum_of(key.encode())[:8]}" if key else ""
    return cache.cache_folder() / "checkpoints" / f"{files.checksum(path)}{named}.sealed"


def read(path: Path, key: str = "") -> tuple[dict[str, Tensor], str]:
    """The tensors of a checkpoint by name, and the key under which they were nested in it, "" if they were not.

    Raises:
        RunError: no weights, none of that key, damaged, or with more in it than data; the message says which.
    """
    size = _checked(path)
    kept = _kept(path, key)
    with suppress(OSError, ValueError, SafetensorError):  # there are none, or they are damaged
        return _held(files.read_sealed(kept))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "weights.safetensors"
        answer = _asked(path, target, size, key)
        if answer.get("fault") == "key":
            raise RunError(
                f"weights = {str(path)!r} has no weights under {key!r}; it has {answer['text'] or 'one set, without a key'}"
            )
        if "fault" in answer:
            raise RunError(_message(path, answer))
        try:
            content = target.read_bytes()
            found = _held(content)
        except (OSError, ValueError, SafetensorError) as error:
            raise RunError(f"weights = {str(path)!r} could not be handed over: {error}") from None
        with suppress(RunError):  # a full disk: they are read in a sandbox the next time too
            files.write_sealed(kept, content)
            _tidy(kept.parent)
        return found


def _held(content: bytes) -> tuple[dict[str, Tensor], str]:
    return load(content), _notes(content).get("nested", "")


def _notes(content: bytes) -> dict[str, str]:
    """What the sandbox wrote into the header."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return dict(header.get("__metadata__") or {})


def _tidy(folder: Path) -> None:
    """Remove all but the last few of what was kept, and nothing else that lies there."""
    kept = [path for path in folder.iterdir() if re.fullmatch(r"[0-9a-f]{32}(-[0-9a-f]{8})?\.sealed", path.name)]
    with suppress(OSError):  # another process may be faster
        for old in sorted(kept, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink()


def _checked(path: Path) -> int:
    """The size of a file that may be a checkpoint; what cannot be one is refused before a process is started for it."""
    try:
        size = path.stat().st_size
        with files.opened(path) as file:
            begin = file.read(64)
    except OSError as error:
        raise RunError(f"weights = {str(path)!r} cannot be read: {error.strerror or error}") from None
    if not size:
        raise RunError(f"weights = {str(path)!r} cannot be read: the file is empty; get it again")
    if not begin.startswith((_ZIP, _PICKLE)):
        known = next((what for mark, what in _KNOWN.items() if begin.lstrip().startswith(mark)), "")
        what = known or "it is neither a checkpoint of torch nor .safetensors"
        raise RunError(f"weights = {str(path)!r} cannot be read: {what}")
    return size


def _asked(path: Path, target: Path, size: int, key: str) -> dict[str, Any]:
    if not sys.executable:
        raise RunError(
            f"weights = {str(path)!r}: there is no Python to read it apart from this process; give .safetensors"
        )
    # -I and the paths of this process: nothing in the working folder or the environment decides what the sandbox imports.
    paths = json.dumps([place for place in sys.path if place and Path(place).is_absolute()])
    command = [sys.executable, "-I", str(CHILD), str(path.absolute()), str(target), str(size), paths, key]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TORCH", "PYTHON"))}
    environment |= {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE + size / BYTES_A_SECOND,
            env=environment,
            cwd=target.parent,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"fault": "died", "text": "it took too long"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return {"fault": "died", "text": last[0][:200] if last else f"status {done.returncode}"}
    return answer


def _message(path: Path, answer: dict[str, Any]) -> str:
    text = answer.get("text", "")
    named = f" (it names {text})" if text else ""
    return f"weights = {str(path)!r} " + {
        "code": f"holds more than weights, and what it holds could run code when read{named}; nothing was run; save its "
        "state_dict alone, or as .safetensors",
        "none": f"is not a state dict: names with a tensor each ({text})",
        "memory": "cannot be read: it claims more memory than a file of its size may; get it again",
        "broken": f"cannot be read: it is damaged or cut off ({text}); get it again",
    }.get(answer["fault"], f"cannot be read: the process that read it ended ({text}); it is damaged, or hostile")
