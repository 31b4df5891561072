"""How good a score is, measured by always answering with the most frequent class of the same images."""

from markupsafe import Markup

from linnaeus.record.scores import SplitScores
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words

# How many of the errors of always answering with the most frequent class are left, at most: the upper end of the interval.
GRADES = ((0.1, "very-good"), (0.25, "good"), (0.5, "fair"), (1.0, "weak"))
IN_VAIN = ("worse", "chance", "one-class")


def grade(found: SplitScores) -> str:
    """Of a grade only where the interval allows no lower one."""
    score, frequent = found.metrics["accuracy"], most_frequent(found)
    if frequent >= 1:
        return "one-class"
    if score.high < frequent:
        return "worse"
    if score.low <= frequent:
        return "chance"
    return next(name for most, name in GRADES if (1 - score.low) / (1 - frequent) <= most)


def most_frequent(found: SplitScores) -> float:
    """Accuracy of always answering with the most frequent class of these very images."""
    supports = [row.support for row in found.classes]
    return max(supports) / sum(supports) if sum(supports) else 1.0


def in_vain(run: Run, key: str | None) -> bool:
    """True of a split on which the run is no better than that: nothing is drawn from its answers at length."""
    found = run.record.scores.get(key) if key else None
    return found is not None and says_nothing(found)


def says_nothing(found: SplitScores) -> bool:
    """True of scores no better than the most frequent class: which class is weakest, or what its answers look like, is chance."""
    return grade(found) in IN_VAIN


def judgement(found: SplitScores, say: Words) -> Markup:
    """Good or not, measured by the most frequent class; of a grade only where the interval allows no lower one."""
    score, judged = found.metrics["accuracy"], grade(found)
    if judged == "chance" and score.groups is not None:
        return say("judgement-chance-things", share=say.share(most_frequent(found)), n=score.groups)
    return say(f"judgement-{judged}", share=say.share(most_frequent(found)), n=score.n)


def weakest(found: SplitScores, say: Words) -> Markup | None:
    """`8, 26 of 28 correct, most often confused with 1`; None: not one mistake, or nothing but."""
    row = found.weakest()
    if row is None or says_nothing(found):
        return None
    told = say("weakest", name=row.name, correct=row.correct, n=row.support)
    return told if row.confused_with is None else say("weakest-confused", weakest=told, other=row.confused_with)
