"""A closer look at a run's mistakes, as a section of its page: neighbours, maps of attention, labels in doubt, mirrors and turns."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy.typing as npt
from markupsafe import Markup

from linnaeus.record.folder import RunFolder
from linnaeus.record.inspection import Inspection, LabelErrors, Mistake
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.reporting import tables
from linnaeus.reporting.album import Album, Shown, heated
from linnaeus.reporting.old_blocks import Block, Folded, Framed, Heading, Items, Paragraph, Pictures, Rows, Section
from linnaeus.reporting.words import Words

Array = npt.NDArray[Any]

SIDE = 96  # pixels on the page
OPEN = 9  # mistakes with their neighbours that stand open
MOST_SUSPECTS = 48


def examined(folder: RunFolder, record: RunRecord, say: Words, album: Album) -> Section | None:
    """Of all splits that were looked at. Raises RunError: the record holds what is no such finding."""
    blocks: list[Block] = []
    for key, one in record.inspection.items():
        blocks += [Heading(say.of("split", key)), *_look(one, _Kept(folder, key, album), say)]
    if not blocks:
        return None
    return Section(key="examination", title=say("examination"), note=say("examination.note"), blocks=blocks)


class _Kept:
    """The pictures of an examination, and the maps of attention to them, as far as they were kept and the album has room."""

    def __init__(self, folder: RunFolder, split: str, album: Album) -> None:
        self.album = album
        self.arrays: Mapping[str, Array] = folder.pictures(f"inspection-{split}") or {}

    def picture(self, row: int | None) -> Shown | None:
        if row is None or "images" not in self.arrays or row >= len(self.arrays["images"]):
            return None
        return self.album.add(self.arrays["images"][row])

    def maps(self, row: int | None) -> list[Shown]:
        """The map of the answer, and that of the label."""
        if row is None or "maps" not in self.arrays:
            return []
        places = [place for place, of in enumerate(self.arrays["map_of"].tolist()) if of == row]
        found = [self.album.add(heated(self.arrays["images"][row], self.arrays["maps"][place, which]))
                 for place in places[:1] for which in (0, 1)]  # fmt: skip
        return [one for one in found if one is not None]


def _look(one: Inspection, kept: _Kept, say: Words) -> Iterator[Block]:
    told = [say("examination.text", split=say.of("split", one.split), errors=_share(one.errors, say), n=one.n)]
    if one.files.get("mistakes"):
        told.append(say("examination.file", file=one.files["mistakes"]))
    yield Paragraph(Markup(" ").join(told))
    framed = [frame for mistake in one.mistakes if mistake.neighbours and (frame := _framed(mistake, kept, say))]
    if framed:
        yield Heading(say("examination.neighbours"), small=True)
        yield Paragraph(say("examination.neighbours.text" if one.no_attention else "examination.maps.text"))
        yield Pictures(framed=framed[:OPEN], side=SIDE)
        if framed[OPEN:]:
            more = say("examination.more", n=len(framed) - OPEN)
            yield Folded(summary=more, blocks=[Pictures(framed=framed[OPEN:], side=SIDE)])
    if one.symmetry:
        yield from _turned(one, say)
    if one.label_errors is not None:
        yield from _label_errors(one.label_errors, kept, say)


def _framed(mistake: Mistake, kept: _Kept, say: Words) -> Framed | None:
    """A mistake, where the network looked, and the nearest training images."""
    own = kept.picture(mistake.picture)
    if own is None:
        return None
    shown = [(own, mistake.name)]
    for key, of, heat in zip(("map.answer", "map.label"), (mistake.predicted, mistake.label), kept.maps(mistake.picture),
                             strict=False):  # fmt: skip
        shown.append((heat, str(say(key, name=of))))
    near = []
    for neighbour in mistake.neighbours:
        picture = kept.picture(neighbour.picture)
        if picture is not None:
            shown.append((picture, str(say("neighbour", name=neighbour.label, file=neighbour.name))))
            near.append(neighbour.label)
    lines: list[Markup | str] = [
        say("mistake.line", label=mistake.label, of_label=_chance(mistake.of_label, say), predicted=mistake.predicted,
            chance=_chance(mistake.top[0][1] if mistake.top else 0.0, say))
    ]  # fmt: skip
    if near:
        lines.append(say("mistake.near", names=", ".join(near)))
    return Framed(shown=shown, lines=[*lines, _file(mistake.name)])


def _turned(one: Inspection, say: Words) -> Iterator[Block]:
    yield Heading(say("turned"), small=True)
    rows = [
        [say.of("turned", turned.kind), _share(turned.same, say), say.count(turned.same.n),
         "; ".join(f"{move.name} → {move.to} ({move.count} / {move.share.n})" for move in turned.moves) or "–"]
        for turned in one.symmetry
    ]  # fmt: skip
    header = [say(f"column.{column}") for column in ("turned", "same", "support", "moves")]
    yield Rows(header=header, rows=rows, numbers=frozenset((2,)))
    warned = [
        say(
            "turned.blurred",
            part=turned.augmented_by,
            name=pair.name,
            taken_for=pair.confused_with,
            count=pair.count,
            of=pair.share.n,
        )
        for turned in one.symmetry
        for pair in turned.blurred
        if turned.augmented_by
    ]
    if warned:
        yield Items(warned)


def _label_errors(found: LabelErrors, kept: _Kept, say: Words) -> Iterator[Block]:
    yield Heading(say("suspects"), small=True)
    told = [say("suspects.text", n=found.count, of=found.share.n, share=_share(found.share, say), folds=found.folds),
            say("suspects.accuracy", accuracy=_share(found.accuracy, say))]  # fmt: skip
    if found.seen:
        told.append(say("suspects.seen"))
    if found.count:
        told.append(say("suspects.fixes"))
    yield Paragraph(Markup(" ").join(told))
    framed = []
    for one in found.top[:MOST_SUSPECTS]:
        picture = kept.picture(one.picture)
        if picture is not None:
            line = say("suspect.line", given=one.given, of_given=_chance(one.of_given, say), suggested=one.suggested,
                       chance=_chance(one.of_suggested, say))  # fmt: skip
            framed.append(Framed(shown=[(picture, one.name)],
                                 lines=[line, _file(one.name)]))  # fmt: skip
    if framed:
        yield Pictures(framed=framed, side=SIDE)


def _file(name: str) -> Markup:
    return Markup('<small class="file">{}</small>').format(tables.breakable(name))


def _share(score: Score, say: Words) -> str:
    return f"{say.percent(score.value)} ({say.between(score)})"


def _chance(value: float, say: Words) -> str:
    return say.decimal(f"{value:.2f}")
