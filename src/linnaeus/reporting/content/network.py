"""The network of a run: what it weighs, what one image costs, what it began with, and what of it trains."""

from linnaeus.record.facts import Layer
from linnaeus.record.measurements import NetworkFacts
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Paragraph, Section, Table, Text
from linnaeus.reporting.content import layout
from linnaeus.reporting.content.layout import bold, code, paragraph, titled
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

OPEN = 40  # layers that stand open


def section(run: Run, say: Words, first: Run | None = None) -> Section:
    """Its weights, and a table of its layers unless they are those of the `first` run of the report."""
    model, weights = run.record.model, run.record.recipe.get("weights")
    name = shared(str(run.record.recipe["model"]))
    if not model.layers:
        return titled(say, "network", [Paragraph(say("network-none", model=name))], note=False)
    facts = "network-facts-all" if model.trainable == model.parameters else "network-facts"
    told = [
        say(facts, model=name, n=model.parameters, trainable=model.trainable, macs=model.macs),
        say("method-weights", weights=shared(str(weights))) if weights else say("method-weights-new"),
    ]
    if first is not None and first is not run and _built(run) == _built(first):
        return titled(say, "network", [paragraph([*told, say("network-same", run=first.record.name)])], note=False)
    return titled(say, "network", [paragraph(told), table(model.layers, say, (model.parameters, model.macs))])


def look(found: NetworkFacts, say: Words) -> list[Block]:
    """Layers at the first image size that the network takes, then its weights and operations at each size."""
    size, first = next(iter(found.sizes.items()))
    each = [
        [say("listing-size", size=size), *map(say.count, (one.parameters, one.trainable, one.macs))]
        for size, one in found.sizes.items()
    ]
    caption = say("listing-sizes", channels=found.channels, n=found.classes)
    return [
        table(first.layers, say, (first.parameters, first.macs), say("listing-layers", size=size)),
        layout.table(say, ("", "weights", say("listing-trainable"), "macs"), each, caption, (1, 2, 3)),
        *(Paragraph(f"{say('listing-size', size=size)}: {reason}") for size, reason in found.faults.items()),
    ]


def table(layers: tuple[Layer, ...], say: Words, totals: tuple[int, int], caption: Text = "") -> Table:
    """A row a layer, and the sum of the weights and of the multiply-accumulates; with a caption of its own, all of them stand open."""
    rows = [
        [code(layer.name), layer.kind, " × ".join(map(str, layer.output)), say.some(layer.parameters), say.some(layer.macs),
         say("trains-yes" if layer.trains else "trains-no") if layer.parameters else ""]
        for layer in layers
    ]  # fmt: skip
    parameters, macs = (bold(say.count(total)) for total in totals)
    rows.append([bold(say("data-total")), "", "", parameters, macs, ""])
    columns = ("layer", "kind", "output", "weights", "macs", "trains")
    return layout.table(say, columns, rows, caption or say("network-caption"), (2, 3, 4), None if caption else OPEN)


def _built(run: Run) -> list[tuple[str, str, tuple[int, ...], int]]:
    """What its layers are, whether they are trained or not."""
    return [(layer.name, layer.kind, layer.output, layer.parameters) for layer in run.record.model.layers]
