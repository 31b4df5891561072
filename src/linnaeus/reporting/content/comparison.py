"""Runs beside each other: what they were and scored, which differences are established, and in what their recipes differ."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.reporting.blocks import (
    Block,
    Cell,
    Figure,
    Figures,
    Items,
    Measured,
    Paragraph,
    Reading,
    Section,
    Table,
)
from linnaeus.reporting.figures import overlay
from linnaeus.reporting.sharing import shared
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

SPLITS = ("val", "test")
ACROSS = 4  # runs whose differing fields stand side by side; of more, a row a field and run


def lead(runs: Sequence[Run], say: Words) -> Markup:
    """The data of the runs, where they are the same."""
    sources = {shared(str(run.record.data.source or run.record.recipe["data"])) for run in runs}
    return say("runs-lead", source=sources.pop()) if len(sources) == 1 else say("runs-lead-various", n=len(sources))


def sections(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> list[Section]:
    """Scores with intervals, paired comparisons, differing fields, and the curves over each other."""
    compared = section(comparisons, say) or Section(
        key="compare", title=say("compare"), blocks=[Paragraph(say("compare-none"))]
    )
    found = (_runs(runs, say), compared, _differences(runs, say), _curves(runs, say))
    return [one for one in found if one is not None]


def section(comparisons: Sequence[Comparison], say: Words) -> Section | None:
    """What the paired tests tell; None: there are none."""
    if not comparisons:
        return None
    blocks: list[Block] = [Items(sentences(comparisons, say)), _pairs(comparisons, say)]
    spreads = [one for one in comparisons if one.spread is not None]
    if spreads:
        blocks += [_spreads(spreads, say), Paragraph(say("compare-seeds"))]
    if len(comparisons) > 1:
        blocks.append(Paragraph(say("compare-holm")))
    left_out = max(one.left_out for one in comparisons)
    if left_out:
        blocks.append(Paragraph(say("compare-left-out", n=left_out)))
    return Section(key="compare", title=say("compare"), note=say("compare-note"), blocks=blocks)


def scores(comparisons: Sequence[Comparison], say: Words) -> Table:
    """A row a run: its accuracy and what its training took, where only the comparisons are known."""
    first = comparisons[0]
    rows: list[list[Cell]] = [
        [name, Measured(score=score, n=True), say.seconds(taken) if taken is not None else "–"]
        for name, score, taken in (
            (first.first, first.score_first, first.train_s[0]),
            *((one.second, one.score_second, one.train_s[1]) for one in comparisons),
        )
    ]
    split = say.of("split", first.split)
    header = [say(f"column-{name}") for name in ("run", "accuracy", "time")]
    return Table(header=header, rows=rows, numbers=frozenset((1, 2)), caption=say("runs-accuracies", split=split))


def sentences(comparisons: Sequence[Comparison], say: Words) -> list[Markup]:
    """One for each pair, then what else may explain a lead: weights from elsewhere that name these classes already."""
    told = [sentence(one, say) for one in comparisons]
    started = dict.fromkeys(itertools.chain.from_iterable(one.started for one in comparisons))
    return [*told, *(say("compare-started", run=one.run, weights=shared(one.weights)) for one in started)]


def sentence(one: Comparison, say: Words) -> Markup:
    """What a comparison carries: `better` only where its test and its interval both say so."""
    found, values = one.difference, {"p": say.p(one.p_holm), "size": _size(one, say)}
    if one.better is not None:
        worse = one.first if one.better == one.second else one.second
        low, high = sorted((abs(found.low), abs(found.high)))
        ends = {"points": say.points(abs(found.value)), "low": say.points(low), "high": say.points(high)}
        return say("compare-better", better=one.better, worse=worse, **ends, **values) + _mean_f1(one, say)
    text = say("compare-same", first=one.first, second=one.second, **_ends(one, say), **values)
    return text + Markup(" ") + _needed(one, say) + _mean_f1(one, say)


def look(found: Comparison, say: Words) -> list[Block]:
    """Both accuracies, the difference, and what can be said of it."""
    told = section([found], say)
    return [scores([found], say), *(told.blocks if told is not None else ())]


def _ends(one: Comparison, say: Words) -> dict[str, str]:
    return {
        name: say.points(value, sign=True)
        for name, value in (
            ("points", one.difference.value),
            ("low", one.difference.low),
            ("high", one.difference.high),
        )
    }


def _mean_f1(one: Comparison, say: Words) -> Markup:
    """The difference of macro F1, where the bootstrap gave one: beside accuracy, for which rare classes hardly count."""
    found = one.resampled.get("macro_f1")
    if found is None:
        return Markup()
    value, low, high = found.value, found.low, found.high
    if one.better == one.first:  # then the sentence before tells what the first has ahead of the second
        value, low, high = -value, -high, -low
    ends = {"value": value, "low": low, "high": high}
    return Markup(" ") + say("compare-f1", **{name: say.points(end, sign=True) for name, end in ends.items()})


def _size(one: Comparison, say: Words) -> Markup:
    """How many images, and of repeats how many runs on either side."""
    if one.spread is None:
        return say("compare-size", n=one.n)
    return say("compare-size-seeds", n=one.n, first=len(one.spread.runs_first), second=len(one.spread.runs_second))


def _needed(one: Comparison, say: Words) -> Markup:
    """What would be needed to detect a difference of this size, as far as anything would do."""
    if one.lost_to_correction:
        return say("compare-many", n=one.family, p=say.p(one.p))
    if one.spread is not None and one.spread.needed_seeds is not None:
        return say("compare-needed-seeds", n=one.spread.needed_seeds)
    if one.needed is None:
        return say("compare-equal")
    return say("compare-needed", n=rounded(max(one.needed, one.n)))


def rounded(number: int) -> int:
    """Up, to two figures: more would be said than is known."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / unit) * unit


