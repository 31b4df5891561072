"""Answers of students against labels that they do not hold, and who does which variant."""

from collections.abc import Iterator

from markupsafe import Markup

from linnaeus.labs.dealing import Deal
from linnaeus.labs.grading import Graded, Scored, passing
from linnaeus.labs.likeness import Alike
from linnaeus.reporting.blocks import Bar, Block, Cell, Document, Facts, Items, Measured, Paragraph, Section, Text
from linnaeus.reporting.content.layout import code, table, titled
from linnaeus.reporting.words import Words

NAMED = 3  # images that a remark names


def bounds(n: int, to_reach: float, groups: int | None, say: Words) -> Markup:
    """How many correct answers pass and how many fail, before anybody has answered."""
    if groups is not None:
        return say("grading-bounds-things", n=n, things=groups)
    least, most = passing(n, to_reach)
    told = [
        say("grading-bounds-pass", least=say.count(least)) if least is not None else say("grading-bounds-no-pass"),
        say("grading-bounds-fail", most=say.count(most)) if most is not None else say("grading-bounds-no-fail"),
    ]
    return say("grading-bounds", n=n, share=say.share(to_reach), first=told[0], second=told[1])


def graded(found: Graded, say: Words) -> list[Block]:
    """What passes; a row for each file of answers; of a single one each class; what is odd, and who is alike."""
    blocks: list[Block] = []
    if found.to_reach is not None:
        blocks.append(Paragraph(bounds(found.n, found.to_reach, found.groups, say)))
    if found.scored:
        blocks.append(_class(found, say))
    if len(found.scored) == 1:
        blocks.append(_classes(found.scored[0], say))
    if odd := list(_told(found, say)):
        blocks.append(Facts(odd))
    if found.alike:
        blocks.append(Items([*(_pair(one, say) for one in found.alike), say("grading-alike-note")]))
    return blocks


def document(found: Graded, say: Words) -> Document:
    """The class as a page: the same, then each hand-in by class."""
    each = [
        Section(key=f"hand-in-{place}", title=one.name, blocks=[_classes(one, say)])
        for place, one in enumerate(found.scored, 1)
    ]
    title = say("grading-title", n=len(found.scored) + len(found.unread))
    return Document(title=title, sections=[titled(say, "all", graded(found, say), "grading-all", note=False), *each])


def remarks(found: Graded, say: Words) -> dict[str, str]:
    """What is odd about each file, in one line, for a list."""
    told: dict[str, list[str]] = {}
    for name, text in _told(found, say):
        told.setdefault(name, []).append(Markup.escape(text).striptags())
    for pair in found.alike:
        for name in (pair.first, pair.second):
            told.setdefault(name, []).append(_pair(pair, say).striptags())
    return {name: "; ".join(texts) for name, texts in told.items()}


def variants(lab: str, found: Deal, say: Words) -> list[Block]:
    """Who does which variant, and by which command; how that was decided; who stands in the list twice."""
    grouped = any(one.group for one in found.rows)
    cells = [
        [
            one.student,
            *([one.group] if grouped else []),
            str(one.variant),
            code(f"linnaeus lab {lab} --variant {one.variant}"),
        ]
        for one in found.rows
    ]
    columns = ["student", *(["group"] if grouped else []), "variant", "command"]
    told: list[Text] = [say("grading-by-book" if found.by_book else "grading-dealt")]
    told += [say("grading-listed-twice", name=name, lines=", ".join(map(str, lines))) for name, lines in found.twice]
    return [table(say, [say(f"grading-{name}") for name in columns], cells, numbers=(len(columns) - 2,)), Items(told)]


def _class(found: Graded, say: Words) -> Block:
    start = min([one.accuracy.low for one in found.scored], default=0.0)
    rows: list[list[Cell]] = [
        [one.name, _of(one.right, one.accuracy.n, say), Measured(score=one.accuracy), Bar(score=one.accuracy, start=start),
         say(f"grading-{one.verdict}") if one.verdict else ""]
        for one in found.scored
    ]  # fmt: skip
    rows += [[one.name, "–", None, None, say("grading-unread")] for one in found.unread]
    columns = (say("grading-answers"), say("grading-correct"), "accuracy", "", say("grading-verdict"))
    return table(say, columns, rows, numbers=(1, 2))


def _classes(one: Scored, say: Words) -> Block:
    start = min(recall.low for _, _, recall in one.classes)
    classes: list[list[Cell]] = [
        [name, _of(right, recall.n, say), Measured(score=recall), Bar(score=recall, start=start)]
        for name, right, recall in one.classes
    ]
    return table(say, ("class", say("grading-correct"), "recall", ""), classes, numbers=(1, 2))


def _told(found: Graded, say: Words) -> Iterator[tuple[str, Text]]:
    """Remarks on single files, each with its name."""
    for one in found.scored:
        for key, names in one.remarks().items():
            some = ", ".join([*names[:NAMED], *["…"] * (len(names) > NAMED)])
            yield one.name, say(f"grading-{key}", n=len(names), names=some)
    for bad in found.unread:
        yield bad.name, bad.why


def _pair(one: Alike, say: Words) -> Markup:
    """Two hand-ins that are alike, and how likely that is."""
    names = {"first": one.first, "second": one.second}
    told = say("grading-equal", **names) if one.equal else say("grading-alike", **names, n=one.wrong, same=one.same)
    if one.expected is None or one.p is None:
        return told
    return Markup("{} {}").format(told, say("grading-expected", expected=say.number(one.expected, 1), p=say.p(one.p)))


def _of(right: int, n: int, say: Words) -> str:
    return str(say("grading-of", correct=right, n=n))
