"""Which class is confused with which, with the images behind each cell."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from linnaeus.record.scores import ConfusedPair
from linnaeus.reporting.blocks import Block, Gallery, Linked, Matrix, Paragraph, Section
from linnaeus.reporting.content import images
from linnaeus.reporting.content.layout import by_split, table, titled
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words
from linnaeus.stats.confusion import confused_pairs

Counts = npt.NDArray[np.int64]

MOST_PAIRS = 15
ALWAYS = 5  # pairs that are listed even if they happened once


def section(run: Run, say: Words) -> Section | None:
    """None where no predictions were kept."""

    def split(counts_KK: Counts, key: str, say: Words) -> Iterator[Block]:
        return _split(run, key, counts_KK, say)

    found = {key: counts_KK for key in run.splits() if (counts_KK := run.confusion(key)) is not None}
    return titled(say, "confusion", by_split(found, say, split)) if found else None


def pairs(counts_KK: Counts, classes: Sequence[str]) -> list[ConfusedPair]:
    """The most frequent confusions; what happened once is worth a line only where there is little else."""
    found = confused_pairs(counts_KK, classes, most=MOST_PAIRS)
    return [pair for place, pair in enumerate(found) if place < ALWAYS or pair.count > 1]


def _split(run: Run, key: str, counts_KK: Counts, say: Words) -> Iterator[Block]:
    classes, split = run.classes(key), split_title(key, say)
    cells, rows = _galleries(run, key, counts_KK, say)
    counts = {"classes": len(classes), "correct": int(np.trace(counts_KK)), "n": int(counts_KK.sum())}
    alt = say("matrix-alt", split=split, **counts)
    yield Matrix(counts_KK=counts_KK, classes=classes, alt=alt, links=cells, row_links=rows)
    anchors = {(classes[label], classes[other]): gallery.anchor for (label, other), gallery in cells.items()}
    listed = []
    for pair in pairs(counts_KK, classes):
        to, count = anchors.get((pair.name, pair.confused_with)), say.count(pair.count)
        listed.append(
            [pair.name, pair.confused_with, Linked(text=count, to=to) if to else count, say.count(pair.support)]
        )
    if not listed:
        yield Paragraph(say("confusion-none"))
        return
    caption = say("confusion-pairs-caption", split=split)
    yield table(say, ("true", "prediction", "mistakes", "support"), listed, caption, (2, 3))


def _galleries(
    run: Run, key: str, counts_KK: Counts, say: Words
) -> tuple[dict[tuple[int, int], Gallery], dict[int, Gallery]]:
    """The pictures behind each cell, and all mistakes of each class, those of its most frequent confusion first."""
    classes, held = run.classes(key), dict[tuple[int, int], list[images.Kept]]()
    # A split is a part of fragments by its name, other than plain ones by their place.
    fragment = key if key.isalnum() else f"scores{run.splits().index(key)}"
    for one in images.mistaken(run, key):
        held.setdefault((one.label, one.predicted), []).append(one)
    cells, rows = {}, {}
    for (label, predicted), ones in held.items():
        count = int(counts_KK[label, predicted])
        caption = say("matrix-cell", name=classes[label], other=classes[predicted], n=count)
        if count > len(ones):
            caption += " " + say("matrix-shown", n=len(ones))
        frames, anchor = [images.framed_one(one, classes, say) for one in ones], f"{fragment}-{label}-{predicted}"
        cells[label, predicted] = Gallery(framed=frames, caption=caption, anchor=anchor)
    for label in sorted({label for label, _ in cells}):
        own = sorted((cell for cell in cells if cell[0] == label), key=lambda cell: (-int(counts_KK[cell]), cell))
        support = int(counts_KK[label].sum())
        caption = say("matrix-row", name=classes[label], n=support - int(counts_KK[label, label]), of=support)
        frames = [frame for cell in own for frame in cells[cell].framed]
        rows[label] = Gallery(framed=frames, caption=caption, anchor=f"{fragment}-{label}")
    return cells, rows
