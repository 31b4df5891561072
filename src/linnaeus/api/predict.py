"""linnaeus.predict: the classes of new images."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api.loading import load
from linnaeus.events import Watcher, nobody

if TYPE_CHECKING:
    from linnaeus.delivery.predictor import Answers


def predict(
    run: str,
    paths: Sequence[str],
    *,
    top: int = 1,
    sets: float | None = None,
    unknown: bool = False,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> "Answers":
    """Name the images in files, folders and globs; `-` is standard input: one image, or lines that are paths.

    Probabilities are those after the temperature that the run fitted on its validation images. `sets` asks for prediction
    sets that hold the right class with this probability, `unknown` whether an image is too uncertain to be named.

    Raises:
        RunError: no such run, or it is unfinished, or it keeps no such threshold. An unreadable image raises nothing: it is in
        `unread`, with the reason.
    """
    from linnaeus.delivery import predictor

    return predictor.predict(load(run, runs=runs), paths, top=top, sets=sets, unknown=unknown, tell=watch)
