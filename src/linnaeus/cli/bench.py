"""linnaeus bench WHAT MODEL [DATA]"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Texts, picture, setting, settings
from linnaeus.recipe import shell

Count = int | None


class What(StrEnum):
    """What can be measured."""

    layers = "layers"
    epochs = "epochs"


class Precision(StrEnum):
    """Of the arithmetic."""

    fp32 = "fp32"
    bf16 = "bf16"


def bench(
    what: Annotated[
        What,
        typer.Argument(metavar="layers|epochs", help="time each layer, forward and backward, or whole epochs"),
    ],
    model: Annotated[str, typer.Argument(metavar="MODEL", help='a model, lenet or "resnet(depth=20)"')],
    data: Annotated[
        str | None,
        typer.Argument(metavar="DATA", help="a data set: layers takes its image shape, epochs trains on it"),
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="with epochs: how many")] = 100,
    images: Annotated[
        Count,
        typer.Option(
            metavar="N", min=1, help="with epochs: of so many images like those of DATA; default: as many as it has"
        ),
    ] = None,
    set_: Annotated[Texts, setting(help="with epochs: a field of the recipe, batch_size=100")] = None,
    size: Annotated[
        Count,
        typer.Option(metavar="PIXELS", min=1, help="with layers: image side in pixels; default: that of DATA, else 32"),
    ] = None,
    channels: Annotated[
        Count, typer.Option(metavar="C", min=1, help="with layers: image channels; default: those of DATA, else 3")
    ] = None,
    classes: Annotated[
        Count, typer.Option(metavar="K", min=1, help="with layers: number of classes; default: that of DATA, else 10")
    ] = None,
    batch: Annotated[
        Count, typer.Option(metavar="N", min=1, help="with layers: images in a batch; default: as for DATA, else 128")
    ] = None,
    precision: Annotated[
        Precision, typer.Option(help="with layers: number format of the computation")
    ] = Precision.fp32,
    threads: Annotated[
        int, typer.Option(metavar="N", min=0, help="with layers: CPU threads; 0: as many as there are idle cores")
    ] = 0,
    out: Annotated[Path | None, picture(help="with layers: plot of the times")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Measure how long a network takes on this machine.

    With epochs, a training on DATA is started on the CPU, and on the GPU if there is one, and stopped after a few seconds; the time of the
    whole training is estimated from its steps. No run is made.

    With layers, random images pass through the network, forward and backward as in a training step, and each layer is timed; the
    result is the median of 3 to 15 rounds (about 10 seconds), in milliseconds for the batch. What the layers leave of the network's
    total is additions at shortcuts and the like, and the timing itself, which costs some microseconds a layer. Other work on the
    machine makes everything slower. GMAC/s is the speed of the forward pass.
    """
    from linnaeus.api import bench as verb

    if what is What.epochs:
        given = settings(set_, {"epochs": epochs, "images": images})
        model, data = given.pop("model", model), given.pop("data", data)
        also = f"linnaeus bench layers {shell.quoted(model)} {shell.quoted(str(data))}"
    else:
        shape = {"size": size, "channels": channels, "classes": classes, "batch": batch}
        given = {**shape, "precision": precision.value, "threads": threads, "out": out}
        also = f"linnaeus parts models {shell.quoted(model)}"
    with progress.watching(as_json, lang) as watch:
        found = verb.bench(what.value, model, data, progress=watch, **given)
    if screen.tell(found, as_json, lang):
        screen.suggest(also, language=lang)
