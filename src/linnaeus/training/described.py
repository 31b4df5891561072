"""A training as its record describes it: the data, pictures of their classes, and the machine."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from linnaeus import device
from linnaeus.data.audit.at_training import at_training
from linnaeus.data.dataset import Splits
from linnaeus.data.statistics import pictures
from linnaeus.device import Machine
from linnaeus.distributed import ranks
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import DataFacts, Environment
from linnaeus.training.state import Prepared

SAMPLES = 3  # pictures of each class in the report, for up to MOST_SAMPLES
MOST_SAMPLES = 60


def data_facts(splits: Splits, recipe: Recipe) -> DataFacts:
    """The data as the record keeps it."""
    present = splits.present()
    return DataFacts(
        source=splits.title(),
        fingerprint=splits.fingerprint,
        classes=tuple(splits.classes),
        counts={name: len(dataset) for name, dataset in present.items()},
        per_class={name: tuple(dataset.counts()) for name, dataset in present.items()},
        skipped=splits.skipped,
        notes=splits.notes,
        dropped=splits.dropped,
        inherited=splits.inherited,
        things={name: len(set(dataset.groups)) for name, dataset in present.items() if dataset.groups},
        findings=at_training(splits, recipe),
        image_size=recipe.image_size,
        channels=recipe.channels,
        loading="resident" if isinstance(splits.train.store, np.ndarray) else "streamed",
    )


def samples(prepared: Prepared) -> dict[str, Any]:
    """A few training pictures of each class, evenly spaced, since neighbours are often shots of one thing."""
    train = prepared.splits.train
    each = max(1, min(SAMPLES, MOST_SAMPLES // len(train.classes)))
    places = [np.flatnonzero(train.labels_N == label) for label in range(len(train.classes))][: 2 * MOST_SAMPLES]
    picked = np.concatenate(
        [place[np.linspace(0, len(place) - 1, min(each, len(place))).astype(int)] for place in places]
    )
    return {"images": pictures(train, picked, prepared.recipe), "labels": train.labels_N[picked]}


def environment(machine: Machine, folder: Path) -> Environment:
    """What was chosen of the machine, and what it is; the disk is that of `folder`."""
    return Environment(**{**asdict(machine), **device.describe(folder), "processes": ranks().world})
