"""What was found by looking further into a run, as sections of its page; what its record does not hold has no section."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from markupsafe import Markup

from linnaeus.record.calibration import Calibration
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting import finding_figures, sentences
from linnaeus.reporting import fit as fits
from linnaeus.reporting.album import Album
from linnaeus.reporting.examined import examined
from linnaeus.reporting.old_blocks import Block, Drawing, Drawings, Heading, Items, Paragraph, Rows, Section
from linnaeus.reporting.sentences import share
from linnaeus.reporting.words import Words

Found = TypeVar("Found")

SPLITS = ("val", "test", "train")


def sections(folder: RunFolder, record: RunRecord, say: Words, album: Album, prefix: str = "") -> list[Section]:
    """In the order of the page. Raises RunError: the record holds what is no such finding."""
    found = (
        fit(record, say),
        calibration(record, say, prefix),
        examined(folder, record, say, album),
        references(record, say),
    )
    return [one for one in found if one is not None]


def fit(record: RunRecord, say: Words) -> Section | None:
    """What the curves say of the fit, and what to try next."""
    told = fits.sentences(record, say)
    return Section(key="fit", title=say("fit"), note=say("fit.note"), blocks=[Items(told)]) if told else None


def calibration(record: RunRecord, say: Words, prefix: str) -> Section | None:
    """How far the probabilities can be believed, and what they are good for."""
    blocks: list[Block] = []
    for key, one in ordered(record.calibration):
        blocks += [Heading(say.of("split", key)), *_calibration(one, key, say, prefix)]
    if not blocks:
        return None
    return Section(key="calibration", title=say("calibration"), note=say("calibration.note"), blocks=blocks)


def _calibration(one: Calibration, key: str, say: Words, prefix: str) -> Iterator[Block]:
    yield Paragraph(Markup(" ").join(sentences.calibration(one, say.of("split", key), say)))
    name = f"{prefix}{key}".replace("+", "-")
    quality = one.tempered or one.raw
    drawings = [Drawing(svg=finding_figures.reliability(quality.bins, f"{name}-reliability", say),
                        caption=say("calibration.figure"))]  # fmt: skip
    if one.risk:
        risk = finding_figures.risk(one.risk, f"{name}-risk", say)
        drawings.append(Drawing(svg=risk, caption=say("calibration.risk")))
    yield Drawings(drawings)
    rows = [[say(title), share(found.ece, say), _number(found.log_loss, say), _number(found.brier, say)]
            for title, found in (("calibration.raw", one.raw), ("calibration.after", one.tempered)) if found is not None]  # fmt: skip
    header = [say(f"column.{column}") for column in ("probabilities", "ece", "log_loss", "brier")]
    yield Rows(header=header, rows=rows)
    if one.sets:
        yield Heading(say("sets"), small=True)
        header = [say(f"column.{column}") for column in ("level", "set_size", "cover")]
        rows = [[say.percent(row.level), _number(row.size, say, 2), share(row.cover, say)] for row in one.sets]
        yield Rows(header=header, rows=rows)


def references(record: RunRecord, say: Words) -> Section | None:
    """The run beside published numbers."""
    blocks: list[Block] = []
    for one in record.references.values():
        blocks.append(Paragraph(Markup(" ").join(sentences.reference(one, say))))
        if one.differences:
            header = [say(f"column.{column}") for column in ("fact", "published", "here")]
            rows = [[say.of("fact", row.fact), row.published, row.run] for row in one.differences]
            blocks.append(Rows(header=header, rows=rows))
    if not blocks:
        return None
    return Section(key="references", title=say("references"), note=say("references.note"), blocks=blocks)


def ordered(found: Mapping[str, Found]) -> list[tuple[str, Found]]:
    """Splits in the order of the page, others at the end."""
    return sorted(found.items(), key=lambda item: SPLITS.index(item[0]) if item[0] in SPLITS else len(SPLITS))


def _number(score: Score, say: Words, digits: int = 3) -> str:
    return say.decimal(f"{score.value:.{digits}f} ({score.low:.{digits}f}–{score.high:.{digits}f})")
