"""What stands in a report: of one run, of several beside each other, or of a laboratory work; the same in every medium."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from linnaeus.labs.lab_sheet import Sheet
from linnaeus.record.comparison import Comparison
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Document, Section, Text
from linnaeus.reporting.content import (
    beside,
    calibration,
    confusion,
    data,
    forgetting,
    images,
    inspection,
    lab,
    learning,
    machine,
    network,
    recipe,
    references,
    repeat,
    scores,
    tuning,
    verdict,
)
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

# What a run found, in the order of a report; what its record does not hold has no section.
RESULTS = (
    verdict.section,
    scores.section,
    tuning.section,
    forgetting.section,
    learning.section,
    learning.fit,
    confusion.section,
    scores.classes,
    images.mistakes,
    images.examples,
    calibration.section,
    inspection.section,
    references.section,
)
# What of it stands in the appendix of a laboratory work, whose own sections hold the rest: result, fit, single images.
IN_SHORT = (
    scores.section,
    forgetting.section,
    learning.section,
    confusion.section,
    scores.classes,
    references.section,
)


def of_run(run: Run, say: Words) -> Document:
    """One run; an unfinished one as far as it has come. Raises RunError: a file of it is damaged."""
    return Document(
        title=say("document-title", run=run.record.name),
        lead=_lead(run, say),
        sections=_sections(run, say),
        foot=_foot([run], say),
    )


def of_runs(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> Document:
    """Runs beside each other, with their paired comparisons, then each of them. Raises RunError: a file is damaged.

    Each run leaves out what those before it have too.
    """
    return Document(
        title=say("runs-title", n=len(runs)),
        lead=beside.lead(runs, say),
        sections=beside.sections(runs, comparisons, say),
        foot=_foot(runs, say),
        parts=[
            Document(title=run.record.name, lead=_lead(run, say), sections=_sections(run, say, runs[:place]))
            for place, run in enumerate(runs)
        ],
    )


def of_lab(runs: Sequence[Run], sheet: Sheet, compare: lab.Compare, say: Words) -> Document:
    """A laboratory report with room for the author's words, and each run in short as its appendix. Raises RunError: a file is damaged."""
    return Document(
        title=lab.title(sheet, say) or say("lab-title"),
        sections=lab.sections(runs, sheet, compare, say),
        foot=_foot(runs, say, " --lab", sheet.command),
        cover=lab.cover(sheet, say),
        parts=[
            Document(
                title=say("lab-appendix", run=run.record.name),
                folded=True,
                lead=_lead(run, say),
                sections=_sections(run, say, runs[:place], in_short=True),
            )
            for place, run in enumerate(runs)
        ],
    )


def _sections(run: Run, say: Words, earlier: Sequence[Run] = (), *, in_short: bool = False) -> list[Section]:
    """What was found, then how it was made."""
    results = (
        [section(_counting(run), say) for section in IN_SHORT]
        if in_short
        else [section(run, say) for section in RESULTS]
    )
    return [one for one in (*results, *_method(run, say, earlier, in_short)) if one is not None]


def _counting(run: Run) -> Run:
    """The run without its validation scores, where the test was opened: they chose, and count no more."""
    scores = run.record.scores
    if "test" not in scores:
        return run
    return replace(run, record=replace(run.record, scores={key: one for key, one in scores.items() if key != "val"}))


def _method(run: Run, say: Words, earlier: Sequence[Run], in_short: bool) -> Iterator[Section | None]:
    """Its data, network, recipe and machine, and how to do it again; of what the `earlier` runs have too, only that it is the same.

    `in_short`: without pictures, without how to do it again, and with the machine of the first run alone.
    """
    first = earlier[0] if earlier else None
    if run.record.data.fingerprint in {other.record.data.fingerprint for other in earlier}:
        yield data.same(run, say)
    else:
        yield data.section(run, say)
        if not in_short:
            yield images.samples(run, say)
    yield network.section(run, say, first)
    yield recipe.section(run, say, first)
    if not (in_short and earlier):
        yield machine.section(run, say)
    if not in_short:
        yield repeat.section(run, say)


def _lead(run: Run, say: Words) -> Text:
    """What was trained on what, how far it has come, and what became of the images since."""
    record = run.record
    values = {
        "model": shared(str(record.recipe["model"])),
        "data": shared(str(record.data.source or record.recipe["data"])),
    }
    told = say("document-run", status=say(f"status-{record.status}"), **values)
    parent = say("continues", run=record.parent) if record.parent is not None else None
    return Markup(" · ").join(one for one in (told, parent, data.since(run, say)) if one is not None)


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
