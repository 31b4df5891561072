"""Several runs beside each other, as sections of a page: what they were, what they scored, which differences can be told."""

import itertools
from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.record import RunRecord
from linnaeus.reporting import finding_figures, sentences, told
from linnaeus.reporting.old_blocks import Block, Cell, Drawing, Drawings, Items, Measured, Paragraph, Rows, Section
from linnaeus.reporting.words import Words

SPLITS = ("val", "test")


def lead(records: Sequence[RunRecord], say: Words) -> Markup | str:
    """The data of the runs, where they are the same."""
    sources = {str(record.data.source) for record in records}
    return say("runs.lead", source=sources.pop()) if len(sources) == 1 else say("runs.lead.various", n=len(sources))


def sections(records: Sequence[RunRecord], comparisons: Sequence[Comparison], say: Words) -> list[Section]:
    """Scores with intervals, paired comparisons, differing fields, and the curves overlaid."""
    found = (_scores(records, say), _compared(records, comparisons, say), _fields(records, say), _curves(records, say))
    return [one for one in found if one is not None]


def scores_table(records: Sequence[RunRecord], say: Words) -> Rows:
    """A row a run: its network, its scores with n and interval, and what it took."""
    splits = _scored_splits(records)
    header = [say("column.run"), say("column.network"), *(say.of("split", split) for split in splits),
              say("column.weights"), say("column.epochs"), say("column.time")]  # fmt: skip
    rows: list[list[Cell]] = []
    for record in records:
        scores: list[Cell] = [
            Measured(score=record.scores[split].metrics["accuracy"], n=True) if split in record.scores else "–"
            for split in splits
        ]
        weights, taken = record.model.parameters, record.time.train_s
        rows.append([
            record.name if record.status == "finished" else f"{record.name} ({say(f'status.{record.status}')})",
            Markup("<code>{}</code>").format(record.recipe["model"]),
            *scores,
            say.count(weights) if weights is not None else "–",
            say.count(len(record.history)),
            say.seconds(taken) if taken else "–",
        ])  # fmt: skip
    return Rows(header=header, rows=rows, numbers=frozenset(range(2 + len(splits), 5 + len(splits))))


def _scored_splits(records: Sequence[RunRecord]) -> list[str]:
    return [split for split in SPLITS if any(split in record.scores for record in records)]


def _scores(records: Sequence[RunRecord], say: Words) -> Section:
    splits = _scored_splits(records)
    blocks: list[Block] = [scores_table(records, say)]
    drawings = []
    for split in splits:
        scored = [
            (record.name, record.scores[split].metrics["accuracy"]) for record in records if split in record.scores
        ]
        if len(scored) > 1:
            drawn = finding_figures.intervals(scored, f"beside-{split}", say)
            drawings.append(Drawing(svg=drawn, caption=say("runs.accuracy", split=say.of("split", split))))
    if drawings:
        blocks.append(Drawings(drawings))
    return Section(key="runs", title=say("runs"), note=say("runs.note"), blocks=blocks)


def _compared(records: Sequence[RunRecord], comparisons: Sequence[Comparison], say: Words) -> Section:
    title, note = say("compare"), say("compare.note")
    if not comparisons:
        return Section(key="compare", title=title, blocks=[Paragraph(say("compare.none"))])
    rows = [
        [
            f"{one.second}\u00a0−\u00a0{one.first}",
            say.points(one.difference.value, sign=True),
            f"{say.points(one.difference.low, sign=True)} … {say.points(one.difference.high, sign=True)}",
            say.count(one.only_first),
            say.count(one.only_second),
            say.count(one.n),
            say.decimal(told.chance(one.p_holm)),
        ]
        for one in comparisons
    ]
    header = [
        say(f"column.{name}") for name in ("pair", "points", "interval", "only_first", "only_second", "support", "p")
    ]
    table = Rows(header=header, rows=rows, numbers=frozenset(range(1, 7)))
    split = say.of("split", comparisons[0].split)
    told = [*(sentences.comparison(one, say) for one in comparisons), *sentences.foreign(records, say)]
    blocks: list[Block] = [Items(told), table]
    blocks.append(Paragraph(say("compare.on", split=split)))
    if any(one.spread is not None for one in comparisons):
        blocks.append(Paragraph(say("compare.seeds")))
    if len(comparisons) > 1:
        blocks.append(Paragraph(say("compare.holm")))
    return Section(key="compare", title=title, note=note, blocks=blocks)


def _fields(records: Sequence[RunRecord], say: Words) -> Section:
    """Fields of the recipes that are not alike."""
    recipes = [record.recipe for record in records]
    names = dict.fromkeys(itertools.chain.from_iterable(recipes))
    differing = [name for name in names if len({str(recipe.get(name)) for recipe in recipes}) > 1]
    header = [say("column.field"), *(record.name for record in records)]
    rows = [[_code(name), *(_code(str(recipe.get(name, "–"))) for recipe in recipes)] for name in differing]
    blocks = [Rows(header=header, rows=rows)] if rows else [Paragraph(say("runs.same_recipe"))]
    return Section(key="differences", title=say("runs.differences"), note=say("runs.differences.note"), blocks=blocks)


def _curves(records: Sequence[RunRecord], say: Words) -> Section | None:
    drawings = [
        Drawing(svg=finding_figures.curves(records, column, f"beside-{name}", say), caption=say(caption))
        for column, name, caption in (("val_accuracy", "accuracy", "runs.curves.accuracy"), ("val_loss", "loss", "runs.curves.loss"))
        if any(getattr(row, column) is not None for record in records for row in record.history)
    ]  # fmt: skip
    if not drawings:
        return None
    return Section(key="curves", title=say("learning"), note=say("runs.curves.note"), blocks=[Drawings(drawings)])


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)
