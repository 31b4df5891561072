"""How a run was trained: its recipe in sentences, what in it differs from the defaults, and all the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from markupsafe import Markup

from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.reporting.blocks import Block, Folded, Paragraph, Section, Table, Text
from linnaeus.reporting.content.layout import bold, code, paragraph, table, titled
from linnaeus.reporting.content.notation import part
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

OFF = {
    "budget": 0, "ema": 0, "swa": 0, "progressive": 0, "clip_norm": 0, "val": 0, "test": 0, "augment": "none", "weights": "",
    "accumulate": 1, "tta": "none", "views": 0, "adjust": 0, "distill": 0, "backbone_lr_factor": 1, "layer_decay": 1,
}  # values that mean: not done  # fmt: skip
FIELDS = [field.name for field in fields(Recipe)]
LAST = {
    "data": "loading",
    "training": "tta",
    "machine": FIELDS[-1],
}  # fields of a kind stand together, and end with this one
ROOMS = {name: next(room for room, last in LAST.items() if place <= FIELDS.index(last))
         for place, name in enumerate(FIELDS)}  # fmt: skip
OF_STEPS = (
    "loss",
    "optimizer",
    "schedule",
    "epochs",
    "batch_size",
)  # which a head that is fitted in closed form does not take
DEFAULTS = {field.name: str(field.default) for field in fields(Recipe) if field.default is not MISSING}


def section(run: Run, say: Words, first: Run | None = None) -> Section:
    """Of the `first` run of a report, or one alone, all fields; of others those that differ from the first's."""
    recipe = run.record.recipe
    blocks: list[Block] = [paragraph(sentences(recipe, say)), paragraph(protocol(run, say))]
    if first is not None and first is not run:
        beside, run_name = first.record.recipe, first.record.name
        chosen = {name: value for name, value in recipe.items() if str(value) != str(beside.get(name))}
        differs = _table(chosen, say, say("recipe-differs", run=run_name))
        blocks.append(differs if chosen else Paragraph(say("recipe-same", run=run_name)))
        return titled(say, "recipe", blocks, note=False)
    unused = OF_STEPS if is_fitted(recipe) else ()
    chosen = {name: value for name, value in recipe.items() if str(value) != DEFAULTS.get(name) and name not in unused}
    blocks.append(_table(chosen, say, say("recipe-caption")))
    if rest := {name: value for name, value in recipe.items() if name not in chosen}:
        listed = _table(rest, say, say("recipe-defaults"))
        blocks.append(Folded(summary=say("recipe-rest", n=len(rest)), blocks=[listed]))
    return titled(say, "recipe", blocks)


def sentences(recipe: Mapping[str, Any], say: Words) -> Iterator[Markup]:
    """How it is trained, in the field's words; what is switched off is not mentioned."""
    if recipe.get("weights"):
        yield Markup.escape(say.of("method-train", str(recipe.get("train", "all")).partition("(")[0]))
    if recipe.get("head", str(LINEAR)) != str(LINEAR):
        yield say("method-head", head=part(recipe["head"], say))
    if not is_fitted(recipe):
        yield say("method-loss", loss=part(recipe["loss"], say), optimizer=part(recipe["optimizer"], say))
        yield say("method-schedule", schedule=part(recipe["schedule"], say))
        yield say("method-length", n=recipe["epochs"], batch=recipe["batch_size"])
    if recipe.get("augment", "none") == "none":
        yield say("method-augment-none")
    else:
        yield say("method-augment", augment=part(recipe["augment"], say))


def is_fitted(recipe: Mapping[str, Any]) -> bool:
    """True where a head is fitted in closed form, and nothing is trained in steps."""
    return recipe.get("train") == "head" and recipe.get("head", str(LINEAR)) != str(LINEAR)


def protocol(run: Run, say: Words) -> Iterator[Markup]:
    """Which weights were kept, and what the splits were used for."""
    recipe, counts = run.record.recipe, run.record.data.counts
    kept = run.record.kept_epoch()
    if recipe.get("choose") == "best" and kept is not None:
        yield say("method-choose-best", epoch=kept)
    elif not run.record.is_fitted():
        yield say("method-choose-last")
    if not counts.get("val"):
        yield say("method-no-val")
    if "test" in counts:
        yield say("method-test")
    yield say("method-intervals")


def rooms(recipe: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The fields in groups, in the order of a recipe; a field that no recipe has comes in one of its own."""
    groups: dict[str, list[str]] = {}
    for name in (*(name for name in ROOMS if name in recipe), *(name for name in recipe if name not in ROOMS)):
        groups.setdefault(ROOMS.get(name, "other"), []).append(name)
    return [*groups.items()]


def _table(values: Mapping[str, Any], say: Words, caption: Markup) -> Table:
    rows: list[list[Text]] = []
    for room, names in rooms(values):
        rows.append([bold(say(f"room-{room}")), "", ""])
        rows += [[code(name), _value(name, values[name], say), say(f"field-{name}") if say.has(f"field-{name}") else ""]
                 for name in names]  # fmt: skip
    return table(say, ("field", "value", "meaning"), rows, caption)


def _value(name: str, value: Any, say: Words) -> Markup:
    if name in OFF and value == OFF[name]:
        return say("recipe-off")
    if isinstance(value, bool):
        return code("true" if value else "false")
    return code(f"{value:g}" if isinstance(value, float) else value)
