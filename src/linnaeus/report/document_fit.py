"""What the curves of a run say of its fit, and how it stands beside published numbers, as sections of a document."""

from collections.abc import Mapping

from markupsafe import Markup

from linnaeus.errors import RunError
from linnaeus.record import reference
from linnaeus.record.fit import LEAST_EPOCHS, Remark, remarks
from linnaeus.record.reference import Reference
from linnaeus.report.document_figures import has_validation
from linnaeus.report.document_method import Held
from linnaeus.report.document_paper import Paper, Table, Text
from linnaeus.report.words import Words

SHARES = ("train", "val", "val_then", "val_now", "chance")
POINTS = ("gap", "gap_then", "rise", "slope", "drop", "gain", "low", "high")
LOSSES = ("loss", "before", "val_loss_then", "val_loss_now", "train_loss_then", "train_loss_now")


def fit(paper: Paper, run: Held, level: int) -> None:
    """A remark a paragraph, each with the numbers that it rests on; of a run that gives no cause for any, that."""
    say = paper.say
    if not run.record.history:
        return
    paper.heading(say("fit"), level)
    told = fit_sentences(run, say)
    if told:
        paper.items(told)
    else:
        can_tell = len(run.record.history) >= LEAST_EPOCHS and has_validation(run.record)
        paper.text(say("fit.none" if can_tell else "fit.few"))


def fit_sentences(run: Held, say: Words, advise: bool = True) -> list[Markup]:
    """The remarks as sentences, and after each what to try next."""
    return [
        say(f"fit.{one.key}", **_values(one, say)) + (Markup(" ") + advice(one, say) if advise else Markup(""))
        for one in remarks(run.record)
    ]


def advice(one: Remark, say: Words) -> Markup:
    """What to try next."""
    values = {
        name: say.decimal(f"{value:.2g}") if isinstance(value, float) else value for name, value in one.values.items()
    }
    return say(f"advice.{one.advice}", **{**values, "n": one.values.get("epochs", 0)})


def _values(one: Remark, say: Words) -> Mapping[str, object]:
    """The facts as they are read: shares in percent, their differences in points, losses and rates as numbers."""
    shown: dict[str, object] = {}
    for name, value in one.facts.items():
        as_share = name in SHARES or (one.key == "under_fitting.chance" and name in ("low", "high"))
        if as_share:
            shown[name] = say.percent(value)
        elif name in POINTS:
            shown[name] = say.points(value)
        elif name in LOSSES:
            shown[name] = say.decimal(f"{value:.3f}")
        else:
            shown[name] = value if isinstance(value, int) else say.decimal(f"{value:.2g}")
    return shown


def references(paper: Paper, run: Held, level: int) -> None:
    """The verdict on each card, and where the run is not comparable, why."""
    say, found = paper.say, [_read(run, plain) for plain in run.record.references.values()]
    if not found:
        return
    paper.heading(say("references"), level)
    for one in found:
        paper.text(*reference_sentences(one, say))
        if one.differences:
            paper.text(say("references.differences", table=paper.next("table")))
            rows: list[list[Text]] = [[say.of("fact", row.fact), row.published, row.run] for row in one.differences]
            header = [say(f"column.{column}") for column in ("fact", "published", "here")]
            paper.table(say("references.caption", row=one.row, card=one.card), Table(header=header, rows=rows))


def reference_sentences(one: Reference, say: Words) -> list[Markup]:
    """What was published, and whether the run reproduces it."""
    source = f"arXiv:{one.arxiv}" if one.arxiv else one.paper
    told = [say("references.published", row=one.row, card=one.card, title=one.title, source=source,
                percent=say.percent(one.published), split=say.of("split", one.split))]  # fmt: skip
    values: dict[str, object] = {}
    if one.found is not None:
        values = {"percent": say.percent(one.found.value), "low": say.percent(one.found.low),
                  "high": say.percent(one.found.high), "n": one.found.n}  # fmt: skip
        told.append(say("references.found", **values))
    if one.short is not None and one.verdict == "not_reproduced":
        low, high = (say.points(end) for end in (one.short.low, one.short.high))
        return [
            *told,
            say("verdict.not_reproduced", points=say.points(one.short.value), low=low, high=high),
        ]
    return [*told, say(f"verdict.{one.verdict}")]


def _read(run: Held, plain: Mapping[str, object]) -> Reference:
    try:
        return reference.from_plain(plain)
    except (KeyError, TypeError) as error:
        raise RunError(
            f"a published reference cannot be read from the record of {run.record.name}: {error!r}"
        ) from None
