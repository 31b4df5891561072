"""Which class is confused with which, with the images behind each cell."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from linnaeus.record.scores import ConfusedPair
from linnaeus.reporting import kept
from linnaeus.reporting.blocks import Block, Gallery, Heading, Matrix, Paragraph, Section, Table
from linnaeus.reporting.kept import Kept
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words
from linnaeus.stats.confusion import confused_pairs

Counts = npt.NDArray[np.int64]

MOST_PAIRS = 15
ALWAYS = 5  # pairs that are listed even if they happened once


def section(run: Run, say: Words) -> Section | None:
    """None where no predictions were kept."""
    found = [(key, counts) for key in run.splits() if (counts := run.confusion(key)) is not None]
    if not found:
        return None
    blocks = [block for key, counts_KK in found for block in _split(run, key, counts_KK, say)]
    return Section(key="confusion", title=say("confusion"), note=say("confusion-note"), blocks=blocks)


def pairs(counts_KK: Counts, classes: Sequence[str]) -> list[ConfusedPair]:
    """The most frequent confusions; what happened once is worth a line only where there is little else."""
    found = confused_pairs(counts_KK, classes, most=MOST_PAIRS)
    return [pair for place, pair in enumerate(found) if place < ALWAYS or pair.count > 1]


def _split(run: Run, key: str, counts_KK: Counts, say: Words) -> Iterator[Block]:
    classes, n, correct = run.classes(key), int(counts_KK.sum()), int(np.trace(counts_KK))
    yield Heading(split_title(key, say))
    cells, rows = _galleries(run, key, counts_KK, say)
    alt = say("matrix-alt", classes=len(classes), correct=correct, n=n, split=split_title(key, say))
    yield Matrix(counts_KK=counts_KK, classes=classes, alt=alt, links=cells, row_links=rows)
    found = pairs(counts_KK, classes)
    if not found:
        yield Paragraph(say("confusion-none"))
        return
    header = [say(f"column-{column}") for column in ("true", "prediction", "mistakes", "support")]
    table = [[pair.name, pair.confused_with, say.count(pair.count), say.count(pair.support)] for pair in found]
    caption = say("confusion-pairs-caption", split=split_title(key, say))
    yield Table(header=header, rows=table, numbers=frozenset((2, 3)), caption=caption)


def _galleries(
    run: Run, key: str, counts_KK: Counts, say: Words
) -> tuple[dict[tuple[int, int], Gallery], dict[int, Gallery]]:
    """The pictures behind each cell, and all mistakes of each class, those of its most frequent confusion first."""
    classes, cells, fragment = run.classes(key), dict[tuple[int, int], list[Kept]](), _fragment(run, key)
    held = kept.mistakes(run, key)
    for one in held:
        cells.setdefault((one.label, one.predicted), []).append(one)
    side = kept.side([one.pixels for one in held])
    of_cells = {}
    for (label, predicted), ones in cells.items():
        count = int(counts_KK[label, predicted])
        caption = say("matrix-cell", name=classes[label], other=classes[predicted], n=count)
        if count > len(ones):
            caption += " " + say("matrix-shown", n=len(ones))
        frames = [kept.framed(one, classes, say) for one in ones]
        of_cells[label, predicted] = Gallery(
            framed=frames, side=side, caption=caption, anchor=f"{fragment}-{label}-{predicted}"
        )
    of_rows = {}
    for label in sorted({label for label, _ in cells}):
        own = sorted((cell for cell in cells if cell[0] == label), key=lambda cell: (-int(counts_KK[cell]), cell))
        support = int(counts_KK[label].sum())
        caption = say("matrix-row", name=classes[label], n=support - int(counts_KK[label, label]), of=support)
        frames = [frame for cell in own for frame in of_cells[cell].framed]
        of_rows[label] = Gallery(framed=frames, side=side, caption=caption, anchor=f"{fragment}-{label}")
    return of_cells, of_rows


def _fragment(run: Run, key: str) -> str:
    """The name of a split as a part of fragments; others than plain ones by their place."""
    return key if key.isalnum() else f"scores{run.splits().index(key)}"
