"""What content is made from: a run's folder and the record in it, read once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from linnaeus.recipe import shell
from linnaeus.record.sharing import run_word
from linnaeus.reporting.words import Words

if TYPE_CHECKING:  # lists of parts and of machines share forms with reports, and read no record
    import numpy as np
    import numpy.typing as npt

    from linnaeus.record.facts import Finding
    from linnaeus.record.folder import RunFolder
    from linnaeus.record.record import RunRecord

ORDER = ("val", "cv", "test", "train")  # of splits in a report; scores on other data come after them


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    folder: "RunFolder"
    record: "RunRecord"

    @property
    def word(self) -> str:
        """What a command calls the run."""
        return run_word(self.folder) if self.folder.name else shell.quoted(self.record.name)

    def since(self) -> "Finding | None":
        """What became of its images since training, where that was looked at."""
        return next((one for one in self.record.data.findings if one.kind.startswith("since")), None)

    def splits(self) -> list[str]:
        """What was scored, in the order of the report."""
        return ordered(self.record.scores)

    def headline(self) -> str | None:
        """The split whose score is the run's: the test once it was opened, else the first of the others; None: no score."""
        splits = self.splits()
        return "test" if "test" in splits else next(iter(splits), None)

    def kept_epoch(self) -> int | None:
        """The epoch to be marked in the curve, where the recipe chose the best of several; counted as the curve counts."""
        record = self.record
        if record.recipe.get("choose") != "best" or record.status != "finished" or len(record.history) < 2:
            return None
        kept = record.kept_epoch()
        return len(record.earlier) + kept if kept else None

    def classes(self, key: str) -> list[str]:
        """Names of the classes that were scored, in the order of the columns of the predictions."""
        found = self.record.scores.get(key)
        return [row.name for row in found.classes] if found is not None else list(self.record.data.classes)

    def confusion(self, key: str) -> "npt.NDArray[np.int64] | None":
        """counts_KK of label (row) against prediction (column); None: no predictions were kept."""
        found, classes = self.folder.predictions(key), self.classes(key)
        if found is None or not len(found["labels"]) or found["probabilities"].shape[1] != len(classes):
            return None
        from linnaeus.stats.confusion import confusion  # and with it NumPy: the list of parts needs neither

        counts: npt.NDArray[np.int64] = confusion(found["labels"], found["probabilities"].argmax(axis=1), len(classes))
        return counts


def read(folder: "RunFolder", since: "Finding | None" = None) -> Run:
    """The run; an unfinished one with the epochs that are done: its record is written at the end, its history after each.

    `since`: what became of its images since training, which stands among the findings of its data.

    Raises:
        RunError: the folder holds no record, or a file in it is damaged.
    """
    record = folder.record()
    if record.status != "finished" and len(found := folder.history()) > len(record.history):
        record = replace(record, history=found)
    if since is not None:
        record = replace(record, data=replace(record.data, findings=(since, *record.data.findings)))
    return Run(folder=folder, record=record)


def ordered(keys: Iterable[str]) -> list[str]:
    """Plain scores first, in the order of their splits; then those of several views, which flatter; then other data."""

    def place(key: str) -> tuple[int, str]:
        split, _, views = key.partition("+")
        return (ORDER.index(split) + len(ORDER) * bool(views), "") if split in ORDER else (2 * len(ORDER), key)

    return sorted(keys, key=place)


def split_title(key: str, say: Words) -> Markup | str:
    """What scores are of: a split, or "val+flip", several views of its images."""
    split, _, views = key.partition("+")
    name = say.of("split", split)
    return say("split-views", split=name, views=views) if views else name
