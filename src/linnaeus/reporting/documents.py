"""What stands in a report: of one run, of several beside each other, or of a laboratory work; the same in every medium."""

from collections.abc import Sequence
from dataclasses import replace

from linnaeus.record.comparison import Comparison
from linnaeus.record.sharing import shared
from linnaeus.reporting import method
from linnaeus.reporting.blocks import Document, Section, Text
from linnaeus.reporting.chapters import APPENDIX, RESULTS
from linnaeus.reporting.content import comparison, lab, repeat
from linnaeus.reporting.content.lab import Compare
from linnaeus.reporting.lab_sheet import Sheet
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words


def of_run(run: Run, say: Words) -> Document:
    """One run; an unfinished one as far as it has come. Raises RunError: a file of it is damaged."""
    return Document(
        title=say("document-title", run=run.record.name),
        lead=_lead(run, say),
        sections=_sections(run, say),
        foot=_foot([run], say),
    )


def of_runs(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> Document:
    """Runs beside each other, with their paired comparisons, then each of them. Raises RunError: a file is damaged."""
    return Document(
        title=say("runs-title", n=len(runs)),
        lead=comparison.lead(runs, say),
        sections=comparison.sections(runs, comparisons, say),
        foot=_foot(runs, say),
        parts=_parts(runs, say),
    )


def of_lab(runs: Sequence[Run], sheet: Sheet, compare: Compare, say: Words) -> Document:
    """A laboratory report with room for the author's words, and the runs as its appendix. Raises RunError: a file is damaged."""
    return Document(
        title=lab.title(sheet, say) or say("lab-title"),
        sections=lab.sections(runs, sheet, compare, say),
        foot=_foot(runs, say, " --lab", sheet.command),
        cover=lab.cover(sheet, say),
        parts=_appendix(runs, say),
    )


def _parts(runs: Sequence[Run], say: Words) -> list[Document]:
    """Each run as a document of its own, which leaves out what those before it have too."""
    return [
        Document(title=run.record.name, lead=_lead(run, say), sections=_sections(run, say, runs[:place]))
        for place, run in enumerate(runs)
    ]


def _appendix(runs: Sequence[Run], say: Words) -> list[Document]:
    """Each run in short: what it scored on the images that count, and how it was made, as far as those before it do not tell."""
    return [
        Document(
            title=say("lab-appendix", run=run.record.name),
            folded=True,
            lead=_lead(run, say),
            sections=[
                *(found for section in APPENDIX if (found := section(_counting(run), say)) is not None),
                *method.sections(run, say, runs[:place], in_short=True),
            ],
        )
        for place, run in enumerate(runs)
    ]


def _counting(run: Run) -> Run:
    """The run without its validation scores, where the test was opened: they chose, and count no more."""
    scores = run.record.scores
    if "test" not in scores:
        return run
    return replace(run, record=replace(run.record, scores={key: one for key, one in scores.items() if key != "val"}))


def _sections(run: Run, say: Words, earlier: Sequence[Run] = ()) -> list[Section]:
    found = [section(run, say) for section in RESULTS]
    return [*(one for one in found if one is not None), *method.sections(run, say, earlier)]


def _lead(run: Run, say: Words) -> Text:
    """What was trained on what, and how far it has come."""
    record = run.record
    values = {
        "model": shared(str(record.recipe["model"])),
        "data": shared(str(record.data.source or record.recipe["data"])),
    }
    told = say("document-run", status=say(f"status-{record.status}"), **values)
    return told if record.parent is None else told + " · " + say("continues", run=record.parent)


def _foot(runs: Sequence[Run], say: Words, form: str = "", whole: str = "") -> list[Text]:
    """What wrote the report, from what, and the command that does it again, or that does the `whole` work."""
    command = " ".join(["linnaeus report", *(run.word for run in runs)])
    command += (f" --lang {say.language}" if say.language != "en" else "") + form
    return [
        say("foot", version=runs[0].record.environment.linnaeus),
        *(repeat.identity(run, say) for run in runs),
        *([say("foot-fingerprint", value=repeat.fingerprint(runs))] if len(runs) > 1 or whole else []),
        say("foot-lab", command=shared(whole)) if whole else say("foot-command", command=command),
    ]
