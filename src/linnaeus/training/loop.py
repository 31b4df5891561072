"""The training, from top to bottom.

for each epoch:
    for each batch, in the order that (seed, epoch) gives:
        set the learning rate; one step; tell the watchers; save where it is due; stop where somebody asks
    close the epoch: score the validation images, add the row to the history
"""

import math
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.randomness import derive, generator
from linnaeus.errors import Interrupted, LinnaeusError, TrainingError
from linnaeus.events import EpochDone, Saved, StepDone, Watcher, note
from linnaeus.finetuning import freeze
from linnaeus.training import average
from linnaeus.training.checkpoint import Saver
from linnaeus.training.interrupt import StopRequest, listening
from linnaeus.training.progressive import side
from linnaeus.training.state import Prepared, TrainState, copied_weights
from linnaeus.training.step import step
from linnaeus.training.validation import classifier, epoch_row


def run(prepared: Prepared, state: TrainState, checkpoints: Path, tell: Watcher) -> Classifier:
    """Train from `state.step` to the last step. Watchers are told; nothing but `state` changes.

    Raises:
        TrainingError: the loss is not finite, or the device is out of memory; the last checkpoint stays as it is.
        Interrupted: SIGINT or SIGTERM came; all is saved.
    """
    saver = Saver(checkpoints, prepared.recipe.save_every, prepared.rules.ranks.is_first)
    with listening() as request:
        try:
            while len(state.history) < prepared.recipe.epochs and not prepared.is_over():
                run_epoch(prepared, state, saver, request, tell)
                close_epoch(prepared, state, tell)
        except LinnaeusError:
            raise
        except Exception as error:
            if request.signal_number is None:
                raise
            # Ctrl-C reaches every process of the terminal: a C++ compiler that a first step waits for dies of it, too.
            raise Interrupted(
                f"stopped in step {state.step + 1} of {prepared.steps}, the last checkpoint is kept",
                request.signal_number,
            ) from error
    if state.step < prepared.steps:
        tell(note("over", step=state.step, steps=prepared.steps))
    if state.swa is not None and _averaged(prepared, state) > 0:
        finish_swa(prepared, state, state.swa)
        return classifier(prepared, state.swa)
    if state.best is not None:
        state.evaluated().load_state_dict(state.best)
    return classifier(prepared, state.evaluated())


def run_epoch(prepared: Prepared, state: TrainState, saver: Saver, request: StopRequest, tell: Watcher) -> None:
    """The steps of the epoch that are still to be done."""
    recipe, epoch = prepared.recipe, len(state.history) + 1
    done = state.step - (epoch - 1) * prepared.steps_per_epoch
    prepared.plan.apply(epoch, recipe.epochs)
    rules = replace(prepared.rules, side=side(recipe, epoch), still=prepared.plan.still(epoch, recipe.epochs))
    batches = prepared.train.batches(prepared.orders(epoch)[done:], epoch)
    start = time.perf_counter()
    for batch in batches:
        set_lrs(prepared, state)
        # Dropout and the like draw from the global generator.
        seeded(derive(recipe.seed, "step", state.step) + prepared.rules.ranks.rank, prepared.machine.torch_device)
        try:
            draws = generator(recipe.seed, "augment", state.step)
            loss, accuracy = step(prepared.network, state.optimizer, batch, rules, draws)
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                f"out of memory at step {state.step}: halve batch_size (now {recipe.batch_size}); with accumulate doubled "
                f"(now {recipe.accumulate}) a step stays the same but for batch norm"
            ) from error
        check_finite(prepared, state, loss)
        state.step += 1
        state.losses.append(loss)
        state.accuracies.append(accuracy)
        if state.average is not None:
            average.update(state.average, state.module, 1 - recipe.ema)
        now = time.perf_counter()
        state.seconds, start = state.seconds + now - start, now
        tell(
            StepDone(
                epoch=epoch,
                epochs=recipe.epochs,
                step=state.step,
                steps=prepared.steps,
                images=len(batch.labels_B),
                loss=loss,
            )
        )
        stop = prepared.rules.ranks.any(request.signal_number is not None)
        if saver.is_due() or stop:
            check_finite(prepared, state, loss, at_once=True)
            saver.save(state)
            tell(Saved(step=state.step))
        if stop:
            number = request.signal_number or signal.SIGTERM
            raise Interrupted(f"stopped at step {state.step} of {prepared.steps}, all is saved", number)
        if prepared.is_over():
            return


