"""The machine: what it is, and what of it one training uses."""

import ctypes
import functools
import math
import os
import platform
import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.errors import RecipeError

if TYPE_CHECKING:
    import torch

CROWDED = 4  # times as many threads as cores that a person may mean
ENGINES = TORCH, ONNX = "torch", "onnxruntime"  # what runs a network that only answers
ACCELERATORS = ("/dev/nvidiactl", "/dev/nvhost-gpu", "/dev/dxg", "/dev/kfd")  # NVIDIA, Jetson, WSL, AMD
LOOKS, BETWEEN_LOOKS = 5, 0.02  # s; a load average goes on for minutes after the work has ended
# of control groups, version 2 and 1: the folder, the files of a limit and of what is used, and what counts idle pages of files
CGROUPS = "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
CGROUPS_1 = "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
_M_MMAP_MAX, _M_TRIM_THRESHOLD = -4, -1  # of malloc.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What one training uses. It changes the last bits of the result, so it is part of the run's state."""

    device: str  # "cpu", "cuda:0", "mps"
    precision: str  # "fp32" or "bf16"
    threads: int  # of one CPU operation
    compiled: bool = False
    engine: str = TORCH  # of a frozen backbone, one of ENGINES

    @property
    def torch_device(self) -> "torch.device":
        import torch

        return torch.device(self.device)


def pick_device(wish: str) -> str:
    """The device that `wish` names; "auto" takes CUDA, then MPS, then the CPU.

    Raises:
        RecipeError: the device is not there.
    """
    import torch

    if wish == "auto":
        if torch.cuda.is_available():
            return f"cuda:{torch.cuda.current_device()}"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(wish)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise RecipeError(
            f"device = {wish!r} is not available here ({str(error).splitlines()[0]}); use cpu or auto"
        ) from None
    return str(device)


def cores() -> int:
    """CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int) -> None:
    """Raise RecipeError for far more threads than there are cores, which bring the machine to a stand, or fewer than none."""
    if threads < 0:
        raise RecipeError(f"threads = {threads} must be 0 or more; 0 takes the fastest number")
    if threads > (most := CROWDED * max(cores(), 2)):
        raise RecipeError(
            f"threads = {threads} are too many: this machine has {cores()} cores and takes at most {most}; 0 takes the fastest number"
        )


def computes_bf16() -> bool:
    """True where the processor may compute in bf16 itself: emulated it is many times slower than fp32, so that a trial is a loss.

    Of x86 torch knows; elsewhere a trial tells.
    """
    import torch

    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def may_accelerate() -> bool:
    """False where no accelerator can be, so that torch need not be asked: a Linux without the device file of one."""
    return sys.platform != "linux" or any(Path(file).exists() for file in ACCELERATORS)


def can_compile() -> bool:
    """True where torch.compile finds the C++ compiler that it needs."""
    return any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl"))


def idle_cores() -> int:
    """Cores that other work leaves free, at least one: by the load average of the last minute, or what runs right now if that is less."""
    try:
        busy = float(round(os.getloadavg()[0]))
    except (OSError, AttributeError):  # Windows has none
        busy = 0.0
    return max(1, cores() - int(min(busy, _running()) if busy else 0))


def _running() -> float:
    """Other threads that run or want to, the median of a few looks; infinite where the system does not tell."""
    looks = []
    with suppress(OSError, ValueError, IndexError):
        for _ in range(LOOKS):
            now = Path("/proc/loadavg").read_text(encoding="ascii").split()[3]
            looks.append(int(now.partition("/")[0]) - 1)  # this one too
            time.sleep(BETWEEN_LOOKS)
    return statistics.median(looks) if looks else float("inf")


@functools.cache
def hold_memory() -> None:
    """Keep large blocks of memory for the next tensor, in place of giving them back to the system after each.

    glibc maps a large block anew each time, and the system clears it page by page: on two cores of an AMD EPYC that was 45 %
    of the time of a frozen ResNet-20 at 1,024 images a batch; a training step of MobileNetV2 ×0.5 (128 images of 32 px) gave
    84 images/s in place of 61. The process holds a fifth to a half more memory for it.
    Elsewhere than on Linux with glibc nothing happens.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def let_memory_go() -> None:
    """Give the system what was freed and is still held: after a piece of work, what comes next needs other blocks.

    `linnaeus train photos --budget 45s` (1,940 photographs, two cores of an AMD EPYC, one run each) held 1.84 GB at most without
    this, and 1.46 GB with it.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def memory_left() -> float:
    """Bytes that this process can still take, of the machine's and of each control group's that it is in; infinite where nothing tells."""
    return min([_available(), *_left_in_groups()])


@contextmanager
def undisturbed() -> Iterator[None]:
    """Leave torch's thread count and its global generator to the caller as they were."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def on_threads(count: int) -> Iterator[None]:
    """So many threads for torch's CPU operations, and afterwards what there was; 0: what there is.

    Raises:
        RecipeError: far more than there are cores, or fewer than none.
    """
    check_threads(count)
    if not count:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def best_of(work: Callable[[], object], calls: int = 2) -> float:
    """Seconds of the quickest of a few calls, after one that warms up."""
    work()
    return min(seconds_of(work) for _ in range(calls))


