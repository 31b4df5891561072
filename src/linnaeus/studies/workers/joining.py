"""A Ray cluster and how one joins it: at an address, or a cluster of this machine for as long as it is needed."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from linnaeus.device import cores
from linnaeus.errors import ClusterError

ANSWER = 5.0  # seconds in which an address must take a connection,
HEALTH = 45.0  # and in which what answers there must turn out to be a cluster


def ray() -> Any:
    """The module. Raises ClusterError where it is not installed."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is reported to anybody
    # what a task without GPUs will mean in Ray's next version
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
        import ray.exceptions
    except ModuleNotFoundError:
        raise ClusterError(
            'a cluster is reached by Ray, which is not installed: pip install "linnaeus[scale]"'
        ) from None
    return ray


def connect(ray: Any, address: str, *, store: int, otherwise: str) -> None:
    """Within a minute or so, one way or the other: asked alone, Ray would try for many.

    Args:
        address: ray (the cluster that RAY_ADDRESS names, else one of this machine), HOST:PORT or ray://HOST:PORT.
        store: bytes that a cluster of this machine keeps for objects. otherwise: what needs no cluster, for the message.

    Raises:
        ClusterError: nothing answers there, or what answers is none.
    """
    quiet = {"log_to_driver": False, "configure_logging": False}
    try:
        if address == "ray" and "RAY_ADDRESS" not in os.environ:
            ray.init("local", num_cpus=cores(), include_dashboard=False, object_store_memory=store, **quiet)
            return
        place = os.environ["RAY_ADDRESS"] if address == "ray" else address
        _knock(place)
        ray.init(place, **quiet)
    except ClusterError:
        raise
    except Exception as error:
        advice = f"; {otherwise}" if address == "ray" else ""
        raise ClusterError(f"--on {address}: {last_line(error)}{advice}") from error


def _knock(address: str) -> None:
    """Raises ClusterError where no cluster answers."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():
        raise ClusterError(
            f"--on {address}: write ray, HOST:PORT of the cluster's head, or ray://HOST:10001 from outside of it"
        )
    advice = "is it running (ray status, on its head), and may this machine reach it?"
    try:
        socket.create_connection((host, int(port)), timeout=ANSWER).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ClusterError(f"no cluster answers at {address} ({reason}); {advice}") from None
    if address.startswith("ray://"):
        return  # its client gives up by itself, after half a minute
    with suppress(subprocess.TimeoutExpired):
        ask = [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", address]
        if subprocess.run(ask, capture_output=True, timeout=HEALTH, check=False).returncode == 0:
            return
    raise ClusterError(f"what answers at {address} is not the head of a Ray cluster; {advice}")


def settings() -> Mapping[str, str]:
    """What the environment says to Linnaeus, for those who work elsewhere."""
    return {name: value for name, value in os.environ.items() if name.startswith("LINNAEUS_")}


def last_line(error: BaseException) -> str:
    """The last that an error says, or its kind."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
