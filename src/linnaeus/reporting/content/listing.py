"""What there is: runs, parts of recipes, weights."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from linnaeus.recipe.catalog import Part
from linnaeus.reporting.blocks import Block, Cell, Code, Facts, Heading, Measured, Paragraph, Text
from linnaeus.reporting.content.layout import table
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from linnaeus.finetuning.weights.describe import WeightsFacts
    from linnaeus.record.record import RunRecord

CLASSES = 8  # named of those that weights tell apart


def runs(found: "Sequence[RunRecord]", say: Words) -> list[Block]:
    """A row a run, with its validation accuracy, and what was left out of its splits because an ancestor was trained on it."""
    if not found:
        return [Facts([(say("listing-runs"), say("listing-none"))])]
    columns = ["run", "data", "network", say("listing-status"), say("split-val")]
    rows = [_run(record, say) for record in found]
    if any(record.data.inherited for record in found):
        columns.append(say("listing-inherited"))
        rows = [[*row, _left_out(record, say)] for row, record in zip(rows, found, strict=True)]
    return [table(say, columns, rows, numbers=(4, 5))]


def _left_out(record: "RunRecord", say: Words) -> str:
    return ", ".join(f"{say(f'split-{split}')} {say.count(count)}" for split, count in record.data.inherited.items())


def _run(record: "RunRecord", say: Words) -> list[Cell]:
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
        common = say("listing-common", options=_options(found.common), shelf=found.shelf)
        blocks.append(Facts([(say("listing-also"), common)]))
    return blocks


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(
        option if default is inspect.Parameter.empty else f"{option}={default!r}" for option, default in options.items()
    )


def weights(found: "Sequence[WeightsFacts]", say: Words) -> list[Block]:
    """The bundled ones."""
    if not found:
        return [Facts([(say("column-weights"), say("listing-none"))])]
    rows = [
        [one.source, one.model, one.data, say("listing-size", size=one.preprocessing.size) if one.preprocessing else "",
         _score(one, say)]
        for one in found
    ]  # fmt: skip
    columns = (say("listing-name"), "network", say("listing-trained-on"), "support", "accuracy")
    return [table(say, columns, rows, numbers=(3,))]


def look(found: "WeightsFacts | Sequence[WeightsFacts]", say: Words) -> list[Block]:
    """What is known of some weights; of several, a row each."""
    return weights(found, say) if isinstance(found, Sequence) else [Facts(list(_known(found, say)))]


def _known(found: "WeightsFacts", say: Words) -> Iterator[tuple[Text, Text]]:
    source, nested = found.source, found.nested
    yield say("column-weights"), say("weights-nested", source=source, under=nested) if nested else source
    if found.others:
        yield (
            say("weights-others"),
            say("weights-others-text", others=", ".join(found.others), source=source, first=found.others[0]),
        )
    yield say("column-network"), found.model or say("weights-no-model")
    held = {"n": found.weights, "tensors": found.tensors, "precision": found.precision}
    yield say("weights-holds"), say("weights-fetched") if found.tensors is None else say("weights-tensors", **held)
    yield say("column-group"), _classes(found.classes, say)
    if wanted := found.preprocessing:
        channels = say.of("channels", str(wanted.channels))
        yield say("column-support"), say("weights-images", size=wanted.size, channels=channels, resize=wanted.resize)
        mean, std = (" ".join(map(say.figures, values)) for values in (wanted.mean, wanted.std))
        yield say("weights-normalised"), say("weights-mean-std", mean=mean, std=std)
    else:
        yield say("column-support"), say("weights-no-preprocessing")
    if found.data:
        yield say("listing-trained-on"), found.data
    if found.score:
        yield say("column-accuracy"), _score(found, say)
    for key, text in _of_card(found.card, say):
        yield say(f"weights-{key}"), text
    if found.checksum:
        yield say("weights-checksum"), found.checksum


def _of_card(card: Mapping[str, Any], say: Words) -> Iterator[tuple[str, Text]]:
    """What it knows beyond the weights: the published network of the same shape, what training took, and the licences."""
    published = card.get("published")
    if isinstance(published, str):  # as versions before kept it
        yield "published", published
    elif published:
        top1 = ", ".join(map(say.share, published["accuracy"]))
        of_source = {"accuracy": top1, "source": published.get("source", ""), "n": published.get("images_seen", 0)}
        yield (
            "published",
            say("weights-published-source" if of_source["source"] else "weights-published-top1", **of_source),
        )
    if seen := card.get("images_seen"):
        yield "seen", say("images", n=seen)
    if "hours" in card:
        yield "hours", say.seconds(3600 * card["hours"])
    if "hardware" in card:
        threads = [say("threads", n=card["threads"])] if "threads" in card else []
        yield "hardware", Markup(", ").join([card["hardware"], *threads])
    if "licence" in card:
        both = card.get("data_licence") == "none"
        yield "licence", say("weights-licence-both", licence=card["licence"]) if both else card["licence"]


def _score(found: "WeightsFacts", say: Words) -> Text:
    return Markup("{} {}").format(say.of("split", found.split or ""), say.score(found.score)) if found.score else ""


def _classes(classes: Sequence[str], say: Words) -> Text:
    if not classes:
        return say("weights-no-classes")
    named = ", ".join(classes[:CLASSES])
    return named if len(classes) <= CLASSES else say("weights-classes", named=named, n=len(classes))
