"""What a run is before its first step: its record, pictures of its classes, its recipe, and what the user should know."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from linnaeus import device
from linnaeus.data.audit.audit import at_training
from linnaeus.data.dataset import Splits
from linnaeus.data.statistics import pictures
from linnaeus.device import Machine
from linnaeus.distributed import ranks
from linnaeus.events import Watcher, note
from linnaeus.recipe import stages
from linnaeus.recipe.read import to_plain, to_toml
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import DataFacts, Environment
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training import checkpoint, layers
from linnaeus.training.state import Prepared, TrainState
from linnaeus.training.validation import classifier

SAMPLES = 3  # pictures of each class in the report, for up to MOST_SAMPLES
MOST_SAMPLES = 60
# Findings that are said aloud, by their severity; the others are in the record.
TOLD = dict.fromkeys(("leak", "contradiction", "mirror", "stem", "unvalidated"), ("warning",)) | {
    "masks": ("question",)
}


def write(prepared: Prepared, state: TrainState, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Begin a run in its folder, the recipe last: from there on it can be resumed. Raises RunError on a full disk."""
    record = _first_record(prepared, state, folder)
    for finding in record.data.findings:
        if finding.severity in TOLD.get(finding.kind, ()):
            tell(note("finding", found=finding))
    if record.earlier:
        first_lr = prepared.lrs[0] * prepared.schedule(0.0, [])
        described = {name: record.recipe[name] for name in ("schedule", "epochs", "seed")}
        tell(note("continues", run=record.parent, epoch=record.earlier[-1].epoch, lr=first_lr, **described))
    folder.save_pictures("samples", _samples(prepared))
    folder.save_record(record)
    if state.step or prepared.recipe.train == stages.HEAD_THEN_ALL:  # a resume does not do again what is done already
        checkpoint.save(state, folder.checkpoints)
    folder.save_recipe(to_toml(prepared.recipe))
    return record


def _first_record(prepared: Prepared, state: TrainState, folder: RunFolder) -> RunRecord:
    """The record as the first step finds it. A run that continues another inherits its curve and its looks at the test."""
    preprocessing, start = prepared.rules.preprocessing, prepared.start
    parent = start.parent if start else None
    return RunRecord(
        name=folder.name,
        status="running",
        recipe=to_plain(prepared.recipe),
        parent=parent.name if parent else None,
        data=describe_data(prepared.splits, prepared.recipe),
        environment=_environment(prepared.machine, folder.path),
        model=replace(
            layers.describe(classifier(prepared, state.module).module, preprocessing.channels, preprocessing.size),
            start=start.facts() if start else None,
        ),
        test_openings=parent.test_openings if parent and _same_images(parent, prepared) else 0,
        earlier=parent.led_here() if parent and start and _goes_on(parent, prepared) else (),
        folder=folder.path,
    )


def _environment(machine: Machine, folder: Path) -> Environment:
    return Environment(**{**asdict(machine), **device.describe(folder), "processes": ranks().world})


def _same_images(parent: RunRecord, prepared: Prepared) -> bool:
    """True where a look at the parent's test images was a look at some of these."""
    own = {str(part) for part in prepared.recipe.data.operands()}
    return parent.data.fingerprint == prepared.splits.fingerprint or str(parent.recipe["data"]) in own


def _goes_on(parent: RunRecord, prepared: Prepared) -> bool:
    """True where the parent's curve leads into this one: the same network learns the same classes on."""
    start, recipe = prepared.start, prepared.recipe
    same = parent.data.fingerprint == prepared.splits.fingerprint
    return (
        same and recipe.train == stages.ALL and start is not None and len(start.known) == len(prepared.splits.classes)
    )


def describe_data(splits: Splits, recipe: Recipe) -> DataFacts:
    """The data as the record keeps it."""
    present = {name: dataset for name in ("train", "val", "test") if (dataset := getattr(splits, name)) is not None}
    return DataFacts(
        source=splits.title(),
        fingerprint=splits.fingerprint,
        classes=tuple(splits.classes),
        counts={name: len(dataset) for name, dataset in present.items()},
        per_class={name: tuple(dataset.counts()) for name, dataset in present.items()},
        skipped=splits.skipped,
        notes=splits.notes,
        dropped=splits.dropped,
        findings=at_training(splits, recipe),
        image_size=recipe.image_size,
        channels=recipe.channels,
        loading="resident" if isinstance(splits.train.store, np.ndarray) else "streamed",
    )


def _samples(prepared: Prepared) -> dict[str, Any]:
    """A few training pictures of each class, evenly spaced, since neighbours are often shots of one thing."""
    train = prepared.splits.train
    each = max(1, min(SAMPLES, MOST_SAMPLES // len(train.classes)))
    places = [np.flatnonzero(train.labels_N == label) for label in range(len(train.classes))][: 2 * MOST_SAMPLES]
    picked = np.concatenate(
        [place[np.linspace(0, len(place) - 1, min(each, len(place))).astype(int)] for place in places]
    )
    return {"images": pictures(train, picked, prepared.recipe), "labels": train.labels_N[picked]}
