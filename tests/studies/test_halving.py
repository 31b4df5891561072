"""Early stopping: which trials go on, by scores alone."""

import random

import pytest

from linnaeus.studies.halving import GO_ON, STOP, WAIT, Contender, Halving, decide, survivors


def contender(cell, scores, out=False):
    return Contender(cell=cell, scores=scores, out=out)


def test_rungs_grow_by_the_factor_and_stay_below_all_epochs():
    halving = Halving(first=1, factor=3, epochs=27, brackets=2)
    assert halving.rungs() == [1, 3, 9]
    assert halving.rungs(1) == [3, 9]
    assert halving.marks() == [1, 3, 9]
    assert Halving(first=4, factor=2, epochs=4).rungs() == []


def test_early_brackets_have_more_points():
    halving = Halving(first=1, factor=3, epochs=27, brackets=3)
    counts = [sum(halving.bracket(cell) == bracket for cell in range(13 * 4)) for bracket in range(3)]
    assert counts == [36, 12, 4]


def test_a_rung_is_decided_when_all_have_come_to_it():
    waiting = [contender(0, {1: 0.5}), contender(1, {}), contender(2, {1: 0.7})]
    assert decide(waiting, [1, 3], 3, together=True) == {0: WAIT, 1: GO_ON, 2: WAIT}
    decided = decide([contender(0, {1: 0.5}), contender(1, {1: 0.6}), contender(2, {1: 0.7})], [1, 3], 3, together=True)
    assert decided == {0: STOP, 1: STOP, 2: GO_ON}


def test_those_that_failed_hold_nobody_up():
    decided = decide(
        [contender(0, {1: 0.5}), contender(1, {}, out=True), contender(2, {1: 0.7})], [1, 3], 2, together=True
    )
    assert decided == {0: STOP, 2: GO_ON}


def test_one_by_one_the_best_of_those_that_are_there_go_on():
    members = [contender(0, {1: 0.5, 3: 0.6}), contender(1, {1: 0.4}), contender(2, {1: 0.7})]
    assert decide(members, [1, 3], 3, together=False) == {0: GO_ON, 1: STOP, 2: GO_ON}


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_arrival_changes_nothing(seed):
    """Played through in random order, the same contenders are left, and as many epochs are trained as was foretold."""
    draw, halving = random.Random(seed), Halving(first=1, factor=3, epochs=27)
    quality = {cell: draw.random() for cell in range(20)}
    scores: dict[int, dict[int, float]] = {cell: {} for cell in quality}
    out, finished, rungs = set(), set(), halving.rungs()
    while len(out) + len(finished) < 20:
        decisions = decide([contender(c, scores[c], c in out) for c in quality], rungs, 3, together=True)
        out |= {cell for cell, what in decisions.items() if what == STOP}
        ready = [c for c in quality if c not in out | finished and decisions.get(c, GO_ON) == GO_ON]
        cell = draw.choice(ready)
        rung = next((rung for rung in rungs if rung not in scores[cell]), None)
        if rung is None:
            finished.add(cell)
        else:
            scores[cell][rung] = quality[cell]
    best = sorted(quality, key=lambda cell: -quality[cell])
    assert finished == set(best[:1])
    trained = sorted([max(scores[cell]) for cell in out] + [27] * len(finished))
    assert trained == sorted(halving.epochs_of(20))


def test_at_least_one_survives():
    assert [survivors(count, 3) for count in (0, 1, 2, 3, 4, 9, 10)] == [0, 1, 1, 1, 2, 3, 4]
