import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnaeus.data import split

contents = st.lists(st.text("0123456789abcdef", min_size=4, max_size=32), min_size=1, max_size=60)


@given(contents, contents, st.integers(0, 5))
def test_adding_images_moves_none(old: list[str], new: list[str], seed: int) -> None:
    before = split.draw(old, val=0.2, test=0.2, seed=seed)
    after = split.draw(old + new, val=0.2, test=0.2, seed=seed)
    assert (after[: len(old)] == before).all()


@given(contents, st.integers(0, 5))
def test_equal_images_fall_on_one_side_and_order_does_not_matter(old: list[str], seed: int) -> None:
    sides = dict(zip(old, split.draw(old, val=0.3, test=0.3, seed=seed).tolist(), strict=True))
    backwards = split.draw(old[::-1] * 2, val=0.3, test=0.3, seed=seed).tolist()
    assert all(sides[content] == side for content, side in zip(old[::-1] * 2, backwards, strict=True))


def test_the_shares_are_those_asked_for() -> None:
    sides = split.draw([f"{number:x}" for number in range(20_000)], val=0.15, test=0.15, seed=0)
    shares = np.bincount(sides) / 20_000
    assert np.allclose(shares, [0.7, 0.15, 0.15], atol=0.01)
    other = split.draw([f"{number:x}" for number in range(20_000)], val=0.15, test=0.15, seed=1)
    assert (sides != other).mean() > 0.3


def test_no_share_means_no_image() -> None:
    assert set(split.draw([str(number) for number in range(500)], val=0.0, test=0.0, seed=0).tolist()) == {split.TRAIN}


def test_the_fingerprint_knows_content_labels_and_classes_but_not_order() -> None:
    def fingerprint(hashes: list[str], labels: list[int], classes: list[str]) -> str:
        return split.fingerprint(hashes, np.array(labels), classes)

    one = fingerprint(["a", "b"], [0, 1], ["cat", "dog"])
    assert fingerprint(["b", "a"], [1, 0], ["cat", "dog"]) == one
    assert fingerprint(["a", "b"], [1, 0], ["cat", "dog"]) != one
    assert fingerprint(["a", "c"], [0, 1], ["cat", "dog"]) != one
    assert fingerprint(["a", "b"], [0, 1], ["cat", "fox"]) != one


def counted(hashes: list[str], labels: list[int], seed: int, *, val: float = 0.15, test: float = 0.15) -> np.ndarray:
    """Images by class and split, of distinct contents."""
    sides = split.draw(hashes, np.array(labels, np.int64), val=val, test=test, seed=seed)
    return np.array([[len({h for h, of, s in zip(hashes, labels, sides, strict=True) if of == k and s == part})
                      for part in (split.TRAIN, split.VAL, split.TEST)] for k in sorted(set(labels))])  # fmt: skip


@pytest.mark.parametrize(("classes", "each"), [(120, 3), (8, 2), (5, 8), (30, 4), (3, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_no_class_of_few_images_is_left_out(classes: int, each: int, seed: int) -> None:
    found = counted([f"{number:x}" for number in range(classes * each)], [*range(classes)] * each, seed)
    assert (found[:, split.TRAIN] >= 1).all()
    assert (found[:, split.VAL] >= (each >= 3)).all()
    assert (found[:, split.TEST] >= (each >= 4)).all()


labelled = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5)), min_size=1, max_size=60)


@given(labelled, st.integers(0, 3))
def test_equal_images_fall_on_one_side_whatever_their_labels_and_each_class_trains(
    images: list[tuple[int, int]], seed: int
) -> None:
    hashes, labels = [f"{content:x}" for content, _ in images], [label for _, label in images]
    sides = split.draw(hashes, np.array(labels), val=0.3, test=0.3, seed=seed)
    assert len({*zip(hashes, sides.tolist(), strict=True)}) == len(set(hashes))
    if len({*zip(hashes, labels, strict=True)}) == len(set(hashes)):  # no content has two labels
        assert (counted(hashes, labels, seed, val=0.3, test=0.3)[:, split.TRAIN] >= 1).all()
    shuffled = np.random.default_rng(seed).permutation(len(images))
    renamed = np.array([5 - label for label in labels])[shuffled]  # neither order nor numbers of classes matter
    again = split.draw([hashes[place] for place in shuffled], renamed, val=0.3, test=0.3, seed=seed)
    assert (again == sides[shuffled]).all()


@given(st.integers(0, 20), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_adding_images_moves_none_of_a_class_that_lacks_nothing_and_few_of_one_that_does(
    seed: int, first: int, second: int, added: int
) -> None:
    old = [f"a{number}" for number in range(first)] + [f"b{number}" for number in range(second)]
    labels = np.repeat([0, 1], [first, second])
    before = split.draw(old, labels, val=0.2, test=0.2, seed=seed)
    after = split.draw(
        [*old, *(f"n{number}" for number in range(added))],
        np.append(labels, np.ones(added, np.int64)),
        val=0.2,
        test=0.2,
        seed=seed,
    )[: len(old)]
    bare = split.draw(old, np.arange(len(old)), val=0.2, test=0.2, seed=seed) if old else before
    assert (after[labels == 0] == before[labels == 0]).all()
    assert (after != before).sum() <= 3  # an image a split, and those only that were lent
    lacked = [part for part in (0, 1, 2) if not (bare[labels == 1] == part).any()]
    if not lacked:
        assert (after == before).all()


def test_large_classes_are_drawn_by_their_content_alone() -> None:
    hashes = [f"{number:x}" for number in range(2_000)]
    together = split.draw(hashes, np.arange(2_000) % 4, val=0.15, test=0.15, seed=0)
    assert together.tolist() == split.draw(hashes, val=0.15, test=0.15, seed=0).tolist()
