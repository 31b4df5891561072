"""One training on several processes: which of them this is, and what they tell one another.

    torchrun --nproc-per-node 4 -m linnaeus train DATA --name NAME

torchrun says by environment variables how many there are. A process alone is the first of one, and all of the below then does
nothing. Each process does all that one alone would, but for its part of each batch; only the first one's folder stays, and
only the first one speaks. The group speaks gloo on the CPU and NCCL on CUDA.
"""

import atexit
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linnaeus.errors import TrainingError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """This process among the others. Whatever is summed, gathered or agreed on must be so by all of them, in the same order."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0  # among those of this machine
    local_world: int = 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    @property
    def alone(self) -> bool:
        return self.world == 1

    def part(self, rows: "Tensor") -> "Tensor":
        """The rows of a whole batch that are this process's; sizes differ by at most one."""
        return rows if self.alone else rows.tensor_split(self.world)[self.rank]

    def part_of(self, order: "npt.NDArray[np.int64]") -> "npt.NDArray[np.int64]":
        """`part`, of indices."""
        import numpy as np

        return order if self.alone else np.array_split(order, self.world)[self.rank]

    def sum(self, values: "Tensor") -> "Tensor":
        """The sum over all processes, in place."""
        if not self.alone:
            import torch.distributed as group

            with _lost():
                group.all_reduce(values)
        return values

    def gather(self, rows: "Tensor") -> "Tensor":
        """The rows of all processes, one process after another: of `part`s, the whole batch again."""
        if self.alone:
            return rows
        import torch
        import torch.distributed as group

        counts = self.each(len(rows))
        padded = rows.new_zeros((max(counts), *rows.shape[1:]))
        padded[: len(rows)] = rows
        found = [torch.empty_like(padded) for _ in counts]
        with _lost():
            group.all_gather(found, padded)
        return torch.cat([part[:count] for part, count in zip(found, counts, strict=True)])

    def each(self, value: Any) -> list[Any]:
        """What each process says, by rank."""
        if self.alone:
            return [value]
        import torch.distributed as group

        said: list[Any] = [None] * self.world
        with _lost():
            group.all_gather_object(said, value)
        return said

    def same(self, value: Any) -> Any:
        """What the first process says."""
        if self.alone:
            return value
        import torch.distributed as group

        said = [value]
        with _lost():
            group.broadcast_object_list(said, src=0)
        return said[0]

    def any(self, flag: bool) -> bool:
        """True if one of them says so."""
        if self.alone:
            return flag
        import torch

        return bool(self.sum(torch.tensor([float(flag)])))

    def wait(self) -> None:
        """Until all are here."""
        self.same(None)
        self.each(None)

    @contextmanager
    def first_goes_first(self) -> Iterator[None]:
        """The first process runs the block, then the others: they find in the caches what it has made."""
        if not self.is_first:
            self.wait()
        yield
        if self.is_first:
            self.wait()


ALONE = Ranks()


def rank() -> int:
    """Of this process; asked for before there is a group."""
    return int(os.environ.get("RANK", "0")) if world() > 1 else 0


def world() -> int:
    """How many processes torchrun has started."""
    return int(os.environ.get("WORLD_SIZE", "1")) if "TORCHELASTIC_RUN_ID" in os.environ else 1


@functools.cache
def ranks() -> Ranks:
    """This process, once all have met."""
    if world() == 1:
        return ALONE
    import torch
    import torch.distributed as group
    from torch.distributed.rendezvous import rendezvous

    here = Ranks(
        rank=rank(),
        world=world(),
        local_rank=int(os.environ["LOCAL_RANK"]),
        local_world=int(os.environ["LOCAL_WORLD_SIZE"]),
    )
    if torch.cuda.is_available():
        torch.cuda.set_device(here.local_rank % torch.cuda.device_count())
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    with _lost():
        store, number, size = next(rendezvous("env://"))
        # torch 2.15 keeps the store over a restart, and a process would call the addresses of those that are dead
        start = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
        of_this_start = group.PrefixStore(start, store)  # type: ignore[attr-defined]  # public, but not in its list of names
        group.init_process_group(backend, store=of_this_start, rank=number, world_size=size)
    atexit.register(_part)
    return here


def _part() -> None:
    import torch.distributed as group

    with suppress(Exception):  # the others may be gone
        group.destroy_process_group()


@contextmanager
def _lost() -> Iterator[None]:
    """A process that is gone shows as whatever the library raises: here it becomes one message."""
    try:
        yield
    except RuntimeError as error:
        raise TrainingError(
            "another process of this training is gone; the last checkpoint stays. With torchrun --max-restarts N it goes on "
            f"by itself, else give the same command again ({str(error).strip().splitlines()[0][:120]})"
        ) from error
