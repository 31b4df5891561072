"""`TrainState`, the only mutable thing in a training, and its checkpoints.

A row of the history, one an epoch; what depends on the clock is not in it:

    epoch, step, lr                              at the end of the epoch
    loss, loss_q1, loss_q3                       median and quartiles over the epoch's batches
    accuracy, accuracy_q1, accuracy_q3           the same of the batches' accuracy on augmented images
    val_loss, val_accuracy, val_low, val_high, val_n   where there is a validation split
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from linnaeus import files
from linnaeus.training import tree

KEPT = 2  # checkpoints: the newest could be the one that a failing disk damages


@dataclass(slots=True, kw_only=True)
class TrainState:
    """Everything that changes while a network is trained; `step` counts the finished steps over all epochs."""

    module: nn.Module
    optimizer: torch.optim.Optimizer
    average: nn.Module | None  # exponential moving average of the weights, where the recipe asks for it
    swa: nn.Module | None  # plain average of the weights of the last epochs so far, where the recipe asks for it
    step: int = 0
    losses: list[Tensor] = field(default_factory=list)  # of the batches of this epoch, on the device
    accuracies: list[Tensor] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    best: dict[str, Tensor] | None = None  # weights of the best epoch on validation, where the recipe chooses it
    best_loss: float = float("inf")
    seconds: float = 0.0  # spent on finished steps
    epochs_s: list[float] = field(default_factory=list)

    def evaluated(self) -> nn.Module:
        """The network to be scored: the averaged weights where there are some."""
        return self.module if self.average is None else self.average

    def fraction(self, steps: int) -> float:
        return self.step / steps

    def to_tree(self) -> dict[str, Any]:
        return {
            "module": dict(self.module.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "average": None if self.average is None else dict(self.average.state_dict()),
            "swa": None if self.swa is None else dict(self.swa.state_dict()),
            "step": self.step,
            "losses": [float(loss) for loss in self.losses],
            "accuracies": [float(accuracy) for accuracy in self.accuracies],
            "history": self.history,
            "best": self.best,
            "best_loss": self.best_loss,
            "seconds": self.seconds,
            "epochs_s": self.epochs_s,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what `to_tree` gave, bit for bit and in the memory layout that the arithmetic is done in."""
        self.module.load_state_dict(saved["module"])
        self.optimizer.load_state_dict(saved["optimizer"])
        for parameter, held in self.optimizer.state.items():
            for name, value in held.items():
                if isinstance(value, Tensor) and value.shape == parameter.shape:
                    held[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        if self.average is not None:
            self.average.load_state_dict(saved["average"])
        if self.swa is not None:
            self.swa.load_state_dict(saved["swa"])
        device = next(iter(self.module.state_dict().values())).device  # a head may hold no weights, but images
        self.losses = [torch.tensor(loss, device=device) for loss in saved["losses"]]
        self.accuracies = [torch.tensor(accuracy, device=device) for accuracy in saved["accuracies"]]
        for name in ("step", "history", "best", "best_loss", "seconds", "epochs_s"):
            setattr(self, name, saved[name])


def copied_weights(module: nn.Module) -> dict[str, Tensor]:
    """All weights and buffers by name, apart from the module."""
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}


def save(state: TrainState, folder: Path) -> None:
    """Write a checkpoint whole, its checksum in its name, and drop all but the last two. Raises RunError on a full disk."""
    content = tree.to_bytes(state.to_tree())
    files.write_whole(folder / f"step-{state.step:09d}-{files.checksum_of(content)}.safetensors", content)
    for old in list(_checkpoints(folder))[KEPT:]:
        old.unlink(missing_ok=True)


def restore_newest(state: TrainState, folder: Path) -> bool:
    """Bring `state` to the newest undamaged checkpoint in `folder`; False if there is none: the run begins at step 0."""
    for path in _checkpoints(folder):
        try:
            content = path.read_bytes()
            if files.checksum_of(content) == path.stem.rpartition("-")[2]:
                state.restore(tree.from_bytes(content))
                return True
        except (OSError, ValueError, KeyError, SafetensorError):
            continue
    return False


def _checkpoints(folder: Path) -> Iterator[Path]:
    """The newest first. What a crash left half-written has another name."""
    if folder.is_dir():
        names = (path for path in folder.iterdir() if re.fullmatch(r"step-\d+-[0-9a-f]+\.safetensors", path.name))
        yield from sorted(names, reverse=True)
