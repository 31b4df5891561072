"""Reads each file named on standard input as the sandbox does, in a child of its own; the answer of each is a line of JSON."""

import json
import os
import signal
import sys
from pathlib import Path

import torch  # noqa: F401 -- once, and not for each file

from linnaeus.finetuning.weights import sandbox

PATIENCE = 120  # seconds


def child(file: str, out: int) -> None:
    signal.alarm(PATIENCE)
    os.chdir(Path(file).parent)
    sandbox.limit(Path(file).stat().st_size)
    os.write(out, json.dumps(sandbox.converted(file, f"{file}.out")).encode())


for line in sys.stdin:
    receive, send = os.pipe()
    if not (pid := os.fork()):
        try:
            child(line.strip(), send)
        except BaseException as error:
            os.write(send, json.dumps({"fault": "died", "text": type(error).__name__}).encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as told:
        answer = told.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(answer.decode() or json.dumps({"fault": "died", "status": status}), flush=True)
