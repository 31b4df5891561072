"""The first screen: how good the classifier is, in one sentence and three pictures, and what to do next."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from linnaeus.errors import RunError
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Bar, Block, Code, Facts, Gallery, Measured, Paragraph, Section, Table, Text
from linnaeus.reporting.content import calibration, grade, images, learning
from linnaeus.reporting.content.layout import paragraph, titled, together
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

SHOWN = ("correct", "wrong", "hardest")


def section(run: Run, say: Words) -> Section:
    """Of an unfinished run, how far it has come."""
    then = Code(suggestions(run, run.word)[0], caption=say("result-next"))
    return titled(say, "result", [*_answer(run, say), Paragraph(_test(run, say)), then], note=False)


def answer(run: Run, say: Words) -> Markup:
    """The sentence that answers the question; of a run without a score, why there is none."""
    key = run.headline()
    if key is None:
        return _unscored(run, say)
    score = run.record.scores[key].metrics["accuracy"]
    values = {"share": say.share(score.value), "interval": say.interval(score), "split": split_title(key, say)}
    return say("result-answer", n=score.n, **values)


def brief(run: Run, say: Words, typed: str | None = None) -> Facts:
    """The run in a few labelled lines, for a terminal; `typed` is what a person types to name the run."""
    record, name, key = run.record, typed or run.word, run.headline()
    pairs: list[tuple[Text, Text]] = [
        (split_title(split, say), say.score(record.scores[split].metrics["accuracy"])) for split in run.splits()
    ]
    pairs += [("", say(f"inherited-{split}", n=count)) for split, count in record.data.inherited.items()]
    # Where a score is no better than the most frequent class, that is said first, and nothing is drawn from its answers.
    in_vain = grade.in_vain(run, key)
    if key is None:
        pairs.append((say("split-val"), _unscored(run, say)))
    elif in_vain:
        if not learning.says_chance(record):
            pairs.append(("", grade.judgement(record.scores[key], say)))
    elif (found := grade.weakest(record.scores[key], say)) is not None:
        pairs.append((say("brief-weakest"), found))
    if "val" in record.calibration and not in_vain:
        told = [*calibration.sentences(record.calibration["val"], "val", say)]
        pairs.append((say("brief-calibration"), together(told[:2])))
    for statement, advice in learning.told(record, name, say)[:1]:
        pairs += [(say("brief-fit"), statement), ("", advice)]
    if run.folder.report.exists():
        pairs.append((say("brief-report"), str(run.folder.report)))
    return Facts([*pairs, (say("brief-next"), " · ".join(suggestions(run, name)))])


def suggestions(run: Run, name: str) -> list[str]:
    """What one would do next, as commands. The test is not among them: opening it is a decision of its own."""
    if run.record.status != "finished":
        return [f"linnaeus resume {name}"]
    look = [] if run.headline() in (None, "cv", *run.record.inspection) else [f"linnaeus inspect {name}"]
    return [*look, f"linnaeus predict {name} FILE", f"linnaeus report {name}"]


def look(record: RunRecord, say: Words) -> list[Block]:
    """A run in a notebook; with pictures, where its folder still lies where it was."""
    run = Run(folder=RunFolder(record.folder if record.folder is not None else Path()), record=record)
    model, data = (shared(str(record.recipe[field])) for field in ("model", "data"))
    about = Facts([(say("column-run"), record.name), (say("column-network"), model), (say("column-data"), data)])
    try:
        return [about, *section(run, say).blocks]
    except RunError:  # what cannot be read is told by whoever asks for it
        return [about]


def _unscored(run: Run, say: Words) -> Markup:
    if run.record.status == "finished":
        return say("result-none")
    return say("result-unfinished", n=len(run.record.history), of=run.record.recipe["epochs"])


def _answer(run: Run, say: Words) -> Iterator[Block]:
    key, result = run.headline(), answer(run, say)
    if key is None:
        yield Paragraph(result, lead=True)
        return
    found = run.record.scores[key]
    judged, in_vain = grade.judgement(found, say), grade.says_nothing(found)
    yield Paragraph(judged if in_vain else result, lead=True)
    told = [result if in_vain else judged]
    if (weak := grade.weakest(found, say)) is not None:
        told.append(say("result-weakest", weakest=weak))
    if key == "val" and run.kept_epoch() is not None:
        told.append(say("result-chosen"))
    if (count := found.metrics["accuracy"].groups) is not None:
        told.append(say("result-things", n=count))
    told += [say(f"inherited-{split}", n=count) for split, count in run.record.data.inherited.items()]
    yield paragraph(told)
    yield _axis(run, key, say)
    shown = {} if in_vain else images.chosen(run, key)
    frames = [
        images.framed_one(shown[name], run.classes(key), say, head=[say(f"result-{name}")])
        for name in SHOWN
        if name in shown
    ]
    if frames:
        yield Gallery(framed=frames, caption=say("result-pictures"))


def _axis(run: Run, key: str, say: Words) -> Table:
    """Each split as a mark between the most frequent class and 100 %, that of the headline first."""
    splits = dict.fromkeys([key, *run.splits()])
    scores = [(split_title(split, say), run.record.scores[split].metrics["accuracy"]) for split in splits]
    left = min([grade.most_frequent(run.record.scores[key]), *(score.low for _, score in scores)])
    rows = [(name, Measured(score=score, n=True), Bar(score=score, start=left)) for name, score in scores]
    return Table(header=(), rows=rows)


def _test(run: Run, say: Words) -> Markup:
    record = run.record
    if record.test_openings:
        told = [say("test-opened", n=record.test_openings)]
        opened = run.folder.openings(record.data.fingerprint)
        if opened.times > record.test_openings:
            told.append(say("test-opened-all", n=opened.times, runs=opened.runs))
        return together(told)
    sealed = "test" in record.data.counts
    return say("test-sealed", n=record.data.counts["test"]) if sealed else say("test-absent")
