"""What is in a data set, and what its audit found: each kind of finding in words, how many, which files, and what to do."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from linnaeus.record.facts import SEVERITIES, Audit, DataFacts, Finding
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Facts, Folded, Items, Paragraph, Table, Text
from linnaeus.reporting.content import layout
from linnaeus.reporting.content.layout import bold, code, small
from linnaeus.reporting.words import Words

OPEN = 40  # rows of a table that stand open
MOST_SKIPPED = 100
LISTED = 20  # files, or pairs of files
NAMED = 3  # pairs of classes that a sentence names
OF_COPIES = "leak", "contradiction", "duplicate"
FEW = 3  # images of a class, of which one can be held out


def overview(found: Audit | DataFacts, say: Words) -> Markup:
    """How many images of how many classes, from where, and how even the classes are; of a training also how its network sees them."""
    text = say(
        "audit-facts" if isinstance(found, Audit) else "data-facts",
        images=say("images", n=sum(found.counts.values())),
        classes=say("classes", n=len(found.classes)),
        size=found.image_size,
        channels=say.of("channels", str(found.channels)),
        source=shared(str(found.source)),
    )
    train = next(iter(found.per_class.values()), ())
    if not train:
        return text
    low, high = min(train), max(train)
    balance = say("data-balanced", n=low) if low == high else say("data-balance", low=low, high=high)
    return text + Markup(" ") + balance


def counts(found: Audit | DataFacts, say: Words) -> Table:
    """A row a class, a column a split, and the sums."""
    splits = [Markup.escape(say.of("split", split)) for split in found.per_class]
    rows = [
        [name, *map(say.count, images), say.count(sum(images))]
        for name, *images in zip(found.classes, *found.per_class.values(), strict=True)
    ]
    totals = [sum(column) for column in found.per_class.values()]
    rows.append([bold(cell) for cell in (say("data-total"), *map(say.count, totals), say.count(sum(totals)))])
    columns = ["class", *splits, say("data-total")]
    return layout.table(say, columns, rows, say("data-counts"), range(1, len(columns)), OPEN)


def skipped(found: Sequence[tuple[str, str]], say: Words) -> Folded:
    """Files that could not be read, each with its reason."""
    rows: list[tuple[Text, Text]] = [(code(name), reason) for name, reason in found[:MOST_SKIPPED]]
    if len(found) > MOST_SKIPPED:
        rows.append((say("data-more", n=len(found) - MOST_SKIPPED), ""))
    return Folded(summary=say("data-skipped", n=len(found)), blocks=[Table(header=(), rows=rows)])


def findings(found: Sequence[Finding], say: Words, opened: int = 0) -> list[Block]:
    """A labelled paragraph a finding, warnings first, its files folded away but for as many as are `opened`; without findings, nothing.
    What no search for copies can see is told once, after them.
    """
    warnings_first = sorted(found, key=lambda one: SEVERITIES.index(one.severity))
    blocks = [block for one in warnings_first for block in _finding(one, say, opened)]
    return blocks + [Paragraph(small(told)) for told in limits(found, say)]


def limits(found: Sequence[Finding], say: Words) -> list[Markup]:
    """What the search for copies could not see, where it found some: near ones, if it looked for equal pixels alone."""
    copies = [one for one in found if one.kind in OF_COPIES]
    if not copies:
        return []
    return [
        say("audit-copies" if all(one.values.get("near", 0) is not None for one in copies) else "audit-copies-equal")
    ]


def sentence(one: Finding, say: Words) -> tuple[Markup, Markup]:
    """What was found, and what to do; of a kind that only a later version knows, that it was found."""
    key, values = _key(one), dict(_values(one, say))
    if not say.has(f"finding-{key}"):
        return say("finding-unknown", kind=one.kind.replace("_", " "), n=one.count), say("finding-unknown-advice")
    return say(f"finding-{key}", **values), say(f"finding-{_advice(one, key)}-advice", **values)


def conclusions(facts: Audit, say: Words) -> list[Markup]:
    """What is in the data set, and each warning; that nothing was found."""
    warnings = [sentence(one, say)[0] for one in facts.findings if one.severity == "warning"]
    return [Markup(overview(facts, say)), *(warnings or [say("audit-nothing")])]


def fixed(folder: str, counts: Mapping[str, int], say: Words) -> Facts:
    """What became of a fix list; `counts` are images, relabelled, dropped, and the lines that were unchanged."""
    changed = {name: counts[name] for name in ("relabelled", "dropped")}
    told = say("fixed-text", folder=folder, n=counts["images"], **changed)
    if counts["unchanged"]:
        told += Markup(" ") + say("fixed-unchanged", n=counts["unchanged"])
    return Facts([(say("fixed"), told)])


def _finding(one: Finding, say: Words, opened: int) -> Iterator[Block]:
    what, advice = sentence(one, say)
    told = Markup("{}<br>{}").format(bold(what) if one.severity == "warning" else what, small(advice))
    yield Facts([(say.of("severity", one.severity), told)])
    pairs = (
        one.pairs[:LISTED] if one.kind != "burst" else ()
    )  # the things of single images stand in a table of their own
    listed = [say("audit-pair", first=first, second=second) for first, second in pairs]
    listed = [code(name) for name in listed or one.files[:LISTED]]
    if listed and opened:
        rest = [say("audit-more", n=one.count - opened)] if one.count > opened else []
        yield Items([*listed[:opened], *rest])
    elif listed:
        summary = say("audit-files", n=one.count)
        if one.count > len(listed):
            summary = Markup("{}, {}").format(summary, say("audit-first", n=len(listed)))
        yield Folded(summary=summary, blocks=[Paragraph(Markup(", ").join(listed))])


def _key(one: Finding) -> str:
    """Of a mirror there are several things to say: whether it is asked for, and whether it was seen to change classes."""
    if one.kind == "stem" and "kernel" in one.values:
        return "stem-layers"
    if one.kind != "mirror":
        return one.kind
    if one.values.get("shown") and not one.values.get("turned") and one.severity == "warning":
        return "mirror-changes"
    return "mirror" + "-shown" * bool(one.values.get("shown")) + "-turned" * bool(one.values.get("turned"))


def _advice(one: Finding, key: str) -> str:
    """What to do depends on how pictures are made square, and on what the network offers; records of format 1 do not tell."""
    if one.kind == "odd_shape" and "resize" in one.values:
        return f"odd_shape-{one.values['resize']}"
    if key == "stem-layers" and one.values.get("small_stem"):
        return "stem-small"
    if one.kind == "no_validation" and one.values.get("most", FEW) < FEW:
        return "no_validation-few"
    if one.kind == "burst" and "clue" in one.values:
        return f"burst-{one.values['clue']}"
    return key


def _values(one: Finding, say: Words) -> Iterator[tuple[str, object]]:
    yield "n", one.count
    for name, value in one.values.items():
        if name in ("split", "other"):
            yield name, say.of("split", str(value))
        elif name == "share":
            yield name, say.share(value)
        elif name == "half":
            yield "points", say.number(100 * value, 0)
        elif name == "turn":
            yield name, say.of("turned", str(value))
        elif name == "turned":
            moves = [say("finding-move", name=a, to=b, count=count, of=of) for a, b, count, of in value]
            yield "moves", _listed(moves, say)
        elif name == "labels":
            labels = [say("finding-labels", name=a, to=b, count=count) for a, b, count in value]
            yield "labels", _listed(labels, say)
        elif name == "counted":
            parts = [say("finding-counted", split=say.of("split", a), images=b, things=c) for a, b, c in value]
            yield "splits", Markup("; ").join(parts)
        elif name == "since":
            parts = [
                say("finding-since-split", split=say.of("split", split), of=of, vanished=a, changed=b, relabelled=c)
                for split, of, a, b, c in value
            ]
            yield "splits", Markup("; ").join(parts)
        elif name == "names":
            yield name, shared(", ".join(value))
        elif name != "n":
            yield name, shared(value) if isinstance(value, str) else value


def _listed(told: Sequence[Markup], say: Words) -> Markup:
    rest = [say("finding-more", n=len(told) - NAMED)] if len(told) > NAMED else []
    return Markup(", ").join([*told[:NAMED], *rest])
