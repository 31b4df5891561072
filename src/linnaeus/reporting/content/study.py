"""A study, from what study.json holds (documented in `studies.results`): what was best, what mattered, what it cost."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from linnaeus.record import codec
from linnaeus.record.scores import Score
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import (
    Block,
    Cell,
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
from linnaeus.reporting.content.layout import code, paragraph, table, titled, together
from linnaeus.reporting.figures import factors as drawn
from linnaeus.reporting.figures.factors import score_of
from linnaeus.reporting.words import Words
from linnaeus.studies.estimate import StudyPlan
from linnaeus.studies.results import StudyResult

Plain = Mapping[str, Any]

OPEN = 15  # rows of the table that stand open
NUMBERED = 10  # points that a sentence lists by their numbers
SURE = 0.05
NO_SHARE = ("log_loss",)  # metrics that are no shares


def document(result: Plain, say: Words, recipe: str = "") -> Document:
    """`recipe` is the text of the recommended one, with its heading."""
    return Document(
        title=say("study-title", name=result["name"]),
        lead=lead(result, say),
        sections=sections(result, say, recipe),
        foot=[say("study-foot", name=result["name"])],
    )


def sections(result: Plain, say: Words, recipe: str = "") -> list[Section]:
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


def look(found: StudyResult | StudyPlan, say: Words) -> Sequence[Block]:
    """A study that was done, or one that was reckoned."""
    if isinstance(found, StudyResult):
        return brief(found.to_plain(), say)
    return plan(found.about, codec.to_plain(found.predicted), found.points, say).blocks


def brief(result: Plain, say: Words) -> list[Block]:
    """The study within another report: its answer, what mattered, and all its points."""
    effects = result["effects"]
    told = Items(_told(effects, say)) if effects else Paragraph(say("study-effects-few"))
    title = Heading(say("study-title", name=result["name"]), small=True)
    return [title, Paragraph(lead(result, say)), told, *_points(result, say).blocks, *_trials(result, say).blocks]


def conclusions(found: StudyResult, say: Words) -> list[Markup]:
    """The best point, which others are as good as far as can be told, and for each factor whether it matters."""
    result = found.to_plain()
    rivals = [Markup(block.text) for block in _points(result, say).blocks if isinstance(block, Paragraph)]
    effects = _told(result["effects"], say) if result["effects"] else [say("study-effects-few")]
    return [lead(result, say), *rivals, *effects]


def best(result: Plain, say: Words) -> list[Block]:
    """What it recommends, which points are as good as far as can be told, and how far its score is to be believed."""
    blocks: list[Block] = [Paragraph(lead(result, say))]
    if result["best"] is not None:
        blocks += [block for block in _points(result, say).blocks if isinstance(block, Paragraph)]
        blocks.append(Paragraph(say("study-chosen")))
    return blocks


def lead(result: Plain, say: Words) -> Markup:
    """The best point with its score."""
    best = _best(result)
    if best is None:
        return say("study-none")
    told = say("study-best", point=_point(best), metric=say.of("metric", result["metric"]),
               score=_score(best, result, say), of=_of(best, say))  # fmt: skip
    won = result.get("winner")
    if won is None:
        return told
    return together([told, say("study-winner", score=say.score(codec.from_plain(Score, won), n=False))])


def plan(about: Plain, predicted: Plain, points: Sequence[Plain], say: Words) -> Section:
    """What a study would train, and for how long: before it begins."""
    facts: list[tuple[Text, Text]] = [
        (code(name), values if isinstance(values, str) else " · ".join(map(_level, values)))
        for name, values in about["factors"].items()
    ]
    plan = {"trials": predicted["trials"], "n": about["points"], "epochs": predicted["epochs"]}
    hours = say.number(predicted["middle_s"] * predicted["jobs"] / 3600, 2)
    facts += [
        (say("study-plan-trials"), say("study-plan-trials-text", **plan)),
        (say("study-plan-time"), say("study-plan-time-text", jobs=predicted["jobs"], **_predicted(predicted, say))),
        (say("study-plan-cost"), say("study-plan-cost-text", hours=hours)),
    ]
    blocks: list[Block] = []
    if points:
        rows = [[say.count(number), *map(_level, point.values())] for number, point in enumerate(points)]
        blocks.append(table(say, ["", *map(Markup.escape, points[0])], rows))
        if len(points) < about["points"]:
            blocks.append(Paragraph(say("study-more", n=about["points"] - len(points))))
    return titled(say, "plan", [*blocks, Facts(facts)], "study-plan", note=False)


def _predicted(predicted: Plain, say: Words) -> dict[str, str]:
    """The time that it will take, with the ends of its range."""
    times = {name: say.seconds(predicted[f"{name}_s"]) for name in ("low", "middle", "high")}
    return {**times, "measured": predicted["measured"]}


def _points(result: Plain, say: Words) -> Section:
    cells = sorted(result["cells"], key=lambda cell: (cell["mean"] is None, -(score_of(cell) or 0), -cell["epochs"]))
    alike = [cell["number"] for cell in cells if cell["number"] in result["like_best"]]
    blocks: list[Block] = []
    if alike:
        listed = ", ".join(map(str, alike[:NUMBERED])) + (" …" if len(alike) > NUMBERED else "")
        blocks.append(Paragraph(say("study-rivals", n=len(alike), listed=listed)))
    elif result["best"] is not None and sum(cell["mean"] is not None for cell in cells) > 1:
        blocks.append(Paragraph(say("study-alone")))
    factors, metric = result["factors"], Markup.escape(say.of("metric", result["metric"]))
    # The metric stands before the factors, which can be many.
    heads = [Markup.escape(name).replace(".", Markup(".<wbr>")) for name in factors]
    columns = ["", metric, *heads, "seeds", "epochs", "weights", "time"]
    rows, numbers = [_row(cell, result, say) for cell in cells], {1, *range(2 + len(factors), len(columns))}
    blocks.append(table(say, columns, rows, say("study-caption", name=result["name"]), numbers, OPEN))
    return titled(say, "points", blocks, "study-points")


def _row(cell: Plain, result: Plain, say: Words) -> list[Cell]:
    score: Cell = "–"
    if cell["mean"] is not None:
        found, n = _of_cell(cell), cell["of"] == "images"
        score = say.estimate(found) if result["metric"] in NO_SHARE else Measured(score=found, n=n)
    elif (last := score_of(cell)) is not None:
        score = say("study-then", score=_value(last, result, say))
    state = "" if cell["state"] == "finished" else f" {say('study-state-' + cell['state'])}"
    return [
        f"{cell['number']}{state}",
        score,
        *(code(_level(cell["point"][name])) for name in result["factors"]),
        say.count(len(cell["values"])) if cell["values"] else "–",
        say.count(cell["epochs"]),
        say.count(cell["parameters"]) if cell["parameters"] is not None else "–",
        say.seconds(cell["train_s"]) if cell["train_s"] is not None else "–",
    ]


def _effects(result: Plain, say: Words) -> Section:
    effects = result["effects"]
    if not effects:
        return titled(say, "effects", [Paragraph(say("study-effects-few"))], "study-effects", note=False)
    rows = [
        [code(one["name"]), _difference(one["difference"], say),
         say.ends(_spread(one["difference"])), say.p_alone(one["p_holm"])]
        for one in _largest_first(effects["factors"])
    ]  # fmt: skip
    heads = (say("study-factor"), say("study-difference"), "interval", "p")
    each = table(say, heads, rows, say("study-effects-caption"), (2, 3))
    blocks: list[Block] = [Items(_told(effects, say)), each]
    if effects["interactions"]:
        pairs = [
            [Markup(" × ").join(map(code, one["names"])), say.p_alone(one["p_holm"])]
            for one in _largest_first(effects["interactions"])
        ]
        columns = (say("study-interaction"), "p")
        blocks.append(table(say, columns, pairs, say("study-interactions-caption"), (1,)))
    if effects["importances"]:
        shares = effects["importances"]
        in_order = sorted(shares, key=lambda name: -shares[name])  # without the shares, which have no intervals
        blocks.append(Paragraph(say("study-importances", listed=", ".join(in_order))))
    told = [say("study-basis", n=effects["n"], sd=say.points(effects["error_sd"]), df=effects["error_df"])]
    blocks.append(paragraph([*told, say("study-at", n=effects["at"])] if effects["at"] else told))
    return titled(say, "effects", blocks, "study-effects")


def _largest_first(effects: Sequence[Plain]) -> list[Plain]:
    return sorted(effects, key=lambda one: -one["share"])


def _difference(found: Plain, say: Words) -> Markup:
    ends = (code(_level(found[end])) for end in ("worst", "best"))
    return Markup("{} → {} +{}").format(*ends, say.points(found["value"]))


def _spread(found: Plain) -> Score:
    return Score(value=found["value"], low=found["low"], high=found["high"], n=0)


def _told(effects: Plain, say: Words) -> list[Markup]:
    """A sentence for each factor: which level was better, and whether that is established."""
    told = []
    for one in _largest_first(effects["factors"]):
        found, key = one["difference"], "study-effect" if one["p_holm"] < SURE else "study-no-effect"
        values = {"to": _level(found["best"]), "below": _level(found["worst"]), "points": say.points(found["value"])}
        told.append(say(key, factor=one["name"], interval=say.ends(_spread(found)), p=say.p(one["p_holm"]), **values))
    return told


def _slices(result: Plain, say: Words) -> Iterator[Section]:
    cells = [cell for cell in result["cells"] if score_of(cell) is not None]
    if len(cells) < 2:
        return
    effects = result["effects"] or {"at": None, "factors": ()}
    at_end = effects["at"] is None  # means of early scores would lie among late ones
    means = {one["name"]: one["levels"] for one in effects["factors"] if at_end}
    shown = [
        Figure(
            draw=partial(drawn.one_factor, name, factor, cells, means.get(name, ()), say),
            caption=say("study-slice", factor=name),
            alt=_levels(name, cells, result, say),
        )
        for name, factor in result["factors"].items()
    ]
    if len(result["factors"]) > 1:
        alt = lead(result, say).striptags() if _best(result) is not None else say("study-parallel")
        draw = partial(drawn.parallel, result["factors"], cells, say)
        shown.append(Figure(draw=draw, caption=say("study-parallel"), alt=alt, width_cm=14.0))
    yield titled(say, "slices", [Figures(shown)], "study-slices")


def _levels(name: str, cells: Sequence[Plain], result: Plain, say: Words) -> str:
    """The best score at each value of a factor that was tried."""
    best: dict[str, float] = {}
    for cell in cells:
        level = _level(cell["point"][name])
        best[level] = max(best.get(level, 0.0), score_of(cell) or 0.0)
    return f"{name}: " + "; ".join(f"{level} {_value(score, result, say)}" for level, score in best.items())


def _fronts(result: Plain, say: Words) -> Iterator[Section]:
    numbered = {cell["number"]: cell for cell in result["cells"]}
    shown = [
        Figure(
            draw=partial(drawn.front, result["cells"], cost, members, say),
            caption=say(f"study-front-{cost}"),
            alt="; ".join(_cost(numbered[number], cost, result, say) for number in members),
        )
        for cost, members in result["fronts"].items()
        if members
    ]
    if shown:
        yield titled(say, "fronts", [Figures(shown)], "study-fronts")


def _cost(cell: Plain, cost: str, result: Plain, say: Words) -> str:
    spent = say.seconds(cell[cost]) if cost == "train_s" else say.count(cell[cost])
    return f"{spent} → {_value(cell['mean'], result, say)}"


def _trials(result: Plain, say: Words) -> Section:
    return titled(say, "trials", [Items(list(_course(result, say)))], "study-trials")


def _course(result: Plain, say: Words) -> Iterator[Markup]:
    """How the study went."""
    counts = ", ".join(f"{say.count(n)} {say(f'study-state-{state}')}" for state, n in result["counts"].items() if n)
    yield say("study-counts", counts=counts)
    yield say("study-spent", time=say.seconds(result["spent_s"]), jobs=result["jobs"])
    if predicted := result["predicted"]:
        yield say("study-predicted", **_predicted(predicted, say))
    if result["status"] != "finished":
        yield say(f"study-status-{result['status']}")
    if result["stop"] != "none":
        yield say("study-stop", stop=result["stop"])
    failed = [cell for cell in result["cells"] if cell["state"] == "failed"]
    for cell in failed:
        yield say("study-failed", number=cell["number"], reason=shared(cell["reason"]))
    if failed:
        yield say("study-retry")
    if result["best"] is not None:
        yield say("study-chosen")


def _best(result: Plain) -> Plain | None:
    return next((cell for cell in result["cells"] if cell["number"] == result["best"]), None)


def _point(cell: Plain) -> str:
    return ", ".join(f"{name} = {_level(value)}" for name, value in cell["point"].items())


def _level(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shared(str(value))


def _of_cell(cell: Plain) -> Score:
    return Score(value=cell["mean"], low=cell["low"], high=cell["high"], n=cell["n"])


def _score(cell: Plain, result: Plain, say: Words) -> str:
    found = _of_cell(cell)
    return say.estimate(found) if result["metric"] in NO_SHARE else say.score(found, n=False)


def _value(value: float, result: Plain, say: Words) -> str:
    return say.number(value) if result["metric"] in NO_SHARE else say.share(value)


def _of(cell: Plain, say: Words) -> Markup:
    key, n = ("study-of-seeds", len(cell["values"])) if cell["of"] == "seeds" else ("study-of-images", cell["n"])
    return say(key, n=n, seeds=len(cell["values"]))
