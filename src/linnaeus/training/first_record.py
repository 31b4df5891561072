"""What a run is before its first step: its record, pictures of its classes, its recipe, and what the user should know."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.data.dataset import Splits
from linnaeus.data.split import pixel_hashes
from linnaeus.events import Watcher, note
from linnaeus.recipe import stages
from linnaeus.recipe.read import to_plain, to_toml
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training import checkpoint, described, layers
from linnaeus.training.state import Prepared, TrainState
from linnaeus.training.validation import classifier

# Findings that are said aloud, by their severity; the others are in the record.
TOLD = dict.fromkeys(("leak", "shared_thing", "contradiction", "mirror", "stem", "unvalidated"), ("warning",)) | {
    "masks": ("question",),
    "burst": ("question",),
}


def write(prepared: Prepared, state: TrainState, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Begin a run in its folder, the recipe last: from there on it can be resumed. Raises RunError on a full disk."""
    record = _first_record(prepared, state, folder)
    for finding in record.data.findings:
        if finding.severity in TOLD.get(finding.kind, ()):
            tell(note("finding", found=finding))
    if record.earlier:
        first_lr = prepared.lrs[0] * prepared.schedule(0.0, [])
        wished = {name: record.recipe[name] for name in ("schedule", "epochs", "seed")}
        tell(note("continues", run=record.parent, epoch=record.earlier[-1].epoch, lr=first_lr, **wished))
    folder.save_images(_known(prepared.splits))
    folder.save_pictures("samples", described.samples(prepared))
    folder.save_record(record)
    if state.step or prepared.recipe.train == stages.HEAD_THEN_ALL:  # a resume does not do again what is done already
        checkpoint.save(state, folder.checkpoints)
    folder.save_recipe(to_toml(prepared.of_run()))
    return record


def _known(splits: Splits) -> dict[str, npt.NDArray[Any]]:
    """What the run keeps of its images, with their pixels where they are decoded."""
    pixels = [content for part in splits.present().values() for content in pixel_hashes(part)]
    return splits.known() | {"pixels": np.array(pixels, "S32")}


def _first_record(prepared: Prepared, state: TrainState, folder: RunFolder) -> RunRecord:
    """The record as the first step finds it. A run that continues another inherits its curve and its looks at the test."""
    preprocessing, start = prepared.rules.preprocessing, prepared.start
    parent = start.parent if start else None
    return RunRecord(
        name=folder.name,
        status="running",
        recipe=to_plain(prepared.of_run()),
        parent=parent.name if parent else None,
        data=described.data_facts(prepared.splits, prepared.recipe),
        environment=described.environment(prepared.machine, folder.path),
        model=replace(
            layers.describe(classifier(prepared, state.module).module, preprocessing.channels, preprocessing.size),
            start=start.facts() if start else None,
        ),
        stages=prepared.left_out,
        test_openings=parent.test_openings if parent and _same_images(parent, prepared) else 0,
        earlier=parent.led_here() if parent and start and _goes_on(parent, prepared) else (),
        folder=folder.path,
    )


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
