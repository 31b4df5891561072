"""ONNX Runtime as it is opened everywhere here: quiet, without telemetry, and with threads that do not wait in loops. No torch."""

import os
from collections.abc import Sequence
from typing import Any

from linnaeus.device import let_memory_go


def imported() -> Any:
    """The package onnxruntime, without its telemetry.

    Its import alone writes a device's number and a store of events into the user's cache folder (1.32 on Linux, seen by strace), and these
    are sent to its maker. Its own switch in Python comes too late for that; who wants it sets ORT_DISABLE_TELEMETRY=0.

    Raises:
        ImportError: it is not installed.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


def session(model: bytes | str, threads: int, providers: Sequence[Any] = ("CPUExecutionProvider",)) -> Any:
    """A session with a model's bytes, so that no other file is opened on its behalf, or with a file that names none.

    `threads` are those of one operation, 0: as many as cores.

    Raises:
        ImportError: as `imported`. Errors of onnxruntime's own, one for each kind of damage.
    """
    runtime = imported()
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3  # errors alone
    # waiting threads leave the cores to decoding
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    opened = runtime.InferenceSession(model, options, providers=list(providers))
    let_memory_go()  # two copies of the weights, from reading and reordering them: 30 MB of EfficientNet-Lite0's 103
    return opened
