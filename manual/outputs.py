"""Terminal blocks of README and manual are made from real commands, and its Python blocks are run.

    python -m manual.outputs [PAGE …]            run the blocks of pages (default: all) and write what they print
    python -m manual.outputs --check [PAGE …]    say what no longer stands there as it is printed today

A page's blocks are run in their order, in one empty folder. In a block ```` ```console ```` each line that begins with `$ ` is a command,
what follows is what it printed on standard output. A ```` ```python ```` block is run; a ```` ```text ```` block right after it is what it
printed. A block with `title="FILE"` is that file, and is written. In a comment before a block

    <!-- setup: photos -->       the page's folder begins with photos/ and new-photos/
    <!-- setup: source -->       it begins with a copy of src/, which the commands of the page run
    <!-- first 12 lines -->      of each output so many lines are kept, and an ellipsis
    <!-- fails -->               its commands fail, and what they print on standard error stands there
    <!-- not run: WHY -->        the block is only shown
    <!-- run by TEST -->         likewise; this test runs what it says (tests/manual/test_commands.py looks for it)
"""

import argparse
import contextlib
import difflib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent
SETUPS = {"photos": (HERE / "photos", HERE / "new-photos"), "source": (ROOT / "src",)}
HOME = "/home/you"  # stands for the folder in which a page's blocks were run
BLOCK = re.compile(
    r"(?P<before>(?:^<!--[^\n]*-->\n+)*)^```(?P<kind>\w+)(?P<info>[^\n]*)\n(?P<body>.*?)^```\n"
    r"(?:\n?^```text\n(?P<printed>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)  # fmt: skip
# What a machine's speed, or the last bits of its arithmetic, may change: these labels are not compared.
LOOSE = ("machine", "note", "stage", "recipe", "weakest", "calibration", "time", "exported", "parity")
PROGRESS = ("epoch ", "reading ", "эпоха ", "чтение ")
ALIKE = 0.85  # share of the words, numbers apart, that have to be the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command or a block of Python, what stands below it, and what it printed."""

    command: str
    kept: str
    printed: str

    def fault(self) -> str | None:
        """How the two differ in more than numbers, times and paths; None: they do not."""
        kept, printed = comparable(self.kept), comparable(self.printed)
        alike = difflib.SequenceMatcher(None, kept, printed, autojunk=False).ratio()
        if alike >= ALIKE:
            return None
        return f"$ {self.command}\nprints today (alike: {alike:.2f})\n{self.printed}where the page has\n{self.kept}"


def comparable(text: str) -> list[str]:
    """The words of an output, without loose lines, numbers, times and paths."""
    lines, skipping = [], False
    for line in text.splitlines():
        label = re.match(r"(\S.*?)(?:  |$)", line)
        skipping = label[1] in LOOSE if label else skipping
        if not skipping:
            lines.append(line)
    joined = re.sub(r"\S*/\S*", "PATH", " ".join(lines))
    return re.sub(r"[\d.,−–+…]*\d(?: (?:s|ms|min|h|MB|kB)\b)?", "0", joined).split()


def pages() -> list[Path]:
    """README and every page of the manual that has a block."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if any(is_run(block) for block in BLOCK.finditer(path.read_text(encoding="utf-8")))]


def is_run(block: re.Match[str]) -> bool:
    """Whether a block is one that is run, or written as a file."""
    is_shown = re.search(r"<!-- (?:not run:|run by )", block["before"])
    return (is_shown is None and block["kind"] in ("console", "python")) or "title=" in block["info"]


def run(page: Path, folder: Path) -> tuple[str, list[Ran]]:
    """The page as it would be written today, and each thing that was run."""
    text = page.read_text(encoding="utf-8")
    if setup := re.search(r"<!-- setup: (\w+) -->", text):
        for place in SETUPS[setup[1]]:
            shutil.copytree(place, folder / place.name, ignore=shutil.ignore_patterns("__pycache__"))
    session, ran = Session(folder), list[Ran]()

    def written(block: re.Match[str]) -> str:
        if not is_run(block):
            return block[0]
        if file := re.search(r'title="([^"]+)"', block["info"]):
            session.write(file[1], block["body"])
            return block[0]
        most = re.search(r"first (\d+) lines", block["before"])
        made = session.python(block) if block["kind"] == "python" else session.console(block)
        made = [Ran(command=one.command, kept=one.kept, printed=shortened(one.printed, most)) for one in made]
        ran.extend(made)
        start = block[0][: block.start("body") - block.start()]
        if block["kind"] == "console":
            rest = block[0][block.end("body") - block.start() :]
            return start + "".join(f"$ {one.command}\n{one.printed}" for one in made) + rest
        code = f"{start}{block['body']}```\n"
        return code if block["printed"] is None else f"{code}\n```text\n{made[0].printed}```\n"

    with contextlib.closing(session):
        return BLOCK.sub(written, text), ran


def shortened(printed: str, most: re.Match[str] | None) -> str:
    """The first lines of an output."""
    lines = printed.splitlines()
    if most is None or len(lines) <= int(most[1]):
        return printed
    return "\n".join([*lines[: int(most[1])], "…"]) + "\n"


class Session:
    """A folder in which the blocks of one page are run, one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.names, self.shells = folder, {"__name__": "__main__"}, list[int]()
        place = folder / ".home"
        (place / "bin").mkdir(parents=True)
        for name, start in (("linnaeus", "-m linnaeus "), ("python", "")):
            shim = place / "bin" / name
            shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {start}"$@"\n', encoding="utf-8")
            shim.chmod(0o755)
        source = next(path for path in (folder / "src", ROOT / "src") if path.exists())
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINNAEUS_")}
        self.environment = kept | {
            "PATH": f"{shim.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(source), "COLUMNS": "80",
            "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(place), "XDG_CONFIG_HOME": str(place), "NO_COLOR": "1",
            "LINNAEUS_TRUST": str(folder),
        }  # fmt: skip

    def write(self, name: str, text: str) -> None:
        """A file that the page shows."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def console(self, block: re.Match[str]) -> list[Ran]:
        """Each command of a block. Raises RuntimeError where one fails that should not, or the other way round."""
        made = []
        for piece in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
            command, _, kept = re.sub(r"\\\n", "\\\\\0", piece).partition("\n")
            command = command.replace("\0", "\n")
            status, printed, complaints = self.bash(command)
            fails = "<!-- fails" in block["before"]
            if bool(status) != fails:
                raise RuntimeError(f"$ {command}\n{printed}{complaints}")
            made.append(Ran(command=command, kept=kept, printed=self.masked(complaints if fails else printed)))
        return made

    def bash(self, command: str) -> tuple[int, str, str]:
        """Status, standard output and standard error of a command, which may leave a service behind (`&`): it lives until `close`."""
        with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
            shell = subprocess.Popen(["bash", "-c", command], cwd=self.folder, env=self.environment, stdout=printed,
                                     stderr=complaints, stdin=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
            if command.endswith("&"):
                self.shells.append(shell.pid)
            status = shell.wait()
            printed.seek(0)
            complaints.seek(0)
            return status, printed.read(), complaints.read()

    def close(self) -> None:
        """End what the page's commands have left running."""
        for shell in self.shells:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(shell, signal.SIGTERM)

    def python(self, block: re.Match[str]) -> list[Ran]:
        """A block of Python, with the names of those before it."""
        printed = io.StringIO()
        with self.inside(), contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(block["body"], "<a block of the manual>", "exec"), self.names)
        kept = block["printed"]
        return [
            Ran(
                command=block["body"],
                kept=kept or "",
                printed=self.masked(printed.getvalue()) if kept is not None else "",
            )
        ]

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """This process in the page's folder, with its environment."""
        place, environment = Path.cwd(), dict(os.environ)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environment)
        try:
            yield
        finally:
            os.chdir(place)
            os.environ.clear()
            os.environ.update(environment)

    def masked(self, printed: str) -> str:
        """What was printed, with another folder in place of the page's, and without lines of progress, which a terminal overwrites."""
        lines = printed.replace(str(self.folder), HOME).splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines if not line.startswith(PROGRESS))


def main() -> int:
    """Write or check pages; the exit status is 1 where one is stale."""
    parser = argparse.ArgumentParser(description="Make the outputs in README and manual, or check them.")
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    faults = []
    for page in [path.resolve() for path in given.pages] or pages():
        with tempfile.TemporaryDirectory() as folder:
            text, ran = run(page, Path(folder).resolve())
        faults += [f"{page.relative_to(ROOT)}: {fault}" for fault in (one.fault() for one in ran) if fault]
        if not given.check:
            page.write_text(text, encoding="utf-8")
        print(f"{page.relative_to(ROOT)}: {len(ran)} run", file=sys.stderr)
    print("\n".join(faults))
    return int(given.check and bool(faults))


if __name__ == "__main__":
    sys.exit(main())
