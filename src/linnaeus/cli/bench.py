"""linnaeus bench WHAT MODEL [DATA]"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, settings
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
        typer.Argument(metavar="layers|epochs", help="time of each layer, forward and backward; or of whole epochs"),
    ],
    model: Annotated[str, typer.Argument(metavar="MODEL", help='a model, lenet or "resnet(depth=20)"')],
    data: Annotated[
        str | None,
        typer.Argument(metavar="DATA", help="a data set: gives layers the shape of the images, and epochs all of them"),
    ] = None,
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="with epochs: how many; 100 unless given")] = 100,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="with epochs: a field of the recipe, batch_size=100; repeatable"
        ),
    ] = None,
    size: Annotated[
        Count, typer.Option(metavar="PIXELS", min=1, help="side of an image; DATA's, or 32, unless given")
    ] = None,
    channels: Annotated[Count, typer.Option(metavar="C", min=1, help="of an image; DATA's, or 3, unless given")] = None,
    classes: Annotated[Count, typer.Option(metavar="K", min=1, help="DATA's, or 10, unless given")] = None,
    batch: Annotated[Count, typer.Option(metavar="N", min=1, help="images; DATA's, or 128, unless given")] = None,
    precision: Annotated[Precision, typer.Option(help="of the arithmetic")] = Precision.fp32,
    threads: Annotated[
        int, typer.Option(metavar="N", min=0, help="CPU threads; 0: as many as there are idle cores")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="picture of the times, .svg or .png; none unless given")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what a network takes on this machine.

    With epochs, a training of DATA is begun on the CPU and on the GPU, where there is one, and given up after some seconds;
    from its steps the time of the whole is reckoned. No run is made.

    With layers, made-up images pass through the whole network, forward and backward as in a training step, and the clock is
    read before and after each layer; told is the median of 3 to 15 rounds (about 10 seconds), in milliseconds for the batch.
    What the layers leave of the whole network's time are sums at shortcuts and the like, and the clock itself, which costs
    some microseconds a layer. Other work on the machine makes all of it slower. GMAC/s is the speed of the forward pass.
    """
    from linnaeus.api import bench as verb

    if what is What.epochs:
        _epochs(model, data, epochs, set_ or [], as_json)
        return
    shape = {
        "size": size,
        "channels": channels,
        "classes": classes,
        "batch": batch,
        "precision": precision.value,
        "threads": threads,
    }
    with progress.watching(as_json) as watch:
        found = verb.bench("layers", model, data, **shape, out=out, progress=watch)
    if as_json:
        screen.print_json(found)
        return
    print(f"{_layers(found)}\n\n{_kinds(found)}\n")
    screen.say("measured", _measured(found))
    screen.say("answer", answer(found["kinds"], found["batch"]))
    if out is not None:
        screen.say("picture", str(out))
    screen.suggest(f"linnaeus parts models {shell.quoted(model)}")


def _epochs(model: str, data: str | None, epochs: int, changes: Sequence[str], as_json: bool) -> None:
    from linnaeus.api import bench as verb

    given = settings(changes, {"epochs": epochs})
    with progress.watching(quiet=True) as watch:
        found = verb.bench("epochs", given.pop("model", model), given.pop("data", data), progress=watch, **given)
    if as_json:
        screen.print_json(found)
        return
    rows = [
        (
            one["device"],
            one["precision"],
            one["threads"],
            f"{one['measured_s']:.1f} s",
            screen.seconds(one["epoch_s"]),
            screen.seconds(one["whole_s"]),
        )
        for one in found["devices"]
    ]
    header = ("device", "precision", "threads", "measured", "an epoch, reckoned", f"{epochs} epochs, reckoned")
    print(f"{screen.table(header, rows, left=2)}\n")
    screen.say("reckoned", f"{found['model']} on {found['images']:,} training images, from the steps of so many seconds; "
               "scoring validation images is not in it")  # fmt: skip
    screen.say("ratio", _ratio(found["devices"]))
    screen.suggest(f"linnaeus bench layers {shell.quoted(model)} {shell.quoted(str(data))}")


def _ratio(devices: Sequence[Mapping[str, Any]]) -> str:
    if len(devices) == 1:
        return "not known: there is no GPU here that PyTorch can use; the same command says it where there is one"
    cpu, other = devices
    return f"{other['device']} is {cpu['epoch_s'] / other['epoch_s']:.1f} times as fast as {cpu['device']}"


def _layers(found: Mapping[str, Any]) -> str:
    rows = [
        (
            row["name"],
            row["kind"],
            "×".join(map(str, row["output"])),
            f"{row['parameters']:,}" if row["parameters"] else "",
            f"{row['macs']:,}" if row["macs"] else "",
            *_times(row, found["batch"]),
        )
        for row in found["layers"]
    ]
    return screen.table(("layer", "kind", "output", "weights", "MACs", *TIMES), rows, left=2)


TIMES = ("forward ms", "backward ms", "share", "GMAC/s")


def _times(row: Mapping[str, Any], batch: int) -> tuple[str, ...]:
    speed = f"{row['macs'] * batch / row['forward_s'] / 1e9:.1f}" if row["macs"] and row["forward_s"] else ""
    return f"{1000 * row['forward_s']:.3f}", f"{1000 * row['backward_s']:.3f}", f"{100 * row['share']:.1f} %", speed


def _kinds(found: Mapping[str, Any]) -> str:
    rows = [(row["kind"], f"{row['layers']:,}", *_times(row, found["batch"])) for row in found["kinds"]]
    return screen.table(("kind", "layers", *TIMES), rows)


def _measured(found: Mapping[str, Any]) -> str:
    machine, whole = found["machine"], found["whole"]
    side, threads = found["size"], machine["threads"]
    images = f"{found['batch']} images of {found['channels']}×{side}×{side}"
    return (
        f"{found['model']}, {images}, {machine['device']}, {threads} thread{'s' * (threads != 1)}, {machine['precision']}, "
        f"median of {found['rounds']} rounds · whole network {1000 * whole['forward_s']:.2f} ms forward, "
        f"{1000 * whole['backward_s']:.2f} ms backward"
    )


def answer(kinds: Sequence[Mapping[str, Any]], batch: int) -> str:
    """Convolutional or dense: which takes the time, and which is faster for the same work."""
    said = []
    for word, names in (("convolutional", ("Conv2d",)), ("dense", ("Linear",))):
        those = [row for row in kinds if row["kind"] in names]
        share, work = (sum(row[key] for row in those) for key in ("share", "macs"))
        seconds = sum(row["forward_s"] + row["backward_s"] for row in those)
        each = f", {1e12 * seconds / (work * batch):.1f} ps each" if work else ""
        said.append(
            f"{word} layers take {100 * share:.0f} % of the time for {work / 1e6:,.2f} million MACs an image{each}"
        )
    rest = sum(row["share"] for row in kinds if row["kind"] not in ("Conv2d", "Linear"))
    return f"{'; '.join(said)}; the others take {100 * rest:.0f} %"
