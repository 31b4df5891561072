"""Hand-ins that are alike: what is told of copies, and how seldom of independent ones."""

import itertools

import numpy as np
import pytest
from scipy import stats

from linnaeus.labs import likeness
from linnaeus.labs.likeness import alike, at_least

IMAGES = [f"{place}.png" for place in range(270)]
TRUTH = {image: str(place % 6) for place, image in enumerate(IMAGES)}


def answers(chance, wrong=None):
    """Independent hand-ins: hard images are hard for all, and each class has one likely confusion."""
    wrong = chance.beta(0.4, 2.5, len(IMAGES)) if wrong is None else wrong
    told = {}
    for image, hard in zip(IMAGES, wrong, strict=True):
        label = TRUTH[image]
        if chance.random() < hard:
            label = (
                str((int(label) + 1) % 6) if chance.random() < 0.6 else str((int(label) + chance.integers(2, 6)) % 6)
            )
        told[image] = label
    return told


def a_class(seed, size=25):
    chance = np.random.default_rng(seed)
    hard = chance.beta(0.4, 2.5, len(IMAGES))
    return {f"student-{place}": answers(chance, hard) for place in range(size)}, chance


def test_the_tail_is_that_of_a_binomial_where_all_chances_are_one():
    for number in range(12):
        assert at_least(number, [0.3] * 11) == pytest.approx(stats.binom.sf(number - 1, 11, 0.3), abs=1e-12)


def test_an_equal_copy_and_one_with_changes_are_told_and_nobody_else():
    found, chance = a_class(1)
    found["copy"] = dict(found["student-3"])
    found["disguised"] = dict(found["student-7"])
    for image in chance.choice(IMAGES, 30, replace=False):
        found["disguised"][image] = TRUTH[image]
    told = list(alike(found, TRUTH))
    assert [(one.first, one.second, one.equal) for one in told] == [
        ("student-3", "copy", True), ("student-7", "disguised", False),
    ]  # fmt: skip
    assert told[1].p < 1e-3 and told[1].same == told[1].wrong > told[1].expected


def test_independent_hand_ins_are_hardly_ever_told():
    """Of 12 classes of 25, 3,600 pairs, none or one; the level is one class in a hundred."""
    assert sum(len(list(alike(a_class(seed)[0], TRUTH))) for seed in range(12)) <= 1


def test_right_answers_are_no_sign_and_a_few_hand_ins_tell_only_equal_ones():
    right = {name: dict(TRUTH) for name in "abcdefgh"}
    assert not list(alike(right, TRUTH))
    found, _ = a_class(2, size=likeness.ENOUGH + 1)
    found["student-1"] = dict(found["student-0"])
    (one,) = alike(found, TRUTH)
    assert one.equal and one.expected is None and one.p is None
    assert not list(alike(dict(itertools.islice(found.items(), 1)), TRUTH))
