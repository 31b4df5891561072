"""Tensors by name, brought to a network: which is which, what finds no place, and whose rows of the head are kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from linnaeus.errors import RunError

# What wrappers put before every name: data parallelism, compilation, training frameworks, teachers and students.
WRAPPERS = ("module", "_orig_mod", "model", "net", "network", "backbone", "encoder", "student", "teacher", "ema_model")
HEADS = ("head", "fc", "linear", "classifier", "last_linear", "output")  # what others call the last layer
SHOWN = 3  # names in a message

Tensors = Mapping[str, Tensor]
Head = Literal["rows", "whole", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Tensors under the network's own names. Those of the last three fields keep it from being loaded, `left_out` do not."""

    weights: dict[str, Tensor]
    prefix: str  # what all names had before them
    left_out: tuple[str, ...]  # without a place: a head of another kind, or what stood beside the network in the file
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    mismatched: tuple[str, ...]


def match(tensors: Tensors, module: nn.Module) -> Match:
    """Find the names of the network's backbone among those of the file; floating-point numbers come as float32.

    Raises:
        RunError: a number that is not finite.
    """
    wanted = module.state_dict()
    prefixes = _prefixes(list(tensors), len(wanted) // 2)
    found = {prefix: _translated(_stripped(tensors, prefix), module) for prefix in prefixes}
    prefix = max(found, key=lambda each: len(found[each].keys() & wanted.keys()))  # the shortest of the best
    weights = {name: value.float() if value.is_floating_point() else value for name, value in found[prefix].items()}
    bad = next((name for name, value in weights.items() if name in wanted and not value.isfinite().all()), None)
    if bad is not None:
        raise RunError(f"{bad} holds numbers that are not finite; these weights are of a training that failed")
    beside = [name for name in tensors if not name.startswith(prefix)]
    unexpected = [name for name in weights if name not in wanted and not _of_head(name)]
    left_out = [name for name in weights if name not in wanted and (_of_head(name) or name in beside)]
    backbone = [name for name in wanted if not name.startswith("head.")]
    return Match(
        weights=weights,
        prefix=prefix,
        left_out=tuple(left_out),
        missing=tuple(name for name in backbone if name not in weights and not name.endswith("num_batches_tracked")),
        unexpected=tuple(name for name in unexpected if name not in beside),
        mismatched=tuple(name for name in backbone if name in weights and weights[name].shape != wanted[name].shape),
    )


def _prefixes(names: Sequence[str], least: int) -> Iterator[str]:
    """ "" and what may be a wrapper's: a known word that some names begin with, any that all do, or one that `least` names do and
    so may hold the network (a module of Lightning names it as it likes, beside its loss and its metrics); the shortest first."""
    found = [""]
    for prefix in found:
        yield prefix
        rest = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
        first = {name.partition(".")[0] for name in rest if "." in name}
        shared = first if len(first) == 1 and all("." in name for name in rest) else set()
        common = {word for word in first if sum(name.startswith(f"{word}.") for name in rest) >= max(least, 2)}
        found += [f"{prefix}{word}." for word in sorted(first & set(WRAPPERS) | shared | common)]


def _stripped(tensors: Tensors, prefix: str) -> dict[str, Tensor]:
    """Names without the prefix; one that has it wins over one that has not."""
    plain = {name: value for name, value in tensors.items() if not name.startswith(prefix)}
    return plain | {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _translated(tensors: dict[str, Tensor], module: nn.Module) -> dict[str, Tensor]:
    translate: Any = getattr(module, "translate", None)
    return dict(translate(tensors)) if translate is not None else tensors


def _of_head(name: str) -> bool:
    parts = name.split(".")
    return any(part in HEADS for part in parts[:-1])


def channels(weights: Tensors, module: nn.Module) -> tuple[int, int] | None:
    """(of the weights, of the network) where the first convolution sees another number of channels and is equal otherwise."""
    for name, value in module.state_dict().items():
        if value.ndim == 4:
            theirs = weights.get(name)
            if theirs is None or theirs.ndim != 4 or theirs.shape[1] == value.shape[1]:
                return None
            same = theirs.shape[0] == value.shape[0] and theirs.shape[2:] == value.shape[2:]
            return (theirs.shape[1], value.shape[1]) if same else None
    return None


def head(
    weights: Tensors, module: nn.Module, theirs: Sequence[str], ours: Sequence[str]
) -> tuple[Head, dict[str, Tensor], tuple[str, ...]]:
    """What the network's head begins with: how it was taken, its tensors, and the classes whose rows are kept.

    Rows go by the name of their class where `theirs` names them: each tensor of the head has a row a class, or none, and is
    then taken as it is. Without names a head of the same shape is taken whole: row k is taken to be class k.
    """
    wanted = {name: value for name, value in module.state_dict().items() if name.startswith("head.")}
    found = {name: weights[name].to(value.dtype) for name, value in wanted.items() if name in weights}
    if len(found) < len(wanted) or not wanted:
        return "new", {}, ()
    alike = all(found[name].shape == value.shape for name, value in wanted.items())
    if not theirs:
        return ("whole", found, ()) if alike else ("new", {}, ())
    if alike and tuple(theirs) == tuple(ours):
        return "rows", found, tuple(ours)
    known = tuple(name for name in ours if name in set(theirs))
    if not known or not all(_by_rows(found[name], value, len(theirs), len(ours)) for name, value in wanted.items()):
        return "new", {}, ()
    to = torch.tensor([list(ours).index(name) for name in known])
    source = torch.tensor([list(theirs).index(name) for name in known])
    return "rows", {name: _with_rows(value, to, found[name][source]) for name, value in wanted.items()}, known


def _by_rows(theirs: Tensor, ours: Tensor, their_classes: int, our_classes: int) -> bool:
    """True for a tensor of a row a class on both sides."""
    return (
        0 < theirs.ndim == ours.ndim
        and (len(theirs), len(ours)) == (their_classes, our_classes)
        and theirs.shape[1:] == ours.shape[1:]
    )


def _with_rows(value: Tensor, to: Tensor, rows: Tensor) -> Tensor:
    changed = value.clone()
    changed[to.to(value.device)] = rows.to(value.device)
    return changed


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many there are."""
    return ", ".join(names[:SHOWN]) + (f" … ({len(names)} in all)" if len(names) > SHOWN else "")
