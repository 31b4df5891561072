"""A laboratory report: title page, aim, tasks, results by task, conclusions, and room for the author's own words.

What each run was and found follows as a document of its own. Besides runs, steps of the lab answer a task: each is told by the
content of what it found.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from linnaeus.labs.lab_sheet import Question, Sheet
from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.reporting.blocks import Blank, Block, Cover, Items, Paragraph, Section, Text
from linnaeus.reporting.content import beside, comparison, conclusions, data, steps
from linnaeus.reporting.content.layout import bold, code, titled
from linnaeus.reporting.subject import Run
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
        known = {"lab-variant": sheet.variant, "lab-author": sheet.student}
        if known.get(key) not in (None, ""):
            return say(key, blank=str(known[key]))
        before, _, after = str(say(key, blank="\0")).partition("\0")
        return Blank(say(f"{key}-blank"), before=Markup(before), after=Markup(after))

    course: Text | Blank = say("lab-course", course=sheet.course) if sheet.course else Blank(say("lab-course-blank"))
    number = str(say("lab-number", blank="\0")).partition("\0")
    return Cover(
        above=[Blank(say("lab-university")), Blank(say("lab-department"))],
        title=[
            Blank(say("lab-variant-blank"), before=Markup(f"{say('lab-title')} {number[0]}"), after=Markup(number[2])),
            course,
            bold(say("lab-topic", topic=title(sheet, say) or say("lab-topic-general"))),
        ],
        author=[line(key) for key in ("lab-author", "lab-group", "lab-variant", "lab-teacher")],
        below=[Blank(say("lab-place"))],
    )


def sections(runs: Sequence[Run], sheet: Sheet, compare: Compare, say: Words) -> list[Section]:
    """From the aim to the conclusions."""
    questions = sheet.questions or tuple(_task_of(run, say) for run in runs)
    tasks = Items([one.text for one in questions], numbered=True)
    found = [
        titled(say, "aim", [Paragraph(sheet.aim or say("lab-aim"))], note=False),
        titled(say, "tasks", [tasks], "lab-tasks", say("lab-write")),
    ]
    compared = []
    for place, question in enumerate(questions, 1):
        concerned = [run for run in runs if question.answered_by(run.record.name)]
        is_compared = any(step.call.verb == "compare" for step in question.steps)
        sources = {str(run.record.recipe["data"]) for run in concerned}
        is_needed = len(concerned) > 1 and len(sources) == 1 and not is_compared
        compared.append(compare([run.folder for run in concerned]) if is_needed else ())
        found.append(_task(question, place, concerned, compared[-1], say))
    if len(runs) > 1:
        among = compare([run.folder for run in runs])
        if not sheet.questions:
            compared[-1] = among
        already = {_pair(one) for question in questions for step in question.steps for one in _compared(step.found)}
        beyond = [one for one in among if _pair(one) not in already]
        beside_each_other = beside.sections(runs, beyond, say)
        found += [one for one in beside_each_other if one.key != "compare" or beyond or not among]
    since = [say("lab-since", run=run.record.name, told=told) for run in runs if (told := data.since(run, say))]
    if since:
        found.insert(0, titled(say, "since", [Items(since)], note=False))
    blocks: list[Block] = [*conclusions.blocks(questions, runs, compared, say), Blank(say("lab-conclusion"))]
    return [*found, titled(say, "conclusions", blocks, "lab-conclusions", say("lab-conclusions-text"))]


def _compared(found: object) -> Sequence[Comparison]:
    """What a step has compared; empty of another step."""
    several = found if isinstance(found, list | tuple) else [found]
    return [one for one in several if isinstance(one, Comparison)]


def _pair(one: Comparison) -> tuple[str, frozenset[str]]:
    """Which split and runs, in whatever order."""
    return one.split, frozenset((one.first, one.second))


def _task_of(run: Run, say: Words) -> Question:
    """In a lab without questions."""
    model, data = (code(run.record.recipe[field]) for field in ("model", "data"))
    text = say("lab-task-run", model=model, data=data, run=run.record.name).striptags()
    return Question(text=text, runs=(run.record.name,))


def _task(
    question: Question, place: int, runs: Sequence[Run], comparisons: Sequence[Comparison], say: Words
) -> Section:
    """The question, the runs that answer it beside each other, what is established of them, and room for the answer."""
    blocks: list[Block] = [Paragraph(question.text, lead=True)]
    if runs:
        in_step = {name for step in question.steps for one in _compared(step.found) for name in (one.first, one.second)}
        if not {run.record.name for run in runs} <= in_step:  # else the step's own table has these scores
            blocks.append(beside.runs_table(runs, say))
        blocks.append(Paragraph(say("lab-below", runs=", ".join(run.record.name for run in runs))))
    elif not question.steps and not question.write:
        blocks.append(Paragraph(say("lab-no-run")))
    if comparisons:
        blocks.append(Items(comparison.sentences(comparisons, say)))
    for step in question.steps:
        blocks += steps.blocks(step, say)
    blocks.append(Blank(question.write or say("lab-answer")))
    return Section(key=f"task{place}", title=say("lab-task", place=place), blocks=blocks)
