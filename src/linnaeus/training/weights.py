"""Where a training begins: at weights drawn from the seed, or at those that the recipe's `weights` names.

a folder    a finished run: its weights, its classes, its normalisation, and the epochs that led there
a file      .safetensors, or a state dict of torch (read as data: nothing in it is run); names of the published networks
            are translated by the model, normalisation is measured on the training images
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from linnaeus import classifier, files
from linnaeus.classifier import Intake
from linnaeus.errors import RecipeError, RunError
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The weights that a training begins with, and what came with them."""

    source: str  # as the recipe names it
    checksum: str
    weights: Mapping[str, Tensor]
    intake: Intake | None = None  # how the run that they come from wants its images
    parent: RunRecord | None = None

    def to_plain(self) -> dict[str, Any]:
        return {"weights": self.source, "checksum": self.checksum}


def anchored(recipe: Recipe, runs: Path) -> Recipe:
    """The recipe with a whole path in place of the name of a run or file, so that it can be repeated from elsewhere."""
    if not recipe.weights:
        return recipe
    there = Path(recipe.weights).expanduser()
    found = there if there.exists() else folders.find(runs, recipe.weights).path
    return replace(recipe, weights=str(found.absolute()))


def start_at(source: str, module: nn.Module, classes: tuple[str, ...]) -> Start:
    """Give `module` the weights that `source` names.

    Raises:
        RunError: no finished run, or no such file. RecipeError: weights of another network or of other classes.
    """
    path = Path(source)
    start = _of_run(RunFolder(path), classes) if path.is_dir() else _of_file(path, module)
    wanted = module.state_dict()
    absent = [name for name in wanted if name not in start.weights and not name.endswith("num_batches_tracked")]
    foreign = [name for name in start.weights if name not in wanted]
    other = [name for name in wanted if name in start.weights and start.weights[name].shape != wanted[name].shape]
    for fault, names in (("lacks", absent), ("has no place for", foreign), ("has another shape of", other)):
        if names:
            listed = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            raise RecipeError(f"weights = {source!r} are of another network: {_whose(fault)} {fault} {listed}")
    module.load_state_dict({**wanted, **start.weights})
    return start


def _whose(fault: str) -> str:
    return "the recipe's model" if fault == "has no place for" else "the file"


def _of_run(folder: RunFolder, classes: tuple[str, ...]) -> Start:
    record = folder.record()
    if record.status != "finished":
        raise RunError(f"{folder.name} is {record.status}, not finished; go on with: linnaeus resume {folder.path}")
    trained = classifier.load(folder.path)
    if trained.classes != classes:
        differing = sorted(set(trained.classes) ^ set(classes)) or ["their order"]
        raise RecipeError(
            f"{folder.name} was trained on other classes than these data have (differing: {', '.join(differing[:5])}); "
            "name the same classes, in the same order"
        )
    return Start(
        source=str(folder.path),
        checksum=files.checksum(folder.path / classifier.WEIGHTS),
        weights=trained.module.state_dict(),
        intake=trained.intake,
        parent=record,
    )


def _of_file(path: Path, module: nn.Module) -> Start:
    try:
        checksum = files.checksum(path)
        held = load_file(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
    except FileNotFoundError:
        raise RunError(f"weights = {str(path)!r}: there is no such run or file") from None
    except (OSError, SafetensorError, RuntimeError, EOFError, ValueError) as error:
        raise RunError(f"weights = {str(path)!r} cannot be read: {str(error).splitlines()[0]}") from None
    except pickle.UnpicklingError:
        raise RunError(
            f"weights = {str(path)!r} holds more than weights, and what it holds could run code when read; save its "
            "state_dict alone, or as .safetensors"
        ) from None
    if isinstance(held, Mapping) and isinstance(held.get("state_dict"), Mapping):
        held = held["state_dict"]
    if not isinstance(held, Mapping) or not all(isinstance(value, Tensor) for value in held.values()):
        raise RunError(f"weights = {str(path)!r} is not a state dict: names with a tensor each")
    weights = {str(name).removeprefix("module."): value for name, value in held.items()}
    translate: Any = getattr(module, "translate", None)
    if translate is not None:
        weights = translate(weights)
    return Start(source=str(path), checksum=checksum, weights=weights)
