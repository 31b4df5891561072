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


def _group(folder: Path, names: tuple[str, str, str], limit: str, used: int, idle: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(limit)
    (folder / names[1]).write_text(str(used))
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]} {idle}\n")


@pytest.mark.parametrize(("number", "which"), [("0", "CGROUPS"), ("4", "CGROUPS_1")])
def test_memory_left_is_the_least_of_all_groups(
    number: str, which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, *names = getattr(device, which)
    monkeypatch.setattr(device, which, (str(tmp_path), *names))
    monkeypatch.setattr(device, "_available", lambda: 9e9)
    told = f"{number}::/slice/job" if number == "0" else f"{number}:cpu,memory:/slice/job"
    own = tmp_path / "told"
    own.write_text(f"7:cpuset:/elsewhere\n{told}\n")
    real = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, **how: real(own if str(self) == "/proc/self/cgroup" else self, **how)
    )
    assert device.memory_left() == 9e9  # a machine without groups
    _group(tmp_path / "slice/job", tuple(names), "max", 10, 0)
    _group(tmp_path / "slice", tuple(names), "2000000000", 1_500_000_000, 300_000_000)
    assert device.memory_left() == 800_000_000  # the job has no limit, what is above it has one
    _group(tmp_path, tuple(names), "1000000000", 1_100_000_000, 0)  # a container sees its own group at the top
    assert device.memory_left() == 0
