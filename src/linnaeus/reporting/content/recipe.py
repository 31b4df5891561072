"""How a run was trained: its recipe as it is typed, in sentences, and field by field; and what a training is about to do."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record.facts import DataFacts, Environment
from linnaeus.record.record import RunRecord
from linnaeus.reporting.blocks import Block, Facts, Folded, Paragraph, Section, Table, Text
from linnaeus.reporting.content.layout import bold, code, paragraph, table, titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

OFF = {
    "budget": 0, "ema": 0, "swa": 0, "progressive": 0, "clip_norm": 0, "val": 0, "test": 0, "augment": "none", "weights": "",
    "accumulate": 1, "tta": "none", "views": 0, "adjust": 0, "distill": 0, "backbone_lr_factor": 1, "layer_decay": 1,
}  # values that mean: not done  # fmt: skip
FIELDS = [field.name for field in fields(Recipe)]
# fields of a kind stand together, and end with this one
LAST = {"data": "loading", "training": "tta", "machine": FIELDS[-1]}
ROOMS = {name: next(room for room, last in LAST.items() if place <= FIELDS.index(last))
         for place, name in enumerate(FIELDS)}  # fmt: skip
OF_STEPS = (
    "loss",
    "optimizer",
    "schedule",
    "epochs",
    "batch_size",
)  # which a head fitted to its features does not take
DEFAULTS = {field.name: str(field.default) for field in fields(Recipe) if field.default is not MISSING}
LABEL = 12  # letters from which on the name of a data set is too long for a label
# Of a recipe before the first step: what has a line of its own, what stands first, and what is said though it is the default.
SAID_ELSEWHERE = ("data", "image_size", "channels", "precision", "threads", "device", "compile")
FIRST = ("model", "augment", "loss", "optimizer", "schedule", "epochs", "batch_size")
ALWAYS = (*FIRST, "resize", "decoder", "val", "test", "choose", "track")
NOTHING = (0, False, "none", "auto", "")


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
        yield say("method-head", head=in_words(recipe["head"], say))
    if not is_fitted(recipe):
        yield say("method-loss", loss=in_words(recipe["loss"], say), optimizer=in_words(recipe["optimizer"], say))
        yield say("method-schedule", schedule=in_words(recipe["schedule"], say))
        yield say("method-length", n=recipe["epochs"], batch=recipe["batch_size"])
    if recipe.get("augment", "none") == "none":
        yield say("method-augment-none")
    else:
        yield say("method-augment", augment=in_words(recipe["augment"], say))


def is_fitted(recipe: Mapping[str, Any]) -> bool:
    """True where a head is fitted to its features, and nothing is trained in steps."""
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


def in_words(notation: str, say: Words) -> Markup:
    """The part in words; one that has none stays as it is written."""
    try:
        return _spec(parse(notation), say)
    except LinnaeusError:
        return code(notation)


def _spec(spec: Spec, say: Words) -> Markup:
    if spec.name in ("|", "+"):
        return Markup(", " if spec.name == "|" else " + ").join(_spec(one, say) for one in spec.args)
    name = say(f"part-{spec.name}") if say.has(f"part-{spec.name}") else code(spec.name)
    inside = [_argument(value, say) for value in spec.args]
    inside += [_option(key, value, say) for key, value in spec.options if value is not False]
    return name + (Markup(" ({})").format(Markup(", ").join(inside)) if inside else Markup())


def _option(name: str, value: Any, say: Words) -> Markup:
    shown = _argument(value, say)
    if not say.has(f"option-{name}"):
        return code(f"{name} = ") + shown
    return say(f"option-{name}") if value is True else say(f"option-{name}") + Markup(" ") + shown


def _argument(value: Any, say: Words) -> Markup:
    if isinstance(value, Spec):
        return _spec(value, say)
    if isinstance(value, tuple):
        return Markup("; ").join(_argument(one, say) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return Markup.escape(say.figures(value, 6))
    return code(value)


def beginning(record: RunRecord, say: Words) -> Facts:
    """What a training is about to do: its data, its recipe and its machine, before the first step."""
    pairs: list[tuple[Text, Text]] = [_data(record.data, say), (say("beginning-recipe"), typed(record.recipe))]
    if record.folder is not None:
        pairs.append(("", f"{record.folder}/recipe.toml"))
    return Facts([*pairs, (say("beginning-machine"), _machine(record.environment, record.recipe, say))])


def _data(found: DataFacts, say: Words) -> tuple[Text, Text]:
    """Images as the network sees them, classes, splits."""
    held = {
        "images": say("images", n=sum(found.counts.values())),
        "size": found.image_size,
        "channels": say.of("channels", str(found.channels)),
        "classes": say("classes", n=len(found.classes)),
    }
    told: list[Text] = [
        say("beginning-images", **held),
        ", ".join(f"{say.of('split', split)} {say.count(count)}" for split, count in found.counts.items())
        + (f" ({say('beginning-sealed')})" if "test" in found.counts else ""),
    ]
    if found.skipped:
        told.append(say("beginning-unreadable", n=len(found.skipped)))
    text = Markup(" · ").join([*told, say(f"beginning-{found.loading}")])
    source = str(found.source)
    return (source, text) if len(source) < LABEL else (say("column-data"), Markup("{}: {}").format(source, text))


def typed(found: Mapping[str, Any]) -> str:
    """All of it, in the words that `--set` takes; what is switched off goes without saying."""
    unused = (*SAID_ELSEWHERE, *(OF_STEPS if is_fitted(found) else ()))
    said = {name: f"{value:g}" if isinstance(value, float) else value for name, value in found.items()
            if name == "seed" or (value not in NOTHING and name not in unused
                                  and (name in ALWAYS or str(value) != DEFAULTS.get(name)))}  # fmt: skip
    order = [name for name in FIRST if name in said] + [name for name in said if name not in FIRST]
    return ", ".join(f"{name}={said[name]}" for name in order)


def _machine(found: Environment, chosen: Mapping[str, Any], say: Words) -> Text:
    told: list[Text] = [found.device, say("threads", n=found.threads or 1), found.precision or ""]
    if found.compiled:
        told.append(say("machine-compiled"))
    if found.engine != "torch":
        told.append(found.engine)
    text = Markup(", ").join(told)
    is_tuned = chosen.get("precision") == "auto" or chosen.get("threads") == 0
    return Markup("{} · {}").format(text, say("beginning-tuned")) if is_tuned else text
