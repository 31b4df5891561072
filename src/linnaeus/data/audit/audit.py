"""What is in a data set and what is wrong with it, as `linnaeus audit` shows it; `record.facts` tells the kinds of findings."""

from pathlib import Path

import numpy as np

from linnaeus.data.audit import bits, cleaned, file_facts, of_counts, of_pixels, stem
from linnaeus.data.dataset import Source
from linnaeus.data.load import load
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Audit, in_order


def describe(source: Source, recipe: Recipe, sheet: Path | None, tell: Watcher) -> Audit:
    """The data set, with findings; the contact sheet is written where a file for it is given.

    Raises:
        DataError: the data cannot be used at all. RunError: the sheet cannot be written.
    """
    splits = load(source, recipe, tell)
    if sheet is not None:
        from linnaeus.data.audit.contact_sheet import write_sheet  # here, since torch augments what it shows

        write_sheet(splits.train, recipe, sheet)
    present, seen, deep = splits.present(), file_facts.look(source), bits.findings(source)
    seen_pixels = of_pixels.findings(splits, recipe, tell, source)
    found = [
        *of_counts.findings(splits),
        *deep,
        *stem.of_recipe(recipe, len(splits.classes)),
        *(one for one in seen_pixels if not (deep and one.kind == "dark")),  # which is then no fault of the images
        *file_facts.findings(seen, recipe),
        *cleaned.findings(_files(source), tell),
    ]
    return Audit(
        source=str(source.spec),
        classes=tuple(splits.classes),
        counts={name: len(dataset) for name, dataset in present.items()},
        per_class={name: tuple(dataset.counts()) for name, dataset in present.items()},
        expected={name: of_counts.expected(dataset) for name, dataset in present.items() if name != "train"},
        fingerprint=splits.fingerprint,
        sizes=seen.sizes(),
        channels=recipe.channels,
        image_size=recipe.image_size,
        skipped=splits.skipped,
        dropped=splits.dropped,
        findings=in_order(found),
        notes=source.notes,
        sheet=str(sheet) if sheet else None,
    )


def _files(source: Source) -> list[tuple[str, Path]]:
    """Of each image that lies in a file its name, and the file."""
    return [
        (name, Path(path))
        for chunk in source.chunks
        if not isinstance(chunk.images, np.ndarray)
        for name, path in zip(chunk.names, chunk.images, strict=True)
    ]
