"""What a laboratory work may conclude: for each of its questions the statements that its records carry, and no others."""

from collections.abc import Iterator, Sequence
from importlib import import_module

from markupsafe import Markup

from linnaeus.labs.lab_sheet import Question
from linnaeus.record.comparison import Comparison
from linnaeus.record.record import RunRecord
from linnaeus.reporting.blocks import Block, Items, Paragraph
from linnaeus.reporting.content import comparison, forgetting, learning
from linnaeus.reporting.content.grade import in_vain, most_frequent
from linnaeus.reporting.content.layout import bold
from linnaeus.reporting.subject import Run, ordered, split_title
from linnaeus.reporting.words import BLANK, Words

# What a step may have found, by the name of its type, and which content has sentences that follow from it: its `conclusions`.
STEPS = {
    "Audit": "audit",
    "Environment": "machine",
    "EpochTimes": "bench",
    "Inspection": "inspection",
    "LayerTimes": "bench",
    "Predicted": "singles",
    "Reference": "references",
    "SingleImages": "singles",
    "StudyResult": "study",
    "Transfers": "comparison",
}


def blocks(
    questions: Sequence[Question], runs: Sequence[Run], compared: Sequence[Sequence[Comparison]], say: Words
) -> list[Block]:
    """Each question, and what answers it; `compared` are the comparisons of the runs of each. What was said once is not said again."""
    said: dict[Markup, int] = {}
    found: list[Block] = []
    for place, (question, among) in enumerate(zip(questions, compared, strict=True), 1):
        told = list(dict.fromkeys(_told(question, runs, among, say)))
        new = [one for one in told if one not in said]
        said |= dict.fromkeys(new, place)
        before = sorted({said[one] for one in told} - {place})
        if before:
            key = "conclude-before" if len(before) == 1 else "conclude-before-several"
            new.append(say(key, places=", ".join(map(str, before))))
        found += [Paragraph(bold(f"{place}. {question.text}")), Items(new or [say("conclude-nothing")])]
    return found


def _told(question: Question, runs: Sequence[Run], among: Sequence[Comparison], say: Words) -> Iterator[Markup]:
    """What is known of its runs, of their differences, and of what its steps found."""
    answering = [run for run in runs if question.answered_by(run.record.name)]
    if question.reach is not None and not answering:
        yield say("conclude-reach-none", share=say.share(question.reach))
    for run in answering:
        yield from of_run(run, say)
        if question.reach is not None:
            yield from reached(run, question.reach, say)
    yield from comparison.sentences(among, say)
    for step in question.steps:
        several = step.found if isinstance(step.found, list) else [step.found]
        if step.call.verb == "compare":
            yield from comparison.sentences(several, say)
            continue
        for one in several:
            if (name := STEPS.get(type(one).__name__)) is not None:
                yield from import_module(f"linnaeus.reporting.content.{name}").conclusions(one, say)


def of_run(run: Run, say: Words) -> Iterator[Markup]:
    """Scores with n and interval, the weakest class, forgetting, fit, time."""
    record = run.record
    for key in run.splits():
        score = record.scores[key].metrics["accuracy"]
        yield say("conclude-accuracy", run=record.name, split=split_title(key, say), n=score.n,
                  accuracy=say.share(score.value), interval=say.interval(score),
                  chance=say.share(most_frequent(record.scores[key])))  # fmt: skip
    if not record.scores:
        yield say("conclude-no-score", run=record.name)
    elif "test" not in record.scores and "test" in record.data.counts:
        yield say("conclude-sealed", run=record.name)
    headline = run.headline()
    weakest = record.scores[headline].weakest() if headline is not None else None
    if weakest is not None and not in_vain(run, headline):
        yield say("conclude-recall", run=record.name, name=weakest.name, recall=say.score(weakest.recall))
    for key in ordered(record.forgetting):
        found = record.forgetting[key]
        told = Markup(" ").join([*forgetting.sentences(found, say), *forgetting.mistaken(found, say)])
        yield Markup("{}, {}: {}").format(record.name, split_title(key, say), told)
    ends = list(_ends(record, say))
    yield from ends
    for told in learning.judged(record, record.name, say):
        yield Markup("{}: {}").format(record.name, told)
    if record.time.train_s and record.is_fitted():
        yield say("conclude-time-fitted", run=record.name, time=say.seconds(record.time.train_s))
    elif record.time.train_s and record.history and not ends:
        yield say("conclude-time", run=record.name, time=say.seconds(record.time.train_s), n=len(record.history))


def _ends(record: RunRecord, say: Words) -> Iterator[Markup]:
    """After how long, how far training and validation images are apart, and from where on the loss of the latter rises, if it does."""
    rows, taken_s = record.history, record.time.train_s
    if taken_s is None or record.is_fitted() or len(rows) < 2 or any(row.val_loss is None for row in rows):
        return
    last, best = rows[-1], min(rows, key=lambda row: row.val_loss or 0.0)
    kept = record.scores.get("val") if record.recipe["choose"] == "last" else None  # by the precision that answers, too
    val = kept.metrics["accuracy"].value if kept else last.val_accuracy or 0.0
    shares = {"train": say.share(last.accuracy), "val": say.share(val)}
    taken = say.seconds(taken_s)
    yield say("conclude-ends", run=record.name, n=len(rows), time=taken, best=str(best.epoch), **shares)


def reached(run: Run, share: float, say: Words) -> Iterator[Markup]:
    """Whether a run reaches an accuracy, as far as its images tell, and from which epoch on its validation images do."""
    record, key = run.record, run.headline()
    if key is None:
        return
    score = record.scores[key].metrics["accuracy"]
    verdict = (
        "sure" if score.low >= share else "not" if score.high < share else "seen" if score.value >= share else "open"
    )
    measured = f"{say.percent(score.value)} ({say.percents(score)}, n{BLANK}{say.count(score.n)})"
    values = {"run": record.name, "split": split_title(key, say), "share": say.share(share), "score": measured}
    yield say(f"conclude-reach-{verdict}", **values)
    first = next((row for row in record.history if (row.val_accuracy or 0.0) >= share), None)
    if first is not None and record.time.train_s:
        taken = say.seconds(record.time.train_s * first.epoch / len(record.history))
        yield say("conclude-reach-after", run=record.name, share=say.share(share), epoch=first.epoch, time=taken)
