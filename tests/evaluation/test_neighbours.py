import numpy as np
import pytest

from linnaeus.evaluation.inspection.neighbours import nearest

TRAIN = np.array([[1, 0], [0, 1], [-1, 0], [1, 1]], np.float32)


def test_the_nearest_by_angle_whatever_their_length():
    rows, distances = nearest(TRAIN, np.array([[9, 0.1], [0, 0.01]], np.float32), 2)
    assert rows.tolist() == [[0, 3], [1, 3]]
    assert distances[1] == pytest.approx([0, 1 - np.sqrt(0.5)], abs=1e-6)


def test_no_image_is_its_own_neighbour():
    rows, _ = nearest(TRAIN, TRAIN[[3, 0]], 2, np.array([3, 0]))
    assert [set(row) for row in rows.tolist()] == [{0, 1}, {3, 1}]


def test_nor_where_equal_images_crowd_it_out():
    same = np.ones((6, 2), np.float32)
    for own in range(6):
        rows, distances = nearest(same, same[[own]], 3, np.array([own]))
        assert rows.shape == (1, 3)
        assert own not in rows[0]
        assert len(set(rows[0].tolist())) == 3
        assert distances == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("most", "own", "k"), [(9, None, 4), (9, np.array([1]), 3), (2, None, 2)])
def test_as_many_as_there_are(most, own, k):
    assert nearest(TRAIN, TRAIN[[1]], most, own)[0].shape == (1, k)


def test_nothing_to_look_for_and_nowhere_to_look():
    assert nearest(TRAIN, TRAIN[:0], 3)[0].shape == (0, 3)
    assert nearest(TRAIN[:1], TRAIN[:1], 3, np.array([0]))[0].shape == (1, 0)


def test_features_that_are_all_nought_are_far_from_everything():
    rows, distances = nearest(TRAIN, np.zeros((1, 2), np.float32), 2)
    assert rows.shape == (1, 2)
    assert distances[0] == pytest.approx([1, 1])
