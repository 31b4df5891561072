"""What a record says, in sentences: of a comparison, of calibration, of published numbers, of the data. Page and document share them.

What the curves say of the fit has a file of its own, `fit`.
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Comparison
from linnaeus.record.facts import Finding
from linnaeus.record.record import RunRecord
from linnaeus.record.reference import Reference
from linnaeus.record.scores import Score
from linnaeus.reporting import told
from linnaeus.reporting.words import Words

NAMED = 3  # pairs of classes that a sentence names


def comparison(one: Comparison, say: Words) -> Markup:
    """What a comparison carries: `better` only where its test and its interval both say so."""
    found, values = one.difference, {"p": _chance(one.p_holm, say), "size": _size(one, say)}
    if one.distinguishable:
        better, worse = (one.second, one.first) if found.value > 0 else (one.first, one.second)
        low, high = sorted((abs(found.low), abs(found.high)))
        ends = {"points": say.points(abs(found.value)), "low": say.points(low), "high": say.points(high)}
        return say("compare.better", better=better, worse=worse, **ends, **values) + _mean_f1(one, say)
    ends = {"points": say.points(found.value, sign=True), "low": say.points(found.low, sign=True),
            "high": say.points(found.high, sign=True)}  # fmt: skip
    text = say("compare.same", first=one.first, second=one.second, **ends, **values)
    return text + Markup(" ") + _needed(one, say) + _mean_f1(one, say)


def _mean_f1(one: Comparison, say: Words) -> Markup:
    """The difference of macro F1, where the bootstrap gave one."""
    found = one.resampled.get("macro_f1")
    if found is None:
        return Markup()
    ends = {name: say.points(getattr(found, name), sign=True) for name in ("value", "low", "high")}
    return Markup(" ") + say("compare.f1", **ends)


def _size(one: Comparison, say: Words) -> Markup:
    """How many images, and of repeats how many runs on either side."""
    if one.spread is None:
        return say("compare.size", n=one.n)
    return say("compare.size.seeds", n=one.n, first=len(one.spread.runs_first), second=len(one.spread.runs_second))


def _needed(one: Comparison, say: Words) -> Markup:
    """What would be needed to tell a difference of this size, as far as anything would do."""
    if one.lost_to_correction:
        return say("compare.many", n=one.family, p=_chance(one.p, say))
    if one.spread is not None and one.spread.needed_seeds is not None:
        return say("compare.needed.seeds", n=one.spread.needed_seeds)
    if one.needed is None:
        return say("compare.equal")
    return say("compare.needed", n=told.rounded(max(one.needed, one.n)))


def _chance(p: float, say: Words) -> str:
    """`p = 0.003`"""
    return say.decimal(told.chance(p))


def foreign(records: Sequence[RunRecord], say: Words) -> list[Markup]:
    """Of runs that are compared, those that began with weights from elsewhere whose head knows the classes already.

    Of weights of one's own the record knows the parent; where all began with the same weights, none has a lead by them.
    """
    starts = [record.model.start for record in records]
    if len({start.checksum if start else None for start in starts}) == 1:
        return []
    return [
        say("compare.foreign", run=record.name, weights=start.weights)
        for record, start in zip(records, starts, strict=True)
        if record.parent is None and start is not None and start.head in ("whole", "rows")
    ]


def calibration(one: Calibration, name: Markup | str, say: Words) -> list[Markup]:
    """ECE with its interval, what the temperature changed, and what calling images unknown would do."""
    told = [say("calibration.ece", split=name, ece=share(one.raw.ece, say), n=one.n)]
    if one.temperature is not None and one.tempered is not None:
        values = {"temperature": say.decimal(f"{one.temperature.value:.2f}"), "ece": share(one.tempered.ece, say)}
        told.append(say("calibration.tempered", **values))
        if one.fitted_here:
            told.append(say("calibration.cross"))
    else:
        told.append(say("calibration.untempered"))
    unknown = one.unknown
    if unknown is not None and unknown.accuracy is not None:
        values = {"threshold": say.decimal(f"{unknown.threshold:.2f}"), "accepted": share(unknown.accepted, say),
                  "accuracy": share(unknown.accuracy, say)}  # fmt: skip
        told.append(say("calibration.unknown", **values))
    return told


def reference(one: Reference, say: Words) -> list[Markup]:
    """What was published, and whether the run reproduces it."""
    source = f"arXiv:{one.arxiv}" if one.arxiv else one.paper
    told = [say("references.published", row=one.row, card=one.card, title=one.title, source=source,
                percent=say.percent(one.published), split=say.of("split", one.split))]  # fmt: skip
    if one.found is not None:
        values = {"percent": say.percent(one.found.value), "low": say.percent(one.found.low),
                  "high": say.percent(one.found.high), "n": one.found.n}  # fmt: skip
        told.append(say("references.found", **values))
    if one.short is not None and one.verdict == "not_reproduced":
        low, high = (say.points(end) for end in (one.short.low, one.short.high))
        return [*told, say("verdict.not_reproduced", points=say.points(one.short.value), low=low, high=high)]
    return [*told, say(f"verdict.{one.verdict}")]


def finding(one: Finding, say: Words) -> tuple[Markup | str, Markup | str]:
    """What the audit found (`data.findings`), and what to do."""
    key, values = _key(one), dict(_values(one, say))
    return say(key, **values), say(f"{key}.advice", **values)


def _key(one: Finding) -> str:
    """Of a mirror there are several things to say: whether it is asked for, and whether it was seen to change classes."""
    own = one.values
    if one.kind != "mirror":
        return f"finding.{one.kind}"
    if own.get("shown") and not own.get("turned") and one.severity == "warning":
        return "finding.mirror.changes"
    return "finding.mirror" + ".shown" * bool(own.get("shown")) + ".turned" * bool(own.get("turned"))


def _values(one: Finding, say: Words) -> Iterator[tuple[str, object]]:
    yield "n", one.count
    for name, value in one.values.items():
        if name in ("split", "other"):
            yield name, say.of("split", str(value))
        elif name == "share":
            yield name, say.percent(value)
        elif name == "half":
            yield "points", say.decimal(f"{100 * value:.0f}")
        elif name == "turn":
            yield name, say.of("turned", str(value))
        elif name == "turned":
            yield (
                "moves",
                _listed([say("finding.move", name=a, to=b, count=count, of=of) for a, b, count, of in value], say),
            )
        elif name == "labels":
            yield "labels", _listed([say("finding.labels", name=a, to=b, count=count) for a, b, count in value], say)
        elif name != "n":
            yield name, value


def _listed(told: Sequence[Markup], say: Words) -> Markup:
    rest = [say("finding.more", n=len(told) - NAMED)] if len(told) > NAMED else []
    return Markup(", ").join([*told[:NAMED], *rest])


def share(score: Score, say: Words) -> str:
    """`2.1 % (1.5–2.9 %)`"""
    return f"{say.percent(score.value)} ({say.between(score)})"
