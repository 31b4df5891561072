"""What a run was given and how it was trained, as sections of a document: data, network, training."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.reporting import document_figures, sentences, tables
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.reporting.words import Words

MOST_ROWS = 40  # of a table of classes; of more, the first and a line that says how many there are
MOST_LAYERS = 40
SAMPLES = 30  # pictures of the figure with examples
COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A run as the document tells of it."""

    folder: RunFolder
    record: RunRecord


def data(paper: Paper, run: Held, level: int) -> None:
    """Where the images come from, how many there are of each class and split, and how some of them look."""
    say, found = paper.say, codec.to_plain(run.record.data)
    paper.heading(say("data"), level)
    counts = found.get("counts", {})
    if not counts:
        paper.text(say("data.none"))
        return
    size = run.record.recipe["image_size"]
    facts = say(
        "data.facts",
        images=say("images", n=sum(counts.values())),
        classes=say("classes", n=len(found["classes"])),
        size=size,
        channels=say.of("channels", str(run.record.recipe["channels"])),
        source=found.get("source") or run.record.recipe["data"],
    )
    rows = tables.counts(found)
    train = [row.counts[0] for row in rows]
    balance = say("data.balanced", n=train[0]) if len(set(train)) == 1 else say(
        "data.balance", low=min(train), high=max(train))  # fmt: skip
    paper.text(facts, balance, say("data.table", table=paper.next("table")))
    _counts(paper, run.record, rows)
    _samples(paper, run)
    if found.get("notes"):
        paper.text(say("data.notes.are"))
        paper.items([str(note) for note in found["notes"]])
    if found.get("findings"):
        paper.text(say("data.audit"))
        paper.items([Markup(" ").join(sentences.finding(one, say)) for one in run.record.data.findings])
    if found.get("skipped"):
        paper.text(say("data.skipped", n=len(found["skipped"])) + Markup("."))


def _counts(paper: Paper, record: RunRecord, rows: list[tables.CountRow]) -> None:
    say, splits = paper.say, list(record.data.per_class)
    cells = [[row.name, *map(say.count, row.counts), say.count(sum(row.counts))] for row in rows[:MOST_ROWS]]
    if len(rows) > MOST_ROWS:
        cells.append([say("and.more", n=len(rows) - MOST_ROWS), *[""] * (len(splits) + 1)])
    totals = [sum(row.counts[place] for row in rows) for place in range(len(splits))]
    cells.append([_bold(say("data.total")), *(_bold(say.count(total)) for total in (*totals, sum(totals)))])
    header = [say("column.class"), *(say.of("split", split) for split in splits), say("data.total")]
    paper.table(say("data.counts"), Table(header=header, rows=cells, numbers=_all_but_first(len(header))))


def _samples(paper: Paper, run: Held) -> None:
    found, classes = run.folder.pictures("samples"), run.record.data.classes
    if found is None or not len(found["images"]):
        return
    kept = np.unique(np.linspace(0, len(found["images"]) - 1, SAMPLES).round().astype(int))
    names = [_brief(str(classes[int(label)])) for label in found["labels"][kept]]
    paper.text(paper.say("data.samples", figure=paper.next("figure")))
    sheet = document_figures.pictures(found["images"][kept], names, COLUMNS)
    paper.figure(sheet, paper.say("data.samples.caption"), paper.say("data.samples.alt", n=len(kept)))


def network(paper: Paper, run: Held, level: int, first: Held) -> None:
    """Its weights, and a table of its layers unless they are those of the `first` run."""
    say, model = paper.say, codec.to_plain(run.record.model)
    paper.heading(say("network"), level)
    if "parameters" not in model:
        paper.text(say("network.none", model=run.record.recipe["model"]))
        return
    values = {"model": run.record.recipe["model"], "n": model["parameters"], "macs": model["macs"]}
    if model["trainable"] == model["parameters"]:
        facts = say("network.facts.all", **values)
    else:
        facts = say("network.facts", trainable=model["trainable"], **values)
    weights = run.record.recipe.get("weights")
    begins = say("method.weights", weights=weights) if weights else say("method.weights.new")
    if run is not first and _built(run) == _built(first):
        paper.text(facts, begins, say("network.same", run=first.record.name))
        return
    layers, left_out = shown_layers(model.get("layers", ()))
    paper.text(
        facts, begins, say("network.table", table=paper.next("table")), say("network.left_out") if left_out else ""
    )
    rows = [
        [
            Markup("<code>{}</code>").format(layer["name"]),
            layer["kind"],
            tables.shape(layer["output"]),
            say.count(layer["parameters"]) if layer["parameters"] else "",
            say.count(layer["macs"]) if layer["macs"] else "",
            say("trains.yes" if layer["trains"] else "trains.no") if layer["parameters"] else "",
        ]
        for layer in layers
    ]
    rows.append([_bold(say("data.total")), "", "", _bold(say.count(model["parameters"])),
                 _bold(say.count(model["macs"])), ""])  # fmt: skip
    header = [say(f"column.{name}") for name in ("layer", "kind", "output", "weights", "macs", "trains")]
    paper.table(say("network.caption"), Table(header=header, rows=rows, numbers=frozenset((2, 3, 4))))


