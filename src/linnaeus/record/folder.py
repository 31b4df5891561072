"""`RunFolder`: a run on the disk. The only file that knows the names of a run's files.

recipe.toml · images.npz (contents of its images and of those that its ancestors were trained on) · record.json · history.jsonl (a
line an epoch) · checkpoint/ (while running) · model.safetensors + classifier.json · predictions-SPLIT.npz (names, contents, labels,
probabilities) · pictures-KIND.npz (thumbnails for the report) · mistakes-SPLIT.csv (all of them) · fixes.csv (possible label errors) ·
report.html. Beside the runs: test-openings.jsonl (a line each time that a test split was opened)
"""

import io
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.errors import RunError, UnknownName
from linnaeus.events import Watcher, nobody, note
from linnaeus.record import codec, format1, openings
from linnaeus.record import record as records
from linnaeus.record.facts import EpochRow
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:  # NumPy is loaded where arrays are read or written, so that asking for help costs nothing
    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]


LONGEST_NAME = 200  # bytes: file systems take 255, and repeats, temporary files and locks add to it
NEWEST = "last"  # stands for the newest run wherever a run is named
BEST = "best"  # and this for the one of the best validation accuracy, where all are on the same data

# what a run writes before its recipe
_FIRST_FILES = re.compile(r"\..*|record\.json|history\.jsonl|images\.npz|pictures-\w+\.npz|checkpoint")


def default_runs() -> Path:
    """The folder that holds the runs where none is named: LINNAEUS_RUNS, or `runs` in the working folder."""
    return Path(os.environ.get("LINNAEUS_RUNS", "runs"))


