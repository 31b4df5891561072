"""What was found by looking further into a run, as sections of a document: calibration, mistakes looked at, fit, published numbers."""

from linnaeus.record.calibration import Calibration, Quality
from linnaeus.record.inspection import Inspection, LabelErrors
from linnaeus.reporting import document_figures, document_results, sentences
from linnaeus.reporting.document_judged import fit, references
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.reporting.document_results import title
from linnaeus.reporting.findings import ordered
from linnaeus.reporting.sentences import share

MOST_SUSPECTS = 12


def results(paper: Paper, run: Held, level: int) -> None:
    """All that a run found, in the order of the report; what its record does not hold has no section."""
    for section in (
        document_results.scores,
        document_results.curves,
        document_results.confusions,
        document_results.by_class,
        document_results.examples,
        document_results.forgetting,
        calibration,
        examination,
        fit,
        references,
    ):
        section(paper, run, level)


def calibration(paper: Paper, run: Held, level: int) -> None:
    """How far the probabilities can be believed, split by split."""
    say = paper.say
    found = ordered(run.record.calibration)
    if not found:
        return
    paper.heading(say("calibration"), level)
    paper.text(say("calibration.text"))
    for key, one in found:
        name = title(key, say)
        paper.text(*sentences.calibration(one, name, say), say("calibration.see", figure=paper.next("figure"),
                                                               table=paper.next("table")))  # fmt: skip
        quality = one.tempered or one.raw
        bins = [{"confidence": row.confidence, "accuracy": row.accuracy.value, "low": row.accuracy.low,
                 "high": row.accuracy.high} for row in quality.bins if row.count]  # fmt: skip
        picture = document_figures.reliability(bins, say)
        told = "; ".join(f"{say.percent(row['confidence'])} → {say.percent(row['accuracy'])}" for row in bins)
        paper.figure(picture, say("calibration.figure.caption", split=name), told, 9.5)
        _quality_table(paper, one, name)
        _sets_table(paper, one, name)


def _quality_table(paper: Paper, one: Calibration, name: Text) -> None:
    say = paper.say

    def row(key: str, found: Quality) -> list[Text]:
        log_loss, brier = (
            say.decimal(f"{score.value:.3f} ({score.low:.3f}–{score.high:.3f})")
            for score in (found.log_loss, found.brier)
        )
        return [say(key), share(found.ece, say), log_loss, brier]

    rows = [row("calibration.raw", one.raw)]
    if one.tempered is not None:
        rows.append(row("calibration.after", one.tempered))
    header = [say(f"column.{column}") for column in ("probabilities", "ece", "log_loss", "brier")]
    caption = say("calibration.caption", split=name, images=say("images", n=one.n))
    paper.table(caption, Table(header=header, rows=rows, numbers=frozenset((1, 2, 3))))


def _sets_table(paper: Paper, one: Calibration, name: Text) -> None:
    if not one.sets:
        return
    say = paper.say
    paper.text(say("sets.text", table=paper.next("table")))
    rows = [
        [say.percent(row.level), say.decimal(f"{row.size.value:.2f} ({row.size.low:.2f}–{row.size.high:.2f})"),
         share(row.cover, say)]
        for row in one.sets
    ]  # fmt: skip
    header = [say(f"column.{column}") for column in ("level", "set_size", "cover")]
    paper.table(say("sets.caption", split=name), Table(header=header, rows=rows, numbers=frozenset((0, 1, 2))))


def examination(paper: Paper, run: Held, level: int) -> None:
    """What a look at the mistakes found: pairs, labels that may be wrong, what a mirror does."""
    say = paper.say
    found = ordered(run.record.inspection)
    if not found:
        return
    paper.heading(say("examination"), level)
    for key, one in found:
        name = title(key, say)
        paper.text(say("examination.text", split=name, errors=share(one.errors, say), n=one.n),
                   say("examination.file", file=one.files.get("mistakes", "")) if one.files.get("mistakes") else "")  # fmt: skip
        _turned(paper, one, name)
        if one.label_errors is not None:
            _label_errors(paper, one.label_errors)


def _turned(paper: Paper, one: Inspection, name: Text) -> None:
    if not one.symmetry:
        return
    say = paper.say
    rows: list[list[Text]] = []
    for turned in one.symmetry:
        moved = "; ".join(f"{move.name} → {move.to} ({move.count} / {move.share.n})" for move in turned.moves)
        rows.append([say.of("turned", turned.kind), say.percent(turned.same.value), say.between(turned.same),
                     say.count(turned.same.n), moved or "–"])  # fmt: skip
    paper.text(say("turned.text", table=paper.next("table")))
    header = [say(f"column.{column}") for column in ("turned", "same", "interval", "support", "moves")]
    paper.table(say("turned.caption", split=name), Table(header=header, rows=rows, numbers=frozenset((1, 2, 3))))


def _label_errors(paper: Paper, found: LabelErrors) -> None:
    say = paper.say
    told = [say("suspects.text", n=found.count, of=found.share.n, share=share(found.share, say), folds=found.folds),
            say("suspects.accuracy", accuracy=share(found.accuracy, say))]  # fmt: skip
    if found.seen:
        told.append(say("suspects.seen"))
    if not found.top:
        paper.text(*told)
        return
    paper.text(*told, say("suspects.table", table=paper.next("table")))
    rows = [
        [one.name, one.given, say.decimal(f"{one.of_given:.2f}"), one.suggested, say.decimal(f"{one.of_suggested:.2f}")]
        for one in found.top[:MOST_SUSPECTS]
    ]
    header = [say(f"column.{column}") for column in ("image", "given", "chance", "suggested", "chance")]
    paper.table(say("suspects.caption"), Table(header=header, rows=rows, numbers=frozenset((2, 4))))
