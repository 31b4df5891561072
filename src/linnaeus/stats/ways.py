"""Several ways from trained weights to another task, scored and compared."""

from collections.abc import Mapping

from linnaeus.record.comparison import Transfers, Way
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.stats import paired


def compared(data: str, weights: str, found: Mapping[tuple[str, float], RunRecord]) -> Transfers:
    """`found` are finished runs by way and share; at each share the others are compared with the first on the same images."""
    ways = tuple(
        Way(
            way=way,
            share=share,
            images=record.data.counts["train"],
            run=record.name,
            score=record.scores["val"].metrics["accuracy"],
            train_s=record.time.train_s or 0.0,
        )
        for (way, share), record in found.items()
    )
    comparisons = []
    for share in dict.fromkeys(way.share for way in ways):
        folders_of = [RunFolder(record.folder) for (_, at), record in found.items() if at == share and record.folder]
        if len(folders_of) > 1:
            comparisons += [(share, one) for one in paired.of_runs(folders_of, "val")]
    return Transfers(data=data, weights=weights, ways=ways, comparisons=tuple(comparisons))
