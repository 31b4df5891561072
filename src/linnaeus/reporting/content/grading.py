"""Answers of students against labels that they do not hold, and who does which variant."""

from collections.abc import Sequence

from linnaeus.labs.grading import Scored
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Facts, Measured, Text
from linnaeus.reporting.content.layout import table
from linnaeus.reporting.words import Words

NAMED = 3  # images that a remark names


def scored(found: Sequence[Scored], say: Words) -> list[Block]:
    """A row for each file of answers; of a single one each class too."""
    rows: list[list[Cell]] = [
        [one.name, _of(one.right, one.n, say), Measured(score=Score(value=one.value, low=one.low, high=one.high, n=one.n)),
         say(f"grading-{one.verdict}") if one.verdict else ""]
        for one in found
    ]  # fmt: skip
    columns = (say("grading-answers"), say("grading-correct"), "accuracy", say("grading-verdict"))
    blocks: list[Block] = [table(say, columns, rows, numbers=(1, 2))]
    if len(found) == 1:
        classes: list[list[Cell]] = [
            [name, _of(right, n, say), Measured(score=Score(value=right / n, low=low, high=high, n=n))]
            for name, right, n, low, high in found[0].classes
        ]
        blocks.append(table(say, ("class", say("grading-correct"), "recall"), classes, numbers=(1, 2)))
    remarks: list[tuple[Text, Text]] = [
        (
            one.name,
            say(f"grading-{key}", n=len(names), names=", ".join([*names[:NAMED], *["…"] * (len(names) > NAMED)])),
        )
        for one in found
        for key, names in (("missing", one.missing), ("unknown-image", one.unknown), ("twice", one.twice))
        if names
    ]
    return [*blocks, Facts(remarks)] if remarks else blocks


def variants(lab: str, rows: Sequence[tuple[str, int]], say: Words) -> list[Block]:
    """Who does which variant, and by which command."""
    cells = [[name, str(number), f"linnaeus lab {lab} --variant {number}"] for name, number in rows]
    columns = [say(f"grading-{name}") for name in ("student", "variant", "command")]
    return [table(say, columns, cells, numbers=(1,))]


def _of(right: int, n: int, say: Words) -> str:
    return str(say("grading-of", correct=right, n=n))
