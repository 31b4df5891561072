"""The machine: how much of it is free."""

import os

import pytest

from linnaeus import device
from linnaeus.errors import RecipeError


@pytest.mark.parametrize(
    ("load", "running", "free"),
    [
        (0.2, 0.0, 4),
        (2.1, 5.0, 2),
        (3.9, 0.0, 4),  # the work has ended, and the load average does not know it yet
        (3.9, 2.0, 2),
        (9.0, 9.0, 1),
        (3.0, float("inf"), 1),  # a system that does not tell what runs now
    ],
)
def test_cores_that_other_work_leaves(monkeypatch: pytest.MonkeyPatch, load: float, running: float, free: int) -> None:
    monkeypatch.setattr(device, "cores", lambda: 4)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(device, "_running", lambda: running)
    assert device.idle_cores() == free


def test_far_more_threads_than_cores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "cores", lambda: 4)
    device.check_threads(16)
    with pytest.raises(
        RecipeError, match=r"threads = 9999 are too many: this machine has 4 cores and takes at most 16"
    ):
        device.check_threads(9999)


def test_a_look_at_what_runs_now_is_a_count() -> None:
    assert device._running() >= 0
