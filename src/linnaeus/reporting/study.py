"""The page of a study, from its `study.json` (documented in `studies.results`): what was best, what mattered, what it cost."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from linnaeus.record.scores import Score
from linnaeus.reporting import pages, study_figures
from linnaeus.reporting.old_blocks import Block, Drawing, Drawings, Folded, Items, Measured, Paragraph, Rows, Section
from linnaeus.reporting.old_blocks import Cell as Shown
from linnaeus.reporting.words import LANGUAGES, Words

Plain = Mapping[str, Any]

SHOWN = 20  # rows of the table; the rest opens on demand
SURE = 0.05


def page(result: Plain, recipe: str = "", language: str = "en") -> str:
    """One HTML file; `recipe` is the text of the recommended one, with its heading."""
    say = LANGUAGES[language]
    parts = (
        _points(result, say),
        _effects(result, say),
        _slices(result, say),
        _fronts(result, say),
        _trials(result, say),
    )
    sections = [one for one in parts if one is not None]
    if recipe:
        text = Markup("<pre><code>{}</code></pre>").format(recipe)
        sections.append(
            Section(
                key="recommended", title=say("study.recommended"), note=say("study.chosen"), blocks=[Paragraph(text)]
            )
        )
    foot = [say("study.foot", name=result["name"])]
    return pages.built(
        str(say("study.title", name=result["name"])), sections, lead=_lead(result, say), foot=foot, language=language
    )


def brief(result: Plain, say: Words) -> list[Block]:
    """The study within another report: its answer, what mattered, and all its points."""
    title = Paragraph(Markup("<b>{}</b>").format(say("study.title", name=result["name"])))
    told = Items(_told(result["effects"], say)) if result["effects"] else Paragraph(say("study.effects.few"))
    return [title, Paragraph(_lead(result, say)), told, *_points(result, say).blocks, *_trials(result, say).blocks]


def _lead(result: Plain, say: Words) -> Any:
    best = _best(result)
    if best is None:
        return say("study.none")
    return say(
        "study.lead",
        point=_point(best),
        score=say.percent(best["mean"]),
        interval=say.between(_score(best)),
        of=_of(best, say),
    )


def _points(result: Plain, say: Words) -> Section:
    factors = list(result["factors"])
    header = [
        "",
        say("column.accuracy"),  # before the factors, which can be many
        *factors,
        say("study.seeds"),
        say("column.epochs"),
        say("column.weights"),
        say("column.time"),
    ]
    cells = sorted(
        result["cells"], key=lambda cell: (cell["mean"] is None, -(study_figures.score_of(cell) or 0), -cell["epochs"])
    )
    rows = [_row(cell, factors, say) for cell in cells]
    numbers = frozenset({1, *range(2 + len(factors), 6 + len(factors))})
    blocks: list[Block] = [Rows(header=header, rows=rows[:SHOWN], numbers=numbers)]
    if len(rows) > SHOWN:
        more = Rows(header=header, rows=rows[SHOWN:], numbers=numbers)
        blocks.append(Folded(summary=say("study.more", n=len(rows) - SHOWN), blocks=[more]))
    alike = [cell for cell in cells if cell["number"] in result["like_best"]]
    if alike:
        blocks.insert(0, Paragraph(say("study.alike", n=len(alike))))
    elif result["best"] is not None and sum(cell["mean"] is not None for cell in cells) > 1:
        blocks.insert(0, Paragraph(say("study.alone")))
    return Section(key="points", title=say("study.points"), note=say("study.points.note"), blocks=blocks)


def _row(cell: Plain, factors: list[str], say: Words) -> list[Shown]:
    score: Shown = "–"
    if cell["mean"] is not None:
        score = Measured(score=_score(cell), n=cell["of"] == "images")
    elif (last := study_figures.score_of(cell)) is not None:
        score = say("study.then", score=say.percent(last))
    state = "" if cell["state"] == "finished" else f" {say('study.state.' + cell['state'])}"
    return [
        f"{cell['number']}{state}",
        score,
        *(Markup("<code>{}</code>").format(_level(cell["point"][name])) for name in factors),
        say.count(len(cell["values"])) if cell["values"] else "–",
        say.count(cell["epochs"]),
        say.count(cell["parameters"]) if cell["parameters"] is not None else "–",
        say.seconds(cell["train_s"]) if cell["train_s"] is not None else "–",
    ]


def _effects(result: Plain, say: Words) -> Section:
    effects = result["effects"]
    if not effects:
        return Section(key="effects", title=say("study.effects"), blocks=[Paragraph(say("study.effects.few"))])
    header = [say("study.factor"), say("study.share"), say("study.difference"), say("column.interval"), say("column.p")]
    rows = [
        [
            Markup("<code>{}</code>").format(one["name"]),
            say.percent(one["share"]),
            Markup("<code>{}</code> → <code>{}</code> +{}").format(
                _level(one["difference"]["from"]),
                _level(one["difference"]["to"]),
                say.points(one["difference"]["value"]),
            ),
            f"{say.points(one['difference']['low'], sign=True)} … {say.points(one['difference']['high'], sign=True)}",
            _p(one["p_holm"], say),
        ]
        for one in sorted(effects["factors"], key=lambda one: -one["share"])
    ]
    blocks: list[Block] = [Items(_told(effects, say)), Rows(header=header, rows=rows, numbers=frozenset({1, 3, 4}))]
    if effects["interactions"]:
        pairs = [
            [
                Markup("<code>{}</code> × <code>{}</code>").format(*one["names"]),
                say.percent(one["share"]),
                _p(one["p_holm"], say),
            ]
            for one in sorted(effects["interactions"], key=lambda one: -one["share"])
        ]
        header = [say("study.interaction"), say("study.share"), say("column.p")]
        blocks.append(Rows(header=header, rows=pairs, numbers=frozenset({1, 2})))
    if effects["importances"]:
        listed = ", ".join(f"{name} {say.percent(share)}" for name, share in effects["importances"].items())
        blocks.append(Paragraph(say("study.importances", listed=listed)))
    at = say("study.at", n=effects["at"]) if effects["at"] else ""
    basis = say("study.basis", n=effects["n"], sd=say.points(effects["error_sd"]), df=effects["error_df"])
    blocks.append(Paragraph(Markup("{} {}").format(basis, at)))
    return Section(key="effects", title=say("study.effects"), note=say("study.effects.note"), blocks=blocks)


def _told(effects: Plain, say: Words) -> list[Markup]:
    """A sentence for each factor: which level was better, and whether that can be told."""
    found = []
    for one in sorted(effects["factors"], key=lambda one: -one["share"]):
        difference = one["difference"]
        key = "study.matters" if one["p_holm"] < SURE else "study.cannot_tell"
        found.append(
            say(
                key,
                factor=one["name"],
                to=difference["to"],
                below=difference["from"],
                points=say.points(difference["value"]),
            )
        )
    return found


def _slices(result: Plain, say: Words) -> Section | None:
    cells = [cell for cell in result["cells"] if study_figures.score_of(cell) is not None]
    if len(cells) < 2:
        return None
    at_end = not result["effects"].get("at")  # means of early scores would lie among late ones
    means = {one["name"]: one["levels"] for one in result["effects"].get("factors", ()) if at_end}
    slices = [
        Drawing(
            svg=study_figures.slice_of(name, factor, cells, means.get(name, ()), say),
            caption=say("study.slice", factor=name),
        )
        for name, factor in result["factors"].items()
    ]
    blocks: list[Block] = [Drawings(slices)]
    if len(result["factors"]) > 1:
        blocks.append(Drawing(svg=study_figures.parallel(result["factors"], cells, say), caption=say("study.parallel")))
    return Section(key="slices", title=say("study.slices"), note=say("study.slices.note"), blocks=blocks)


def _fronts(result: Plain, say: Words) -> Section | None:
    drawings = [
        Drawing(svg=study_figures.front(result["cells"], cost, members, say), caption=say(f"study.front.{cost}"))
        for cost, members in result["fronts"].items()
        if members
    ]
    if not drawings:
        return None
    return Section(key="fronts", title=say("study.fronts"), note=say("study.fronts.note"), blocks=[Drawings(drawings)])


def _trials(result: Plain, say: Words) -> Section:
    counts = ", ".join(f"{say.count(n)} {say(f'study.state.{state}')}" for state, n in result["counts"].items() if n)
    lines: list[Markup | str] = [
        say("study.counts", counts=counts),
        say("study.spent", time=say.seconds(result["spent_s"]), jobs=result["jobs"]),
    ]
    if predicted := result["predicted"]:
        low, middle, high = (say.seconds(predicted[f"{name}_s"]) for name in ("low", "middle", "high"))
        lines.append(say("study.predicted", low=low, middle=middle, high=high, measured=predicted["measured"]))
    if result["status"] != "finished":
        lines.append(say(f"study.status.{result['status']}"))
    if result["stop"] != "none":
        lines.append(say("study.stop", stop=result["stop"]))
    lines += [
        say("study.failed", number=cell["number"], reason=cell["reason"])
        for cell in result["cells"]
        if cell["state"] == "failed"
    ]
    return Section(key="trials", title=say("study.trials"), note=say("study.trials.note"), blocks=[Items(lines)])


def _best(result: Plain) -> Plain | None:
    return next((cell for cell in result["cells"] if cell["number"] == result["best"]), None)


def _point(cell: Plain) -> str:
    return ", ".join(f"{name} = {_level(value)}" for name, value in cell["point"].items())


def _level(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _score(cell: Plain) -> Score:
    return Score(value=cell["mean"], low=cell["low"], high=cell["high"], n=cell["n"])


def _of(cell: Plain, say: Words) -> Markup:
    return (
        say("study.of.seeds", n=len(cell["values"])) if cell["of"] == "seeds" else say("study.of.images", n=cell["n"])
    )


def _p(value: float, say: Words) -> str:
    return "< 0.001".replace(".", say.point) if value < 0.001 else say.decimal(f"{value:.3f}")
