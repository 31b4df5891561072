"""What lies in folders of images.

Which files are images is told by their content when they are decoded, so every file is offered to the decoder, except what nobody
means as an image: hidden files and folders, what other programs leave beside images (Thumbs.db, __MACOSX, @eaDir), and files with
the suffix of a text, a table or an archive. Links are followed, circles of links are left.
"""

import fnmatch
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

PASSED_OVER = {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"}
NO_IMAGES = {
    *(".txt", ".md", ".rst", ".pdf", ".doc", ".docx", ".html", ".htm", ".log", ".py", ".ipynb"),
    *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".xls", ".xlsx", ".mat", ".npy", ".npz"),
    *(".db", ".ini", ".cfg", ".lnk", ".zip", ".tar", ".gz", ".7z", ".rar", ".md5", ".sha256"),
}


class Walk:
    """A walk that leaves out whatever bears one of the names or patterns `without`, and notes which of these it met."""

    def __init__(self, without: Sequence[str] = ()) -> None:
        self.without = tuple(without)
        self.met: set[str] = set()

    def content(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """The folders and the possible images right below, sorted. Raises ValueError where it cannot be read."""
        try:
            with os.scandir(folder) as found:
                entries = sorted((entry.name, entry.is_dir()) for entry in found)
        except OSError as error:
            _complain(error)
        folders = [folder / name for name, is_folder in entries if is_folder and self._is_meant(name)]
        return folders, [folder / name for name, is_folder in entries if not is_folder and self._may_be_image(name)]

    def files(self, folder: Path) -> Iterator[Path]:
        """All possible images below a folder, sorted. A link to where the walk has been, or to above it, is not followed."""
        seen = {os.path.realpath(parent) for parent in folder.parents}
        for place, folders, files in os.walk(folder, onerror=_complain, followlinks=True):
            if (real := os.path.realpath(place)) in seen:
                folders.clear()
                continue
            seen.add(real)
            folders[:] = sorted(filter(self._is_meant, folders))
            yield from (Path(place, name) for name in sorted(files) if self._may_be_image(name))

    def has_images(self, folder: Path) -> bool:
        """Whether there is any possible image below."""
        return next(self.files(folder), None) is not None

    def _is_meant(self, name: str) -> bool:
        met = {pattern for pattern in self.without if fnmatch.fnmatch(name, pattern)}
        self.met |= met
        return not met and not name.startswith(".") and name not in PASSED_OVER

    def _may_be_image(self, name: str) -> bool:
        return self._is_meant(name) and f".{name.rpartition('.')[2].lower()}" not in NO_IMAGES


def _complain(error: OSError) -> NoReturn:
    raise ValueError(f"{error.filename} cannot be read: {error.strerror}")
