"""A process that has everything imported and forks a child for each job: a point of the campaign costs what its job does, not a start.

Lines of JSON on standard input: {"job", "place", "control", "fault": [mode, at, variant]}; answers: {"pid"}, then {"status"}.
{"import": [names]} imports modules first.
"""

import ctypes
import faulthandler
import importlib
import json
import os
import signal
import sys
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.reliability import jobs, world

PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>
faulthandler.enable()


def child(task: dict[str, Any]) -> None:
    """Do one job, in a world of its own, and leave without a look back."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    place, control = Path(task["place"]), Path(task["control"])
    os.chdir(place)
    out = os.open(control / "said", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(out, 1), os.dup2(out, 2)
    os.environ |= {"LINNAEUS_DATA": str(place / "cache"), "XDG_CONFIG_HOME": str(place / "config")}
    mode, at, variant = task["fault"]
    world.enter(world.Fault(mode=mode, at=at, variant=variant), place, control)
    status = 70
    try:
        status = jobs.run(task["job"])
    except BaseException as error:
        status = 130 if isinstance(error, KeyboardInterrupt) else 70
        if status == 70:
            import traceback

            traceback.print_exc()
    finally:
        if mode == "count":
            names = [name for name in list(sys.modules) if not name.startswith(("tests", "__"))]
            (control / "modules").write_text(json.dumps(names))
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)


def bury() -> None:
    """Kill what a job has left running, and wait until it is gone: as after a loss of power, nobody holds a lock on."""
    while left := Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        for pid in map(int, left):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # whose parent dies becomes a child of this process
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        task = json.loads(line)
        if "import" in task:
            for name in task["import"]:
                with suppress(Exception):
                    importlib.import_module(name)
            print(json.dumps({"imported": len(sys.modules)}), flush=True)
            continue
        pid = os.fork()
        if not pid:
            child(task)
        print(json.dumps({"pid": pid}), flush=True)
        _, status = os.waitpid(pid, 0)
        bury()
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
