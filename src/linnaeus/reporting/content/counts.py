"""Published numbers without their images beside each other: two counts, as if of different images."""

from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.comparison import ALPHA, Unpaired
from linnaeus.reporting.blocks import Block, Items, Paragraph, Section
from linnaeus.reporting.content.comparison import detectable, outcome, pair
from linnaeus.reporting.content.layout import table, titled, together
from linnaeus.reporting.words import Words


def section(found: Sequence[Unpaired], say: Words) -> Section | None:
    """Scores, differences, and what can be told of them. Two decimals: published numbers have them."""
    if not found:
        return None
    counts = [(found[0].first, found[0].score_first), *((one.second, one.score_second) for one in found)]
    scores = [
        [
            text,
            say.percent(score.value),
            f"{say.number(100 * score.low, 2)}–{say.percent(score.high)}",
            say.count(score.n),
        ]
        for text, score in counts
    ]
    differences = []
    for one in found:
        value, low, high = (say.points(getattr(one.difference, end), True, 2) for end in ("value", "low", "high"))
        differences.append([pair(one), value, f"{low} … {high}", say.p_alone(one.p), say.p_alone(one.p_holm)])
    columns = ("pair", "points", "interval", "p", "p-holm")[: 5 if len(found) > 1 else 4]
    blocks: list[Block] = [
        table(say, ("count", "accuracy", "interval", "support"), scores, numbers=(1, 2, 3)),
        table(say, columns, [row[: len(columns)] for row in differences], numbers=range(1, len(columns))),
        Items([sentence(one, say) for one in found]),
    ]
    if any(one.least_p is not None and one.least_p < ALPHA for one in found):
        blocks.append(Paragraph(say("counts-different")))
    return titled(say, "compare", blocks, "counts")


def look(found: Sequence[Unpaired], say: Words) -> Sequence[Block]:
    """The same as blocks."""
    told = section(found, say)
    return told.blocks if told is not None else ()


def sentence(one: Unpaired, say: Words) -> Markup:
    """That one is better, or the smallest difference that could be told, and whether the very same images could tell."""
    first, second = one.score_first.n, one.score_second.n
    size = say("counts-size-each", n=first) if first == second else say("counts-size", first=first, second=second)
    told = [outcome(one, size, say)]
    if one.better is None and one.lost_to_correction:
        told.append(say("compare-many", n=one.family, p=say.p(one.p)))
    elif one.better is None:
        told += detectable(one, say)
        if one.difference.value and one.least_p is not None and one.least_p >= ALPHA:
            told.append(say("counts-never", p=say.p(one.least_p)))
    return together(told)