def _pairs(comparisons: Sequence[Comparison], say: Words) -> Table:
    """A row a pair: the difference in points, and on how many images one of the two alone is correct."""
    several = len(comparisons) > 1
    rows: list[list[Cell]] = [
        [
            f"{one.second}\u00a0−\u00a0{one.first}",
            say.points(one.difference.value, sign=True),
            say.ends(one.difference),
            say.count(one.only_first),
            say.count(one.only_second),
            say.count(one.n),
            say.p_alone(one.p),
            *([say.p_alone(one.p_holm)] if several else []),
        ]
        for one in comparisons
    ]
    columns = ["pair", "points", "interval", "only-first", "only-second", "support", "p", *(["p-holm"] * several)]
    split = say.of("split", comparisons[0].split)
    return Table(
        header=[say(f"column-{name}") for name in columns],
        rows=rows,
        numbers=frozenset(range(1, len(columns))),
        caption=say("compare-caption", split=split),
    )


def _spreads(comparisons: Sequence[Comparison], say: Words) -> Table:
    """Where the uncertainty comes from: how far the runs of a side are apart, and what images and seeds add to the error."""
    rows: list[list[Cell]] = []
    for one in comparisons:
        assert one.spread is not None
        sides = (
            (one.spread.runs_second, one.spread.std_second),
            (one.spread.runs_first, one.spread.std_first),
        )
        seeds = [
            say.count(len(runs)) + (f" (±\u00a0{say.number(100 * std, 2)})" if std is not None else "")
            for runs, std in sides
        ]
        errors = [say.number(100 * error, 2) for error in (one.spread.images, one.spread.seeds)]
        rows.append([f"{one.second}\u00a0−\u00a0{one.first}", *seeds, *errors, say.number(one.spread.freedom, 0)])
    columns = ("pair", "seeds-second", "seeds-first", "error-images", "error-seeds", "freedom")
    header = [say(f"column-{name}") for name in columns]
    return Table(header=header, rows=rows, numbers=frozenset(range(1, 6)), caption=say("compare-spread-caption"))


