"""What was exported, for a terminal: the file, what it was compared with, the score that it carries."""

from linnaeus.delivery.export import Exported
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Facts, Text
from linnaeus.reporting.words import Words


def look(found: Exported, say: Words) -> list[Block]:
    """One line each. A score is told where the run has one."""
    parity = found.parity
    facts: list[tuple[Text, Text]] = [
        (say("exported"), say("exported-text", file=found.file, size=say.number(found.size / 1e6, 1), classes=found.classes)),
        (say("exported-parity"),
         say("exported-parity-text", n=parity.n, largest=say.figures(parity.largest, 2), tolerance=say.figures(parity.tolerance, 2))),
    ]  # fmt: skip
    if parity.from_bf16 is not None:
        facts.append((say("exported-bf16"), say("exported-bf16-text", largest=say.figures(parity.from_bf16, 2))))
    if found.int8 is not None:
        small = found.int8
        facts.append(
            (
                say("exported-int8"),
                say("exported-int8-text", same=say.score(small.same), speedup=say.number(small.speedup, 1)),
            )
        )
    if (score := found.origin["score"]) is not None:
        value = Score(value=score["value"], low=score["low"], high=score["high"], n=score["n"])
        facts.append((say.of("split", score["split"]), say.score(value)))
    return [Facts(facts)]
