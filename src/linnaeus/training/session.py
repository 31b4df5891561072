"""One training in its run folder: begun, taken up again, brought to its end."""

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from linnaeus import device
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.audit.audit import at_training
from linnaeus.data.dataset import Splits
from linnaeus.data.statistics import pictures, some_of_each
from linnaeus.device import Machine
from linnaeus.distributed import ranks
from linnaeus.errors import Interrupted, LinnaeusError, RecipeError
from linnaeus.evaluation.certainty import calibrated
from linnaeus.evaluation.forgetting import measure
from linnaeus.evaluation.keeping import scored
from linnaeus.evaluation.predictions import Predictions, predictions
from linnaeus.events import EpochDone, Event, Finished, Note, Started, Stopped, Watcher
from linnaeus.finetuning.extend import network_before
from linnaeus.recipe import stages
from linnaeus.recipe.read import to_plain, to_toml
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Forgetting
from linnaeus.record.facts import DataFacts, Environment, EpochRow, Times
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.reporting import told
from linnaeus.stats import calibrate
from linnaeus.training import checkpoint, head_first, layers, loop
from linnaeus.training.prepare import prepare
from linnaeus.training.state import Prepared, TrainState
from linnaeus.training.track import tracking
from linnaeus.training.validation import classifier, on_validation

SHARE_FOR_HISTORY = 0.005  # of the run's time; checkpoints have another 0.03
SAMPLES = 3  # pictures of each class in the report, for up to MOST_SAMPLES
MOST_SAMPLES = 60
TOLD = ("leak", "contradiction", "mirror", "stem")  # findings that are said aloud; the others are in the record
LOOKED_AT = 5_000  # training images by which forgetting is told


