"""A run in a few lines: what is about to be done, and what came of it."""

from collections.abc import Mapping
from typing import Any

from linnaeus.cli import screen
from linnaeus.record.facts import Audit, DataFacts, Environment
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import SplitScores
from linnaeus.reporting import told
from linnaeus.reporting.render import lines

COLOURS = {1: "grey", 3: "colour", 4: "colour with transparency"}
SPLITS = {"train": "training", "val": "validation", "test": "test"}

# Fields of a recipe that have a line of their own, or that are switched off by this value and then go without saying.
_SAID_ELSEWHERE = ("data", "image_size", "channels", "precision", "threads", "device", "compile")
_FIRST = ("model", "augment", "loss", "optimizer", "schedule", "epochs", "batch_size")
_OFF = (0, 0.0, False, "none", "auto", "")
_OFF_BY_NAME = {
    "accumulate": 1,
    "sampling": "natural",
    "rows": "keep",
    "train": "all",
    "head": "linear",
    "backbone_lr_factor": 1.0,
    "layer_decay": 1.0,
    "share": 1.0,
    "replay": -1,
}


def begin(record: RunRecord) -> str:
    """Data, recipe and machine, before the first step."""
    lines = [data(record.data), screen.labelled("recipe", _recipe(record.recipe))]
    if record.folder is not None:
        lines.append(screen.labelled("", f"{record.folder}/recipe.toml"))
    return "\n".join([*lines, screen.labelled("machine", _machine(record.environment, record.recipe))])


def data(found: DataFacts | Audit) -> str:
    """What the data holds: images as the network sees them, classes, splits."""
    counts, side, classes = found.counts, found.image_size, len(found.classes)
    facts = f"{sum(counts.values()):,} images {side}×{side} {COLOURS[found.channels]}, {classes} classes"
    splits = " ".join(f"{split} {count:,}" for split, count in counts.items())
    sealed = " (sealed)" if "test" in counts else ""
    skipped = f" · {len(found.skipped):,} unreadable" if found.skipped else ""
    held = {"resident": " · in memory", "streamed": " · decoded as needed"}.get(getattr(found, "loading", ""), "")
    source = screen.clean(found.source)
    label, before = (source, "") if len(source) < lines.LABEL else ("data", f"{source}: ")
    return screen.labelled(label, f"{before}{facts} · {splits}{sealed}{skipped}{held}")


def _recipe(recipe: Mapping[str, Any]) -> str:
    """The whole recipe, in the words that `--set` takes; what is switched off goes without saying."""
    said = {
        name: value
        for name, value in recipe.items()
        if name == "seed" or (value not in (*_OFF, _OFF_BY_NAME.get(name)) and name not in _SAID_ELSEWHERE)
    }
    order = [name for name in _FIRST if name in said] + [name for name in said if name not in _FIRST]
    return ", ".join(
        f"{name}={said[name]:g}" if isinstance(said[name], float) else f"{name}={said[name]}" for name in order
    )


def _machine(environment: Environment, recipe: Mapping[str, Any]) -> str:
    threads = environment.threads
    probed = (
        " · the fastest of a short probe" if recipe.get("precision") == "auto" or recipe.get("threads") == 0 else ""
    )
    compiled = ", compiled" if environment.compiled else ""
    return f"{environment.device}, {threads} thread{'s' * (threads != 1)}, {environment.precision}{compiled}{probed}"


def scores(found: SplitScores) -> str:
    """`validation  98.5 % (96.2–99.4, n 270)      weakest: 8 (26 of 28), taken for 1`"""
    text = told.percent(found.metrics["accuracy"])
    weakest = found.weakest()
    if weakest is not None:
        taken = f", taken for {weakest.confused_with}" if weakest.confused_with is not None else ""
        text += f" · weakest: {weakest.name} ({weakest.correct} of {weakest.support}){taken}"
    return screen.labelled(SPLITS.get(found.split, found.split), text)


def show_end(record: RunRecord, run: str) -> None:
    """Scores, page and next commands, after the last step. `run` is what the user would type to name the run."""
    for found in record.scores.values():
        print(scores(found))
    if "val" in record.calibration:
        screen.say("calibration", told.calibration(record.calibration["val"]))
    if not record.scores:
        screen.say("validation", "none: no images were held out, so the last weights are kept unscored")
    from linnaeus.reporting import fit

    for statement, advice in fit.of_run(record, run)[:1]:
        screen.say("fit", statement)
        screen.say("", advice)
    if record.folder is not None and (page := record.folder / "report.html").exists():
        screen.say("report", str(page))
    screen.suggest(f"linnaeus evaluate {run} --split test", f"linnaeus predict {run} FILE")
