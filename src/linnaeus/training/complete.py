"""A run from its state to its end: the loop, the history as it grows, and the finished record."""

import time
from dataclasses import replace

from linnaeus.errors import Interrupted, LinnaeusError
from linnaeus.events import EpochDone, Event, Finished, Started, Stopped, Watcher
from linnaeus.recipe import shell
from linnaeus.record.facts import Times
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training import final, in_stages, layers, loop
from linnaeus.training.in_stages import Trained
from linnaeus.training.state import Prepared, TrainState

SHARE_FOR_HISTORY = 0.005  # of the run's time; checkpoints have another 0.03


def complete(prepared: Prepared, state: TrainState, folder: RunFolder, record: RunRecord, tell: Watcher) -> RunRecord:
    """Train from where the state is to the last step, score the network, and write it and the finished record.

    Raises:
        TrainingError, Interrupted: with the last good state on the disk, and the record says that it is stopped.
    """
    tell(Started(record=record, folder=folder.path, step=state.step, steps=prepared.steps))
    try:
        trained = loop.run(prepared, state, folder.checkpoints, _keeping_history(prepared, folder, state, tell))
        first = Trained(prepared=prepared, state=state, classifier=trained)
        best = in_stages.further(first, folder.checkpoints, tell) if prepared.of_run().is_in_stages() else first
    except LinnaeusError as error:
        record = replace(record, status="stopped", history=tuple(state.history), time=_times(prepared, state, 0.0))
        folder.save_record(record)
        tell(Stopped(record=record))
        if isinstance(error, Interrupted):
            error.args = (f"{error}; resume it with: {shell.command('resume', folder.path)}",)
        raise
    return _finish(best, folder, record, tell)


def _keeping_history(prepared: Prepared, folder: RunFolder, state: TrainState, tell: Watcher) -> Watcher:
    """The same watcher, after the history is on the disk: as often as epochs end and a half per cent of the time allows.

    A head that was fitted to its features has had no epoch to tell of.
    """
    due = 0.0

    def watch(event: Event) -> None:
        nonlocal due
        start = time.perf_counter()
        if isinstance(event, EpochDone) and start >= due:
            folder.save_history(state.history)
            end = time.perf_counter()
            due = end + (end - start) / SHARE_FOR_HISTORY
        if not (isinstance(event, EpochDone) and prepared.fitted is not None):
            tell(event)

    return watch


def _finish(best: Trained, folder: RunFolder, record: RunRecord, tell: Watcher) -> RunRecord:
    start, prepared, trained = time.perf_counter(), best.prepared, best.classifier
    trained.save(folder.path)
    found = final.judged(prepared, trained, folder, tell)
    times = _times(prepared, best.state, time.perf_counter() - start)
    if len(best.stages) > 1:
        seconds = round(sum(best.stages_s), 3)
        stages_s = tuple(round(one, 3) for one in best.stages_s)
        total_s = round(seconds + time.perf_counter() - start, 3)
        times = replace(times, train_s=seconds, images_per_s=None, stages_s=stages_s, total_s=total_s)
        channels, size = prepared.rules.preprocessing.channels, prepared.rules.preprocessing.size
        began = record.model.start
        record = replace(record, model=replace(layers.describe(trained.module, channels, size), start=began))
    record = replace(
        record,
        status="finished",
        history=tuple(best.state.history),
        stages=(*best.stages, *record.stages),  # those that are not tried were known before
        scores=found.scores,
        calibration=found.calibration,
        forgetting=found.forgetting,
        time=times,
        folder=folder.path,
    )
    folder.save_record(record)
    folder.discard_checkpoints()
    tell(Finished(record=record))
    return record


def _times(prepared: Prepared, state: TrainState, finishing: float) -> Times:
    images = len(prepared.splits.train) * prepared.recipe.epoch_share * (state.step / prepared.steps_per_epoch)
    return Times(
        train_s=round(state.seconds, 3),
        images_per_s=round(images / state.seconds, 1) if state.seconds else None,
        epochs_s=tuple(round(seconds, 3) for seconds in state.epochs_s),
        total_s=round(state.seconds + finishing, 3),
    )
