"""What is in a data set and what is wrong with it, before anything is trained; the kinds of findings are told in `record.facts`.

describe      all of it, as `linnaeus audit` shows it
at_training   what costs a training no more than a few seconds, as its record keeps it
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from linnaeus._version import __version__
from linnaeus.data import cache
from linnaeus.data.audit import (
    bits,
    cleaned,
    copies,
    duplicates,
    file_facts,
    masks,
    mirrored,
    quality,
    stem,
    thumbnails,
)
from linnaeus.data.audit.contact_sheet import write_sheet
from linnaeus.data.dataset import SPLITS, Dataset, Source, Splits
from linnaeus.data.load import load
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.turns import augmented_by
from linnaeus.record import codec
from linnaeus.record.facts import LISTED, SEVERITIES, Audit, Expected, Finding
from linnaeus.record.record import FORMAT
from linnaeus.record.scores import wilson

UNBALANCED = 5  # times as many images in the largest class as in the smallest
EXPECTED = 0.9  # accuracy for which it is told how well a split will know it
NAMED = 5  # classes without validation images that a finding names
TINY = 0.08  # half width of its interval; above, two recipes can hardly be told apart


def describe(source: Source, recipe: Recipe, sheet: Path | None, tell: Watcher) -> Audit:
    """The data set, with findings; the contact sheet is written where a file for it is given.

    Raises:
        DataError: the data cannot be used at all. RunError: the sheet cannot be written.
    """
    splits = load(source, recipe, tell)
    if sheet is not None:
        write_sheet(splits.train, recipe, sheet)
    present = _present(splits)
    seen = file_facts.look(source)
    whole, split_N = _together(splits)
    images_NSS = thumbnails.grey(whole, recipe, tell)
    deep = bits.findings(source)
    found = [
        *_counted(splits),
        *deep,
        *copies.findings(copies.find(whole, images_NSS, tell), whole, split_N),
        *_mirror(splits, recipe, images_NSS[split_N == 0], whole.labels_N[split_N == 0]),
        *stem.of_recipe(recipe, len(splits.classes)),
        *(
            one
            for one in quality.findings(quality.measure(images_NSS), whole.labels_N, whole.names)
            if not (deep and one.kind == "dark")  # which is then no fault of the images
        ),
        *file_facts.findings(seen, recipe),
        *cleaned.findings(_files(source), tell),
    ]
    return Audit(
        source=str(source.spec),
        classes=tuple(splits.classes),
        counts={name: len(dataset) for name, dataset in present.items()},
        per_class={name: tuple(dataset.counts()) for name, dataset in present.items()},
        expected={name: _expected(len(dataset)) for name, dataset in present.items() if name != "train"},
        fingerprint=splits.fingerprint,
        sizes=seen.sizes(),
        channels=recipe.channels,
        image_size=recipe.image_size,
        skipped=splits.skipped,
        dropped=splits.dropped,
        findings=_in_order(found),
        notes=source.notes,
        sheet=str(sheet) if sheet else None,
    )


def at_training(splits: Splits, recipe: Recipe) -> tuple[Finding, ...]:
    """Findings for the record. Near copies are among them where `describe` or drop_leaks has looked for them before.

    A streamed folder is not decoded for this: of its pixels nothing is said. What pixels and network tell is kept, since the
    trials of a study and the heads of a backbone ask the same again and again.
    """
    seen = cache.remembered("findings", _key(splits, recipe), lambda: codec.to_plain(_looked_at(splits, recipe)))
    return _in_order([*map(_listed, _counted(splits)), *(codec.from_plain(Finding, one) for one in seen)])


def _key(splits: Splits, recipe: Recipe) -> str:
    """Of all that `_looked_at` sees, images, names, how they are made small, known near copies, network, and of how it is kept."""
    names = [name for dataset in _present(splits).values() for name in ("", *dataset.names)]
    known = sorted(path.name for path in (cache.cache_folder() / duplicates.KIND).glob("*.json"))
    resident = isinstance(splits.train.store, np.ndarray)
    rule = [recipe.image_size, recipe.channels, recipe.resize, str(recipe.augment), splits.mirror, resident]
    told = repr([FORMAT, __version__, str(recipe.model), splits.fingerprint, rule, names, known])
    return hashlib.blake2b(told.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _looked_at(splits: Splits, recipe: Recipe) -> list[Finding]:
    whole, split_N = _together(splits)
    found = stem.of_recipe(recipe, len(splits.classes))
    if isinstance(whole.store, np.ndarray):
        images_NSS = thumbnails.grey(whole, recipe)
        looked = copies.find(whole, images_NSS, near=duplicates.known(images_NSS))
        found += copies.findings(looked, whole, split_N)
        found += quality.findings(quality.measure(images_NSS), whole.labels_N, whole.names)
        found += _mirror(splits, recipe, images_NSS[split_N == 0], whole.labels_N[split_N == 0])
    else:
        found += _mirror(splits, recipe, None, splits.train.labels_N)
    return list(map(_listed, found))


def _listed(finding: Finding) -> Finding:
    """As a record keeps it: without most of the names."""
    return replace(finding, files=finding.files[:LISTED], pairs=finding.pairs[:LISTED])


def _in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Warnings first."""
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _files(source: Source) -> list[tuple[str, Path]]:
    """Of each image that lies in a file its name, and the file."""
    return [
        (name, Path(path))
        for chunk in source.chunks
        if not isinstance(chunk.images, np.ndarray)
        for name, path in zip(chunk.names, chunk.images, strict=True)
    ]


