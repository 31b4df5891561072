"""Runs as a laboratory report: title page, aim, tasks, method, results by task, conclusions, and room for the author's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.reporting import document_compared, document_method, lab_findings
from linnaeus.reporting.document_compared import Compare
from linnaeus.reporting.document_end import machine, repeat
from linnaeus.reporting.document_findings import results
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.document_paper import Paper
from linnaeus.reporting.lab import Lab, Question, a_task_a_run, conclusions


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A question with the runs that answer it, and what can be said of two of them."""

    question: Question
    place: int
    runs: Sequence[Held]
    comparisons: Sequence[Comparison]


def write(paper: Paper, runs: Sequence[Held], compare: Compare, lab: Lab) -> None:
    """The whole report, from the title page to the commands that repeat it."""
    say = paper.say
    questions = lab.questions or a_task_a_run(runs, say)
    _title_page(paper, lab)
    paper.heading(say("aim"))
    paper.text(lab.aim or say("lab.aim"))
    paper.heading(say("lab.tasks"))
    paper.text(say("lab.tasks.text"))
    paper.items([one.text for one in questions], numbered=True)
    _method(paper, runs)
    paper.heading(say("lab.results"))
    shown: set[str] = set()
    comparisons: dict[tuple[str, str], Comparison] = {}
    for place, question in enumerate(questions, 1):
        concerned = question.answered_by(runs)
        among = compare([run.folder for run in concerned]) if len(concerned) > 1 else ()
        comparisons |= {(one.first, one.second): one for one in among}
        _task(paper, Task(question=question, place=place, runs=concerned, comparisons=among), shown)
    _rest(paper, runs, shown)
    if len(runs) > 1 and not lab.questions:
        among = compare([run.folder for run in runs])
        comparisons |= {(one.first, one.second): one for one in among}
        paper.heading(say("runs"), 2)
        document_compared.compared(paper, runs, among)
        room(paper, "lab.answer")
    _conclusions(paper, runs, list(comparisons.values()))
    paper.heading(say("lab.appendix"))
    if lab.command:
        paper.text(say("foot.lab", command=lab.command))
    for run in runs:
        if len(runs) > 1:
            paper.heading(run.record.name, 2)
        machine(paper, run, 3 if len(runs) > 1 else 2)
        repeat(paper, run, 3 if len(runs) > 1 else 2)


def room(paper: Paper, key: str) -> None:
    """A place that the author has to fill, marked so that it cannot be overlooked."""
    paper.text(Markup("<mark>[{}]</mark>").format(paper.say(key)))


def _title_page(paper: Paper, lab: Lab) -> None:
    say = paper.say

    def blank(key: str) -> Markup:
        return Markup("<mark>[{}]</mark>").format(say(key))

    paper.line(blank("lab.university"), centred=True)
    paper.line(blank("lab.department"), centred=True)
    paper.space(7)
    paper.title(Markup("{} {}").format(say("lab.title"), say("lab.number", blank=blank("lab.variant.blank"))))
    paper.line(say("lab.course", course=lab.course or blank("lab.course.blank")), centred=True)
    paper.space(1)
    paper.line(Markup("<b>{}</b>").format(say("lab.topic", topic=lab.title or say("lab.topic.general"))), centred=True)
    paper.space(7)
    for key in ("lab.author", "lab.group", "lab.variant", "lab.teacher"):
        paper.line(say(key, blank=blank(f"{key}.blank")), right=True)
    paper.space(6)
    paper.line(blank("lab.place"), centred=True)
    paper.new_page()


def _method(paper: Paper, runs: Sequence[Held]) -> None:
    """Data once where they are the same, then network and training of each run."""
    say, several = paper.say, len(runs) > 1
    paper.heading(say("lab.method"))
    described: set[str] = set()
    for run in runs:
        fingerprint = run.record.data.fingerprint
        if several:
            paper.heading(run.record.name, 2)
        level = 3 if several else 2
        if fingerprint in described:
            paper.text(say("data.same", fingerprint=fingerprint))
        else:
            document_method.data(paper, run, level)
        described.add(fingerprint)
        document_method.network(paper, run, level, runs[0])
        document_method.training(paper, run, level, runs[0])


def _task(paper: Paper, task: Task, shown: set[str]) -> None:
    """The question, the runs that answer it beside each other, each run's own figures where they come first, and the room."""
    say = paper.say
    paper.heading(say("lab.task", place=task.place), 2)
    paper.text(task.question.text)
    if not task.runs and not task.question.findings:
        paper.text(say("lab.no_run"))
    if len(task.runs) > 1:
        document_compared.compared(paper, task.runs, task.comparisons)
    for run in task.runs:
        if run.record.name not in shown:
            _results(paper, run, len(task.runs) > 1)
            shown.add(run.record.name)
    for finding in task.question.findings:
        lab_findings.write(paper, finding)
    room(paper, "lab.answer")


def _rest(paper: Paper, runs: Sequence[Held], shown: set[str]) -> None:
    """Runs that no question names are not left out."""
    for run in runs:
        if run.record.name not in shown:
            paper.heading(run.record.name, 2)
            _results(paper, run, False)


def _results(paper: Paper, run: Held, named: bool) -> None:
    if named:
        paper.heading(paper.say("lab.run", run=run.record.name), 3)
    results(paper, run, 4 if named else 3)


def _conclusions(paper: Paper, runs: Sequence[Held], comparisons: Sequence[Comparison]) -> None:
    say = paper.say
    paper.heading(say("lab.conclusions"))
    paper.text(say("lab.conclusions.text"))
    paper.items(conclusions(runs, comparisons, say))
    room(paper, "lab.conclusion")