def _runs(runs: Sequence[Run], say: Words) -> Section:
    blocks: list[Block] = [runs_table(runs, say)]
    shown = []
    for split in _scored(runs):
        rows = [(run.record.name, run.record.scores[split].metrics["accuracy"]) for run in runs
                if split in run.record.scores]  # fmt: skip
        if len(rows) > 1:
            figure = Figure(
                draw=partial(overlay.intervals, rows, say),
                caption=say("runs-accuracy", split=say.of("split", split)),
                alt="; ".join(f"{name} {say.score(score)}" for name, score in rows),
                width_cm=13.0,
            )
            shown.append(figure)
    if shown:
        blocks.append(Figures(shown))
    return Section(key="runs", title=say("runs"), note=say("runs-note"), blocks=blocks)


def runs_table(runs: Sequence[Run], say: Words) -> Table:
    """A row a run: its network, its scores with n and interval, and what it took."""
    splits, rows = _scored(runs), list[list[Cell]]()
    various = len({str(run.record.recipe["data"]) for run in runs}) > 1
    for run in runs:
        record = run.record
        scores: list[Cell] = [
            Measured(score=record.scores[split].metrics["accuracy"], n=True) if split in record.scores else "–"
            for split in splits
        ]
        weights, taken = record.model.parameters, record.time.train_s
        rows.append([
            record.name if record.status == "finished" else f"{record.name} ({say(f'status-{record.status}')})",
            _code(record.recipe["model"]),
            *([_code(record.recipe["data"])] if various else []),
            *scores,
            say.count(weights) if weights else "–",
            say.count(len(record.history)),
            say.seconds(taken) if taken else "–",
        ])  # fmt: skip
    names = ["run", "network", *(["data"] if various else [])]
    header = [*(say(f"column-{name}") for name in names), *(say.of("split", split) for split in splits),
              *(say(f"column-{name}") for name in ("weights", "epochs", "time"))]  # fmt: skip
    return Table(
        header=header, rows=rows, numbers=frozenset(range(len(names), len(header))), caption=say("runs-caption")
    )


def _scored(runs: Sequence[Run]) -> list[str]:
    return [split for split in SPLITS if any(split in run.record.scores for run in runs)]


def _differences(runs: Sequence[Run], say: Words) -> Section:
    """Fields of the recipes that are not alike."""
    recipes = [run.record.recipe for run in runs]
    names = list(dict.fromkeys(itertools.chain.from_iterable(recipes)))
    differing = [name for name in names if len({str(recipe.get(name)) for recipe in recipes}) > 1]
    held = {name: [_code(recipe.get(name, "–")) for recipe in recipes] for name in differing}
    rows: list[list[Cell]]
    if len(runs) <= ACROSS:
        header = [say("column-field"), *(run.record.name for run in runs)]
        rows = [[_code(name), *values] for name, values in held.items()]
    else:
        header = [say("column-field"), say("column-run"), say("column-value")]
        rows = [
            [_code(name), run.record.name, value]
            for name, values in held.items()
            for run, value in zip(runs, values, strict=True)
        ]
    same = Paragraph(say("runs-same-recipe"))
    table = Table(header=header, rows=rows, caption=say("runs-differences-caption"))
    note = say("runs-differences-note") if rows else ""
    return Section(key="differences", title=say("runs-differences"), note=note, blocks=[table if rows else same])


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
    if not shown:
        return None
    return Section(key="curves", title=say("learning"), note=say("runs-curves-note"), blocks=[Figures(shown)])


def _last(run: Run, column: str, say: Words) -> str:
    values = [value for row in run.record.curve() if (value := getattr(row, column)) is not None]
    return f"{run.record.name} {_shown(values[-1], column, say) if values else '–'}"


def _readings(runs: Sequence[Run], column: str, say: Words) -> Iterator[Reading]:
    """What each run had after each epoch."""
    told: dict[int, list[str]] = {}
    for run in runs:
        for row in run.record.curve():
            if (value := getattr(row, column)) is not None:
                told.setdefault(row.epoch, []).append(f"{run.record.name} {_shown(value, column, say)}")
    for epoch in sorted(told):
        yield Reading(x=epoch, text=" · ".join((str(say("reading-epoch", epoch=epoch)), *told[epoch])))


def _shown(value: float, column: str, say: Words) -> str:
    return say.share(value) if column.endswith("accuracy") else say.number(value, 4)


def _code(value: object) -> Markup:
    return Markup("<code>{}</code>").format(shared(str(value)))
