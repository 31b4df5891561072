"""What was measured of a network: the time of its layers, or of whole epochs; the loss by the learning rate."""

from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.measurements import DeviceTime, EpochTimes, KindTime, LayerTime, LayerTimes, LrRange
from linnaeus.reporting.blocks import Block, Facts
from linnaeus.reporting.content.layout import known, table
from linnaeus.reporting.words import Words

CONVOLUTIONAL, DENSE = "Conv2d", "Linear"
ROWS = 12  # of the steps, about


def layers(found: LayerTimes, say: Words) -> list[Block]:
    """The time of each layer and of each kind of layers."""
    times = [say(f"bench-{name}") for name in ("forward", "backward", "share", "speed")]
    each = [
        [row.name, row.kind, "×".join(map(str, row.output)), say.some(row.parameters), say.some(row.macs),
         *_times(row, found.batch, say)]
        for row in found.layers
    ]  # fmt: skip
    kinds = [[row.kind, say.count(row.layers), *_times(row, found.batch, say)] for row in found.kinds]
    measured = (say("bench-measured"), _measured(found, say))
    return [
        table(say, ("layer", "kind", "output", "weights", "macs", *times), each, say("bench-each"), range(2, 9)),
        table(say, ("kind", say("bench-layers"), *times), kinds, say("bench-kinds"), range(1, 6)),
        known(measured, (say("bench-answer"), answer(found, say)), (say("picture"), found.picture)),
    ]


def answer(found: LayerTimes, say: Words) -> Markup:
    """Convolutional or dense: which takes the time, for which share of the work, and which is faster for the same work."""
    shares, works = [], []
    for kind in (CONVOLUTIONAL, DENSE):
        those = [row for row in found.kinds if row.kind == kind]
        shares.append(sum(row.share for row in those))
        works.append(sum(row.macs for row in those))
    rest = sum(row.share for row in found.kinds if row.kind not in (CONVOLUTIONAL, DENSE))
    parts = [share / work if work else 0.0 for share, work in zip(shares, works, strict=True)]
    if not all(parts):
        key, share = ("convolutional", shares[0]) if parts[0] else ("dense", shares[1])
        return say(f"bench-only-{key}", share=say.share(share), rest=say.share(rest))
    slower = "dense" if parts[1] > parts[0] else "convolutional"
    return say(
        f"bench-{slower}-slower",
        convolutional=say.share(shares[0]), of_convolutional=say.share(works[0] / sum(works)),
        dense=say.share(shares[1]), of_dense=say.share(works[1] / sum(works)),
        times=say.number(max(parts) / min(parts), 1), rest=say.share(rest),
    )  # fmt: skip


def conclusions(found: LayerTimes | EpochTimes, say: Words) -> list[Markup]:
    """Which layers are faster; or how long all epochs take on each device, and the ratio."""
    if isinstance(found, LayerTimes):
        taken = say.number(1000 * (found.forward_s + found.backward_s), 1)
        return [answer(found, say), say("bench-pass", model=found.model, time=taken, n=found.batch)]
    whole = {"n": found.epochs, "images": say.count(found.images)}
    each = [say("bench-whole-text", **whole, device=one.device, time=say.seconds(one.whole_s)) for one in found.devices]
    return [*each, _ratio(found.devices, say)]


def _measured(found: LayerTimes, say: Words) -> Markup:
    same = ("model", "device", "precision", "rounds")
    forward, backward = (say.number(1000 * taken, 2) for taken in (found.forward_s, found.backward_s))
    shape, threads = f"{found.channels}×{found.size}×{found.size}", say("threads", n=found.threads)
    values = {"n": found.batch, "shape": shape, "threads": threads, "forward": forward, "backward": backward}
    return say("bench-measured-text", **values, **{name: getattr(found, name) for name in same})


def _times(row: LayerTime | KindTime, batch: int, say: Words) -> list[str]:
    speed = say.number(row.macs * batch / row.forward_s / 1e9, 1) if row.macs and row.forward_s else ""
    forward, backward = (say.number(1000 * taken, 3) for taken in (row.forward_s, row.backward_s))
    return [forward, backward, say.share(row.share), speed]


def epochs(found: EpochTimes, say: Words) -> list[Block]:
    """The time of all epochs on each device, reckoned from the steps of a few seconds."""
    rows = [
        [
            one.device,
            one.precision,
            say.count(one.threads),
            *map(say.seconds, (one.measured_s, one.epoch_s, one.whole_s)),
        ]
        for one in found.devices
    ]
    columns = [say(f"machine-{name}") for name in ("device", "precision", "threads")]
    columns += [say("bench-measured"), say("bench-epoch"), say("bench-whole", n=found.epochs)]
    facts = [
        (say("bench-estimated"), say("bench-estimated-text", model=found.model, n=found.images)),
        (say("bench-ratio"), _ratio(found.devices, say)),
    ]
    return [table(say, columns, rows, say("bench-devices"), range(2, 6)), Facts(facts)]


def _ratio(devices: Sequence[DeviceTime], say: Words) -> Markup:
    if len(devices) == 1:
        return say("bench-no-ratio")
    cpu, other = devices
    times = say.number(cpu.epoch_s / other.epoch_s, 1)
    return say("bench-ratio-text", first=other.device, second=cpu.device, times=times)


def lr_range(found: LrRange, say: Words) -> list[Block]:
    """Some of the steps, what the whole sweep was, and the suggestion."""
    steps = found.steps
    rows = [
        [say.figures(row.lr, 2), say.number(row.loss, 3), say.number(row.smoothed, 3)]
        for row in steps[:: -(-len(steps) // ROWS)]
    ]
    ends = {"first": steps[0].lr, "last": steps[-1].lr, "lowest": found.lowest, "fastest": found.fastest}
    ended = say("sweep-diverged" if found.diverged else "sweep-ended")
    swept = say("sweep-text", n=len(steps), ended=ended, **{name: say.figures(rate, 2) for name, rate in ends.items()})
    # As it is typed after --set, whatever the language.
    suggestion = say("sweep-suggestion-text", lr=f"{found.suggestion:g}")
    facts = known((say("sweep-swept"), swept), (say("sweep-suggestion"), suggestion), (say("picture"), found.picture))
    columns = [say(f"sweep-{name}") for name in ("lr", "loss", "smoothed")]
    return [table(say, columns, rows, numbers=(0, 1, 2)), facts]
