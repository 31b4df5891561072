"""What the curves of a run say of its fit, and how it stands beside published numbers, as sections of a document."""

from linnaeus.reporting import fit as fits
from linnaeus.reporting import sentences
from linnaeus.reporting.document_figures import has_validation
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.stats.learning_curve import LEAST_EPOCHS


def fit(paper: Paper, run: Held, level: int) -> None:
    """A remark a paragraph, each with the numbers that it rests on; of a run that gives no cause for any, that."""
    say = paper.say
    if not run.record.history:
        return
    paper.heading(say("fit"), level)
    told = fits.sentences(run.record, say)
    if told:
        paper.items(told)
    else:
        can_tell = len(run.record.history) >= LEAST_EPOCHS and has_validation(run.record)
        paper.text(say("fit.none" if can_tell else "fit.few"))


def references(paper: Paper, run: Held, level: int) -> None:
    """The verdict on each card, and where the run is not comparable, why."""
    say, found = paper.say, list(run.record.references.values())
    if not found:
        return
    paper.heading(say("references"), level)
    for one in found:
        paper.text(*sentences.reference(one, say))
        if one.differences:
            paper.text(say("references.differences", table=paper.next("table")))
            rows: list[list[Text]] = [[say.of("fact", row.fact), row.published, row.run] for row in one.differences]
            header = [say(f"column.{column}") for column in ("fact", "published", "here")]
            paper.table(say("references.caption", row=one.row, card=one.card), Table(header=header, rows=rows))