def seconds_of(work: Callable[[], object], clock: Callable[[], float] | None = None) -> float:
    """Seconds of a call, with what it leaves to a GPU; by `time.perf_counter` where no clock is named."""
    import torch

    clock = clock or time.perf_counter
    start = clock()
    work()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
    return clock() - start


def describe(folder: Path | None = None) -> dict[str, Any]:
    """The machine, for every record: processor, memory, disk, system, versions. Torch is imported only for what an accelerator is."""
    from linnaeus._version import __version__

    return {
        "cpu": _cpu_name(),
        "cores": cores(),
        "memory_gb": _memory_gb(),
        "disk_gb": round(shutil.disk_usage(folder or Path.cwd()).total / 2**30, 1),
        "gpu": _gpu_name() if may_accelerate() else None,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": sys.version.split()[0],
        "torch": _torch_version(),
        **{name: _version(name) for name in ("torchvision", "timm", "numpy", "pillow")},
        "linnaeus": __version__,
    }


def _gpu_name() -> str | None:
    import torch

    if not torch.cuda.is_available():
        return None
    gpu = torch.cuda.get_device_properties(0)
    return f"{gpu.name}, {gpu.total_memory / 2**30:.0f} GiB"


def _torch_version() -> str | None:
    """With the build, such as +cu130, which the package's metadata need not name; read without the import, which takes seconds."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    named = re.search(
        r"^__version__ = '(.+)'", Path(spec.origin).with_name("version.py").read_text("utf-8"), re.MULTILINE
    )
    return named[1] if named is not None else _version("torch")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu_name() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError, AttributeError):  # Windows has no sysconf
        return None


def _available() -> float:
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024.0 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
    return math.inf


def _left_in_groups() -> Iterator[float]:
    """What a container, a batch system or systemd leaves: in a group and in all above it, version 2 or 1.

    Pages of files that have not been used of late are given back where memory runs short, so they count as free.
    """
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            number, controllers, path = line.split(":", 2)
            if number != "0" and "memory" not in controllers.split(","):
                continue
            top, limit, used, files = CGROUPS if number == "0" else CGROUPS_1
            # within a container its own group may lie at the top, whatever its path
            for place in {Path(top), *(Path(top + part) for part in (path, *map(str, Path(path).parents)))}:
                with suppress(OSError, ValueError, StopIteration):
                    most = int((place / limit).read_text(encoding="ascii"))  # "max": none
                    lines = (place / "memory.stat").read_text(encoding="ascii").splitlines()
                    idle = int(next(line for line in lines if line.startswith(f"{files} ")).split()[1])
                    yield max(0.0, most - int((place / used).read_text(encoding="ascii")) + idle)
