"""Whether a run can go on exactly where it stopped: the same data, the same weights to begin with, the same machine."""

from pathlib import Path

from linnaeus import device
from linnaeus.data.dataset import Splits
from linnaeus.device import Machine
from linnaeus.distributed import ranks
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher, note
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training import checkpoint
from linnaeus.training.state import Prepared, TrainState


def check_data(recipe: Recipe, splits: Splits, folder: RunFolder, record: RunRecord) -> None:
    """Raise RecipeError where the data are not those that the run began on."""
    if splits.fingerprint != record.data.fingerprint:
        raise RecipeError(
            f"{recipe.data} has changed since {folder.name} began ({record.data.fingerprint} then, {splits.fingerprint} now): "
            f"an exact resume is impossible; train anew with: linnaeus train --recipe {folder.recipe}"
        )


def restore(prepared: Prepared, state: TrainState, folder: RunFolder, record: RunRecord) -> None:
    """Bring the state to the newest checkpoint. Raises RecipeError where the weights that the run began with are no longer there."""
    start, then = prepared.start, record.model.start
    if start is not None and then is not None and start.checksum != then.checksum:
        raise RecipeError(
            f"{prepared.recipe.weights} no longer holds the weights that {folder.name} began with: an exact resume is "
            f"impossible; train anew with: linnaeus train --recipe {folder.recipe}"
        )
    checkpoint.restore_newest(state, folder.checkpoints)


def same_machine(record: RunRecord, tell: Watcher) -> Machine | None:
    """What the run used before: it decides the last bits. Where that device is not here, None: it is chosen anew, and said."""
    then, now = record.environment, device.describe(Path.cwd())
    if then.processes != ranks().world:
        tell(note("processes", then=then.processes, now=ranks().world))
    changed = [
        f"{key} ({getattr(then, key)} → {now[key]})"
        for key in ("cpu", "gpu", "torch")
        if getattr(then, key) != now[key]
    ]
    if changed:
        tell(note("machine", changed=changed))
    try:
        device.pick_device(then.device)
    except RecipeError:
        tell(note("device", device=then.device))
        return None
    return Machine(
        device=then.device,
        precision=then.precision or "fp32",
        threads=then.threads or 1,
        compiled=then.compiled,
        engine=then.engine,
    )
