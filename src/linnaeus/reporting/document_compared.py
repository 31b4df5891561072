"""Several runs side by side: what each was, what it scored, in what their recipes differ, and which differences can be told."""

import itertools
from collections.abc import Callable, Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import document_figures, sentences, told
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.reporting.document_results import splits, title

Compare = Callable[[Sequence[RunFolder]], Sequence[Comparison]]  # the paired comparisons of some runs

MOST_FIELDS_ACROSS = 4  # runs whose differing fields stand side by side; of more, a row a run and field


def uncompared(folders: Sequence[RunFolder]) -> Sequence[Comparison]:
    """No comparison of any runs."""
    return ()


def compared(paper: Paper, runs: Sequence[Held], comparisons: Sequence[Comparison]) -> None:
    """Tables of the runs and their scores, a figure of the scores, the differing fields, and the paired tests."""
    say = paper.say
    paper.text(say("runs.text", runs=paper.next("table"), scores=paper.next("table", 1)))
    _runs(paper, runs)
    _scores(paper, runs)
    _intervals(paper, runs)
    _fields(paper, runs)
    pairs(paper, comparisons)
    if comparisons and (told := sentences.foreign([run.record for run in runs], say)):
        paper.items(told)


def _runs(paper: Paper, runs: Sequence[Held]) -> None:
    say = paper.say
    rows: list[list[Text]] = []
    for run in runs:
        record = run.record
        weights, taken = record.model.parameters, record.time.train_s
        rows.append([
            record.name,
            Markup("<code>{}</code>").format(record.recipe["model"]),
            record.recipe["data"],
            say.count(weights) if weights is not None else "–",
            say.count(len(record.history)),
            say.seconds(taken) if taken else "–",
        ])  # fmt: skip
    header = [say(f"column.{name}") for name in ("run", "network", "data", "weights", "epochs", "time")]
    paper.table(say("runs.caption"), Table(header=header, rows=rows, numbers=frozenset((3, 4, 5))))


def _scores(paper: Paper, runs: Sequence[Held]) -> None:
    say = paper.say
    rows: list[list[Text]] = []
    for run in runs:
        for key in splits(run):
            score = run.record.scores[key].metrics["accuracy"]
            rows.append(
                [run.record.name, title(key, say), say.percent(score.value), say.between(score), say.count(score.n)]
            )
        if not run.record.scores:
            rows.append([run.record.name, "–", "–", "–", "–"])
    header = [say(f"column.{name}") for name in ("run", "split", "accuracy", "interval", "support")]
    paper.table(say("runs.scores.caption"), Table(header=header, rows=rows, numbers=frozenset((2, 3, 4))))


def _intervals(paper: Paper, runs: Sequence[Held]) -> None:
    say = paper.say
    for key in ("val", "test"):
        rows = [
            (run.record.name, run.record.scores[key].metrics["accuracy"]) for run in runs if key in run.record.scores
        ]
        if len(rows) > 1:
            name = title(key, say)
            paper.text(say("runs.figure", figure=paper.next("figure"), split=name))
            listed = "; ".join(f"{run} {say.percent(score.value)}" for run, score in rows)
            paper.figure(document_figures.intervals(rows, say), say("runs.figure.caption", split=name), listed, 13.0)


def _fields(paper: Paper, runs: Sequence[Held]) -> None:
    """Fields of the recipes that are not alike."""
    say, recipes = paper.say, [run.record.recipe for run in runs]
    names = list(dict.fromkeys(itertools.chain.from_iterable(recipes)))
    differing = [name for name in names if len({str(recipe.get(name)) for recipe in recipes}) > 1]
    if not differing:
        paper.text(say("runs.same_recipe"))
        return
    paper.text(say("runs.fields", table=paper.next("table")))
    held = [[str(recipe.get(name, "–")) for recipe in recipes] for name in differing]
    if len(runs) <= MOST_FIELDS_ACROSS:
        header: list[Text] = [say("column.field"), *(run.record.name for run in runs)]
        rows: list[list[Text]] = [
            [_code(name), *map(_code, values)] for name, values in zip(differing, held, strict=True)
        ]
    else:
        header = [say("column.field"), say("column.run"), say("column.value")]
        rows = [
            [_code(name), run.record.name, _code(value)]
            for name, values in zip(differing, held, strict=True)
            for run, value in zip(runs, values, strict=True)
        ]
    paper.table(say("runs.fields.caption"), Table(header=header, rows=rows))


def pairs(paper: Paper, comparisons: Sequence[Comparison]) -> None:
    """A row a pair, and what can be said of it."""
    say = paper.say
    if not comparisons:
        paper.text(say("compare.none"))
        return
    seeds = say("compare.seeds") if any(one.spread is not None for one in comparisons) else ""
    holm = say("compare.holm") if len(comparisons) > 1 else ""
    paper.text(say("compare.text", table=paper.next("table")), seeds, holm)
    rows: list[list[Text]] = [
        [
            f"{one.second} − {one.first}",
            say.count(one.n),
            say.points(one.difference.value, sign=True),
            f"{say.points(one.difference.low, sign=True)} … {say.points(one.difference.high, sign=True)}",
            say.count(one.only_first),
            say.count(one.only_second),
            say.decimal(told.chance(one.p_holm)),
        ]
        for one in comparisons
    ]
    columns = ("pair", "support", "points", "interval", "only_first", "only_second", "p")
    header = [say(f"column.{name}") for name in columns]
    split = say.of("split", comparisons[0].split)
    paper.table(say("compare.caption", split=split), Table(header=header, rows=rows, numbers=frozenset(range(1, 7))))
    paper.items([sentences.comparison(one, say) for one in comparisons])


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)