def seeded(seed: int, device: torch.device) -> None:
    """Seed the generator of what `device` draws. torch's own call takes 94 µs on a CPU, since each kind of accelerator keeps its caller."""
    if device.type == "cpu":
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)


def close_epoch(prepared: Prepared, state: TrainState, tell: Watcher) -> None:
    """Score the validation images and add the epoch's row to the history."""
    start = time.perf_counter()
    losses, accuracies = torch.stack(state.losses).float().cpu(), torch.stack(state.accuracies).float().cpu()
    if not losses.isfinite().all():
        check_finite(prepared, state, losses[-1], at_once=True)
    row = epoch_row(prepared, state, losses, accuracies)
    state.history.append(row)
    state.losses, state.accuracies = [], []
    if prepared.recipe.choose == "best" and row.val_loss is not None and row.val_loss < state.best_loss:
        state.best, state.best_loss = copied_weights(state.evaluated()), row.val_loss
    if state.swa is not None and (averaged := _averaged(prepared, state)) > 0:
        average.update(state.swa, state.module, 1 / averaged)
    state.seconds += time.perf_counter() - start
    state.epochs_s.append(state.seconds - sum(state.epochs_s))
    tell(EpochDone(epoch=len(state.history), epochs=prepared.recipe.epochs, row=row, seconds=state.epochs_s[-1]))


def _averaged(prepared: Prepared, state: TrainState) -> int:
    """Epochs whose weights are in the plain average so far; below 1 it has not begun."""
    epochs = prepared.recipe.epochs
    return len(state.history) - epochs + average.swa_epochs(prepared.recipe.swa, epochs)


def finish_swa(prepared: Prepared, state: TrainState, swa: nn.Module) -> None:
    """Give the averaged weights the statistics of batch norm that belong to them."""
    start, recipe = time.perf_counter(), prepared.recipe
    pieces = (piece for order in prepared.orders(recipe.epochs) for piece in np.array_split(order, recipe.accumulate))
    batches = prepared.train.batches(pieces, recipe.epochs)
    frozen = freeze.frozen_names(state.module, prepared.plan.still(recipe.epochs, recipe.epochs))
    average.recompute_statistics(swa, batches, prepared.rules, recipe.seed, frozen)
    state.seconds += time.perf_counter() - start


def set_lrs(prepared: Prepared, state: TrainState) -> None:
    """Give each parameter group the learning rate that the schedule wants for the step to come."""
    losses = [row.val_loss for row in state.history if row.val_loss is not None]
    factor = prepared.schedule(state.fraction(prepared.steps), losses)
    for group, lr in zip(state.optimizer.param_groups, prepared.lrs, strict=True):
        group["lr"] = lr * factor


def check_finite(prepared: Prepared, state: TrainState, loss: Tensor, *, at_once: bool = False) -> None:
    """Stop at a loss that is not finite. An accelerator is asked one step late, so that it never waits for the answer."""
    if not at_once and loss.device.type != "cpu":
        if not state.losses:
            return
        loss = state.losses[-1]
    value = float(loss)
    if not math.isfinite(value):
        lr = state.optimizer.param_groups[0]["lr"]
        raise TrainingError(
            f"the loss is {value} at step {state.step + 1} (epoch {len(state.history) + 1}) with learning rate {lr:.2g}. "
            "Likely causes: the learning rate is too high (try --set optimizer.lr=… ten times lower), no clipping "
            "(--set clip_norm=1), or bf16 (--precision fp32). The last good checkpoint is untouched"
        )
