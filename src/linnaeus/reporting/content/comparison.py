"""Runs compared by what they scored: on the very same images, by published counts, over seeds, and by ways of fine-tuning."""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.comparison import ALPHA, Comparison, Repeats, Transfers, Unpaired
from linnaeus.record.scores import Score
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Cell, Figure, Items, Measured, Paragraph, Section, Table
from linnaeus.reporting.content.layout import table, titled, together
from linnaeus.reporting.figures import measured
from linnaeus.reporting.words import BLANK, Words

WORDED = 6  # pairs that have a sentence each; of more, those with the first run: all stand in the table


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
    several = {name: (score, taken) for name, score, taken in runs}  # of all pairs a run is in more than one
    rows: list[list[Cell]] = [
        [name, Measured(score=score, n=True), seconds(taken, say)] for name, (score, taken) in several.items()
    ]
    caption = say("runs-accuracies", split=say.of("split", first.split))
    return table(say, ("run", "accuracy", "time"), rows, caption, (1, 2))


def sentences(comparisons: Sequence[Comparison], say: Words) -> list[Markup]:
    """One for each pair, of many those with the first run, then what else may explain a lead: weights from elsewhere that name
    these classes already.
    """
    leading = [one for one in comparisons if comparisons[0].first in (one.first, one.second)]
    worded = comparisons if len(comparisons) <= WORDED else leading
    told = [sentence(one, say) for one in worded]
    if len(worded) < len(comparisons):
        told.append(say("compare-others", n=len(comparisons) - len(worded)))
    started = dict.fromkeys(itertools.chain.from_iterable(one.started for one in comparisons))
    return [*told, *(say("compare-started", run=one.run, weights=shared(one.weights)) for one in started)]


def sentence(one: Comparison, say: Words) -> Markup:
    """What a comparison carries: `better` only where its test and its interval both say so."""
    told = [outcome(one, _size(one, say), say), *undecided(one, say)]
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


def undecided(one: Comparison | Unpaired, say: Words) -> Iterator[Markup]:
    """What silence is worth: that the correction alone is the reason, or the smallest difference that could have been told."""
    if one.better is not None:
        return
    if one.lost_to_correction:
        yield say("compare-many", n=one.family, p=say.p(one.p))
        return
    if not one.difference.value:
        yield say("compare-equal")
    if one.detectable is not None:
        least = max(one.detectable, abs(one.difference.value))  # what was seen went unseen
        yield say("compare-detectable", points=say.points(math.ceil(1000 * least - 1e-9) / 1000))


def pair(one: Comparison | Unpaired) -> str:
    """What is subtracted from what."""
    return f"{one.second} −{BLANK}{one.first}"


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


def seconds(taken: float | None, say: Words) -> str:
    """A time, where it is known."""
    return say.seconds(taken) if taken is not None else "–"


def counts(found: Sequence[Unpaired], say: Words) -> Section:
    """Published counts as if of different images: their scores and differences. Two decimals: published numbers have them."""
    published = [(found[0].first, found[0].score_first), *((one.second, one.score_second) for one in found)]
    scores = [[text, say.percent(one.value), say.percents(one), say.count(one.n)] for text, one in published]
    differences = []
    for one in found:
        value, low, high = (say.points(getattr(one.difference, end), True, 2) for end in ("value", "low", "high"))
        differences.append([pair(one), value, f"{low} … {high}", say.p_alone(one.p), say.p_alone(one.p_holm)])
    columns = ("pair", "points", "interval", "p", "p-holm")[: 5 if len(found) > 1 else 4]
    blocks: list[Block] = [
        table(say, ("count", "accuracy", "interval", "support"), scores, numbers=(1, 2, 3)),
        table(say, columns, [row[: len(columns)] for row in differences], numbers=range(1, len(columns))),
        Items([of_counts(one, say) for one in found]),
    ]
    if any(one.least_p is not None and one.least_p < ALPHA for one in found):
        blocks.append(Paragraph(say("counts-different")))
    return titled(say, "compare", blocks, "counts")


def of_counts(one: Unpaired, say: Words) -> Markup:
    """That one is better, or the smallest difference that could be told, and whether the very same images could tell."""
    first, second = one.score_first.n, one.score_second.n
    size = say("counts-size-each", n=first) if first == second else say("counts-size", first=first, second=second)
    told = [outcome(one, size, say), *undecided(one, say)]
    is_open = one.better is None and not one.lost_to_correction and one.difference.value
    if is_open and one.least_p is not None and one.least_p >= ALPHA:
        told.append(say("counts-never", p=say.p(one.least_p)))
    return together(told)


def repeats(found: Repeats, say: Words) -> Section:
    """A row a seed, and the mean over seeds with its interval."""
    rows: list[list[Cell]] = [
        [run, str(seed), Measured(score=score, n=True)]
        for run, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    each = table(say, ("run", "seed", "accuracy"), rows, say("repeats-caption"), (1, 2))
    mean = say.score(Score(value=found.mean, low=found.low, high=found.high, n=len(found.runs)), n=False)
    std = say.number(100 * found.std, 2)
    told = say(f"repeats-over-{found.over}", n=len(found.runs), mean=mean, std=std, images=found.scores[0].n)
    return titled(say, "repeats", [each, Paragraph(told)], note=False)


def transfers(found: Transfers, say: Words) -> Section:
    """Each way at each share, then what the comparisons with the first way say."""
    rows: list[list[Cell]] = [
        [say.share(way.share), say.count(way.images), way.way, Measured(score=way.score, n=True), say.seconds(way.train_s),
         way.run]
        for way in found.ways
    ]  # fmt: skip
    columns = ("share-of-data", "support", "way", "accuracy", "time", "run")
    each = table(say, columns, rows, say("transfers-caption"), (0, 1, 3, 4))
    figure = Figure(
        draw=partial(measured.transfers, found, say),
        caption=say("transfers-figure"),
        alt="; ".join(f"{way.way}, {say.share(way.share)}: {say.score(way.score)}" for way in found.ways),
        width_cm=13.0,
    )
    note = say("transfers-note", data=shared(found.data), weights=shared(found.weights))
    return titled(say, "transfers", [each, figure, Items(conclusions(found, say))], note=note)


def conclusions(found: Transfers, say: Words) -> list[Markup]:
    """What the comparisons say, at each share of the images."""
    return [say("transfers-at", share=say.share(share), text=sentence(one, say)) for share, one in found.comparisons]
