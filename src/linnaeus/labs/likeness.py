"""Hand-ins that are alike: equal ones, and pairs that agree on wrong answers more often than the others let expect.

Right answers are alike because they are right. Of two independent hand-ins that are both wrong on an image, the wrong answer is the
same by chance, and often where an image has one likely confusion. How often is learnt from all other hand-ins: their wrong answers to
that image, with those to other images of its class counting as one more answer. The number of agreements is then a sum of independent
events of known chances (Poisson's binomial), and its upper tail is the p-value, corrected by Holm for all pairs. The idea is that of
K-index and ω (Sotaridona & Meijer 2002, "Statistical properties of the K-index for detecting answer copying", Journal of Educational
Measurement 39; Wollack 1997, "A nominal response model approach for detecting answer copying", Applied Psychological Measurement 21).

It says how unlikely two hand-ins are, not how they came about: the same recipe under the same seed gives the same answers.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linnaeus.stats.multiple import holm

ENOUGH = 5  # other hand-ins, from which on it is told what could be expected
LEVEL = 0.01  # corrected p-value below which a pair is told

Answers = Mapping[str, str]  # the class that each image was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two hand-ins: images that both have wrong, with the same answer, expected so by chance, and how likely at least so many are."""

    first: str
    second: str
    equal: bool  # in every answer, and not because all are right
    wrong: int
    same: int
    expected: float | None  # None: too few others to tell
    p: float | None  # corrected for all pairs


def alike(found: Mapping[str, Answers], truth: Answers) -> Iterator[Alike]:
    """The pairs that are to be told: equal ones first, then by how unlikely they are."""
    wrong = {
        name: {image: label for image, label in answers.items() if label != truth[image]}
        for name, answers in found.items()
    }
    expected = _Chances(wrong, truth) if len(found) - 2 >= ENOUGH else None
    told, p_values = list[Alike](), list[float]()
    for first, second in itertools.combinations(found, 2):
        both = sorted(wrong[first].keys() & wrong[second].keys())
        chances = expected.of(first, second, both) if expected is not None else []
        same = sum(wrong[first][image] == wrong[second][image] for image in both)
        equal = bool(wrong[first]) and found[first] == found[second]
        told.append(
            Alike(first=first, second=second, equal=equal, wrong=len(both), same=same, expected=sum(chances), p=1.0)
        )
        p_values.append(at_least(same, chances) if chances else 1.0)
    known = expected is not None
    several = [
        replace(one, expected=one.expected if known else None, p=p if known else None)
        for one, p in zip(told, holm(p_values), strict=True)
    ]
    suspect = [one for one in several if one.equal or (one.p is not None and one.p < LEVEL)]
    yield from sorted(suspect, key=lambda one: (not one.equal, one.p or 0.0))


def at_least(number: int, chances: Sequence[float]) -> float:
    """How likely so many of independent events are, or more (Poisson's binomial)."""
    mass_N = np.ones(1)
    for chance in chances:
        mass_N = np.convolve(mass_N, (1 - chance, chance))
    return float(min(1.0, mass_N[number:].sum()))


class _Chances:
    """How often wrong answers are the same, as the other hand-ins have it."""

    def __init__(self, wrong: Mapping[str, Answers], truth: Answers) -> None:
        self.wrong, self.truth, self.others = wrong, truth, max(1, len(set(truth.values())) - 1)
        self.by_image: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_class: dict[str, dict[str, Counter[str]]] = {}  # by the name of the hand-in
        for name, answers in wrong.items():
            self.by_class[name] = defaultdict(Counter)
            for image, label in answers.items():
                self.by_image[image][label] += 1
                self.by_class[name][truth[image]][label] += 1
        self.of_all: dict[str, Counter[str]] = defaultdict(Counter)
        for counts in self.by_class.values():
            for label, counted in counts.items():
                self.of_all[label].update(counted)

    def of(self, first: str, second: str, images: Sequence[str]) -> list[float]:
        """Of each of the images, which both have wrong."""
        pair = (first, second)
        of_class = {
            name: counts - self.by_class[first][name] - self.by_class[second][name]
            for name, counts in self.of_all.items()
        }
        own = (Counter(self.wrong[name][image] for name in pair) for image in images)
        return [
            self._same(self.by_image[image] - mine, of_class[self.truth[image]])
            for image, mine in zip(images, own, strict=True)
        ]

    def _same(self, of_image: Counter[str], of_class: Counter[str]) -> float:
        """How likely two draws are the same: of the image's wrong answers, and one more that is drawn from those of its class."""
        if not (
            several := sum(of_class.values())
        ):  # nobody else has an image of this class wrong: any other class, alike
            return 1 / self.others
        total = sum(of_image.values()) + 1
        return sum(((of_image[label] + count / several) / total) ** 2 for label, count in of_class.items())
