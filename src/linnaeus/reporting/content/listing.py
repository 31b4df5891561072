"""What there is: runs, parts of recipes, weights, published tables, laboratory works."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from linnaeus.recipe.catalog import Part
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Code, Facts, Heading, Measured, Paragraph, Table, Text
from linnaeus.reporting.words import Words

CLASSES = 8  # named of those that weights tell apart
TOLD = ("published", "hours", "hardware", "licence")  # of a card of weights


def runs(found: Sequence[RunRecord], say: Words) -> list[Block]:
    """A row a run, with its validation accuracy."""
    if not found:
        return [Facts([(say("listing-runs"), say("listing-none"))])]
    header = [say(f"column-{name}") for name in ("run", "data", "network")] + [say("listing-status"), say("split-val")]
    return [Table(header=header, rows=[_run(record, say) for record in found], numbers=frozenset((4,)))]


def _run(record: RunRecord, say: Words) -> list[Cell]:
    scores = record.scores.get("val")
    accuracy = Measured(score=scores.metrics["accuracy"], n=True) if scores else None
    status = say(f"status-{record.status}")
    return [record.name, str(record.recipe["data"]), str(record.recipe["model"]), status, accuracy]


def parts(found: Sequence[Part]) -> list[Block]:
    """What a recipe can name, shelf by shelf. The parts describe themselves, in the language of the library."""
    blocks: list[Block] = []
    for shelf, members in groupby(found, key=lambda part: part.shelf):
        blocks += [Heading(shelf), Facts([(f"  {part.name}", part.summary) for part in members])]
    return blocks


def part(found: Part, say: Words) -> list[Block]:
    """One part: how it is called, what it does, and the options that all of its shelf take."""
    blocks: list[Block] = [Paragraph(f"{found.name}({_options(found.options)})")]
    for text in found.doc.strip().split("\n\n"):
        is_set = any(line.startswith(" ") for line in text.splitlines())
        blocks.append(Code(text) if is_set else Paragraph(" ".join(text.split())))
    if found.common:
        blocks.append(
            Facts([(say("listing-also"), say("listing-common", options=_options(found.common), shelf=found.shelf))])
        )
    return blocks


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(
        option if default is inspect.Parameter.empty else f"{option}={default!r}" for option, default in options.items()
    )


def network(found: Mapping[str, Any], say: Words) -> list[Block]:
    """Layers at the first image size that the network takes, and its weights and operations at each; as `model_facts` counts them."""
    sizes: Mapping[int, Any] = found["sizes"]
    size, said = next((size, said) for size, said in sizes.items() if "fault" not in said)
    rows: list[list[Cell]] = [
        [row["name"], row["kind"], "×".join(map(str, row["output"])), _count(row["parameters"], say), _count(row["macs"], say),
         (say("trains-yes") if row["trains"] else say("trains-no")) if row["parameters"] else ""]
        for row in said["layers"]
    ]  # fmt: skip
    header = [say(f"column-{name}") for name in ("layer", "kind", "output", "weights", "macs", "trains")]
    layers = Table(header=header, rows=rows, numbers=frozenset((2, 3, 4)), caption=say("listing-layers", size=size))
    whole: list[list[Cell]] = [
        [say("listing-size", size=size), *(say.count(one[name]) for name in ("parameters", "trainable", "macs"))]
        for size, one in sizes.items()
        if "fault" not in one
    ]
    names = ("column-weights", "listing-trainable", "column-macs")
    caption = say("listing-sizes", channels=found["channels"], n=found["classes"])
    faults = [
        Paragraph(f"{say('listing-size', size=size)}: {one['fault']}") for size, one in sizes.items() if "fault" in one
    ]
    return [
        layers,
        Table(header=["", *map(say, names)], rows=whole, numbers=frozenset((1, 2, 3)), caption=caption),
        *faults,
    ]


def _count(number: int, say: Words) -> str:
    return say.count(number) if number else ""


def weights(cards: Sequence[Mapping[str, Any]], say: Words) -> list[Block]:
    """The bundled ones."""
    if not cards:
        return [Facts([(say("column-weights"), say("listing-none"))])]
    rows: list[list[Cell]] = [
        [
            card["name"],
            card["model"],
            card["data"],
            say("listing-size", size=card["preprocessing"]["size"]),
            _score(card["score"], say),
        ]
        for card in cards
    ]
    names = ("listing-name", "column-network", "listing-trained-on", "column-support", "column-accuracy")
    return [Table(header=list(map(say, names)), rows=rows, numbers=frozenset((3,)))]


def one_of_weights(found: Mapping[str, Any], say: Words) -> Facts:
    """What is known of some weights, as `finetuning.weights.source.describe` finds it."""
    return Facts(list(_known(found, say)))


def _known(found: Mapping[str, Any], say: Words) -> Iterator[tuple[Text, Text]]:
    source = (
        say("weights-nested", source=found["source"], under=found["nested"]) if found["nested"] else found["source"]
    )
    yield say("column-weights"), source
    yield say("column-network"), found["model"] or say("weights-no-model")
    if found["tensors"] is not None:
        held = {"tensors": found["tensors"], "precision": found["precision"]}
        yield say("weights-holds"), say("weights-tensors", n=found["weights"], **held)
    else:
        yield say("weights-holds"), say("weights-fetched")
    yield say("column-group"), _classes(found["classes"], say)
    if preprocessing := found["preprocessing"]:
        channels = say.of("channels", str(preprocessing["channels"]))
        yield (
            say("column-support"),
            say("weights-images", size=preprocessing["size"], channels=channels, resize=preprocessing["resize"]),
        )
        mean, std = (" ".join(say.figures(value) for value in preprocessing[name]) for name in ("mean", "std"))
        yield say("weights-normalised"), say("weights-mean-std", mean=mean, std=std)
    else:
        yield say("column-support"), say("weights-no-preprocessing")
    if found["data"]:
        yield say("listing-trained-on"), found["data"]
    if found["score"]:
        yield say("column-accuracy"), _score(found["score"], say)
    for key in TOLD:
        if key in found["card"]:
            yield say(f"weights-{key}"), str(found["card"][key])
    if found["checksum"]:
        yield say("weights-checksum"), found["checksum"]


def _score(plain: Mapping[str, Any] | None, say: Words) -> Text:
    if not plain:
        return ""
    score = Score(value=plain["value"], low=plain["low"], high=plain["high"], n=plain["n"])
    return Markup("{} {}").format(say.of("split", plain["split"]), say.score(score))


def _classes(classes: Sequence[str], say: Words) -> Text:
    if not classes:
        return say("weights-no-classes")
    named = ", ".join(classes[:CLASSES])
    return named if len(classes) <= CLASSES else say("weights-classes", named=named, n=len(classes))


def labs(titles: Mapping[str, str]) -> Facts:
    """Name and title of each laboratory work."""
    return Facts(list(titles.items()))
