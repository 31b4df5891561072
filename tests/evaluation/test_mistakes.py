import numpy as np

from linnaeus.evaluation.inspection.mistakes import confused_pairs, of_each_pair, typical, worst


def test_the_surest_mistakes_come_first():
    labels_N = np.array([0, 0, 1, 1, 1])
    probabilities_NK = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.99, 0.01], [0.7, 0.3]])
    assert worst(labels_N, probabilities_NK).tolist() == [3, 4, 1]
    assert worst(labels_N, probabilities_NK, most=1).tolist() == [3]


def test_equally_sure_mistakes_keep_their_order():
    labels_N = np.zeros(5, np.int64)
    assert worst(labels_N, np.tile([0.2, 0.8], (5, 1)), most=3).tolist() == [0, 1, 2]


def test_no_mistakes():
    assert worst(np.array([0, 1]), np.eye(2)).tolist() == []
    assert confused_pairs(np.diag([3, 4]), ("a", "b")) == []


def test_confused_pairs_by_count():
    confusion_KK = np.array([[5, 2, 0], [7, 1, 2], [0, 0, 9]])
    found = [(pair.name, pair.confused_with, pair.count, pair.support) for pair in confused_pairs(confusion_KK, "abc")]
    assert found == [("b", "a", 7, 10), ("a", "b", 2, 7), ("b", "c", 2, 10)]
    assert len(confused_pairs(confusion_KK, "abc", most=1)) == 1
    assert confusion_KK[0, 0] == 5  # the argument is left alone


def test_every_confused_pair_has_a_picture_before_any_has_many():
    # ten images of class 0 taken for 1, surely; one of 2 taken for 0, least surely of all
    labels_N = np.array([0] * 10 + [2, 1])
    probabilities_NK = np.array([[0.05, 0.9, 0.05]] * 10 + [[0.4, 0.3, 0.3], [0.1, 0.8, 0.1]])
    assert of_each_pair(labels_N, probabilities_NK, most=3, first=2).tolist() == [0, 1, 10]
    assert of_each_pair(labels_N, probabilities_NK, most=99, first=0, of_a_pair=4).tolist() == [0, 1, 2, 3, 10]
    assert of_each_pair(labels_N, probabilities_NK, most=99).tolist() == list(range(11))
    assert of_each_pair(labels_N[11:], probabilities_NK[11:], most=99).tolist() == []


def test_images_that_stand_for_a_split():
    labels_N = np.array([0, 0, 0, 1, 1])
    probabilities_NK = np.array([[0.99, 0.01], [0.8, 0.2], [0.52, 0.48], [0.9, 0.1], [0.6, 0.4]])
    found = typical(labels_N, probabilities_NK)
    assert found == {"correct": 1, "wrong": 3, "hardest": 2}
    assert typical(np.array([0]), np.array([[0.9, 0.1]])) == {"correct": 0}
    assert typical(np.array([1, 0]), np.array([[0.9, 0.1], [0.2, 0.8]])) == {"wrong": 0, "hardest": 1}
    assert typical(labels_N[:0], probabilities_NK[:0]) == {}
