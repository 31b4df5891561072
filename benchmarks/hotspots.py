"""Where the seconds of a command go: its largest shares, by the main thread's place in the code every few milliseconds.

    python benchmarks/hotspots.py train digits --epochs 2
    python benchmarks/hotspots.py --most 5 predict RUN FOLDER

What follows is a command of `linnaeus`. A moment belongs to the package that is being imported then, the outermost one, or else to the
innermost function of this project that is running, with the call outside it that it waits for. Shares are of the clock: on a
machine with other work they shift.
"""

import collections
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import linnaeus

EACH = 0.005  # s
OWN = str(Path(linnaeus.__file__).parent)


def place(frame: FrameType | None) -> str:
    """What the thread is at: "import timm", or "stats/curve.py fit > numpy dot"."""
    inner = outside = ""
    imported = ""
    while frame is not None:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if name == "_find_and_load" and "importlib" in file:
            wanted = str(frame.f_locals.get("name", "")).partition(".")[0]
            imported = wanted if wanted != "linnaeus" else imported  # of this project itself: what it brings
        elif file.startswith(OWN) and not inner:
            inner = f"{file.removeprefix(OWN)[1:]} {name}"
        elif not inner and "importlib" not in file:
            outside = f"{Path(file).stem} {name}"
        frame = frame.f_back
    if imported:
        return f"import {imported}"
    return f"{inner} > {outside}" if outside else inner or outside


def watched(counts: collections.Counter[str], ended: threading.Event) -> None:
    main = threading.main_thread().ident
    while not ended.wait(EACH):
        counts[place(sys._current_frames().get(main or 0))] += 1


def main() -> None:
    most, command = 3, sys.argv[1:]
    if command[:1] == ["--most"]:
        most, command = int(command[1]), command[2:]
    counts: collections.Counter[str] = collections.Counter()
    ended, begin = threading.Event(), time.perf_counter()
    sampler = threading.Thread(target=watched, args=(counts, ended), daemon=True)
    sampler.start()
    sys.argv = ["linnaeus", *command]
    try:
        from linnaeus.cli import main as run

        run()
    finally:
        ended.set()
        sampler.join()
        total = max(sum(counts.values()), 1)
        print(f"\n{time.perf_counter() - begin:.1f} s", file=sys.stderr)
        for name, count in counts.most_common(most):
            print(f"{100 * count / total:5.1f} %  {name}", file=sys.stderr)


if __name__ == "__main__":
    main()