def _present(splits: Splits) -> dict[str, Dataset]:
    return {name: dataset for name in SPLITS if (dataset := getattr(splits, name)) is not None}


def _together(splits: Splits) -> tuple[Dataset, duplicates.Pairs]:
    """The images of all splits in the order of the store that they share, and the split of each."""
    present = _present(splits)
    parts = list(present.values())
    rows_N = np.concatenate([part.rows_N for part in parts])
    order = np.argsort(rows_N, kind="stable")
    names = [name for part in parts for name in part.names]
    whole = Dataset(
        store=splits.train.store,
        rows_N=rows_N[order],
        labels_N=np.concatenate([part.labels_N for part in parts])[order],
        names=tuple(names[place] for place in order),
        classes=splits.classes,
    )
    return whole, np.repeat([SPLITS.index(name) for name in present], [len(part) for part in parts])[order]


def _counted(splits: Splits) -> list[Finding]:
    """All that a look at the counts can tell."""
    names = [name for dataset in _present(splits).values() for name in dataset.names]
    return [
        *_unreadable(splits),
        *masks.findings(names, splits.classes),
        *_balance(splits),
        *_small_splits(splits),
        *_unvalidated(splits),
        *copies.dropped(splits.dropped),
    ]


def _unreadable(splits: Splits) -> list[Finding]:
    if not splits.skipped:
        return []
    names = tuple(name for name, _ in splits.skipped)
    return [Finding(kind="unreadable", severity="warning", count=len(names), files=names)]


def _balance(splits: Splits) -> list[Finding]:
    counts = splits.train.counts()
    largest, smallest = int(np.argmax(counts)), int(np.argmin(counts))
    most, least = counts[largest], counts[smallest]
    if most < UNBALANCED * least:
        return []
    names = splits.classes[largest], splits.classes[smallest]
    return [
        Finding(
            kind="balance",
            severity="warning",
            count=most - least,
            values={"largest": names[0], "smallest": names[1], "most": most, "least": least},
        )
    ]


def _expected(n: int) -> Expected:
    """What n images will tell of an accuracy of 90 %: Wilson's interval, all numbers from 0 to 1."""
    low, high = (round(end, 4) for end in wilson(round(EXPECTED * n), n))
    return Expected(accuracy=EXPECTED, n=n, low=low, high=high, half=round((high - low) / 2, 4))


def _small_splits(splits: Splits) -> list[Finding]:
    found = [Finding(kind="no_validation", severity="warning", count=0)] if splits.val is None else []
    for name, dataset in (("val", splits.val), ("test", splits.test)):
        expected = _expected(len(dataset)) if dataset is not None else None
        if expected is not None and expected.half >= TINY:
            values = {"split": name, **asdict(expected)}
            found.append(Finding(kind="small_split", severity="warning", count=expected.n, values=values))
    return found


def _unvalidated(splits: Splits) -> list[Finding]:
    """Classes without validation images: nothing will be known of them."""
    counts = splits.val.counts() if splits.val is not None else []
    names = [name for name, count in zip(splits.classes, counts, strict=False) if not count]
    if not names:
        return []
    return [Finding(kind="unvalidated", severity="warning", count=len(names), values={"names": names[:NAMED]})]


def _mirror(
    splits: Splits, recipe: Recipe, train_NSS: duplicates.Pixels | None, labels_N: npt.NDArray[np.int64]
) -> list[Finding]:
    """Turns that the augmentation shows, and the mirror where nobody said whether it keeps the class."""
    found = []
    for kind in mirrored.TURNS:
        shown = augmented_by(kind, recipe.augment)
        if shown is None and (kind != "mirror" or splits.mirror is not None):
            continue
        looked = train_NSS is not None
        moves = mirrored.moves(train_NSS, labels_N, splits.classes, kind) if train_NSS is not None else []
        found += _turned(kind, moves, shown, splits.mirror if kind == "mirror" else True, looked)
    return found


def _turned(
    kind: str, moves: Sequence[mirrored.Move], shown: str | None, mirror: bool | None, looked: bool
) -> list[Finding]:
    changes = bool(shown) and (bool(moves) or mirror is False)
    if not moves and mirror is not None and not changes:
        return []
    values = {
        "turn": kind,
        "shown": shown,
        "keeps": mirror,
        "looked": looked,
        "turned": [[move.name, move.to, move.count, move.of] for move in moves],
    }
    return [Finding(kind="mirror", severity="warning" if changes else "question", count=len(moves), values=values)]
