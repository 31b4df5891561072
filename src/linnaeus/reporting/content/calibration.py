"""How far the probabilities of a run can be trusted, split by split, and what they are good for."""

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup

from linnaeus.record.calibration import Bin, Calibration, Point
from linnaeus.reporting.blocks import (
    Block,
    Cell,
    Figure,
    Figures,
    Heading,
    Measured,
    Paragraph,
    Reading,
    Section,
    Table,
)
from linnaeus.reporting.figures import probability
from linnaeus.reporting.subject import Run, ordered, split_title
from linnaeus.reporting.words import Words

TOLD = (0.5, 0.75, 0.9, 1.0)  # coverages that the figure's words name


def section(run: Run, say: Words) -> Section | None:
    """None of a run whose probabilities were not looked at."""
    blocks: list[Block] = []
    for key in ordered(run.record.calibration):
        blocks += [Heading(split_title(key, say)), *_split(run.record.calibration[key], key, say)]
    if not blocks:
        return None
    blocks.insert(0, Paragraph(say("calibration-text")))
    return Section(key="calibration", title=say("calibration"), note=say("calibration-note"), blocks=blocks)


def sentences(one: Calibration, key: str, say: Words) -> Iterator[Markup]:
    """ECE with its interval, what the temperature changed, and what rejecting images as unknown would do."""
    yield say("calibration-ece", split=split_title(key, say), ece=say.score(one.raw.ece, n=False), n=one.n)
    if one.temperature is not None and one.tempered is not None:
        ece = say.score(one.tempered.ece, n=False)
        yield say("calibration-tempered", temperature=say.number(one.temperature.value, 2), ece=ece)
        if one.fitted_here:
            yield say("calibration-cross")
    elif one.reason is not None and "n" in one.reason.values:
        yield say(f"calibration-{one.reason.kind}", **one.reason.values)
    else:  # nothing was there to be counted, or the record is of format 1
        yield say("calibration-untempered")
    unknown = one.unknown
    if unknown is not None and unknown.accuracy is not None:
        yield say(
            "calibration-unknown",
            threshold=say.number(unknown.threshold, 2),
            accepted=say.score(unknown.accepted, n=False),
            accuracy=say.score(unknown.accuracy, n=False),
        )


def _split(one: Calibration, key: str, say: Words) -> Iterator[Block]:
    yield Paragraph(Markup(" ").join(sentences(one, key, say)))
    shown = [_reliability((one.tempered or one.raw).bins, key, say)]
    if one.risk:
        shown.append(_risk(one.risk, key, say))
    yield Figures(shown)
    rows: list[list[Cell]] = [
        [
            say(name),
            Measured(score=found.ece),
            say.estimate(found.log_loss),
            say.estimate(found.brier),
        ]
        for name, found in (("calibration-raw", one.raw), ("calibration-after", one.tempered))
        if found is not None
    ]
    header = [say(f"column-{column}") for column in ("probabilities", "ece", "log-loss", "brier")]
    caption = say("calibration-caption", split=split_title(key, say), images=say("images", n=one.n))
    yield Table(header=header, rows=rows, numbers=frozenset((1, 2, 3)), caption=caption)
    if one.sets:
        yield _sets(one, key, say)


def _sets(one: Calibration, key: str, say: Words) -> Table:
    rows: list[list[Cell]] = [
        [say.share(row.level), say.estimate(row.size, 2), Measured(score=row.cover)] for row in one.sets
    ]
    header = [say(f"column-{column}") for column in ("level", "set-size", "cover")]
    caption = say("sets-caption", split=split_title(key, say))
    return Table(header=header, rows=rows, numbers=frozenset((0, 1, 2)), caption=caption)


def _reliability(bins: tuple[Bin, ...], key: str, say: Words) -> Figure:
    held = sorted((one for one in bins if one.count), key=lambda one: one.confidence)
    readings = [
        Reading(
            x=100 * one.confidence,
            text=say(
                "reading-bin",
                sure=say.share(one.confidence),
                right=say.share(one.accuracy.value),
                interval=say.interval(one.accuracy),
                n=one.count,
            ),
        )
        for one in held
    ]
    told = "; ".join(f"{say.share(one.confidence)} → {say.share(one.accuracy.value)}" for one in held)
    return Figure(
        draw=partial(probability.reliability, held, say),
        caption=say("calibration-reliability", split=split_title(key, say)),
        alt=told,
        readings=readings,
    )


def _risk(points: tuple[Point, ...], key: str, say: Words) -> Figure:
    readings = [
        Reading(
            x=100 * one.coverage,
            text=say(
                "reading-risk",
                share=say.share(one.coverage),
                threshold=say.number(one.threshold, 2),
                right=say.share(one.accuracy.value),
                interval=say.interval(one.accuracy),
            ),
        )
        for one in points
    ]
    named = [min(points, key=lambda one, wanted=wanted: abs(one.coverage - wanted)) for wanted in TOLD]  # type: ignore[misc]
    told = "; ".join(f"{say.share(one.coverage)} → {say.share(one.accuracy.value)}" for one in dict.fromkeys(named))
    return Figure(
        draw=partial(probability.risk_coverage, points, say),
        caption=say("calibration-risk-caption", split=split_title(key, say)),
        alt=told,
        readings=readings,
    )
