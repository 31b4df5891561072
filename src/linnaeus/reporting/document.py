"""`document`: one run, several side by side, or a laboratory report, as a Word document; written from the records alone."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.reporting import document_lab, document_method, document_results
from linnaeus.reporting.document_compared import Compare, compared, uncompared
from linnaeus.reporting.document_end import machine, repeat
from linnaeus.reporting.document_findings import results
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper
from linnaeus.reporting.lab import Lab
from linnaeus.reporting.words import LANGUAGES, Words


def document(
    folders: Sequence[RunFolder],
    language: str = "en",
    compare: Compare = uncompared,
    lab: Lab | None = None,
) -> bytes:
    """The content of a .docx file. `compare` gives the paired comparisons of some runs; `lab` gives it a lab's form.

    Raises:
        RunError: a folder holds no record, or a file in it is damaged. LinnaeusError: python-docx is not installed.
    """
    say, runs = LANGUAGES[language], [_held(folder) for folder in folders]
    names = ", ".join(run.record.name for run in runs)
    if lab is not None:
        paper = Paper(say, lab.title or str(say("lab.title")))
        document_lab.write(paper, runs, compare, lab)
    elif len(runs) == 1:
        paper = Paper(say, f"{say('document.title')}: {names}")
        _one(paper, runs[0])
    else:
        paper = Paper(say, f"{say('document.several')}: {names}")
        _several(paper, runs, compare)
    paper.text(say("document.foot", version=runs[0].record.environment.linnaeus))
    return paper.content()


def _held(folder: RunFolder) -> Held:
    record = folder.record()
    if record.status != "finished" and len(found := folder.history()) > len(record.history):
        record = replace(record, history=found)  # the record is written at the end, the history after each epoch
    return Held(folder=folder, record=record)


def _one(paper: Paper, run: Held) -> None:
    say, record = paper.say, run.record
    paper.title(say("document.title"), _subtitle(record, say))
    paper.text(*document_results.summary(run, say))
    paper.heading(say("aim"))
    paper.text(say("aim.run", model=record.recipe["model"], data=record.recipe["data"]))
    document_method.data(paper, run, 1)
    document_method.network(paper, run, 1, run)
    document_method.training(paper, run, 1, run)
    results(paper, run, 1)
    machine(paper, run, 1)
    repeat(paper, run, 1)


def _several(paper: Paper, runs: Sequence[Held], compare: Compare) -> None:
    say = paper.say
    paper.title(say("document.several"), ", ".join(run.record.name for run in runs))
    paper.heading(say("aim"))
    paper.text(say("aim.several", n=len(runs)))
    paper.heading(say("runs"))
    compared(paper, runs, compare([run.folder for run in runs]))
    described: set[str] = set()
    for run in runs:
        paper.heading(say("lab.run", run=run.record.name))
        fingerprint = run.record.data.fingerprint
        if fingerprint in described:
            paper.text(say("data.same", fingerprint=fingerprint))
        else:
            document_method.data(paper, run, 2)
        described.add(fingerprint)
        document_method.network(paper, run, 2, runs[0])
        document_method.training(paper, run, 2, runs[0])
        results(paper, run, 2)
        machine(paper, run, 2)
        repeat(paper, run, 2)


def _subtitle(record: RunRecord, say: Words) -> Markup:
    values = {"model": record.recipe["model"], "data": record.recipe["data"], "run": record.name}
    return say("document.run", status=say(f"status.{record.status}"), **values)
