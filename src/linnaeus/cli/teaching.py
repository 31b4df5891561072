"""What a teacher does with a lab: `linnaeus lab NAME --variants FILE` and `linnaeus lab score FILE…`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus import files
from linnaeus.cli import screen
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    from linnaeus.labs.grading import Graded
    from linnaeus.labs.plan import Lab


def hand_out(found: "Lab", students: Path, out: Path | None, lang: str) -> None:
    """A variant of the lab for each student of a list. Raises UsageError, DataError."""
    from linnaeus.labs.dealing import dealt
    from linnaeus.reporting.content import grading
    from linnaeus.reporting.words import words

    numbers = [int(row["number"]) for row in found.variants]
    if not numbers:
        raise UsageError(f"lab {found.name} has no variants to hand out")
    deal = dealt(students, numbers, found.name)
    screen.show(grading.variants(found.name, deal, words(lang)), lang)
    if out is not None:
        grouped = any(one.group for one in deal.rows)
        head = ["student", *(["group"] if grouped else []), "variant"]
        rows = [[one.student, *([one.group] if grouped else []), one.variant] for one in deal.rows]
        _keep(out, files.csv_text([head, *rows]), lang)


def score(answers: Sequence[str], labels: Path | None, pass_: float | None, out: Path | None, lang: str) -> None:
    """What passes; of answers a row for each file, and of a single one each class too. Raises UsageError, DataError."""
    from linnaeus.labs import grading
    from linnaeus.reporting.content import grading as content
    from linnaeus.reporting.render import html
    from linnaeus.reporting.words import words

    if labels is None or not (answers or pass_):
        raise UsageError("which answers, and by which labels? linnaeus lab score predictions.csv --labels labels.csv")
    if out is not None and out.suffix.lower() not in (".csv", ".html"):
        raise UsageError(f"{str(out)!r} cannot be the name of a class table; write FILE.csv or FILE.html")
    found, say = grading.graded([Path(file) for file in answers], labels, pass_), words(lang)
    screen.show(content.graded(found, say), lang)
    if out is not None:
        is_page = out.suffix.lower() == ".html"
        _keep(
            out,
            html.render(content.document(found, say), say) if is_page else _table(found, content.remarks(found, say)),
            lang,
        )


def _table(found: "Graded", remarks: Mapping[str, str]) -> str:
    """The class as CSV: a row a file, with what is odd about it."""
    head = ("answers", "right", "n", "accuracy", "low", "high", "verdict", "remarks")
    rows: list[Sequence[object]] = [
        (one.name, one.right, score.n, score.value, score.low, score.high, one.verdict or "", remarks.get(one.name, ""))
        for one in found.scored
        for score in [one.accuracy]
    ]
    rows += [(one.name, "", found.n, "", "", "", "unread", remarks.get(one.name, "")) for one in found.unread]
    return files.csv_text([head, *rows])


def _keep(out: Path, text: str, lang: str) -> None:
    files.write_whole(out, text)
    screen.fact("single-written", str(out), lang)
