"""The network of a run: what it weighs, what one image costs, what it began with, and what of it trains."""

from markupsafe import Markup

from linnaeus.record.facts import Layer
from linnaeus.record.measurements import NetworkFacts
from linnaeus.reporting.blocks import Block, Cell, Paragraph, Section, Table, Text
from linnaeus.reporting.sharing import shared
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

OPEN = 40  # layers that stand open


def section(run: Run, say: Words, first: Run | None = None) -> Section:
    """Its weights, and a table of its layers unless they are those of the `first` run of the report."""
    model, recipe = run.record.model, run.record.recipe
    name = shared(str(recipe["model"]))
    if not model.layers:
        blocks: list[Block] = [Paragraph(say("network-none", model=name))]
        return Section(key="network", title=say("network"), blocks=blocks)
    all_train = model.trainable == model.parameters
    facts = say("network-facts-all" if all_train else "network-facts", model=name, n=model.parameters,
                trainable=model.trainable, macs=model.macs)  # fmt: skip
    weights = recipe.get("weights")
    begins = say("method-weights", weights=shared(str(weights))) if weights else say("method-weights-new")
    told = [facts, begins]
    if first is not None and first is not run and _built(run) == _built(first):
        told.append(say("network-same", run=first.record.name))
        return Section(key="network", title=say("network"), blocks=[Paragraph(Markup(" ").join(told))])
    blocks = [Paragraph(Markup(" ").join(told)), table(model.layers, say, (model.parameters, model.macs))]
    return Section(key="network", title=say("network"), note=say("network-note"), blocks=blocks)


def look(found: NetworkFacts, say: Words) -> list[Block]:
    """Layers at the first image size that the network takes, then its weights and operations at each size."""
    size, first = next(iter(found.sizes.items()))
    each: list[list[Cell]] = [
        [say("listing-size", size=size), *map(say.count, (one.parameters, one.trainable, one.macs))]
        for size, one in found.sizes.items()
    ]
    names = ("column-weights", "listing-trainable", "column-macs")
    caption = say("listing-sizes", channels=found.channels, n=found.classes)
    return [
        table(first.layers, say, (first.parameters, first.macs), say("listing-layers", size=size)),
        Table(header=["", *map(say, names)], rows=each, numbers=frozenset((1, 2, 3)), caption=caption),
        *(Paragraph(f"{say('listing-size', size=size)}: {reason}") for size, reason in found.faults.items()),
    ]


def table(layers: tuple[Layer, ...], say: Words, totals: tuple[int, int], caption: Text = "") -> Table:
    """A row a layer, and the sum of the weights and of the multiply-accumulates; with a caption of its own, all of them stand open."""
    rows: list[list[Cell]] = [
        [
            Markup("<code>{}</code>").format(layer.name),
            layer.kind,
            " × ".join(map(str, layer.output)),
            say.count(layer.parameters) if layer.parameters else "",
            say.count(layer.macs) if layer.macs else "",
            say("trains-yes" if layer.trains else "trains-no") if layer.parameters else "",
        ]
        for layer in layers
    ]
    parameters, macs = (Markup("<b>{}</b>").format(say.count(total)) for total in totals)
    rows.append([Markup("<b>{}</b>").format(say("data-total")), "", "", parameters, macs, ""])
    header = [say(f"column-{name}") for name in ("layer", "kind", "output", "weights", "macs", "trains")]
    return Table(header=header, rows=rows, numbers=frozenset((2, 3, 4)), caption=caption or say("network-caption"),
                 open_rows=None if caption else OPEN)  # fmt: skip


def _built(run: Run) -> list[tuple[str, str, tuple[int, ...], int]]:
    """What its layers are, whether they are trained or not."""
    return [(layer.name, layer.kind, layer.output, layer.parameters) for layer in run.record.model.layers]
