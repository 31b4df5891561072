"""Randomness derived from (seed, epoch, step), never from a generator's history: what makes a resumed run the same run."""

import hashlib

import torch


def derive(*place: int | str) -> int:
    """A 63-bit seed for a place in a run, such as `derive(seed, "order", epoch)`."""
    return int.from_bytes(hashlib.blake2b(repr(place).encode(), digest_size=8).digest()) >> 1


def generator(*place: int | str) -> torch.Generator:
    """A CPU generator for a place in a run."""
    return torch.Generator().manual_seed(derive(*place))
