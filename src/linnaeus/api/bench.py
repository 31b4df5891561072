"""linnaeus.bench: what a network takes on this machine."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects
from linnaeus.api.objects import AnyData, Progress
from linnaeus.errors import UnknownName, UsageError
from linnaeus.events import Event, Reading, Watcher
from linnaeus.recipe.spec import parse
from linnaeus.record.measurements import DeviceTime, EpochTimes, LayerTimes

SHAPE = ("batch", "size", "channels", "classes")


def bench(
    what: str,
    model: str,
    data: AnyData | None = None,
    *,
    out: Path | str | None = None,
    progress: Progress = None,
    **settings: Any,
) -> LayerTimes | EpochTimes:
    """Time a network on this machine, layer by layer or by the epoch. No run is made.

    >>> linnaeus.bench("layers", "lenet", "digits", batch=8, size=28).kinds

    Args:
        what: "layers": forward and backward time of each layer, on random images; "epochs": how long a training takes, on the
            CPU and on a GPU if there is one, estimated from a few seconds of its steps.
        model: such as "resnet(depth=20)".
        data: with "layers" it sets the shape of the images; "epochs" needs it.
        out: a picture of the layers' times, .svg or .png; None: none.
        progress: None: a line while images are read; False: silence; or a function that is told each event.
        settings: with "layers" batch (128), size (32 px), channels (3), classes (10), precision ("fp32") and threads (0: as many
            as there are idle cores); with "epochs" epochs (100), images (those that data has for training; another number: what
            so many like them would take) and any field of the recipe.

    Returns:
        Seconds by layer as `LayerTimes`, or by epoch and device as `EpochTimes`.

    Raises:
        UsageError: another `what`, or epochs without data.
        UnknownName, RecipeError: no such model, or one that cannot take such images.
        TrainingError: out of memory.
    """
    text, watch, model = objects.data_text(data), objects.watcher(progress), str(objects.own_code(model))
    if what == "layers":
        return _layers(model, text, settings, Path(out) if out is not None else None, watch)
    if what != "epochs":
        raise UsageError(f"bench measures layers or epochs, not {what!r}")
    if text is None:
        raise UsageError("epochs of which data? Write linnaeus bench epochs MODEL DATA")
    whole = EpochTimes(
        data=text,
        model=model,
        epochs=int(settings.pop("epochs", 100)),
        images=int(settings.pop("images", None) or 0),
        devices=(),
    )
    return _epochs(whole, objects.settings(settings), watch)


def _layers(model: str, data: str | None, settings: Mapping[str, Any], out: Path | None, watch: Watcher) -> LayerTimes:
    from linnaeus.data import compose
    from linnaeus.reporting.figures import measured, style
    from linnaeus.training import layer_times

    if out is not None:
        style.check_name(out)
    if unknown := [name for name in settings if name not in (*SHAPE, "precision", "threads")]:
        raise UnknownName("setting of the layers", unknown[0], [*SHAPE, "precision", "threads"])
    given = {name: settings[name] for name in SHAPE if settings.get(name) is not None}
    machine = layer_times.this_machine(settings.get("precision", "fp32"), settings.get("threads", 0))
    found = layer_times.bench(parse(model), {**compose.shape(data), **given}, machine, watch)
    return measured.drawn(found, out)


def _epochs(wanted: EpochTimes, changes: list[str], watch: Watcher) -> EpochTimes:
    """Of the whole training, on the processor and on the GPU where there is one. Nothing is compiled unless `changes` say so."""
    from linnaeus import device
    from linnaeus.api.trial import measured

    def tell(event: Event) -> None:
        if isinstance(event, Reading):  # of the trainings themselves there is nothing to tell: they are stopped
            watch(event)

    best = device.pick_device("auto")
    found = []
    for one in dict.fromkeys(("cpu", best)):
        wish = ["compile=off", *changes, f"epochs={wanted.epochs}", f"device={one}", "progressive=0.0"]
        recipe, source = composing.compose(wanted.data, wanted.model, None, wish, composing.runs_folder(None))
        facts = dict(measured(recipe, tell, composing.splits(recipe, tell, source)).facts)
        images = wanted.images or facts["images"]
        facts["epoch_s"] *= images / facts["images"]
        told = {field.name: facts[field.name] for field in fields(DeviceTime) if field.name in facts}
        found.append(DeviceTime(**told, whole_s=facts["setup_s"] + wanted.epochs * facts["epoch_s"]))
    return replace(wanted, data=str(recipe.data), model=str(recipe.model), images=images, devices=tuple(found))
