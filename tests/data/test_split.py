import numpy as np
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
