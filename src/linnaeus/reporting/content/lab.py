"""A laboratory report: title page, aim, tasks, results by task, conclusions, and room for the author's own words.

What each run was and found follows as a document of its own. Besides runs, steps of the lab answer a task: each is told by the
content of what it found.
"""

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.reporting.blocks import Blank, Block, Cover, Items, Paragraph, Section, Text
from linnaeus.reporting.content import comparison, fit, forgetting, steps
from linnaeus.reporting.lab_sheet import Question, Sheet, a_task_a_run
from linnaeus.reporting.subject import Run, ordered, split_title
from linnaeus.reporting.words import Words

Compare = Callable[[Sequence[RunFolder]], Sequence[Comparison]]  # the paired comparisons of some runs


def title(sheet: Sheet, say: Words) -> Text:
    """What the lab is, and which variant of it."""
    if sheet.variant is None:
        return sheet.title
    return say("lab-topic-variant", topic=sheet.title, variant=sheet.variant)


def cover(sheet: Sheet, say: Words) -> Cover:
    """The title page; what the sheet does not say is room for the author."""

    def line(key: str) -> Text | Blank:
        if key == "lab-variant" and sheet.variant is not None:
            return say(key, blank=str(sheet.variant))
        before, _, after = str(say(key, blank="\0")).partition("\0")
        return Blank(say(f"{key}-blank"), before=Markup(before), after=Markup(after))

    course: Text | Blank = say("lab-course", course=sheet.course) if sheet.course else Blank(say("lab-course-blank"))
    number = str(say("lab-number", blank="\0")).partition("\0")
    return Cover(
        above=[Blank(say("lab-university")), Blank(say("lab-department"))],
        title=[
            Blank(say("lab-variant-blank"), before=Markup(f"{say('lab-title')} {number[0]}"), after=Markup(number[2])),
            course,
            Markup("<b>{}</b>").format(say("lab-topic", topic=title(sheet, say) or say("lab-topic-general"))),
        ],
        author=[line(key) for key in ("lab-author", "lab-group", "lab-variant", "lab-teacher")],
        below=[Blank(say("lab-place"))],
    )


def sections(runs: Sequence[Run], sheet: Sheet, compare: Compare, say: Words) -> list[Section]:
    """From the aim to the conclusions."""
    questions = sheet.questions or a_task_a_run(runs, say)
    tasks = Items([one.text for one in questions], numbered=True)
    found = [
        Section(key="aim", title=say("aim"), blocks=[Paragraph(sheet.aim or say("lab-aim"))]),
        Section(key="tasks", title=say("lab-tasks"), note=say("lab-write"), blocks=[tasks]),
    ]
    told: dict[tuple[str, str], Comparison] = {}
    for place, question in enumerate(questions, 1):
        concerned = question.answered_by(runs)
        among = compare([run.folder for run in concerned]) if len(concerned) > 1 else ()
        told |= {(one.first, one.second): one for one in among}
        found.append(_task(question, place, concerned, among, say))
    if len(runs) > 1:
        among = compare([run.folder for run in runs])
        if not sheet.questions:
            told |= {(one.first, one.second): one for one in among}
        found += comparison.sections(runs, among, say)
    blocks: list[Block] = [Items(conclusions(runs, list(told.values()), say)), Blank(say("lab-conclusion"))]
    note = say("lab-conclusions-text")
    return [*found, Section(key="conclusions", title=say("lab-conclusions"), note=note, blocks=blocks)]


def conclusions(runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words) -> list[Markup]:
    """Statements that the records carry, and no others: scores with n and interval, paired tests, forgetting, fit, time."""
    return [*(text for run in runs for text in _of_run(run, say)), *comparison.sentences(comparisons, say)]


def _task(
    question: Question, place: int, runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words
) -> Section:
    """The question, the runs that answer it beside each other, what is established of them, and room for the answer."""
    blocks: list[Block] = [Paragraph(question.text, lead=True)]
    if runs:
        blocks.append(comparison.runs_table(runs, say))
        blocks.append(Paragraph(say("lab-below", runs=", ".join(run.record.name for run in runs))))
    elif not question.steps:
        blocks.append(Paragraph(say("lab-no-run")))
    if comparisons:
        blocks.append(Items(comparison.sentences(comparisons, say)))
    for step in question.steps:
        blocks += steps.blocks(step, say)
    blocks.append(Blank(say("lab-answer")))
    return Section(key=f"task{place}", title=say("lab-task", place=place), blocks=blocks)


def _of_run(run: Run, say: Words) -> Iterator[Markup]:
    record = run.record
    for key in run.splits():
        score = record.scores[key].metrics["accuracy"]
        yield say("conclude-accuracy", run=record.name, split=split_title(key, say), n=score.n,
                  accuracy=say.share(score.value), interval=say.interval(score))  # fmt: skip
    if not record.scores:
        yield say("conclude-no-score", run=record.name)
    elif "test" not in record.scores and "test" in record.data.counts:
        yield say("conclude-sealed", run=record.name)
    headline = run.headline()
    weakest = record.scores[headline].weakest() if headline is not None else None
    if weakest is not None:
        yield say("conclude-recall", run=record.name, name=weakest.name, recall=say.score(weakest.recall))
    for key in ordered(record.forgetting):
        told = Markup(" ").join(forgetting.sentences(record.forgetting[key], say))
        yield Markup("{}, {}: {}").format(record.name, split_title(key, say), told)
    for pair in fit.told(record, record.name, say):
        yield Markup("{}: {}").format(record.name, Markup(" ").join(pair))
    if record.time.train_s:
        yield say("conclude-time", run=record.name, time=say.seconds(record.time.train_s), n=len(record.history))
