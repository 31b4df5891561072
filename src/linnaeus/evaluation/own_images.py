"""The images that a run knows, met again: by content, wherever they lie now and whatever they are called.

A score belongs to images. So a run's splits are those images that it had when it was trained: what was added since belongs to none of
them, and where some have vanished, changed or got another label, there is no score of that split any more.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.data.dataset import SPLITS, Dataset, Splits, joined
from linnaeus.errors import DataError
from linnaeus.events import Watcher, note
from linnaeus.recipe import shell
from linnaeus.record.facts import Finding
from linnaeus.record.folder import RunFolder

SHOWN = 3  # names in a message

Known = Mapping[str, npt.NDArray[Any]]  # as `Splits.known` gives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has become of the images of a split since training, by name."""

    vanished: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # of that name there is an image, another one
    relabelled: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.vanished or self.changed or self.relabelled)

    def told(self) -> str:
        """`5 have vanished (a.png, b.png, c.png, …), 1 has another label (d.png)`"""
        kinds = (
            (self.vanished, "vanished"),
            (self.changed, "changed"),
            (self.relabelled, "been given another label"),
        )
        return "; ".join(
            f"{len(names):,} {'has' if len(names) == 1 else 'have'} {what} ({', '.join(names[:SHOWN])}"
            f"{', …' if len(names) > SHOWN else ''})"
            for names, what in kinds
            if names
        )


def as_trained(folder: RunFolder, splits: Splits, wanted: str, tell: Watcher) -> Splits:
    """The splits, with the one that is wanted made of the very images that the run had in it.

    Raises:
        DataError: some of them have vanished, changed or got another label since training; or nobody can tell.
    """
    record, held = folder.record(), folder.images()
    if splits.fingerprint == record.data.fingerprint:
        return splits
    if held is None:
        raise DataError(
            f"{splits.source} has changed since {folder.name} was trained, which has not kept what its {wanted} images were: score "
            f"what is there as other data: linnaeus evaluate {shell.quoted(folder.name)} --data DATA"
        )
    whole = joined([*splits.present().values()])
    rows, changes = found_again(held, SPLITS.index(wanted), whole)
    if changes:
        count = int((held["splits"] == SPLITS.index(wanted)).sum())
        raise DataError(
            f"the data have changed since {folder.name} was trained: of its {count:,} {wanted} images {changes.told()}. Its "
            f"recorded scores stay as they are. Bring these images back, or score the {wanted} images that are left under a name of "
            f"their own: linnaeus evaluate {shell.quoted(folder.name)} --split {wanted} --data {_typed(splits)}"
        )
    known = set(held["hashes"].tolist())
    now = splits.named(wanted) if getattr(splits, wanted) is not None else None
    added = sum(content.encode() not in known for content in now.hashes) if now is not None else 0
    if added:
        tell(note("added", n=added, split=wanted, run=folder.name))
    kept: Any = {wanted: whole.take(rows)}
    return replace(splits, **kept)


def since_training(folder: RunFolder, whole: Dataset) -> Finding | None:
    """What has become of the images of a run, all splits together; `whole` is what lies there now. None: they are all there."""
    held = folder.images()
    if held is None:
        return Finding(kind="since_unknown", severity="note", count=len(whole))
    splits, names = list[list[Any]](), list[str]()
    for place, name in enumerate(SPLITS):
        _, found = found_again(held, place, whole)
        kinds = (found.vanished, found.changed, found.relabelled)
        if found:
            splits.append([name, int((held["splits"] == place).sum()), *map(len, kinds)])
            names += [one for kind in kinds for one in kind]
    if not splits:
        return None
    values = {"since": splits, "names": names[:SHOWN]}
    return Finding(kind="since", severity="warning", count=len(names), files=tuple(names), values=values)


def _typed(splits: Splits) -> str:
    """The data as a person would type them: a folder or table by its path."""
    source = splits.source
    is_path = source.name in ("folder", "table") and len(source.args) == 1 and not source.options
    return shell.quoted(str(source.args[0] if is_path else source))


def found_again(held: Known, split: int, whole: Dataset) -> tuple[npt.NDArray[np.int64], Changes]:
    """Rows of `whole` that are the run's images of a split (a place in `SPLITS`), and what is missing of them."""
    places = defaultdict(list)
    for row, content in enumerate(whole.hashes):
        places[content.encode()].append(row)
    names, rows = set(whole.names), list[int]()
    vanished, changed, relabelled = list[str](), list[str](), list[str]()
    of_split = np.flatnonzero(held["splits"] == split)
    for name, content, label in zip(
        held["names"][of_split].tolist(),
        held["hashes"][of_split].tolist(),
        held["classes"][held["labels"][of_split]].tolist(),
        strict=True,
    ):
        alike = places.get(content, [])
        same = [row for row in alike if whole.classes[whole.labels_N[row]] == label]
        if same:
            row = next((row for row in same if whole.names[row] == name), same[0])
            alike.remove(row)
            rows.append(row)
        else:
            (relabelled if alike else changed if name in names else vanished).append(name)
    found = Changes(vanished=tuple(vanished), changed=tuple(changed), relabelled=tuple(relabelled))
    return np.array(sorted(rows), np.int64), found
