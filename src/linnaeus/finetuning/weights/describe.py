"""What a person wants to know of weights before a training begins with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from linnaeus.classifier.card import Preprocessing
from linnaeus.finetuning.weights import bundled
from linnaeus.finetuning.weights.source import Origin
from linnaeus.record.display import Shown
from linnaeus.record.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFacts(Shown):
    """What is known of weights; None: not known, or not there before timm fetches it."""

    source: str  # as a recipe names them
    model: str | None  # in the notation of recipes; None: not known
    classes: tuple[str, ...]  # empty: not known by name
    preprocessing: Preprocessing | None  # that they were trained with; None: not known
    data: str | None  # that they were trained on
    score: Score | None  # accuracy on `split`
    split: str | None  # that `score` is of
    card: Mapping[str, Any]  # what else the card of bundled weights tells: `bundled.TOLD`
    tensors: int | None = None  # how many there are
    weights: int | None = None  # numbers in them
    precision: str | None = None  # of the numbers
    checksum: str | None = None  # SHA-256 of the file
    nested: str = ""  # key under which they stand in their file
    others: tuple[str, ...] = ()  # keys of further sets of weights there


def describe(origin: Origin) -> WeightsFacts:
    """What is known of weights. Those that timm would have to fetch are not fetched for it."""
    record = origin.parent
    score = bundled.score(record) if record else origin.card.get("score")
    found = WeightsFacts(
        source=origin.source,
        model=str(origin.model) if origin.model else None,
        classes=origin.classes,
        preprocessing=origin.preprocessing,
        data=str(record.recipe["data"]) if record else origin.card.get("data"),
        score=Score(**{end: score[end] for end in ("value", "low", "high", "n")}) if score else None,
        split=score["split"] if score else None,
        card={key: origin.card[key] for key in bundled.TOLD if key in origin.card},
    )
    if origin.file is None:
        return found
    tensors, nested = origin.read()
    return replace(
        found,
        tensors=len(tensors),
        weights=sum(tensor.numel() for tensor in tensors.values() if tensor.is_floating_point()),
        precision=", ".join(sorted({str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values()})),
        checksum=origin.checksum(tensors),
        nested=nested,
        others=origin.others(),
    )
