"""What an inspection looks at: a trained network, the splits that are open to it, and the features of their images."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy.typing as npt

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, load
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.device import Machine, cores, pick_device
from linnaeus.evaluation.inspection.fix_list import Judge
from linnaeus.evaluation.predictions import in_the_classes_of
from linnaeus.events import Watcher
from linnaeus.finetuning import features as frozen
from linnaeus.finetuning.backbone import FrozenBackbone, frozen_backbone
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is inspected: a trained network and its predictions of a split. Labels are those of the network's classes."""

    trained: Classifier
    recipe: Recipe
    split: str
    datasets: Mapping[str, Dataset]  # by split: those whose labels may be looked at, "train" among them
    probabilities_NK: Array  # of the split
    own: Judge  # by the features of the network's own backbone
    other: Judge | None  # who judges the labels in its place

    @property
    def dataset(self) -> Dataset:
        return self.datasets[self.split]


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 2)


def opened(folder: RunFolder, recipe: Recipe, splits: Splits, split: str) -> tuple[Classifier, dict[str, Dataset]]:
    """The network, and the splits whose labels may be looked at, in its classes."""
    trained = load(folder.path)
    trained = trained.to(
        Machine(device=pick_device(recipe.device), precision=trained.precision, threads=1).torch_device
    )
    open_ones = {"train": splits.train, "val": splits.val, **({"test": splits.test} if split == "test" else {})}
    return trained, {
        name: in_the_classes_of(trained, dataset) for name, dataset in open_ones.items() if dataset is not None
    }


def features(
    module: Any,
    preprocessing: Preprocessing,
    datasets: Mapping[str, Dataset],
    recipe: Recipe,
    fingerprint: str,
    watch: Watcher,
) -> dict[str, Any]:
    """Features (N, D) of each split: those that a training has kept, by whatever engine and threads, or computed now and kept."""
    machine = Machine(device=pick_device(recipe.device), precision="fp32", threads=1)
    backbone = frozen_backbone(module.to(machine.torch_device), preprocessing, machine)
    machines = [replace(machine, threads=threads) for threads in range(1, cores() + 1)]

    def kept(there: FrozenBackbone) -> bool:
        return all(frozen.are_kept(there, dataset, recipe, fingerprint) for dataset in datasets.values())

    backbone = frozen.first_of(backbone, machines, kept) or backbone
    return {
        name: frozen.features(backbone, dataset, recipe, fingerprint, watch).together()[0]
        for name, dataset in datasets.items()
    }
