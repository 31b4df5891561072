"""A finished run of a moment, and a model to start."""

from pathlib import Path

import torch
from torch import Tensor, nn

import linnaeus
from linnaeus.classifier.classifier import build_module
from linnaeus.recipe.read import override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse
from tests.settings import given

MLP = "mlp(hidden=[16], dropout=0.0)"
NETWORK = "model=convnet(width=4, dropout=0.2)"  # batch norm and dropout; at 12 px four blocks
DIGITS = tuple("0123456789")
QUICK = ("device=cpu", "precision=fp32", "threads=1", "compile=off", "epochs=1", "batch_size=32", "augment=none")


def train(place: Path, *changes: str, data: str = "digits(limit=20)", name: str | None = None) -> linnaeus.RunRecord:
    """A run in `place/runs`."""
    return linnaeus.train(data, **given(*QUICK, *changes), runs=place / "runs", name=name, report=False)


def recipe(weights: Path | str, *changes: str) -> Recipe:
    """Grey images of 8 px, MLP, unless changed."""
    fields = {
        "data": parse("digits"),
        "image_size": 8,
        "channels": 1,
        "model": parse(MLP),
        "optimizer": parse("sgd"),
        "epochs": 1,
        "weights": str(weights),
    }
    return Recipe(**override(fields, changes))


def module(made: Recipe, classes: int = 10, seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build_module(made.model, made.channels, classes, made.image_size)


def equal(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def backbone(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in state.items() if not name.startswith("head.")}
