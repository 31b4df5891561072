"""A study: what was best, what mattered, what it cost."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from markupsafe import Markup

from linnaeus.record.sharing import shared
from linnaeus.reporting import blocks as forms
from linnaeus.reporting.blocks import (
    Block,
    Code,
    Document,
    Facts,
    Figure,
    Figures,
    Heading,
    Items,
    Measured,
    Paragraph,
    Section,
    Text,
)
from linnaeus.reporting.content.layout import code, listed, paragraph, table, titled, together
from linnaeus.reporting.figures import factors as drawn
from linnaeus.reporting.words import Words
from linnaeus.stats import seeds
from linnaeus.studies.estimate import StudyPlan
from linnaeus.studies.results import Cell, Difference, Effects, FactorEffect, Interaction, Prediction, StudyResult

Effect = TypeVar("Effect", FactorEffect, Interaction)

OPEN = 15  # rows of the table that stand open
NUMBERED = 10  # points that a sentence lists by their numbers
SURE = 0.05
NO_SHARE = ("log_loss",)  # metrics that are no shares


def document(result: StudyResult, say: Words, recipe: str = "") -> Document:
    """`recipe` is the text of the recommended one, with its heading."""
    return Document(
        title=say("study-title", name=result.name),
        lead=lead(result, say),
        sections=sections(result, say, recipe),
        foot=[say("study-foot", name=result.name)],
    )


def sections(result: StudyResult, say: Words, recipe: str = "") -> list[Section]:
    """Points, effects, slices, costs, how it went, and the recommended recipe."""
    found = [
        _points(result, say),
        _effects(result, say),
        *_slices(result, say),
        *_fronts(result, say),
        _trials(result, say),
    ]
    if recipe:
        blocks = [Code(shared(recipe), caption=say("study-recommended-caption"))]
        found.append(titled(say, "recommended", blocks, "study-recommended", say("study-chosen")))
    return found


def brief(result: StudyResult, say: Words) -> list[Block]:
    """The study within another report: its answer, what mattered, and all its points."""
    effects = result.effects
    told = Items(_told(effects, say)) if effects else Paragraph(say("study-effects-few"))
    title = Heading(say("study-title", name=result.name), small=True)
    return [title, Paragraph(lead(result, say)), told, *_points(result, say).blocks, *_trials(result, say).blocks]


def conclusions(found: StudyResult, say: Words) -> list[Markup]:
    """The best point, which others are as good as far as can be told, and for each factor whether it matters."""
    rivals = [Markup(block.text) for block in _points(found, say).blocks if isinstance(block, Paragraph)]
    effects = _told(found.effects, say) if found.effects else [say("study-effects-few")]
    return [lead(found, say), *rivals, *effects]


def best(result: StudyResult, say: Words) -> list[Block]:
    """What it recommends, which points are as good as far as can be told, and how far its score is to be believed."""
    blocks: list[Block] = [Paragraph(lead(result, say))]
    if result.best is not None:
        blocks += [block for block in _points(result, say).blocks if isinstance(block, Paragraph)]
        blocks.append(Paragraph(say("study-chosen")))
    return blocks


def lead(result: StudyResult, say: Words) -> Markup:
    """The best point with its score."""
    best = result.best_cell()
    if best is None or best.score is None:
        return say("study-none")
    point = ", ".join(f"{name} = {_level(value)}" for name, value in best.point.items())
    score = say.estimate(best.score) if result.metric in NO_SHARE else say.score(best.score, n=False)
    key, n = ("study-of-seeds", len(best.values)) if best.of == "seeds" else ("study-of-images", best.n)
    of = say(key, n=n, seeds=len(best.values))
    told = say("study-best", point=point, metric=say.of("metric", result.metric), score=score, of=of)
    won = result.winner
    return told if won is None else together([told, say("study-winner", score=say.score(won, n=False))])


def plan(found: StudyPlan, say: Words) -> Section:
    """What a study would train, and for how long: before it begins."""
    about, predicted, points = found.about, found.predicted, found.points
    facts: list[tuple[Text, Text]] = [
        (code(name), values if isinstance(values, str) else " · ".join(map(_level, values)))
        for name, values in about["factors"].items()
    ]
    plan = {"trials": predicted.trials, "n": about["points"], "epochs": predicted.epochs}
    hours = say.number(predicted.middle_s * predicted.jobs / 3600, 2)
    facts += [
        (say("study-plan-trials"), say("study-plan-trials-text", **plan)),
        (say("study-plan-time"), say("study-plan-time-text", jobs=predicted.jobs, **_predicted(predicted, say))),
        (say("study-plan-cost"), say("study-plan-cost-text", hours=hours)),
    ]
    if predicted.images is not None and about["metric"] == "accuracy":
        facts.append((say("study-plan-tells"), tells(predicted.images, predicted.things, about["repeats"], say)))
    blocks: list[Block] = []
    if points:
        rows = [[say.count(number), *map(_level, point.values())] for number, point in enumerate(points)]
        blocks.append(table(say, ["", *map(Markup.escape, points[0])], rows, say("study-plan-points")))
        if len(points) < about["points"]:
            blocks.append(Paragraph(say("study-more", n=about["points"] - len(points))))
    return titled(say, "plan", [*blocks, Facts(facts)], "study-plan", note=False)


def tells(images: int, things: int | None, repeats: int, say: Words) -> Markup:
    """Which difference a study of these images and seeds can tell. Of things, as if all images of one were right or wrong together."""
    odds, *both = seeds.foreseen(things or images, repeats)
    points, spread = map(say.points, both)
    of = say("study-tells-of", n=images) if things is None else say("study-tells-of-things", n=images, things=things)
    if repeats < 2:
        return say("study-tells-images", of=of, odds=say.share(odds), points=points)
    return say("study-tells-seeds", of=of, odds=say.share(odds), points=points, spread=spread, repeats=repeats)


def _predicted(predicted: Prediction, say: Words) -> dict[str, str]:
    """The time that it will take, with the ends of its range."""
    ends = {"low": predicted.low_s, "middle": predicted.middle_s, "high": predicted.high_s}
    return {"measured": str(predicted.measured), **{name: say.seconds(end) for name, end in ends.items()}}


def _points(result: StudyResult, say: Words) -> Section:
    cells = sorted(result.cells, key=lambda cell: (cell.mean is None, -(cell.latest or 0), -cell.epochs))
    like_best = [cell.number for cell in result.like_best()]
    alike = [cell.number for cell in cells if cell.number in like_best]
    blocks: list[Block] = []
    if alike:
        blocks.append(Paragraph(say("study-rivals", n=len(alike), listed=listed(alike, NUMBERED))))
    elif result.best is not None and sum(cell.mean is not None for cell in cells) > 1:
        blocks.append(Paragraph(say("study-alone")))
    factors, metric = result.factors, Markup.escape(say.of("metric", result.metric))
    # The metric stands before the factors, which can be many.
    heads = [Markup.escape(name).replace(".", Markup(".<wbr>")) for name in factors]
    columns = ["", metric, *heads, "seeds", "epochs", "weights", "time"]
    rows, numbers = [_row(cell, result, say) for cell in cells], {1, *range(2 + len(factors), len(columns))}
    blocks.append(table(say, columns, rows, say("study-caption", name=result.name), numbers, OPEN))
    return titled(say, "points", blocks, "study-points")


def _row(cell: Cell, result: StudyResult, say: Words) -> list[forms.Cell]:
    score: forms.Cell = "–"
    if cell.score is not None:
        measured = Measured(score=cell.score, n=cell.of == "images")
        score = say.estimate(cell.score) if result.metric in NO_SHARE else measured
    elif cell.latest is not None:
        score = say("study-then", score=_value(cell.latest, result, say))
    state = "" if cell.state == "finished" else f" {say(f'study-state-{cell.state}')}"
    return [
        f"{cell.number}{state}",
        score,
        *(code(_level(cell.point[name])) for name in result.factors),
        say.count(len(cell.values)) if cell.values else "–",
        say.count(cell.epochs),
        say.count(cell.parameters) if cell.parameters is not None else "–",
        say.seconds(cell.train_s) if cell.train_s is not None else "–",
    ]


def _effects(result: StudyResult, say: Words) -> Section:
    effects = result.effects
    if not effects:
        return titled(say, "effects", [Paragraph(say("study-effects-few"))], "study-effects", note=False)
    rows = [
       [code(one.name), _difference(one.difference, say),
        say.ends(one.difference.score), say.p_alone(one.p_holm)]
       for one in _largest_first(effects.factors)
   ]  # fmt: skip
    heads = (say("study-factor"), say("study-difference"), "interval", "p")
    each = table(say, heads, rows, say("study-effects-caption"), (2, 3))
    blocks: list[Block] = [Items(_told(effects, say)), each]
    if effects.interactions:
        pairs = [
            [Markup(" × ").join(map(code, one.names)), say.p_alone(one.p_holm)]
            for one in _largest_first(effects.interactions)
        ]
        columns = (say("study-interaction"), "p")
        blocks.append(table(say, columns, pairs, say("study-interactions-caption"), (1,)))
    if effects.importances:
        shares = effects.importances
        in_order = sorted(shares, key=lambda name: -shares[name])  # without the shares, which have no intervals
        blocks.append(Paragraph(say("study-importances", listed=", ".join(in_order))))
    told = [say("study-basis", n=effects.n, sd=say.points(effects.error_sd), df=effects.error_df)]
    blocks.append(paragraph([*told, say("study-at", n=effects.at)] if effects.at else told))
    return titled(say, "effects", blocks, "study-effects")


def _largest_first(effects: Iterable[Effect]) -> list[Effect]:
    return sorted(effects, key=lambda one: -one.share)


def _difference(found: Difference, say: Words) -> Markup:
    worst, best = (code(_level(end)) for end in (found.worst, found.best))
    return Markup("{} → {} +{}").format(worst, best, say.points(found.value))


def _told(effects: Effects, say: Words) -> list[Markup]:
    """A sentence for each factor: which level was better, and whether that is established."""
    told = []
    for one in _largest_first(effects.factors):
        found, key = one.difference, "study-effect" if one.p_holm < SURE else "study-no-effect"
        values = {"to": _level(found.best), "below": _level(found.worst), "points": say.points(found.value)}
        told.append(say(key, factor=one.name, interval=say.ends(found.score), p=say.p(one.p_holm), **values))
    return told


def _slices(result: StudyResult, say: Words) -> Iterator[Section]:
    cells = [cell for cell in result.cells if cell.latest is not None]
    if len(cells) < 2:
        return
    at_end = result.effects is not None and result.effects.at is None  # means of early scores would lie among late ones
    means = {one.name: one.levels for one in result.effects.factors} if at_end and result.effects else {}
    shown = [
        Figure(
            draw=partial(drawn.one_factor, name, factor, cells, means.get(name, ()), say),
            caption=say("study-slice", factor=name),
            alt=_levels(name, cells, result, say),
        )
        for name, factor in result.factors.items()
    ]
    if len(result.factors) > 1:
        alt = lead(result, say).striptags() if result.best is not None else say("study-parallel")
        draw = partial(drawn.parallel, result.factors, cells, say)
        shown.append(Figure(draw=draw, caption=say("study-parallel"), alt=alt, width_cm=14.0))
    yield titled(say, "slices", [Figures(shown)], "study-slices")


def _levels(name: str, cells: Sequence[Cell], result: StudyResult, say: Words) -> str:
    """The best score at each value of a factor that was tried."""
    best: dict[str, float] = {}
    for cell in cells:
        level = _level(cell.point[name])
        best[level] = max(best.get(level, 0.0), cell.latest or 0.0)
    return f"{name}: " + "; ".join(f"{level} {_value(score, result, say)}" for level, score in best.items())


def _fronts(result: StudyResult, say: Words) -> Iterator[Section]:
    numbered = {cell.number: cell for cell in result.cells}
    shown = [
        Figure(
            draw=partial(drawn.front, result.cells, cost, members, say),
            caption=say(f"study-front-{cost}"),
            alt="; ".join(_cost(numbered[number], cost, result, say) for number in members),
        )
        for cost, members in result.fronts.items()
        if members
    ]
    if shown:
        yield titled(say, "fronts", [Figures(shown)], "study-fronts")


def _cost(cell: Cell, cost: str, result: StudyResult, say: Words) -> str:
    spent = say.seconds(cell.train_s or 0.0) if cost == "train_s" else say.count(cell.parameters or 0)
    return f"{spent} → {_value(cell.mean or 0.0, result, say)}"


def _trials(result: StudyResult, say: Words) -> Section:
    return titled(say, "trials", [Items(list(_course(result, say)))], "study-trials")


def _course(result: StudyResult, say: Words) -> Iterator[Markup]:
    """How the study went."""
    counts = ", ".join(f"{say.count(n)} {say(f'study-state-{state}')}" for state, n in result.counts.items() if n)
    yield say("study-counts", counts=counts)
    yield say("study-spent", time=say.seconds(result.spent_s), jobs=result.jobs)
    if predicted := result.predicted:
        yield say("study-predicted", **_predicted(predicted, say))
    if result.status != "finished":
        yield say(f"study-status-{result.status}")
    if result.stop != "none":
        yield say("study-stop", stop=result.stop)
    failed = [cell for cell in result.cells if cell.state == "failed"]
    for cell in failed:
        yield say("study-failed", number=cell.number, reason=shared(cell.reason))
    if failed:
        yield say("study-retry")
    if result.best is not None:
        yield say("study-chosen")


def _level(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shared(str(value))


def _value(value: float, result: StudyResult, say: Words) -> str:
    return say.number(value) if result.metric in NO_SHARE else say.share(value)
