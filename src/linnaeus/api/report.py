"""linnaeus.report: a page or a Word document, of one run or several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.api import objects, own_data
from linnaeus.api.objects import AnyRun, Progress
from linnaeus.errors import UnknownName, UsageError
from linnaeus.record.folder import RunFolder

FORMATS = ("html", "docx")
Lab = bool | Path | str | Mapping[str, Any]


def report(
    run: AnyRun | Sequence[AnyRun],
    *,
    language: str = "en",
    format: str | None = None,
    lab: Lab = False,
    out: Path | str | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> Path:
    """Write a report of one run, or of several side by side, from their records, whole or not at all; returns the file.

    Nothing is computed anew. Images that have vanished, changed or got another label since training are reported, in it too.

    >>> linnaeus.report("last", language="ru", format="docx")

    Args:
        run: a run, or several of them: records, folders or names; "last" is the newest.
        language: "en", "ru", or another that there is.
        format: "html" or "docx"; None: as `out` ends, else html, and docx for a lab.
        lab: the form of a lab report; a sheet, as a mapping or a TOML file, gives its title, aim and questions. False: a plain one.
        out: the file; None: in the folder of the first run.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: what is told in a line; False: silence; or a function that is told each event.

    Returns:
        The file that was written.

    Raises:
        RunError: no such run, or one whose record is damaged.
        UsageError: arguments that contradict each other.
    """
    several = [run] if isinstance(run, AnyRun) else list(dict.fromkeys(run))
    kind = _kind(language, format, lab is not False, out)
    found = [objects.run_folder(one, runs) for one in several]
    folders = list({folder.path.resolve(): folder for folder in found}.values())  # one that is named twice counts once
    # Of several runs its name says so, so that it does not take the place of a run's own.
    beside = "-of-" + "-".join(folder.name for folder in folders)[:80] if len(folders) > 1 else ""
    usual = folders[0].report.with_name(f"{'report' if lab is False else 'lab'}{beside}.{kind}")
    file = Path(out) if out is not None else usual
    since = own_data.told_since(folders, objects.watcher(progress))
    files.write_whole(file, _content(folders, language, kind, lab, since))
    return file


def write_page(folder: RunFolder) -> None:
    """Write a run's own page anew. Its images are not looked at again: a verb that scores them has just done so."""
    files.write_whole(folder.report, _content([folder], "en", "html", False, {}))


def _kind(language: str, format: str | None, is_lab: bool, out: Path | str | None) -> str:
    """`html` or `docx`. Raises UsageError before anything is read."""
    from linnaeus.reporting.words import languages

    for what, name, known in (("language", language, languages()), ("format", format, FORMATS)):
        if name is not None and name not in known:
            raise UnknownName(what, name, known)
    ending = Path(out).suffix.lower().lstrip(".") if out is not None else None
    if ending is not None and ending not in FORMATS:
        raise UsageError(f"{str(out)!r} cannot be the name of a report; write FILE.html or FILE.docx")
    if format is not None and ending not in (None, format):
        raise UsageError(f"--format {format} and the name {str(out)!r} contradict each other; leave one of them out")
    return format or ending or ("docx" if is_lab else "html")


def _content(folders: Sequence[RunFolder], language: str, kind: str, lab: Lab, since: "own_data.Since") -> str | bytes:
    """The report, laid out for its medium; `since`: what became of the images of some runs since training."""
    from linnaeus.labs import lab_sheet
    from linnaeus.reporting import documents, subject
    from linnaeus.reporting.render import docx, html
    from linnaeus.reporting.words import words
    from linnaeus.stats.seeds import compared

    runs, say = [subject.read(folder, since.get(folder.path)) for folder in folders], words(language)
    if lab is not False:
        document = documents.of_lab(runs, lab_sheet.of(lab, language), compared, say)
    elif len(runs) == 1:
        document = documents.of_run(runs[0], say)
    else:
        document = documents.of_runs(runs, compared(folders), say)
    return html.render(document, say) if kind == "html" else docx.render(document, say)
