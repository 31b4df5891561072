"""Published numbers without their images beside each other: two counts, as if of different images."""

from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.comparison import ALPHA, Unpaired
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Items, Paragraph, Section, Table
from linnaeus.reporting.content.comparison import rounded
from linnaeus.reporting.words import Words


def section(found: Sequence[Unpaired], say: Words) -> Section | None:
    """Scores, differences, and what can be told of them. Two decimals: published numbers have them."""
    if not found:
        return None
    counts = [(found[0].first, found[0].score_first), *((one.second, one.score_second) for one in found)]
    scores: list[list[Cell]] = [[text, _percent(score.value, say), _ends(score, say), say.count(score.n)]
                                for text, score in counts]  # fmt: skip
    columns = ("count", "accuracy", "interval", "support")
    several = len(found) > 1
    rows: list[list[Cell]] = [
        [
            f"{one.second}\u00a0−\u00a0{one.first}",
            _signed(one.difference.value, say),
            f"{_signed(one.difference.low, say)} … {_signed(one.difference.high, say)}",
            say.p_alone(one.p),
            *([say.p_alone(one.p_holm)] if several else []),
        ]
        for one in found
    ]
    names = ["pair", "points", "interval", "p", *(["p-holm"] * several)]
    blocks: list[Block] = [
        Table(header=[say(f"column-{name}") for name in columns], rows=scores, numbers=frozenset((1, 2, 3))),
        Table(header=[say(f"column-{name}") for name in names], rows=rows, numbers=frozenset(range(1, len(names)))),
        Items([sentence(one, say) for one in found]),
    ]
    if any(one.least_p is not None and one.least_p < ALPHA for one in found):
        blocks.append(Paragraph(say("counts-different")))
    return Section(key="compare", title=say("counts"), note=say("counts-note"), blocks=blocks)


def sentence(one: Unpaired, say: Words) -> Markup:
    """That one is better, or what would be needed to say such a thing, and whether the very same images could tell."""
    found, first, second = one.difference, one.score_first.n, one.score_second.n
    size = say("counts-size-each", n=first) if first == second else say("counts-size", first=first, second=second)
    values = {"p": say.p(one.p_holm), "size": size}
    if one.better is not None:
        worse = one.first if one.better == one.second else one.second
        low, high = sorted((abs(found.low), abs(found.high)))
        ends = {"points": say.points(abs(found.value)), "low": say.points(low), "high": say.points(high)}
        return say("compare-better", better=one.better, worse=worse, **ends, **values)
    ends = {name: say.points(getattr(found, end), sign=True)
            for name, end in (("points", "value"), ("low", "low"), ("high", "high"))}  # fmt: skip
    text = say("compare-same", first=one.first, second=one.second, **ends, **values) + Markup(" ")
    if one.lost_to_correction:
        return text + say("compare-many", n=one.family, p=say.p(one.p))
    if one.needed is None:
        return text + say("compare-equal")
    text += say("counts-needed", n=rounded(one.needed))
    if one.least_p is not None and one.least_p >= ALPHA:
        text += Markup(" ") + say("counts-never", p=say.p(one.least_p))
    return text


def _percent(share: float, say: Words) -> str:
    return f"{say.number(100 * share, 2)}\u00a0%"


def _ends(score: Score, say: Words) -> str:
    return f"{say.number(100 * score.low, 2)}–{say.number(100 * score.high, 2)}\u00a0%"


def _signed(difference: float, say: Words) -> str:
    text = say.number(100 * difference, 2)
    return text if text.startswith("−") else f"+{text}"
