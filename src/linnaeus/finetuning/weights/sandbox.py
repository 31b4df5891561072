"""Run as a process of its own by `untrusted`: a checkpoint of torch to safetensors, under limits.

    python -I sandbox.py SOURCE TARGET SIZE PATHS KEY

Its last line is JSON: {}, or {"fault": code | none | key | memory | broken, "text": …}; what TARGET holds tells in its metadata under
which key it was nested in SOURCE, and which other sets of weights are there. KEY names one of them; "": the likeliest. It imports
nothing of ours.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMORY = 2**29  # bytes, and TIMES the file's size: once as read, once to be written, and what a reader needs
TIMES = 4
DISK = 2**24  # bytes, and TIMES the file's size
SECONDS = 60  # of the processor, and one for so many bytes:
BYTES_A_SECOND = 20e6

# Where training scripts keep their weights, the likeliest first; averaged ones come after those that were trained.
NESTED = (
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "network",
    "module",
    "weights",
    "params_ema",
    "params",
    "ema",
)


def limit(size: int) -> None:
    """Hold this process to what a file of `size` bytes may cost. Where the system has no such limits, the parent's clock is left."""
    with suppress(ImportError):
        import resource

        def at_most(kind: str, value: int) -> None:
            with suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, kind), (value, value))

        used = resource.getrusage(resource.RUSAGE_SELF)
        at_most("RLIMIT_CORE", 0)
        at_most("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + SECONDS + size / BYTES_A_SECOND))
        at_most("RLIMIT_FSIZE", DISK + TIMES * size)
        # Data, not address space: the libraries have mapped gigabytes of that which are never touched.
        at_most("RLIMIT_DATA", _data() + MEMORY + TIMES * size)


def _data() -> int:
    """Bytes of data that this process holds already."""
    with suppress(OSError):
        found = re.search(r"VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
        return int(found[1]) * 1024 if found else 2**32
    return 2**32


def states(held: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Mappings of names to tensors, each with the dotted key that led to it, in the order in which they are looked for."""
    import torch

    if not isinstance(held, Mapping) or depth > 3:
        return
    kept = {str(name): value for name, value in held.items() if not str(name).endswith("_extra_state")}
    if kept and all(isinstance(value, torch.Tensor) for value in kept.values()):
        yield key, kept
        return
    for name in sorted(kept, key=lambda name: NESTED.index(name) if name in NESTED else len(NESTED)):
        yield from states(kept[name], f"{key}.{name}" if key else name, depth + 1)


def converted(source: str, target: str, wanted: str = "") -> dict[str, str]:
    """Write what `source` holds to `target`; the answer that goes to the parent."""
    import pickle

    import torch
    from safetensors.torch import save_file

    try:
        held = torch.load(source, map_location="cpu", weights_only=True)
        found = dict(states(held))
        if not found:
            return {"fault": "none", "text": f"it holds a {type(held).__name__}{_keys(held)}"}
        key = wanted or next(iter(found))
        if key not in found:
            return {"fault": "key", "text": ", ".join(_alike(found, next(iter(found))))}
        tensors = found[key]
        # Own memory for each: tensors that share some cannot be written, and a view may stand for more than it holds.
        whole = {name: value.detach().clone(memory_format=torch.contiguous_format) for name, value in tensors.items()}
        save_file(whole, target, metadata={"nested": key, "others": json.dumps(_alike(found, key)[1:])})
    except pickle.UnpicklingError as error:
        named = re.search(r"GLOBAL `?(\w[\w.]*\.\w+)", str(error))
        refused = "nsupported" in str(error)  # a class, a function, or an operation that no list of tensors needs
        return {"fault": "code", "text": named[1] if named else ""} if refused else _broken(error)
    except MemoryError:
        return {"fault": "memory"}
    except Exception as error:  # whatever a damaged file leads to
        too_much = re.search(r"alloc|out of memory|File too large", str(error))
        return {"fault": "memory"} if too_much else _broken(error)
    return {}


def _alike(found: Mapping[str, Mapping[str, Any]], key: str) -> list[str]:
    """A key, and those whose tensors have about as many and like names: averaged weights, a teacher's; no optimizer's memory."""
    last = {name.rpartition(".")[2] for name in found[key]}
    alike = (
        other
        for other, tensors in found.items()
        if 2 * len(tensors) >= len(found[key]) and last & {name.rpartition(".")[2] for name in tensors}
    )
    return [key, *(other for other in alike if other != key)]


def _broken(error: Exception) -> dict[str, str]:
    lines = str(error).strip().splitlines()
    return {"fault": "broken", "text": re.split(r"\. ", lines[0])[0][:120] if lines else type(error).__name__}


def _keys(held: Any) -> str:
    return f" with {', '.join(map(str, list(held)[:5]))}" if isinstance(held, Mapping) and held else ""


def main() -> None:
    """Read the arguments, take on the limits, answer."""
    source, target, size, paths, key = sys.argv[1:]
    sys.path[:] = json.loads(paths)
    import torch  # noqa: F401 -- before the limits: what it needs itself is not the file's

    limit(int(size))
    print(json.dumps(converted(source, target, key)))


if __name__ == "__main__":
    main()
