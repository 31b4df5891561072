"""The world of world.c, from Python: how it is built, what can go wrong in it, and what is left on a disk after a loss of power."""

import ctypes
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("world.c")
MODES = ("off", "count", "kill", "full", "signal", "twice", "power", "nolocks", "clock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong at the `at`-th change.

    mode and variant: kill: before a change (0) or within it (1). full: at writes (0), at fsync (1), at fsync as a failing disk (2).
    signal, twice: its number. clock: a day back (0), ten years on (1). power: what was not synced is gone, names and contents (0) or
    contents alone (1).
    """

    mode: str
    at: int = 0
    variant: int = 0

    def world(self, root: Path, control: Path) -> str:
        """As `world_begin` reads it."""
        log = control / "log" if self.mode == "power" else ""
        parts = (MODES.index(self.mode), self.variant, self.at, root, control / "count", log, control / "shadows")
        return "|".join(map(str, parts))

    def __str__(self) -> str:
        return f"{self.mode}-{self.variant}@{self.at}"


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(folder: Path) -> Path:
    """The shared library. Raises CalledProcessError."""
    library = folder / "world.so"
    command = [compiler() or "cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def enter(fault: Fault, root: Path, control: Path) -> None:
    """From now on this process and those that it starts live in that world; it must have been started with the library."""
    (control / "shadows").mkdir(exist_ok=True)
    os.environ["WORLD"] = fault.world(root, control)
    ctypes.CDLL(None).world_begin()


def changes(control: Path) -> int:
    """How many changes there were."""
    return int.from_bytes((control / "count").read_bytes()[:8], "little")


class _Folder:
    """A folder's entries as programs see them, and as the disk has them."""

    def __init__(self) -> None:
        self.seen: dict[str, object] = {}
        self.kept: dict[str, object] = {}


class _File:
    """`content`: what the disk has of it, a file to copy; None: nothing was ever synced."""

    def __init__(self, content: Path | None = None) -> None:
        self.content = content


class Disk:
    """A folder as it was (`before`), its changes replayed, and what of these had reached the disk.

    A disk without a mercy: a name is there after the fsync of its folder, a content after that of its file. Written anew in place
    without fsync, a file has its old content; as real disks may, it could hold anything.
    """

    def __init__(self, before: Path, root: Path) -> None:
        self.root = root
        self.top = self._of(before)
        self.numbers: dict[int, _File] = {}
        for file in root.rglob("*"):
            if file.is_file() and isinstance(found := self._find(file), _File):
                self.numbers[file.stat().st_ino] = found

    def _of(self, folder: Path) -> _Folder:
        made = _Folder()
        for entry in folder.iterdir():
            made.seen[entry.name] = self._of(entry) if entry.is_dir() else _File(entry)
        made.kept = dict(made.seen)
        return made

    def _find(self, path: Path) -> object:
        node: object = self.top
        for name in path.relative_to(self.root).parts:
            node = node.seen.get(name) if isinstance(node, _Folder) else None
        return node

    def _parent(self, path: Path) -> dict[str, object]:
        found = self._find(path.parent)
        assert isinstance(found, _Folder), path
        return found.seen

    def replay(self, log: Path) -> None:
        """All lines that world.c wrote."""
        for line in log.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            what, number, first, second = line.split("\t")
            path = Path(first)
            match what:
                case "C":
                    self.numbers[int(number)] = self._parent(path)[path.name] = _File()
                case "S":
                    if (file := self.numbers.get(int(number))) is not None:
                        file.content = path
                case "M":
                    self._parent(path)[path.name] = _Folder()
                case "U":
                    self._parent(path).pop(path.name, None)
                case "R":
                    moved = self._parent(path).pop(path.name, None)
                    self._parent(Path(second))[Path(second).name] = moved or _File()
                case "D":
                    if isinstance(folder := self._find(path), _Folder):
                        folder.kept = dict(folder.seen)

    def restore(self, *, names: bool) -> None:
        """Make the folder what is found after the loss; `names`: those that were seen are all there."""
        for entry in self.root.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        self._write(self.top, self.root, names)

    def _write(self, folder: _Folder, place: Path, names: bool) -> None:
        for name, entry in (folder.seen if names else folder.kept).items():
            if isinstance(entry, _Folder):
                (place / name).mkdir()
                self._write(entry, place / name, names)
            elif isinstance(entry, _File) and entry.content is not None:
                shutil.copyfile(entry.content, place / name)
            else:
                (place / name).write_bytes(b"")
