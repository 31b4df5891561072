"""`Sheet`: what a laboratory work asks.

A sheet is a mapping, or a TOML file that holds one. A text is one text for all languages, or a table of them:

    title = {en = "LeNet-5 on MNIST", ru = "LeNet-5 на MNIST"}
    aim = {en = "To find out how …", ru = "Исследовать …"}
    course = {en = "Deep learning", ru = "Глубокое обучение"}     # optional
    command = "linnaeus lab lenet"                                 # optional: what does all of it again
    student = "Anna Ivanova"                                       # optional: for the title page
    variant = 3                                                    # optional: its number
    [[questions]]                                                  # a task each, in their order
    en = "How does the accuracy depend on the activation?"
    ru = "Как точность зависит от функции активации?"
    runs = ["tanh-*", "relu-*"]       # optional: names or patterns of the runs that answer it; left out: all
    write = {en = "What is …?", ru = "Что такое …?"}    # optional: what the author is asked to write there
    reach = 0.992                     # optional: an accuracy, of which it is said whether the runs reach it

`questions` may also be a plain list of texts. A sheet whose title has no text in a language stands in the language that it has first.
Without a sheet the title and the aim are general, and each run is a task.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import UsageError
from linnaeus.labs.call import Step

TEXTS = ("title", "aim", "course", "command", "student")
FIELDS = (*TEXTS, "variant", "questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A task, and the names or patterns of the runs that answer it; none: all of them, where nothing else answers it."""

    text: str
    runs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()  # of a lab that was done
    write: str = ""  # what belongs into the room for the author; "": the answer
    reach: float | None = None  # an accuracy

    def answered_by(self, run: str) -> bool:
        """True of the name of a run that answers it."""
        if not self.runs:
            return not (self.steps or self.write)
        return any(fnmatchcase(run, one) for one in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A lab sheet in one language; what is empty the report words itself."""

    title: str = ""
    aim: str = ""
    course: str = ""
    command: str = ""
    student: str = ""
    variant: int | None = None
    questions: tuple[Question, ...] = ()


def of(lab: bool | Path | str | Mapping[str, Any], language: str) -> Sheet:
    """The sheet that a mapping or a TOML file holds, or one without a word. Raises UsageError as `read` and `from_plain`."""
    if isinstance(lab, Mapping):
        return from_plain(lab, language)
    return Sheet() if isinstance(lab, bool) else read(Path(lab), language)


def read(file: Path, language: str) -> Sheet:
    """A sheet from a TOML file. Raises UsageError where it cannot be read or is none."""
    return from_plain(files.read_toml(file, "the lab sheet", UsageError), language, str(file))


def from_plain(plain: Mapping[str, Any], language: str, name: str = "the lab sheet") -> Sheet:
    """The sheet that a mapping holds. Raises UsageError for an unknown field, or one that is no text in this language."""
    unknown = [key for key in plain if key not in FIELDS]
    if unknown:
        raise UsageError(f"{name} has a field {unknown[0]!r}; it may have {', '.join(FIELDS)}")
    questions = plain.get("questions", [])
    if not isinstance(questions, Sequence) or isinstance(questions, str):
        raise UsageError(f"{name}: questions must be a list, of texts or of tables with en and ru")
    if isinstance(title := plain.get("title"), Mapping) and title and language not in title:
        language = next(iter(title))
    texts = {key: _text(plain[key], language, f"{name}: {key}") for key in TEXTS if key in plain}
    asked = tuple(_question(one, language, f"{name}: question {place}") for place, one in enumerate(questions, 1))
    return Sheet(**texts, variant=plain.get("variant"), questions=asked)


def _question(found: Any, language: str, where: str) -> Question:
    given: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    runs, reach = given.get("runs", []), given.get("reach")
    if not isinstance(runs, Sequence) or isinstance(runs, str) or not all(isinstance(one, str) for one in runs):
        raise UsageError(f"{where}: runs must be a list of names of runs")
    if reach is not None and not (isinstance(reach, float) and 0 < reach < 1):
        raise UsageError(f"{where}: reach must be an accuracy between 0 and 1, such as 0.992, not {reach!r}")
    return Question(
        text=_text(found, language, where),
        runs=tuple(runs),
        steps=tuple(given.get("steps", ())),
        write=_text(given["write"], language, f"{where}: write") if "write" in given else "",
        reach=reach,
    )


def _text(found: Any, language: str, where: str) -> str:
    if isinstance(found, Mapping):
        if language not in found:
            raise UsageError(f'{where} has no text in {language!r}; write {language} = "…"')
        found = found[language]
    if not isinstance(found, str) or not found.strip():
        raise UsageError(f'{where} must be a text, or a table of texts such as {{en = "…", ru = "…"}}')
    return found.strip()
