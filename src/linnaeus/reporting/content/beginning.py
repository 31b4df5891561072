"""What a training is about to do: its data, its recipe and its machine, in a few labelled lines."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from linnaeus.record.facts import Audit, DataFacts, Environment
from linnaeus.record.record import RunRecord
from linnaeus.reporting.blocks import Facts, Text
from linnaeus.reporting.content.recipe import OF_STEPS, is_fitted
from linnaeus.reporting.words import Words

LABEL = 12  # letters from which on the name of a data set is too long for a label

# Fields of a recipe that have a line of their own, or that are switched off by this value and then go without saying.
SAID_ELSEWHERE = ("data", "image_size", "channels", "precision", "threads", "device", "compile")
FIRST = ("model", "augment", "loss", "optimizer", "schedule", "epochs", "batch_size")
OFF = (0, 0.0, False, "none", "auto", "")
OFF_BY_NAME = {
    "accumulate": 1,
    "sampling": "natural",
    "rows": "keep",
    "train": "all",
    "head": "linear",
    "backbone_lr_factor": 1.0,
    "layer_decay": 1.0,
    "share": 1.0,
    "epoch_share": 1.0,
    "replay": -1,
}


def facts(record: RunRecord, say: Words) -> Facts:
    """Before the first step."""
    pairs: list[tuple[Text, Text]] = [data(record.data, say), (say("beginning-recipe"), recipe(record.recipe))]
    if record.folder is not None:
        pairs.append(("", f"{record.folder}/recipe.toml"))
    return Facts([*pairs, (say("beginning-machine"), _machine(record.environment, record.recipe, say))])


def data(found: DataFacts | Audit, say: Words) -> tuple[Text, Text]:
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
    if isinstance(found, DataFacts):
        told.append(say(f"beginning-{found.loading}"))
    text = Markup(" · ").join(told)
    source = str(found.source)
    if len(source) < LABEL:
        return source, text
    return say("column-data"), Markup("{}: {}").format(source, text)


def recipe(found: Mapping[str, Any]) -> str:
    """All of it, in the words that `--set` takes; what is switched off goes without saying."""
    unused = (*SAID_ELSEWHERE, *(OF_STEPS if is_fitted(found) else ()))
    said = {
        name: value
        for name, value in found.items()
        if name == "seed" or (value not in (*OFF, OFF_BY_NAME.get(name)) and name not in unused)
    }
    order = [name for name in FIRST if name in said] + [name for name in said if name not in FIRST]
    return ", ".join(
        f"{name}={said[name]:g}" if isinstance(said[name], float) else f"{name}={said[name]}" for name in order
    )


def _machine(found: Environment, chosen: Mapping[str, Any], say: Words) -> Text:
    told: list[Text] = [found.device, say("threads", n=found.threads or 1), found.precision or ""]
    if found.compiled:
        told.append(say("machine-compiled"))
    if found.engine != "torch":
        told.append(found.engine)
    text = Markup(", ").join(told)
    is_tuned = chosen.get("precision") == "auto" or chosen.get("threads") == 0
    return Markup("{} · {}").format(text, say("beginning-tuned")) if is_tuned else text
