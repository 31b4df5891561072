"""How far the probabilities of a run can be trusted, split by split, and what they are good for."""

from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.classifier.confidence import LEVELS
from linnaeus.record.calibration import SHOWN, Bin, Calibration, Point, Sets
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Figure, Figures, Measured, Paragraph, Reading, Section
from linnaeus.reporting.content import grade
from linnaeus.reporting.content.layout import by_split, listed, paragraph, table, titled
from linnaeus.reporting.figures import scored
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words
from linnaeus.stats import conformal

LISTED = 10  # classes
TOLD = (0.5, 0.75, 0.9, 1.0)  # coverages that the figure's words name


def section(run: Run, say: Words) -> Section | None:
    """None of a run whose probabilities were not looked at."""
    blocks = by_split(run.record.calibration, say, partial(_split, run))
    return titled(say, "calibration", [Paragraph(say("calibration-text")), *blocks]) if blocks else None


def sentences(one: Calibration, key: str, say: Words) -> Iterator[Markup]:
    """ECE with its interval, what the temperature changed, and what rejecting images as unknown would do."""
    yield say("calibration-ece", split=split_title(key, say), ece=say.score(one.raw.ece, n=False), n=one.n)
    if one.groups is not None:
        yield say("calibration-things", things=one.groups)
    if one.temperature is not None and one.tempered is not None:
        ece = say.score(one.tempered.ece, n=False)
        yield say("calibration-tempered", temperature=say.number(one.temperature.value, 2), ece=ece)
        if one.fitted_here:
            yield say("calibration-cross")
    elif one.reason is not None and "n" in one.reason.values:
        yield say(f"calibration-{one.reason.kind}", **one.reason.values)
    else:  # nothing was there to be counted, or the record is of format 1
        yield say("calibration-untempered")
    if one.unknown is not None and one.unknown.accuracy is not None:
        accepted, accuracy = (say.score(score, n=False) for score in (one.unknown.accepted, one.unknown.accuracy))
        threshold = say.number(one.unknown.threshold, 2)
        yield say("calibration-unknown", threshold=threshold, accepted=accepted, accuracy=accuracy)


def _split(run: Run, one: Calibration, key: str, say: Words) -> Iterator[Block]:
    split = split_title(key, say)
    if grade.in_vain(run, key):
        yield Paragraph(say("calibration-in-vain"))
        return
    yield paragraph(sentences(one, key, say))
    shown = [_reliability((one.tempered or one.raw).bins, split, say)]
    yield Figures([*shown, _risk(one.risk, split, say)] if one.risk else shown)
    rows: list[list[Cell]] = [
        [say(name), Measured(score=found.ece), say.estimate(found.log_loss), say.estimate(found.brier)]
        for name, found in (("calibration-raw", one.raw), ("calibration-after", one.tempered))
        if found is not None
    ]
    caption = say("calibration-caption", split=split, images=say("images", n=one.n))
    yield table(say, ("probabilities", "ece", "log-loss", "brier"), rows, caption, (1, 2, 3))
    if not one.sets and one.groups is not None:
        yield paragraph(
            [say("sets-too-few", things=one.groups, level=say.share(LEVELS[0]), least=conformal.needed(LEVELS[0]))]
        )
    if one.sets:
        sets: list[list[Cell]] = [
            [say.share(row.level), say.estimate(row.size, 2), Measured(score=row.cover)] for row in one.sets
        ]
        yield table(say, ("level", "set-size", "cover"), sets, say("sets-caption", split=split), (0, 1, 2))
        row = next((row for row in one.sets if row.level == SHOWN), one.sets[-1])
        yield from _by_class(row, run.classes(key), split, one.groups is not None, say)


def _by_class(row: Sets, classes: Sequence[str], split: str, by_things: bool, say: Words) -> Iterator[Block]:
    """To which classes the promise is made, for which it is kept least, and for which surely not."""
    held = [(score, name) for score, name in zip(row.by_class, classes, strict=False) if score is not None]
    if not held:
        return
    level, sentences = say.share(row.level), [_promised(row, classes, by_things, say)]
    if short := [name for score, name in held if score.high < row.level]:
        sentences.append(say("sets-short", level=level, classes=listed(short, LISTED)))
    yield paragraph(sentences)
    lowest = sorted(held, key=lambda one: one[0].value)[:LISTED]
    rows: list[list[Cell]] = [[name, say.count(score.n or 0), Measured(score=score)] for score, name in lowest]
    yield table(
        say,
        ("class", "support", "cover"),
        rows,
        say("sets-class-caption", split=split, level=level, n=len(rows)),
        (1, 2),
    )


def _promised(row: Sets, classes: Sequence[str], by_things: bool, say: Words) -> Markup:
    level, least = say.share(row.level), conformal.needed(row.level)
    shared = [name for own, name in zip(row.thresholds, classes, strict=False) if own is None]
    if by_things:
        return say(
            "sets-things", level=level, own=len(row.thresholds) - len(shared), n=len(row.thresholds), least=least
        )
    if not row.thresholds or len(shared) == len(row.thresholds):
        return say("sets-average", level=level)
    if shared:
        return say("sets-shared", level=level, classes=listed(shared, LISTED), n=len(shared), least=least)
    return say("sets-each", level=level)


def _reliability(bins: Sequence[Bin], split: str, say: Words) -> Figure:
    held = sorted((one for one in bins if one.count), key=lambda one: one.confidence)
    told = [
        say("reading-bin", sure=say.share(one.confidence), n=one.count, **_right(one.accuracy, say)) for one in held
    ]
    return Figure(
        draw=partial(scored.reliability, held, say),
        caption=say("calibration-reliability", split=split),
        alt="; ".join(f"{say.share(one.confidence)} → {say.share(one.accuracy.value)}" for one in held),
        readings=[Reading(x=100 * one.confidence, text=text) for one, text in zip(held, told, strict=True)],
    )


def _risk(points: Sequence[Point], split: str, say: Words) -> Figure:
    told = [say("reading-risk", share=say.share(one.coverage), threshold=say.number(one.threshold, 2),
                **_right(one.accuracy, say)) for one in points]  # fmt: skip
    named = dict.fromkeys(min(points, key=lambda one: abs(one.coverage - wanted)) for wanted in TOLD)
    return Figure(
        draw=partial(scored.risk_coverage, points, say),
        caption=say("calibration-risk-caption", split=split),
        alt="; ".join(f"{say.share(one.coverage)} → {say.share(one.accuracy.value)}" for one in named),
        readings=[Reading(x=100 * one.coverage, text=text) for one, text in zip(points, told, strict=True)],
    )


def _right(accuracy: Score, say: Words) -> dict[str, str]:
    return {"right": say.share(accuracy.value), "interval": say.interval(accuracy)}
