"""The machine: how much of it is free."""

import os
from pathlib import Path

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


def test_bf16_is_what_x86_has_or_has_not_and_elsewhere_a_trial_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cpu._is_amx_tile_supported", lambda: False)
    monkeypatch.setattr(device.platform, "machine", lambda: "x86_64")
    for has in (False, True):
        monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda has=has: has)
        assert device.computes_bf16() is has
    monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda: False)
    monkeypatch.setattr(device.platform, "machine", lambda: "aarch64")
    assert device.computes_bf16()


def test_torch_is_asked_only_where_an_accelerator_can_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(device.sys, "platform", "linux")
    monkeypatch.setattr(device, "ACCELERATORS", (str(tmp_path / "nvidiactl"),))
    assert not device.may_accelerate()
    assert device.describe()["gpu"] is None
    (tmp_path / "nvidiactl").touch()
    assert device.may_accelerate()
    monkeypatch.setattr(device.sys, "platform", "darwin")
    assert device.may_accelerate()


def test_the_version_of_torch_names_its_build_without_an_import() -> None:
    import torch

    assert device.describe()["torch"] == str(torch.__version__)
