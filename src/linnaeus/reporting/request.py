"""A report as a file: of one run or several, in a language, as a page or a Word document, in the form of a lab where that is wished for."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import DataError, RunError, UnknownName, UsageError
from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import lab_sheet as sheets
from linnaeus.reporting import subject
from linnaeus.reporting.lab_sheet import Sheet
from linnaeus.reporting.words import languages, words

FORMATS = ("html", "docx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What kind of report. `sheet`, a mapping or a TOML file that holds one (`reporting.lab_sheet`), makes it a lab's."""

    language: str = "en"
    format: str | None = None  # None: as the file's name ends, else html, and docx for a lab
    lab: bool = False
    sheet: Mapping[str, Any] | Path | None = None
    out: Path | None = None

    def __post_init__(self) -> None:
        for kind, name, known in (("language", self.language, languages()), ("format", self.format, FORMATS)):
            if name is not None and name not in known:
                raise UnknownName(kind, name, known)
        ending = self.out.suffix.lower().lstrip(".") if self.out is not None else ""
        if self.out is not None and ending not in FORMATS:
            raise UsageError(f"{str(self.out)!r} cannot be the name of a report; write FILE.html or FILE.docx")
        if self.format is not None and ending and ending != self.format:
            raise UsageError(
                f"--format {self.format} and the name {str(self.out)!r} contradict each other; leave one of them out"
            )

    @property
    def is_lab(self) -> bool:
        return self.lab or self.sheet is not None

    def kind(self) -> str:
        """`html` or `docx`."""
        ending = self.out.suffix.lower().lstrip(".") if self.out is not None else ""
        return self.format or ending or ("docx" if self.is_lab else "html")


def wish(
    *, language: str, format: str | None, lab: bool | Path | str | Mapping[str, Any], out: Path | str | None
) -> Wish:
    """The wish in the words of the front desk. Raises UsageError."""
    sheet = Path(lab) if isinstance(lab, str) else lab
    return Wish(
        language=language,
        format=format,
        lab=sheet is True,
        sheet=sheet if not isinstance(sheet, bool) else None,
        out=Path(out) if out is not None else None,
    )


def write(folders: Sequence[RunFolder], wish: Wish) -> Path:
    """Write it whole or not at all; returns the file: `wish.out`, else in the folder of the first run.

    Raises:
        UsageError: the wish cannot be met. RunError: a record is missing or damaged, or the file cannot be written.
    """
    folders = list(
        {folder.path.resolve(): folder for folder in folders}.values()
    )  # a run that is named twice counts once
    content, file = _content(folders, wish), wish.out or _place(folders, wish)
    files.write_whole(file, content)
    return file


def write_study(found: Mapping[str, Any], folder: Path) -> None:
    """The page of a study, in its folder, with the recipe that it recommends where there is one."""
    from linnaeus.reporting.content.study import document
    from linnaeus.reporting.render import html

    say, recipe = words(), folder / "recommended.toml"
    text = recipe.read_text(encoding="utf-8") if found["best"] is not None else ""
    files.write_whole(folder / "report.html", html.render(document(found, say, text), say))


def _place(folders: Sequence[RunFolder], wish: Wish) -> Path:
    """`RUN/report.docx`; of several runs a name that says so, so that it does not take the place of the run's own."""
    stem = "lab" if wish.is_lab else "report"
    if len(folders) > 1:
        stem += "-of-" + "-".join(folder.name for folder in folders)[:80]
    return folders[0].report.with_name(f"{stem}.{wish.kind()}")


def _content(folders: Sequence[RunFolder], wish: Wish) -> str | bytes:
    """The report, laid out for its medium."""
    from linnaeus.reporting import documents
    from linnaeus.reporting.render import docx, html

    runs, say, sheet = [subject.read(folder) for folder in folders], words(wish.language), _sheet(wish)
    if sheet is not None:
        document = documents.of_lab(runs, sheet, compared, say)
    elif len(runs) == 1:
        document = documents.of_run(runs[0], say)
    else:
        document = documents.of_runs(runs, compared(folders), say)
    return html.render(document, say) if wish.kind() == "html" else docx.render(document, say)


def _sheet(wish: Wish) -> Sheet | None:
    if wish.sheet is None:
        return Sheet() if wish.lab else None
    if isinstance(wish.sheet, Mapping):
        return sheets.from_plain(wish.sheet, wish.language)
    return sheets.read(wish.sheet, wish.language)


def compared(folders: Sequence[RunFolder]) -> list[Comparison]:
    """Each run against the first on validation images, else on test images, as far as predictions were kept; nothing is computed anew.

    Where the first has no images in common with the others, or other classes, the next takes its place.

    Repeats over seeds are one side together, as in `linnaeus compare`.
    """
    from linnaeus.stats import seeds

    for first, split in itertools.product(range(len(folders) - 1), ("val", "test")):
        kept = [folder for folder in folders[first:] if folder.predictions(split) is not None]
        if len(kept) > 1 and folders[first] in kept:
            try:
                return seeds.of_runs(kept, split)
            except (DataError, RunError):  # no common image, or other classes: there is nothing to say of the pairs
                continue
    return []
