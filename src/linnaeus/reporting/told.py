"""Facts in a line of English, for the terminal and for notes, until `content` builds and `render.terminal` draws them."""

import math

from markupsafe import Markup

from linnaeus.record.calibration import SHOWN, Calibration
from linnaeus.record.comparison import ALPHA, Comparison, Crossed, Forgetting, Tested, Unpaired
from linnaeus.record.facts import Finding
from linnaeus.record.reference import Difference, Reference
from linnaeus.record.scores import Reason, Score


def percent(score: Score) -> str:
    """`98.5 % (96.2–99.4, n 270)`"""
    return f"{100 * score.value:.1f} % ({100 * score.low:.1f}–{100 * score.high:.1f}, n {score.n:,})"


def chance(p: float) -> str:
    """`p = 0.003`, `p = 0.25`, `p < 0.001`"""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def rounded(number: int) -> int:
    """Up, to two figures: more would be said than is known."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / unit) * unit


def points(found: Score) -> str:
    """A difference: `1.2 points (0.4–2.0)`, without its sign; with it where the interval holds zero."""
    if found.low <= 0 <= found.high:
        return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"
    low, high = sorted((abs(found.low), abs(found.high)))
    return f"{100 * abs(found.value):.1f} points ({100 * low:.1f}–{100 * high:.1f})"


def corrected(one: Tested) -> str:
    """`p = 0.003`; after the correction where there is one."""
    return chance(one.p_holm) + (f" (Holm, of {one.family})" if one.family > 1 else "")


def comparison(one: Comparison | Unpaired) -> str:
    """That one is better, or what would be needed to say such a thing."""
    if one.better is not None:
        return f"{one.better} is better by {points(one.difference)}, {corrected(one)}"
    many = f" as one of {one.family} comparisons ({corrected(one)}, alone {chance(one.p)})"
    if isinstance(one, Unpaired):
        return _unpaired(one, many)
    text = f"not distinguishable with n = {one.n:,}"
    if one.spread is not None:
        text += f" and {len(one.spread.runs_first)} + {len(one.spread.runs_second)} seeds"
    if one.lost_to_correction:
        return text + many
    if one.spread is not None and one.spread.needed_seeds is not None:
        return f"{text}: runs vary so much between seeds that you would need about {one.spread.needed_seeds:,} of each"
    if one.needed is None:
        return f"{text}: both classify equally many correctly"
    return f"{text}: about {rounded(max(one.needed, one.n)):,} images would be needed"


def _unpaired(one: Unpaired, many: str) -> str:
    first, second = one.score_first.n, one.score_second.n
    text = f"not distinguishable with n = {first:,}" + (" each" if first == second else f" and {second:,}")
    if one.lost_to_correction:
        return text + many
    if one.needed is None:
        return f"{text}: both are equal"
    text += f": about {rounded(one.needed):,} images each would be needed"
    if one.least_p is not None and one.least_p >= ALPHA:
        text += f"; nor if both are of the very same images, where {chance(one.least_p)} is the least possible"
    return text


def mean_f1(one: Comparison) -> str | None:
    """The difference of macro F1 in points: `+1.2 points (-0.1 to +2.0)`; None where it is not known."""
    found = one.resampled.get("macro_f1")
    if found is None:
        return None
    return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def calibration(one: Calibration) -> str:
    """`ECE 2.1 % (1.5–2.9, n 4,986), 1.3 % (0.6–1.9) after temperature 1.40 · sets at 90 %: 1.3 classes, cover 90.4 % (…)`"""
    text = f"ECE {percent(one.raw.ece)}"
    if one.temperature is not None and one.tempered is not None:
        found = one.tempered.ece
        text += f", {100 * found.value:.1f} % ({100 * found.low:.1f}–{100 * found.high:.1f}) after temperature "
        text += f"{one.temperature.value:.2f}" + (", cross-fitted" if one.fitted_here else "")
    else:
        text += f", no temperature: {reason(one.reason)}"
    for row in one.sets:
        if row.level == SHOWN:
            cover = f"{100 * row.cover.value:.1f} % ({100 * row.cover.low:.1f}–{100 * row.cover.high:.1f})"
            text += f" · sets at {100 * row.level:.0f} %: {row.size.value:.2f} classes, cover {cover}"
    return text


_REASONS = {
    "few_mistakes": "{mistakes} mistakes among {n:,} validation images are too few, at least {least} are needed",
    "few_images": "{n:,} validation images are too few, at least {least} are needed",
    "no_mistakes": "there are no mistakes",
    "no_gradient": "the head's predictions have no gradient",
    "vectors": "the network's last activations before the head are vectors: nothing in them has a place",
    "tokens": "the network's last activations before the head are tokens, not maps over the image",
}


def reason(one: Reason | None) -> str:
    """Why something is missing."""
    if one is None:
        return ""
    if one.kind == "few_images" and "n" not in one.values:
        if "folds" in one.values:
            return f"fewer than two classes have {one.values['folds']} images, which cross-validation needs"
        return "there are too few validation images"
    try:
        return _REASONS.get(one.kind, one.kind).format(**one.values)
    except KeyError:  # of a record of format 1, whose numbers were in its sentences only
        return "there are too few validation images, or too few mistakes among them"


def forgetting(one: Forgetting) -> str:
    """A sentence for each group and each kind of mistake between them, which states what the numbers carry and no more."""
    crossed = (_crossed(one.new_as_old, "new", "old"), _crossed(one.old_as_new, "old", "new"))
    return " ".join(filter(None, (_of_old(one), _of_new(one), *crossed)))


def _of_old(one: Forgetting) -> str:
    if one.paired is None:
        return f"Of the old classes the {one.split} split has no images: what was forgotten cannot be told."
    n, told = f"{one.paired.n:,}", points(one.paired.difference)
    before, after = (f"{100 * score.value:.1f} %" for score in (one.paired.score_first, one.paired.score_second))
    text = f"Old classes: {after} after, {before} before"
    if not one.paired.distinguishable:
        return f"{text}; no forgetting can be told with {n} images: {told}."
    found = "lost" if one.paired.difference.value < 0 else "won"
    return f"{text}, {told.replace('points', f'points {found}')}, n {n}."


def _of_new(one: Forgetting) -> str:
    new = one.of_new
    return f"New classes: {percent(new.after)}." if new.n else "Of the new classes there are no images."


def _crossed(one: Crossed, group: str, other: str) -> str:
    """`271 of 500 images of new classes are predicted as old ones, most often lizard as frog (40 of 100).`"""
    if not one.count:
        return ""
    verb = "is" if one.count == 1 else "are"
    text = f"{one.count:,} of {one.of:,} images of {group} classes {verb} predicted as {other} ones"
    most = one.pairs[0]
    if one.count == 1 or (len(one.pairs) > 1 and most.count == one.pairs[1].count):
        return f"{text}."  # nothing stands out
    return f"{text}, most often {most.name} as {most.confused_with} ({most.count:,} of {most.support:,})."


def reference(one: Reference) -> str:
    """`reproduced: 92.6 % (92.1–93.1, n 10,000) against 92.5 % published`, or why not."""
    where = f"{one.row} of {one.card}"
    if one.verdict == "not_comparable":
        besides = f" ({percent(one.found)} here, {100 * one.published:.2f} % there)" if one.found is not None else ""
        return f"not comparable with {where}: {' · '.join(map(difference, one.differences))}{besides}"
    if one.verdict == "sealed":
        return f"comparable with {where}, but the {one.split} split is sealed, and this does not open it"
    if one.found is None or one.short is None:
        return f"comparable with {where}, but the {one.split} split was not scored"
    against = f"{percent(one.found)} against {100 * one.published:.2f} % published"
    if one.verdict == "reproduced":
        better = ", and better" if one.found.low > one.published else ""
        return f"reproduced{better}: {where}, {against}"
    low, high = 100 * one.short.low, 100 * one.short.high
    return f"not reproduced: {where}, short by {100 * one.short.value:.1f} points ({low:.1f}–{high:.1f}); {against}"


def difference(one: Difference) -> str:
    """`depth 32 instead of 56`"""
    return f"{one.fact.replace('_', ' ')} {one.run} instead of {one.published}"


def finding(one: Finding) -> tuple[str, str]:
    """What an audit found, and what to do about it."""
    from linnaeus.reporting import sentences
    from linnaeus.reporting.words import words

    what, advice = sentences.finding(one, words("en"))
    return _text(what), _text(advice)


def _text(told: Markup | str) -> str:
    return told.striptags() if isinstance(told, Markup) else told
