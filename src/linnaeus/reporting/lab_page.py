"""A laboratory report as sections of a page: title, aim, tasks, results by task, conclusions, and room for the author's words.

What one run was and found stands below, as on its own page; `lab` says what a sheet holds and what the records carry.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.reporting import beside, lab_findings, sentences
from linnaeus.reporting.document_method import Held
from linnaeus.reporting.lab import Lab, Question, a_task_a_run, conclusions
from linnaeus.reporting.old_blocks import Block, Items, Paragraph, Room, Section
from linnaeus.reporting.words import Words

Compare = Callable[[Sequence[RunFolder]], Sequence[Comparison]]  # the paired comparisons of some runs


def sections(runs: Sequence[Held], lab: Lab, compare: Compare, say: Words) -> list[Section]:
    """From the lines of the title page to the conclusions; each run is linked as `#run0`, `#run1` …"""
    questions = lab.questions or a_task_a_run(runs, say)
    found = [_title(lab, say), Section(key="aim", title=say("aim"), blocks=[Paragraph(lab.aim or say("lab.aim"))])]
    tasks = Items([one.text for one in questions], numbered=True)
    found.append(Section(key="tasks", title=say("lab.tasks"), blocks=[tasks]))
    told: dict[tuple[str, str], Comparison] = {}
    for place, question in enumerate(questions, 1):
        concerned = question.answered_by(runs)
        among = compare([run.folder for run in concerned]) if len(concerned) > 1 else ()
        told |= {(one.first, one.second): one for one in among}
        found.append(_task(question, place, concerned, among, runs, say))
    if len(runs) > 1:
        among = compare([run.folder for run in runs])
        if not lab.questions:
            told |= {(one.first, one.second): one for one in among}
        found += beside.sections([run.record for run in runs], among, say)
    found.append(_conclusions(runs, list(told.values()), say))
    return found


def _title(lab: Lab, say: Words) -> Section:
    """What stands on the title page of the document, to be filled in."""

    def line(key: str) -> Room:
        before, _, after = str(say(key, blank="\0")).partition("\0")
        return Room(say(f"{key}.blank"), before=Markup(before), after=Markup(after))

    course: Block = Paragraph(say("lab.course", course=lab.course)) if lab.course else Room(say("lab.course.blank"))
    blocks: list[Block] = [Room(say("lab.university")), Room(say("lab.department")), course,
              *map(line, ("lab.author", "lab.group", "lab.variant", "lab.teacher")), Room(say("lab.place"))]  # fmt: skip
    return Section(key="title", title=say("lab.title"), note=say("lab.write"), blocks=blocks)


def _task(
    question: Question,
    place: int,
    concerned: Sequence[Held],
    among: Sequence[Comparison],
    runs: Sequence[Held],
    say: Words,
) -> Section:
    """The question, the runs that answer it beside each other, what can be told of them, and the room for the answer."""
    blocks: list[Block] = [Paragraph(Markup("<b>{}</b>").format(question.text))]
    if concerned:
        blocks.append(beside.scores_table([run.record for run in concerned], say))
        links = [Markup('<a href="#run{}">{}</a>').format(runs.index(run), run.record.name) for run in concerned]
        blocks.append(Paragraph(say("lab.below", runs=Markup(", ").join(links))))
    elif not question.findings:
        blocks.append(Paragraph(say("lab.no_run")))
    if among:
        blocks.append(Items([sentences.comparison(one, say) for one in among]))
    blocks += [block for finding in question.findings for block in lab_findings.blocks(finding, say)]
    blocks.append(Room(say("lab.answer")))
    return Section(key=f"task{place}", title=say("lab.task", place=place), blocks=blocks)


def _conclusions(runs: Sequence[Held], told: Sequence[Comparison], say: Words) -> Section:
    blocks: list[Block] = [Items(conclusions(runs, told, say)), Room(say("lab.conclusion"))]
    return Section(key="conclusions", title=say("lab.conclusions"), note=say("lab.conclusions.text"), blocks=blocks)
