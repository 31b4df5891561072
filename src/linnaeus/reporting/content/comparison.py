"""Runs beside each other: what they were and scored, which differences are established, and in what their recipes differ."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.comparison import Comparison, Unpaired
from linnaeus.record.scores import Score
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Cell, Figure, Figures, Items, Measured, Paragraph, Reading, Section, Table
from linnaeus.reporting.content.layout import code, table, titled, together
from linnaeus.reporting.figures import overlay
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import BLANK, Words

SPLITS = ("val", "test")
ACROSS = 4  # runs whose differing fields stand side by side; of more, a row a field and run


def lead(runs: Sequence[Run], say: Words) -> Markup:
    """The data of the runs, where they are the same."""
    sources = {shared(str(run.record.data.source or run.record.recipe["data"])) for run in runs}
    return say("runs-lead", source=sources.pop()) if len(sources) == 1 else say("runs-lead-various", n=len(sources))


def sections(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> list[Section]:
    """Scores with intervals, paired comparisons, differing fields, and the curves over each other."""
    none = titled(say, "compare", [Paragraph(say("compare-none"))], note=False)
    curves = _curves(runs, say)
    return [_runs(runs, say), section(comparisons, say) or none, _differences(runs, say), *([curves] if curves else [])]


def section(comparisons: Sequence[Comparison], say: Words) -> Section | None:
    """What the paired tests tell; None: there are none."""
    if not comparisons:
        return None
    blocks: list[Block] = [Items(sentences(comparisons, say)), _pairs(comparisons, say)]
    if any(one.spread is not None for one in comparisons):
        blocks += [_spreads(comparisons, say), Paragraph(say("compare-seeds"))]
    if len(comparisons) > 1:
        blocks.append(Paragraph(say("compare-holm")))
    if left_out := max(one.left_out for one in comparisons):
        blocks.append(Paragraph(say("compare-left-out", n=left_out)))
    return titled(say, "compare", blocks)


def scores(comparisons: Sequence[Comparison], say: Words) -> Table:
    """A row a run: its accuracy and what its training took, where only the comparisons are known."""
    first = comparisons[0]
    runs = [(first.first, first.score_first, first.train_s[0])]
    runs += [(one.second, one.score_second, one.train_s[1]) for one in comparisons]
    rows: list[list[Cell]] = [
        [name, Measured(score=score, n=True), _seconds(taken, say)] for name, score, taken in runs
    ]
    caption = say("runs-accuracies", split=say.of("split", first.split))
    return table(say, ("run", "accuracy", "time"), rows, caption, (1, 2))


def sentences(comparisons: Sequence[Comparison], say: Words) -> list[Markup]:
    """One for each pair, then what else may explain a lead: weights from elsewhere that name these classes already."""
    told = [sentence(one, say) for one in comparisons]
    started = dict.fromkeys(itertools.chain.from_iterable(one.started for one in comparisons))
    return [*told, *(say("compare-started", run=one.run, weights=shared(one.weights)) for one in started)]


def sentence(one: Comparison, say: Words) -> Markup:
    """What a comparison carries: `better` only where its test and its interval both say so."""
    told = [outcome(one, _size(one, say), say)]
    if one.better is None and one.lost_to_correction:
        told.append(say("compare-many", n=one.family, p=say.p(one.p)))
    elif one.better is None:
        told += detectable(one, say)
    if one.better is None and one.spread is not None and one.spread.seeds > one.spread.images:
        told.append(say("compare-more-seeds"))
    if (found := one.resampled.get("macro_f1")) is not None:  # beside accuracy, for which rare classes hardly count
        if one.better == one.first:  # then the sentence before tells what the first has ahead of the second
            found = Score(value=-found.value, low=-found.high, high=-found.low, n=found.n)
        value, low, high = (say.points(end, sign=True) for end in (found.value, found.low, found.high))
        told.append(say("compare-f1", value=value, low=low, high=high))
    return together(told)


def outcome(one: Comparison | Unpaired, size: Markup, say: Words) -> Markup:
    """Which is better and by how much, or that they cannot be told apart; `size` says of how many images."""
    values = {"p": say.p(one.p_holm), "size": size}
    if one.better is None:
        return say("compare-same", first=one.first, second=one.second, **say.difference(one.difference), **values)
    worse = one.first if one.better == one.second else one.second
    return say("compare-better", better=one.better, worse=worse, **say.size(one.difference), **values)


def look(found: Comparison | Sequence[Comparison], say: Words) -> list[Block]:
    """The accuracies, the differences, and what can be said of them."""
    several = [found] if isinstance(found, Comparison) else found
    told = section(several, say)
    return [scores(several, say), *(told.blocks if told is not None else ())]


def _size(one: Comparison, say: Words) -> Markup:
    """How many images, and of repeats how many runs on either side."""
    if one.spread is None:
        return say("compare-size", n=one.n)
    return say("compare-size-seeds", n=one.n, first=len(one.spread.runs_first), second=len(one.spread.runs_second))


def detectable(one: Comparison | Unpaired, say: Words) -> Iterator[Markup]:
    """What silence is worth: the smallest difference that could have been told."""
    if not one.difference.value:
        yield say("compare-equal")
    if one.detectable is not None:
        least = max(one.detectable, abs(one.difference.value))  # what was seen went unseen
        yield say("compare-detectable", points=say.points(math.ceil(1000 * least - 1e-9) / 1000))


def pair(one: Comparison | Unpaired) -> str:
    """What is subtracted from what."""
    return f"{one.second}{BLANK}−{BLANK}{one.first}"


def _pairs(comparisons: Sequence[Comparison], say: Words) -> Table:
    """A row a pair: the difference in points, and on how many images one of the two alone is correct."""
    rows = [
        [pair(one), say.points(one.difference.value, sign=True), say.ends(one.difference), say.count(one.only_first),
         say.count(one.only_second), say.count(one.n), say.p_alone(one.p), say.p_alone(one.p_holm)]
        for one in comparisons
    ]  # fmt: skip
    columns = ("pair", "points", "interval", "only-first", "only-second", "support", "p", "p-holm")
    shown = slice(None if len(comparisons) > 1 else -1)  # of one test there is nothing to correct
    caption = say("compare-caption", split=say.of("split", comparisons[0].split))
    return table(say, columns[shown], [row[shown] for row in rows], caption, range(1, len(columns[shown])))


def _spreads(comparisons: Sequence[Comparison], say: Words) -> Table:
    """Where the uncertainty comes from: how far the runs of a side are apart, and what images and seeds add to the error."""

    def side(runs: Sequence[str], std: float | None) -> str:
        return say.count(len(runs)) + (f" (±{BLANK}{say.number(100 * std, 2)})" if std is not None else "")

    rows = [
        [pair(one), side(found.runs_second, found.std_second), side(found.runs_first, found.std_first),
         say.number(100 * found.images, 2), say.number(100 * found.seeds, 2), say.number(found.freedom, 0)]
        for one in comparisons
        if (found := one.spread) is not None
    ]  # fmt: skip
    columns = ("pair", "seeds-second", "seeds-first", "error-images", "error-seeds", "freedom")
    return table(say, columns, rows, say("compare-spread-caption"), range(1, 6))


def _runs(runs: Sequence[Run], say: Words) -> Section:
    shown = []
    for split in _scored(runs):
        rows = [(run.record.name, run.record.scores[split].metrics["accuracy"]) for run in runs
                if split in run.record.scores]  # fmt: skip
        if len(rows) > 1:
            shown.append(Figure(
                draw=partial(overlay.intervals, rows, say),
                caption=say("runs-accuracy", split=say.of("split", split)),
                alt="; ".join(f"{name} {say.score(score)}" for name, score in rows),
                width_cm=13.0,
            ))  # fmt: skip
    return titled(say, "runs", [runs_table(runs, say), *([Figures(shown)] if shown else [])])


def runs_table(runs: Sequence[Run], say: Words) -> Table:
    """A row a run: its network, its data where they differ, its scores with n and interval, and what it took."""
    splits, various = _scored(runs), len({str(run.record.recipe["data"]) for run in runs}) > 1
    parts = {"network": "model", "data": "data"} if various else {"network": "model"}
    rows: list[list[Cell]] = []
    for record in (run.record for run in runs):
        is_done, weights = record.status == "finished", record.model.parameters
        rows.append([
            record.name if is_done else f"{record.name} ({say(f'status-{record.status}')})",
            *(code(record.recipe[field]) for field in parts.values()),
            *(Measured(score=record.scores[split].metrics["accuracy"], n=True) if split in record.scores else "–"
              for split in splits),
            say.count(weights) if weights else "–",
            "–" if record.is_fitted() else say.count(len(record.history)),  # a head that is fitted has no epochs
            _seconds(record.time.train_s or None, say),
        ])  # fmt: skip
    columns = ["run", *parts, *(Markup.escape(say.of("split", split)) for split in splits), "weights", "epochs", "time"]
    return table(say, columns, rows, say("runs-caption"), range(1 + len(parts), len(columns)))


def _seconds(taken: float | None, say: Words) -> str:
    return say.seconds(taken) if taken is not None else "–"


def _scored(runs: Sequence[Run]) -> list[str]:
    return [split for split in SPLITS if any(split in run.record.scores for run in runs)]


def _differences(runs: Sequence[Run], say: Words) -> Section:
    """Fields of the recipes that are not alike."""
    recipes = [run.record.recipe for run in runs]
    held = {name: [code(recipe.get(name, "–")) for recipe in recipes] for recipe in recipes for name in recipe}
    held = {name: values for name, values in held.items() if len({str(recipe.get(name)) for recipe in recipes}) > 1}
    if not held:
        return titled(say, "differences", [Paragraph(say("runs-same-recipe"))], "runs-differences", note=False)
    names, caption = [Markup.escape(run.record.name) for run in runs], say("runs-differences-caption")
    if len(runs) <= ACROSS:
        differing = table(say, ["field", *names], [[code(name), *values] for name, values in held.items()], caption)
    else:
        below = [[code(name), *pair] for name, values in held.items() for pair in zip(names, values, strict=True)]
        differing = table(say, ("field", "run", "value"), below, caption)
    return titled(say, "differences", [differing], "runs-differences")


def _curves(runs: Sequence[Run], say: Words) -> Section | None:
    shown = [
        Figure(
            draw=partial(overlay.curves, [(run.record.name, run.record.curve()) for run in runs], column, beside, say),
            caption=say(caption),
            alt="; ".join(_last(run, column, say) for run in runs),
            readings=list(_readings(runs, column, say)),
        )
        for column, beside, caption in (
            ("val_accuracy", str(say("accuracy")), "runs-curves-accuracy"),
            ("val_loss", str(say("loss")), "runs-curves-loss"),
        )
        if any(getattr(row, column) is not None for run in runs for row in run.record.history)
    ]
    return titled(say, "curves", [Figures(shown)], "learning", say("runs-curves-note")) if shown else None


def _values(run: Run, column: str, say: Words) -> list[tuple[int, str]]:
    """What a run had after each epoch."""
    shown = say.share if column.endswith("accuracy") else say.number
    rows = ((row.epoch, getattr(row, column)) for row in run.record.curve())
    return [(epoch, f"{run.record.name} {shown(value)}") for epoch, value in rows if value is not None]


def _last(run: Run, column: str, say: Words) -> str:
    values = _values(run, column, say)
    return values[-1][1] if values else f"{run.record.name} –"


def _readings(runs: Sequence[Run], column: str, say: Words) -> Iterator[Reading]:
    told: dict[int, list[str]] = {}
    for run in runs:
        for epoch, text in _values(run, column, say):
            told.setdefault(epoch, []).append(text)
    for epoch in sorted(told):
        yield Reading(x=epoch, text=" · ".join((str(say("reading-epoch", epoch=epoch)), *told[epoch])))
