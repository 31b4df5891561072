"""The contract of trackers; see `linnaeus.testing`."""

import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from linnaeus.recipe import catalog, trusted
from linnaeus.recipe.spec import Spec, parse
from linnaeus.testing.mathematics import global_generators

FIELDS = {"data": "digits", "model": "mlp(hidden=[16])", "augment": "crop(pad=4) | flip", "val": "0.15", "weights": ""}
ROW = {"loss": 0.5, "loss_q1": 0.4, "lr": 1e-3, "val_accuracy": 0.9}
SCORES = {"val/accuracy": 0.9, "val/accuracy/low": 0.8, "val/accuracy/high": 0.95, "val/accuracy/n": 270.0}


def check_tracker(part: str | Spec) -> None:
    """A tracker is told of a run that is killed, repeats an epoch, is stopped, and ends, in a folder of any name. It writes
    nothing before it begins, prints nothing, draws from no global generator and changes nothing that it is told.

    >>> from linnaeus.testing import check_tracker
    >>> check_tracker("jsonl")

    Args:
        part: as a recipe names it: "mine.py:NAME(option=value)".

    Raises:
        AssertionError: the promise that was broken.
    """
    spec = part if isinstance(part, Spec) else parse(part)
    trusted.trust_named([spec])
    with tempfile.TemporaryDirectory() as place, redirect_stdout(StringIO()) as printed:
        folder = Path(place, "прогон 1 it's")
        folder.mkdir()
        catalog.build("trackers", spec, folder, folder.name)
        assert not list(folder.iterdir()), "build writes something before the tracker begins"
        before = global_generators()
        told = dict(FIELDS), dict(ROW), dict(SCORES)
        _tell(spec, folder, *told, done=0, epochs=(1, 2), status=None)  # killed: no end
        _tell(spec, folder, *told, done=1, epochs=(2, 3), status="stopped")
        _tell(spec, folder, *told, done=3, epochs=(4,), status="finished")
        assert told == (FIELDS, ROW, SCORES), "the tracker changes what it is told"
        assert global_generators() == before, "the tracker draws from a global generator: trainings would depend on it"
    assert not printed.getvalue(), f"the tracker prints: {printed.getvalue()[:200]}"


def _tell(
    spec: Spec,
    folder: Path,
    fields: dict[str, str],
    row: dict[str, float],
    scores: dict[str, float],
    *,
    done: int,
    epochs: tuple[int, ...],
    status: str | None,
) -> None:
    tracker = catalog.build("trackers", spec, folder, folder.name)
    if tracker is None:
        return
    tracker.begin(fields, done)
    for epoch in epochs:
        tracker.row(epoch, row)
    if status is not None:
        tracker.end(status, scores)
