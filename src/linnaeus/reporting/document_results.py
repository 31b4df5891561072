"""What a run found, as sections of a document: scores, curves, confusions, classes, examples, mistakes, what was forgotten."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.record.scores import Score, SplitScores
from linnaeus.reporting import document_figures, forgotten, tables
from linnaeus.reporting.document_method import MOST_ROWS, Held
from linnaeus.reporting.document_paper import Paper, Table, Text
from linnaeus.reporting.words import Words
from linnaeus.stats.confusion import confusion

Array = npt.NDArray[np.float64]

ORDER = ("val", "test", "train")
MOST_MISTAKES, MISTAKE_COLUMNS = 18, 6
EXAMPLES = 8  # images of the table of answers
MOST_PAIRS = 8
CURVE_WIDTH, RATE_WIDTH = 11.5, 9.0  # centimetres


def splits(run: Held) -> list[str]:
    """What was scored, plain scores first."""

    def place(key: str) -> tuple[int, str]:
        split, _, views = key.partition("+")
        return (ORDER.index(split) + 3 * bool(views), "") if split in ORDER else (6, key)

    return sorted(run.record.scores, key=place)


def title(key: str, say: Words) -> Text:
    """What scores are of: a split, or "val+flip", several views of its images."""
    split, _, views = key.partition("+")
    name = say.of("split", split)
    return say("split.views", split=name, views=views) if views else name


def scores(paper: Paper, run: Held, level: int) -> None:
    """All metrics of all splits, each with n and its interval."""
    say, order = paper.say, splits(run)
    paper.heading(say("scores"), level)
    if not order:
        recipe, done = run.record.recipe, len(run.record.history)
        is_finished = run.record.status == "finished"
        none = say("verdict.none") if is_finished else say("verdict.unfinished", n=done, of=recipe["epochs"])
        paper.text(none, *openings(run, say))
        return
    paper.text(*verdict(run, say), say("scores.table", table=paper.next("table")))
    header: list[Text] = [say("column.metric")]
    for key in order:
        n = run.record.scores[key].metrics["accuracy"].n
        header += [Markup("{}, {}").format(title(key, say), say("images", n=n)), say("column.interval")]
    rows = [
        [say.of("metric", name), *(cell for score in found for cell in _pair(score, say))]
        for name, found in tables.metrics(run.record, order)
    ]
    paper.table(say("scores.caption"), Table(header=header, rows=rows, numbers=frozenset(range(1, len(header)))))
    paper.text(say("scores.note"), *openings(run, say))


def _pair(score: Score | None, say: Words) -> tuple[str, str]:
    if score is None:
        return "–", ""
    return say.decimals(score.value), f"{say.decimals(score.low)}–{say.decimals(score.high)}"


def verdict(run: Held, say: Words) -> list[Markup]:
    """The main score in sentences."""
    key = splits(run)[0]
    found = run.record.scores[key]
    accuracy, weakest = found.metrics["accuracy"], found.weakest()
    told = [
        say("verdict", percent=say.percent(accuracy.value), n=accuracy.n, split=title(key, say)),
        say("verdict.interval", low=say.percent(accuracy.low), high=say.percent(accuracy.high)),
    ]
    if weakest is not None:
        taken = say("verdict.taken", name=weakest.confused_with) if weakest.confused_with is not None else Markup("")
        right = say("verdict.weakest", name=weakest.name, correct=weakest.correct, n=weakest.support)
        told.append(right + taken + Markup("."))
    baseline = tables.baseline(run.record, key)
    if baseline is not None:
        told.append(say("verdict.baseline", percent=say.percent(baseline)))
    if key == "val" and tables.kept_epoch(run.record) is not None:
        told.append(say("verdict.chosen"))
    return told


def summary(run: Held, say: Words) -> list[Markup]:
    """The main score, and that of the test where it was opened: what stands under the title."""
    test = run.record.scores.get("test")
    told = verdict(run, say)[:2] if run.record.scores else []
    if test is not None and splits(run)[0] != "test":
        score = test.metrics["accuracy"]
        ends = {"percent": say.percent(score.value), "low": say.percent(score.low), "high": say.percent(score.high)}
        told.append(say("test.scored", n=score.n, **ends))
    return told


def openings(run: Held, say: Words) -> list[Markup]:
    """What became of the test split."""
    record = run.record
    if record.test_openings:
        return [say("test.opened", n=record.test_openings)]
    if "test" in record.data.counts:
        return [say("test.sealed", n=record.data.counts["test"])]
    return [say("test.absent")]


def curves(paper: Paper, run: Held, level: int) -> None:
    """Accuracy, loss and learning rate by epoch."""
    say, record = paper.say, run.record
    paper.heading(say("learning"), level)
    if not record.history:
        paper.text(say("learning.none"))
        return
    shown = [say("curves.text", accuracy=paper.next("figure"), loss=paper.next("figure", 1), rate=paper.next("figure", 2)),
             say("curves.bands")]  # fmt: skip
    if document_figures.has_validation(record):
        shown.append(say("curves.val"))
    kept = tables.kept_epoch(record)
    if kept is not None:
        shown.append(say("curves.kept", epoch=kept))
    if record.earlier and record.parent:
        shown.append(say("curves.began", run=record.parent))
    paper.text(*shown)
    for name in document_figures.DRAW:
        picture = document_figures.curve(name, record, say)
        caption = say(f"curves.{name}.caption", run=record.name)
        paper.figure(
            picture,
            caption,
            say("curves.alt", what=caption, n=len(record.history)),
            CURVE_WIDTH if name != "rate" else RATE_WIDTH,
        )


def confusions(paper: Paper, run: Held, level: int) -> None:
    """A matrix and the commonest mistakes of each split whose predictions were kept."""
    say = paper.say
    found = [(key, counts) for key in splits(run) if (counts := _counted(run, key)) is not None]
    if not found:
        return
    paper.heading(say("confusion"), level)
    for key, counts_KK in found:
        classes = [row.name for row in run.record.scores[key].classes]
        name = title(key, say)
        note = say("confusion.note") if key == found[0][0] else ""
        paper.text(say("confusion.text", figure=paper.next("figure"), split=name), note)
        picture = document_figures.confusion(counts_KK, classes, say)
        n = int(counts_KK.sum())
        caption = say("confusion.caption", split=name, images=say("images", n=n))
        right = say("confusion.alt", classes=len(classes), right=int(np.trace(counts_KK)), n=n)
        paper.figure(picture, caption, right, min(14.0, 5.5 + 0.5 * len(classes)))
        pairs = tables.pairs(counts_KK, classes)[:MOST_PAIRS]
        if not pairs:
            paper.text(say("confusion.none"))
            continue
        rows = [[pair.name, pair.confused_with, say.count(pair.count), say.count(pair.support)] for pair in pairs]
        header = [say(f"column.{one}") for one in ("true", "answer", "mistakes", "support")]
        paper.table(
            say("confusion.pairs.caption", split=name), Table(header=header, rows=rows, numbers=frozenset((2, 3)))
        )


def _counted(run: Held, key: str) -> npt.NDArray[np.int64] | None:
    found, classes = run.folder.predictions(key), run.record.scores[key].classes
    if found is None or not len(found["labels"]) or found["probabilities"].shape[1] != len(classes):
        return None
    counts: npt.NDArray[np.int64] = confusion(found["labels"], found["probabilities"].argmax(axis=1), len(classes))
    return counts


def by_class(paper: Paper, run: Held, level: int) -> None:
    """Precision, recall with its interval, and F1 of each class of the first split; of many classes the weakest."""
    say, order = paper.say, splits(run)
    if not order:
        return
    paper.heading(say("per_class"), level)
    paper.text(say("per_class.note"))
    for key in order:
        _class_table(paper, run.record.scores[key], title(key, say))


def _class_table(paper: Paper, found: SplitScores, name: Text) -> None:
    say, many = paper.say, len(found.classes) > MOST_ROWS
    rows = [row.scores for row in tables.by_class(found, weakest_first=many).rows][: MOST_ROWS if not many else 20]
    cells = [
        [
            row.name,
            say.decimals(row.precision),
            *_pair(row.recall if row.support else None, say),
            say.decimals(row.f1),
            say.count(row.support),
            row.confused_with or "",
        ]
        for row in rows
    ]
    columns = ("class", "precision", "recall", "interval", "f1", "support", "taken_for")
    header = [say(f"column.{column}") for column in columns]
    caption = say("per_class.caption.weakest" if many else "per_class.caption", split=name, n=len(rows))
    paper.text(say("per_class.text", table=paper.next("table"), split=name))
    paper.table(caption, Table(header=header, rows=cells, numbers=frozenset(range(1, 6))))


def examples(paper: Paper, run: Held, level: int) -> None:
    """What was answered to some images, chosen by their place alone, and the wrong answers that were surest."""
    say, order = paper.say, splits(run)
    if not order:
        return
    paper.heading(say("examples"), level)
    key = order[0]
    found, classes = run.folder.predictions(key), [row.name for row in run.record.scores[key].classes]
    if found is not None and len(found["names"]):
        _answers(paper, found, classes, title(key, say))
    for split in order:
        _mistakes(paper, run, split)


def _answers(paper: Paper, found: dict[str, npt.NDArray[np.generic]], classes: Sequence[str], name: Text) -> None:
    say = paper.say
    places = np.unique(np.linspace(0, len(found["names"]) - 1, EXAMPLES).round().astype(int))
    rows: list[list[Text]] = []
    for place in places:
        chances_K = found["probabilities"][place]
        first, second = (int(index) for index in np.argsort(-chances_K, kind="stable")[:2])
        label = int(found["labels"][place])
        answer: Text = classes[first] if first == label else Markup("<b>{}</b>").format(classes[first])
        rows.append([str(found["names"][place]), classes[label], answer, say.decimal(f"{chances_K[first]:.2f}"),
                     classes[second], say.decimal(f"{chances_K[second]:.2f}")])  # fmt: skip
    paper.text(say("examples.text", table=paper.next("table")))
    header = [say(f"column.{one}") for one in ("image", "true", "answer", "chance", "second", "chance")]
    paper.table(say("examples.caption", split=name), Table(header=header, rows=rows, numbers=frozenset((3, 5))))


def _mistakes(paper: Paper, run: Held, key: str) -> None:
    say, found = paper.say, run.folder.pictures(f"mistakes-{key}")
    if found is None or not len(found["images"]):
        return
    classes = [row.name for row in run.record.scores[key].classes]
    shown = slice(0, MOST_MISTAKES)
    captions = [
        f"{_brief(classes[int(label)])}\n→ {_brief(classes[int(answer)])} {say.decimal(f'{sure:.2f}')}"
        for label, answer, sure in zip(
            found["labels"][shown], found["predicted"][shown], found["confidence"][shown], strict=True
        )
    ]
    name = title(key, say)
    paper.text(say("mistakes.text", figure=paper.next("figure"), split=name))
    sheet = document_figures.pictures(found["images"][shown], captions, MISTAKE_COLUMNS)
    paper.figure(sheet, say("mistakes.caption", split=name), say("mistakes.alt", n=len(captions)), 15.0)


def forgetting(paper: Paper, run: Held, level: int) -> None:
    """Of a run that adds classes: what was lost on the old and won on the new, on the same images."""
    say = paper.say
    views = forgotten.views(run.record, [key for key in ORDER if key in run.record.forgetting], say)
    if not views:
        return
    paper.heading(say("forgetting"), level)
    paper.text(say("forgetting.text", n=len(views[0].found.new), table=paper.next("table")))
    rows: list[list[Text]] = []
    for view in views:
        paper.text(
            Markup("<b>{}.</b>").format(view.title[:1].upper() + view.title[1:]), *view.sentences, *_taken(view, say)
        )
        rows += [
            [view.title, say("forgetting.new" if group.is_new else "forgetting.old"), say.count(group.n),
             *_pair(group.before, say), *_pair(group.after, say)]
            for group in view.found.groups if group.n
        ]  # fmt: skip
    columns = ("split", "group", "support", "before", "interval", "after", "interval")
    header = [say(f"column.{column}") for column in columns]
    paper.table(say("forgetting.caption"), Table(header=header, rows=rows, numbers=frozenset(range(2, 7))))


def _taken(view: forgotten.ForgottenView, say: Words) -> list[Markup]:
    found = {"new_for_old": view.found.new_as_old, "old_for_new": view.found.old_as_new}
    return [
        say(f"forgetting.{key}") + Markup(": ") + say("confusion.of", n=taken.count, of=taken.of) + Markup(".")
        for key, taken in found.items()
        if taken.count
    ]


def _brief(name: str, most: int = 14) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
