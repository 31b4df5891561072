"""Runs beside each other: what they were and scored, in what their recipes differ, and their curves."""

from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Cell, Figure, Figures, Measured, Paragraph, Reading, Section, Table
from linnaeus.reporting.content import comparison
from linnaeus.reporting.content.layout import code, table, titled
from linnaeus.reporting.figures import curves, scored
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

SPLITS = ("val", "test")
ACROSS = 4  # runs whose differing fields stand side by side; of more, a row a field and run
OPEN = 12  # of these rows


def lead(runs: Sequence[Run], say: Words) -> Markup:
    """The data of the runs, where they are the same."""
    sources = {shared(str(run.record.data.source or run.record.recipe["data"])) for run in runs}
    return say("runs-lead", source=sources.pop()) if len(sources) == 1 else say("runs-lead-various", n=len(sources))


def sections(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> list[Section]:
    """Scores with intervals, paired comparisons, differing fields, and the curves over each other."""
    none = titled(say, "compare", [Paragraph(say("compare-none"))], note=False)
    curves = _curves(runs, say)
    return [
        _runs(runs, say),
        comparison.section(comparisons, say) or none,
        _differences(runs, say),
        *([curves] if curves else []),
    ]


def _runs(runs: Sequence[Run], say: Words) -> Section:
    shown = []
    for split in _scored(runs):
        rows = [(run.record.name, run.record.scores[split].metrics["accuracy"]) for run in runs
                if split in run.record.scores]  # fmt: skip
        if len(rows) > 1:
            shown.append(Figure(
                draw=partial(scored.rows, rows, say),
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
            comparison.seconds(record.time.train_s or None, say),
        ])  # fmt: skip
    columns = ["run", *parts, *(Markup.escape(say.of("split", split)) for split in splits), "weights", "epochs", "time"]
    return table(say, columns, rows, say("runs-caption"), range(1 + len(parts), len(columns)))


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
        differing = table(say, ("field", "run", "value"), below, caption, open_rows=OPEN)
    return titled(say, "differences", [differing], "runs-differences")


def _curves(runs: Sequence[Run], say: Words) -> Section | None:
    shown = [
        Figure(
            draw=partial(curves.of_runs, [(run.record.name, run.record.curve()) for run in runs], column, beside, say),
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