def _built(run: Held) -> list[tuple[Any, ...]]:
    """What its layers are, whether they are trained or not."""
    layers = codec.to_plain(run.record.model.layers)
    return [tuple(layer[key] for key in ("name", "kind", "output", "parameters")) for layer in layers]


def shown_layers(layers: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """All layers of a small network; of a large one those that multiply; and whether others were left out."""
    if len(layers) <= MOST_LAYERS:
        return layers, False
    return [layer for layer in layers if layer["macs"]], True


def training(paper: Paper, run: Held, level: int, first: Held) -> None:
    """The recipe in sentences, and then its fields: all of them of the `first` run, of others those that differ from it."""
    say, recipe, beside = paper.say, run.record.recipe, first.record.recipe
    paper.heading(say("training"), level)
    paper.text(*recipe_sentences(run.record, say))
    paper.text(*protocol(run.record, say))
    if run is first:
        _fields(paper, recipe, say("recipe.table", table=paper.next("table")))
        return
    differing = {name: value for name, value in recipe.items() if str(value) != str(beside.get(name))}
    if differing:
        _fields(paper, differing, say("recipe.differs", table=paper.next("table"), run=first.record.name))
    else:
        paper.text(say("recipe.same", run=first.record.name))


def _fields(paper: Paper, recipe: Mapping[str, Any], before: Text) -> None:
    """A table of fields, after a sentence that refers to it."""
    say = paper.say
    paper.text(before)
    rows: list[list[Text]] = []
    for room, found in tables.recipe(recipe, say):
        rows.append([_bold(say(f"room.{room}")), "", ""])
        rows += [[_code(row.name), _code(row.value), row.meaning] for row in found]
    header = [say("column.field"), say("column.value"), say("column.meaning")]
    paper.table(say("recipe.caption"), Table(header=header, rows=rows))


def recipe_sentences(record: RunRecord, say: Words) -> Iterator[Markup]:
    """How the run was trained, in the field's words; what is switched off is not mentioned."""
    recipe = record.recipe
    if recipe.get("weights"):
        yield Markup(say.of("method.train", str(recipe.get("train", "all")).partition("(")[0]))
    if recipe.get("train") == "head" and recipe.get("head", "linear") != "linear":
        yield say("method.head", head=part(recipe["head"], say))
    else:
        yield say("method.loss", loss=part(recipe["loss"], say), optimizer=part(recipe["optimizer"], say))
        yield say("method.schedule", schedule=part(recipe["schedule"], say))
        yield say("method.epochs", n=recipe["epochs"]) + say("method.batch", n=recipe["batch_size"])
    if recipe.get("augment", "none") == "none":
        yield say("method.augment.none")
    else:
        yield say("method.augment", augment=part(recipe["augment"], say))


def protocol(record: RunRecord, say: Words) -> Iterator[Markup]:
    """Which weights were kept, and what the splits were used for."""
    recipe, counts = record.recipe, record.data.counts
    kept = record.kept_epoch()
    if recipe.get("choose") == "best" and kept is not None:
        yield say("method.choose.best", epoch=kept)
    else:
        yield say("method.choose.last")
    if not counts.get("val"):
        yield say("method.no_val")
    if "test" in counts:
        yield say("method.test")
    yield say("method.intervals")


def part(notation: str, say: Words) -> Markup:
    """`SGD (learning rate 0.2, momentum 0.9)`: a part of the recipe in words; what has none stays as it is written."""
    try:
        return _in_words(parse(notation), say)
    except LinnaeusError:
        return _code(notation)


def _in_words(spec: Spec, say: Words) -> Markup:
    if spec.name in ("|", "+"):
        return Markup(", " if spec.name == "|" else " + ").join(_in_words(one, say) for one in spec.args)
    name = say(f"part.{spec.name}") if f"part.{spec.name}" in say.texts else _code(spec.name)
    inside = [_value(value, say) for value in spec.args]
    inside += [_option(key, value, say) for key, value in spec.options if value is not False]
    return name + (Markup(" (") + Markup(", ").join(inside) + Markup(")") if inside else Markup(""))


def _option(name: str, value: Any, say: Words) -> Markup:
    shown, key = _value(value, say), f"option.{name}"
    if key not in say.texts:
        return _code(f"{name} = ") + shown
    return say(key) if value is True else say(key) + Markup(" ") + shown


def _value(value: Any, say: Words) -> Markup:
    if isinstance(value, Spec):
        return _in_words(value, say)
    if isinstance(value, tuple):
        return Markup("; ").join(_value(one, say) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return Markup("{}").format(say.decimal(f"{value:g}"))
    return _code(str(value))


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _bold(text: Text) -> Markup:
    return Markup("<b>{}</b>").format(text)


def _all_but_first(columns: int) -> frozenset[int]:
    return frozenset(range(1, columns))


def _brief(name: str, most: int = 13) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