@dataclass(frozen=True, slots=True)
class RunFolder:
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoint"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def recipe(self) -> Path:
        return self.path / "recipe.toml"

    @property
    def fixes(self) -> Path:
        """The list of possible label errors, for a person to go through."""
        return self.path / "fixes.csv"

    def mistakes(self, split: str) -> Path:
        """The list of all mistakes on a split."""
        return self.path / f"mistakes-{split}.csv"

    def pictures_file(self, kind: str) -> Path:
        return self.path / f"pictures-{kind}.npz"

    @contextmanager
    def locked(self, tell: Watcher = nobody) -> Iterator[None]:
        """Hold the folder for writing. Raises RunError if a living process holds it, naming that process."""
        with files.locked(self.path / ".lock", lambda: tell(note("unlocked", folder=self.path))):
            # of a writer that was killed
            for leftover in [*self.path.glob(".*.tmp"), *self.checkpoints.glob(".*.tmp")]:
                leftover.unlink(missing_ok=True)
            try:
                yield
            finally:
                if _is_abandoned(self.path):  # refused before it was a run: leave nothing behind
                    shutil.rmtree(self.path, ignore_errors=True)

    def save_recipe(self, toml: str) -> None:
        files.write_whole(self.recipe, toml)

    def save_record(self, record: RunRecord) -> None:
        self.save_history(record.history)
        files.write_json(self.path / "record.json", records.to_plain(record))

    def open_test(self) -> None:
        """Count an opening of the sealed test split: in the run's record, and among all of these data."""
        record = self.record()
        self.save_record(replace(record, test_openings=record.test_openings + 1))
        openings.note(self.path, record.data.fingerprint)

    def openings(self, fingerprint: str) -> openings.Openings:
        """How often the test images of the data of that fingerprint, the run's own, were opened by all runs beside it."""
        return openings.of_data(self.path.parent, fingerprint)

    def record(self) -> RunRecord:
        """Raises RunError if there is none, or it cannot be read."""
        file = self.path / "record.json"
        try:
            plain = files.read_json(file)
        except FileNotFoundError:
            raise RunError(f"{self.path} is not a run: it has no record.json") from None
        except (OSError, ValueError) as error:
            raise RunError(f"{file} cannot be read: {error}") from None
        return replace(records.from_plain(plain, self.path), name=self.name)  # a copied folder goes by its own name

    def save_history(self, history: Sequence[EpochRow]) -> None:
        # Written whole, not appended to: a resumed run then has each epoch once, wherever it was cut off.
        files.write_whole(
            self.path / "history.jsonl",
            "".join(json.dumps(files.sealed(codec.to_plain(row)), allow_nan=False) + "\n" for row in history),
        )

    def history(self) -> tuple[EpochRow, ...]:
        """A row an epoch, as far as the run has come. Raises RunError if it cannot be read."""
        file = self.path / "history.jsonl"
        try:
            rows = [files.from_json(line) for line in files.read_text(file).splitlines()]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            raise RunError(f"{file} cannot be read: {error}") from None
        return tuple(codec.from_plain(EpochRow, row, f"{file}, line {at}") for at, row in enumerate(rows, 1))

    def save_images(self, arrays: "Arrays") -> None:
        """What the run knows of images, as `Splits.known` gives it."""
        self._save_arrays("images", arrays)

    def images(self) -> "Arrays | None":
        return self._arrays("images")

    def save_predictions(self, split: str, arrays: "Arrays") -> None:
        self._save_arrays(f"predictions-{split}", arrays)

    def predictions(self, split: str) -> "Arrays | None":
        return self._arrays(f"predictions-{split}")

    def save_pictures(self, kind: str, arrays: "Arrays") -> None:
        """Thumbnails for the report: `images` (N, H, W, C) uint8 and what is known of each."""
        self._save_arrays(f"pictures-{kind}", arrays)

    def pictures(self, kind: str) -> "Arrays | None":
        found = self._arrays(f"pictures-{kind}")
        return self._arrays(f"pictures-{format1.pictures(kind)}") if found is None else found

    def save_mistakes(self, split: str, table: str) -> None:
        files.write_whole(self.mistakes(split), table)

    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of the recipe and the weights by the names of their files, as far as they are there. Raises RunError."""
        found = {}
        for file in (self.recipe, self.path / "model.safetensors"):
            try:
                found[file.name] = files.sha256(file)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise RunError(f"{file} cannot be read: {error}") from None
        return found

    def discard_checkpoints(self) -> None:
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def _save_arrays(self, name: str, arrays: "Arrays") -> None:
        """As `np.savez_compressed` does, quickly: hashes and pixels become hardly smaller at its level, in 3.6 times the seconds."""
        import zipfile

        import numpy as np

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for entry, array in arrays.items():
                with archive.open(f"{entry}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, np.asanyarray(array), allow_pickle=False)
        files.write_whole(self.path / f"{name}.npz", buffer.getvalue())

    def _arrays(self, name: str) -> "Arrays | None":
        import zipfile
        import zlib

        import numpy as np

        try:
            with files.opened(self.path / f"{name}.npz") as file, np.load(file, allow_pickle=False) as archive:
                return dict(archive)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise RunError(
                f"{self.path / name}.npz is damaged ({error}); evaluate the run again to write it anew"
            ) from None


def create(runs: Path, name: str | None, stem: str) -> RunFolder:
    """A new, empty folder: `runs/NAME`, or `runs/STEM-1`, `-2`, … The same name is never given twice.

    Raises:
        RunError: the name is taken or cannot be a folder's name, or `runs` cannot be written.
    """
    if name is not None and (name == NEWEST or not re.fullmatch(r"\w[\w.+-]*", name)):
        why = "it means the newest run" if name == NEWEST else "use letters, digits, '.', '_', '+' and '-'"
        raise RunError(f"{name!r} cannot be the name of a run; {why}")
    if name is not None and len(name.encode()) > LONGEST_NAME:
        raise RunError(
            f"the name {name[:20]}… has {len(name)} characters, too many for a folder; choose a shorter --name"
        )
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore")
    try:
        runs.mkdir(parents=True, exist_ok=True)
        for candidate in [name] if name else (f"{stem}-{number}" for number in range(1, 1_000_000)):
            folder = runs / candidate
            try:
                folder.mkdir()
            except FileExistsError:
                if name is None or not _is_abandoned(folder):
                    continue
                RunFolder(folder).discard_checkpoints()
            return RunFolder(folder)
    except OSError as error:
        raise RunError(f"cannot write in {runs}: {error.strerror}; choose another folder with --runs") from None
    raise RunError(f"there is a run named {name!r} already; resume it, or choose another name")


def find(runs: Path, reference: str) -> RunFolder:
    """The run that `reference` names: a folder, a name under `runs`, `last` (the newest), or `best` (by its validation accuracy).

    Raises:
        RunError: no run is there; near names are suggested. Or runs on different data, of which none is the best.
    """
    if reference == BEST and not any(map(is_run, (Path(reference), runs / reference))):
        return _best(runs)
    if reference == NEWEST:
        newest = next(all_runs(runs), None)
        if newest is None:
            raise RunError(f"there are no runs in {runs} yet; train one first: linnaeus train digits")
        return newest
    for path in (Path(reference), runs / reference):
        if is_run(path):
            return RunFolder(path)
    if Path(reference).is_dir():
        raise RunError(f"{reference} is a folder, but not a run: it has no recipe.toml")
    raise RunError(str(UnknownName("run", reference, [folder.name for folder in all_runs(runs)])))


def _best(runs: Path) -> RunFolder:
    """The most accurate on validation images of the finished runs, which must be on the same data; of equal ones the first trained."""
    found = [(folder, folder.record()) for folder in all_runs(runs)][::-1]
    scored = [(folder, record) for folder, record in found if record.status == "finished" and "val" in record.scores]
    if not scored:
        raise RunError(f"no run in {runs} has a validation score; train one first: linnaeus train digits")
    if len({record.data.fingerprint for _, record in scored}) > 1:
        raise RunError(
            f"the runs in {runs} are on different data: of them none is the best; name one, see: linnaeus runs"
        )
    return max(scored, key=lambda pair: pair[1].scores["val"].metrics["accuracy"].value)[0]


def all_runs(runs: Path) -> Iterator[RunFolder]:
    """All runs, the newest first."""
    folders = [path for path in runs.iterdir() if is_run(path)] if runs.is_dir() else []
    yield from map(
        RunFolder,
        sorted(folders, key=lambda path: ((path / "recipe.toml").stat().st_mtime_ns, path.name), reverse=True),
    )


def of_name(runs: Path, name: str) -> list[RunFolder]:
    """The run of that name or folder, or all repeats NAME-seed0, NAME-seed1, … where there is none. Raises RunError."""
    if name != NEWEST and not any(map(is_run, (Path(name), runs / name))):
        seeded = [folder for folder in all_runs(runs) if re.fullmatch(re.escape(name) + r"-seed\d+", folder.name)]
        if seeded:
            return sorted(seeded, key=lambda folder: int(folder.name.rpartition("seed")[2]))
    return [find(runs, name)]


def is_run(path: Path) -> bool:
    """True for the folder of a run, in whatever state."""
    return (path / "recipe.toml").is_file()


def _is_abandoned(folder: Path) -> bool:
    """A folder whose run was killed before it had written its recipe, the last of its first files: nothing is lost by taking it."""
    return (
        folder.is_dir() and not is_run(folder) and all(_FIRST_FILES.fullmatch(file.name) for file in folder.iterdir())
    )
