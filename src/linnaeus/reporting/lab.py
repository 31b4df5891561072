"""`Lab`: what a laboratory work asks, and which conclusions a record carries.

A sheet is a mapping, or a TOML file that holds one. A text is one text for all languages, or a table of them:

    title = {en = "LeNet-5 on MNIST", ru = "LeNet-5 на MNIST"}
    aim = {en = "To find out how …", ru = "Исследовать …"}
    course = {en = "Deep learning", ru = "Глубокое обучение"}     # optional
    command = "linnaeus lab lenet"                                 # optional: what does all of it again
    [[questions]]                                                  # a task each, in their order
    en = "How does the accuracy depend on the activation?"
    ru = "Как точность зависит от функции активации?"
    runs = ["tanh-*", "relu-*"]       # optional: names or patterns of the runs that answer it; all runs unless given

`questions` may also be a plain list of texts. Without a sheet the title and the aim are general, and each run is a task.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from markupsafe import Markup

from linnaeus.errors import UsageError
from linnaeus.record.comparison import Comparison
from linnaeus.reporting import fit, forgotten, sentences
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_results import ORDER, splits, title
from linnaeus.reporting.words import Words

FIELDS = ("title", "aim", "course", "command", "questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A task, and the names or patterns of the runs that answer it; none: all of them, where nothing else answers it."""

    text: str
    runs: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()  # studies and printed texts that answer it, see `lab_findings`

    def answered_by(self, runs: Sequence[Held]) -> list[Held]:
        """Of these runs those that the question names."""
        if self.findings and not self.runs:
            return []
        return [run for run in runs if not self.runs or any(fnmatchcase(run.record.name, one) for one in self.runs)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A lab sheet in one language; what is empty the report words itself."""

    title: str = ""
    aim: str = ""
    course: str = ""
    command: str = ""
    questions: tuple[Question, ...] = ()


def read(file: Path, language: str) -> Lab:
    """A sheet from a TOML file. Raises UsageError where it cannot be read or is none."""
    try:
        plain = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the lab sheet {file} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"the lab sheet {file} is not TOML in UTF-8: {error}") from None
    return from_plain(plain, language, str(file))


def from_plain(plain: Mapping[str, Any], language: str, name: str = "the lab sheet") -> Lab:
    """The sheet that a mapping holds. Raises UsageError for an unknown field, or one that is no text in this language."""
    unknown = [key for key in plain if key not in FIELDS]
    if unknown:
        raise UsageError(f"{name} has a field {unknown[0]!r}; it may have {', '.join(FIELDS)}")
    questions = plain.get("questions", [])
    if not isinstance(questions, Sequence) or isinstance(questions, str):
        raise UsageError(f"{name}: questions must be a list, of texts or of tables with en and ru")
    texts = {key: _text(plain[key], language, f"{name}: {key}") for key in FIELDS[:-1] if key in plain}
    asked = tuple(_question(one, language, f"{name}: question {place}") for place, one in enumerate(questions, 1))
    return Lab(**texts, questions=asked)


def _question(found: Any, language: str, where: str) -> Question:
    runs = found.get("runs", []) if isinstance(found, Mapping) else []
    if not isinstance(runs, Sequence) or isinstance(runs, str) or not all(isinstance(one, str) for one in runs):
        raise UsageError(f"{where}: runs must be a list of names of runs")
    findings = tuple(found.get("findings", ())) if isinstance(found, Mapping) else ()
    return Question(text=_text(found, language, where), runs=tuple(runs), findings=findings)


def _text(found: Any, language: str, where: str) -> str:
    if isinstance(found, Mapping):
        if language not in found:
            raise UsageError(f'{where} has no text in {language!r}; write {language} = "…"')
        found = found[language]
    if not isinstance(found, str) or not found.strip():
        raise UsageError(f'{where} must be a text, or a table of texts such as {{en = "…", ru = "…"}}')
    return found.strip()


def conclusions(runs: Sequence[Held], comparisons: Sequence[Comparison], say: Words) -> list[Markup]:
    """Statements that the records carry, and no others: scores with n and interval, paired tests, forgetting, fit, time."""
    told: list[Markup] = []
    for run in runs:
        told += _of_run(run, say)
    told += (sentences.comparison(one, say) for one in comparisons)
    return [*told, *(sentences.foreign([run.record for run in runs], say) if comparisons else ())]


def a_task_a_run(runs: Sequence[Held], say: Words) -> tuple[Question, ...]:
    """The tasks of a lab without questions."""
    return tuple(
        Question(
            text=str(say("lab.task.run", model=str(run.record.recipe["model"]), data=str(run.record.recipe["data"]),
                         run=run.record.name).striptags()),
            runs=(run.record.name,),
        )
        for run in runs
    )  # fmt: skip


def _of_run(run: Held, say: Words) -> Iterator[Markup]:
    record = run.record
    for key in splits(run):
        score = record.scores[key].metrics["accuracy"]
        values = {"run": record.name, "split": title(key, say), "n": score.n, "percent": say.percent(score.value)}
        yield say("conclude.score", low=say.percent(score.low), high=say.percent(score.high), **values)
    if not record.scores:
        yield say("conclude.no_score", run=record.name)
    elif "test" not in record.scores and "test" in record.data.counts:
        yield say("conclude.sealed", run=record.name)
    for key in splits(run)[:1]:
        weakest = record.scores[key].weakest()
        if weakest is not None:
            recall = weakest.recall
            yield say("conclude.weakest", run=record.name, name=weakest.name, percent=say.percent(recall.value),
                      low=say.percent(recall.low), high=say.percent(recall.high), n=recall.n)  # fmt: skip
    for view in forgotten.views(record, [key for key in ORDER[:2] if key in record.forgetting], say):
        yield Markup("{}, {}: ").format(record.name, view.title) + Markup(" ").join(view.sentences)
    for found in fit.sentences(record, say):
        yield Markup("{}: ").format(record.name) + found
    if record.time.train_s:
        yield say("conclude.time", run=record.name, time=say.seconds(record.time.train_s), n=len(record.history))