@device.undisturbed()
def train(recipe: Recipe, splits: Splits, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Train from the first step to the last in a new folder.

    Raises:
        RecipeError before anything is written; TrainingError, Interrupted with the last good state on the disk.
    """
    tell = tracking(recipe, folder, tell)
    prepared, state = prepare(recipe, splits, tell, head_first.begin(recipe, splits, tell))
    record = _first_record(prepared, state, folder)
    for finding in record.data.findings:
        if finding.severity == "warning" and finding.kind in TOLD:
            tell(Note(text=told.finding(finding)))
    if record.earlier:
        tell(Note(text=_continues(prepared, record)))
    folder.save_pictures("samples", _samples(prepared))
    folder.save_record(record)
    if (
        state.step or prepared.recipe.train == stages.HEAD_THEN_ALL
    ):  # what is done already is not done otherwise by a resume
        checkpoint.save(state, folder.checkpoints)
    folder.save_recipe(to_toml(prepared.recipe))  # last: from here on the folder is a run that can be resumed
    return _run(prepared, state, folder, record, tell)


@device.undisturbed()
def resume(recipe: Recipe, splits: Splits, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Take up a stopped or killed run at its newest checkpoint; without one, at its first step. The result is the same."""
    record = folder.record()
    if splits.fingerprint != record.data.fingerprint:
        raise RecipeError(
            f"{recipe.data} has changed since {folder.name} began ({record.data.fingerprint} then, {splits.fingerprint} now): "
            f"an exact resume is impossible; train anew with: linnaeus train --recipe {folder.recipe}"
        )
    tell = tracking(recipe, folder, tell)
    then = record.environment.processes
    if then != ranks().world:
        tell(Note(text=f"the run began on {then} processes and goes on on {ranks().world}: its last bits may differ"))
    begun = head_first.begin(recipe, splits, tell, _same_machine(record, tell))
    prepared, state = prepare(recipe, splits, tell, begun)
    if prepared.start is not None and record.model.start and prepared.start.checksum != record.model.start.checksum:
        raise RecipeError(
            f"{recipe.weights} no longer holds the weights that {folder.name} began with: an exact resume is impossible; "
            f"train anew with: linnaeus train --recipe {folder.recipe}"
        )
    checkpoint.restore_newest(state, folder.checkpoints)
    return _run(prepared, state, folder, record, tell)


def _run(prepared: Prepared, state: TrainState, folder: RunFolder, record: RunRecord, tell: Watcher) -> RunRecord:
    tell(Started(record=record, folder=folder.path, step=state.step, steps=prepared.steps))
    try:
        trained = loop.run(prepared, state, folder.checkpoints, _keeping_history(folder, state, tell))
    except LinnaeusError as error:
        record = replace(record, status="stopped", history=_rows(state), time=_times(prepared, state, 0.0))
        folder.save_record(record)
        tell(Stopped(record=record))
        if isinstance(error, Interrupted):
            error.args = (f"{error}; resume it with: linnaeus resume {folder.path}",)
        raise
    return _finish(prepared, state, trained, folder, record, tell)


def _keeping_history(folder: RunFolder, state: TrainState, tell: Watcher) -> Watcher:
    """The same watcher, after the history is on the disk: as often as epochs end and a half per cent of the time allows."""
    due = 0.0

    def watch(event: Event) -> None:
        nonlocal due
        start = time.perf_counter()
        if isinstance(event, EpochDone) and start >= due:
            folder.save_history(_rows(state))
            end = time.perf_counter()
            due = end + (end - start) / SHARE_FOR_HISTORY
        tell(event)

    return watch


def _finish(
    prepared: Prepared, state: TrainState, trained: Classifier, folder: RunFolder, record: RunRecord, tell: Watcher
) -> RunRecord:
    start = time.perf_counter()
    trained.save(folder.path)
    scores, calibration, plain = {}, dict[str, Calibration](), on_validation(prepared, trained.module)
    if prepared.splits.val is not None and plain is not None:
        scores = scored(trained, prepared.splits.val, prepared.recipe, folder, "val", prepared.recipe.tta, plain)
        fitted = calibrate.fit(plain.labels_N, plain.probabilities_NK)
        calibration = calibrated(plain, fitted, "val")
        replace(trained, certainty=fitted.certainty if calibration else None).save_card(folder.path)
    record = replace(
        record,
        status="finished",
        history=_rows(state),
        scores=scores,
        calibration=calibration,
        forgetting=_forgetting(prepared, trained, plain, tell),
        time=_times(prepared, state, time.perf_counter() - start),
        folder=folder.path,
    )
    folder.save_record(record)
    folder.discard_checkpoints()
    tell(Finished(record=record))
    return record


def _forgetting(
    prepared: Prepared, trained: Classifier, plain: Predictions | None, tell: Watcher
) -> dict[str, Forgetting]:
    """Where classes were added to a network: what it has lost and won, on validation images and on some training images."""
    start, splits, recipe = prepared.start, prepared.splits, prepared.recipe
    known = set(start.classes) & set(splits.classes) if start is not None else set()
    if not known or len(known) == len(splits.classes):
        return {}
    before = network_before(recipe).to(trained.device)
    some = some_of_each(splits.train, LOOKED_AT)
    seen = {"train": (some, predictions(trained, some, recipe))}
    if splits.val is not None and plain is not None:
        seen["val"] = (splits.val, plain)
    found = {split: measure(before, said, images, recipe, split=split) for split, (images, said) in seen.items()}
    tell(Note(text=told.forgetting(found.get("val") or found["train"])))
    return found


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


def _rows(state: TrainState) -> tuple[EpochRow, ...]:
    return tuple(EpochRow(**row) for row in state.history)


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


def _continues(prepared: Prepared, record: RunRecord) -> str:
    """What the schedule does in a run that continues another."""
    lr, recipe = prepared.lrs[0] * prepared.schedule(0.0, []), prepared.recipe
    behind = f", epoch {record.earlier[-1].epoch}" if record.earlier else ""
    return (
        f"goes on from the kept weights of {record.parent}{behind}; the schedule {recipe.schedule} runs from its beginning "
        f"to its end over {recipe.epochs} new epochs, its first learning rate being {lr:.2g}, and the optimizer begins "
        f"without memory; order and augmentation are drawn from seed {recipe.seed}"
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


def _times(prepared: Prepared, state: TrainState, finishing: float) -> Times:
    images = len(prepared.splits.train) * (state.step / prepared.steps_per_epoch)
    return Times(
        train_s=round(state.seconds, 3),
        images_per_s=round(images / state.seconds, 1) if state.seconds else None,
        epochs_s=tuple(round(seconds, 3) for seconds in state.epochs_s),
        total_s=round(state.seconds + finishing, 3),
    )


def _same_machine(record: RunRecord, tell: Watcher) -> Machine | None:
    """What the run used before: it decides the last bits. Where that device is not here, None: it is chosen anew, and said."""
    then, now = record.environment, device.describe(Path.cwd())
    changed = [
        f"{key} ({getattr(then, key)} → {now[key]})"
        for key in ("cpu", "gpu", "torch")
        if getattr(then, key) != now[key]
    ]
    if changed:
        tell(
            Note(
                text=f"this is not the machine that the run began on: {', '.join(changed)}; its last bits may differ from an unbroken run"
            )
        )
    try:
        device.pick_device(then.device)
    except RecipeError:
        tell(Note(text=f"the run began on {then.device}, which is not here; the machine is chosen anew"))
        return None
    return Machine(
        device=then.device, precision=then.precision or "fp32", threads=then.threads or 1, compiled=then.compiled
    )
