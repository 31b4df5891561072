"""The mistakes worth looking at: those the classifier was most confident of, and some of every pair of classes that it confuses."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.scores import ConfusedPair
from linnaeus.stats.confusion import confused_pairs

__all__ = ["ConfusedPair", "confused_pairs", "of_each_pair", "typical", "worst"]

Array = npt.NDArray[Any]


def worst(labels_N: Array, probabilities_NK: Array, most: int = 24) -> Array:
    """Places of the most confident mistakes, the most confident first; at most `most`, none if every image is right."""
    mistaken = np.flatnonzero(probabilities_NK.argmax(axis=1) != labels_N)
    confidence = probabilities_NK[mistaken].max(axis=1, initial=0)
    return np.asarray(mistaken[np.argsort(-confidence, kind="stable")][:most])


def of_each_pair(labels_N: Array, probabilities_NK: Array, most: int, first: int = 24, of_a_pair: int = 40) -> Array:
    """Places of mistakes: the `first` most confident of all, then of each pair of label and prediction one, then a second …

    No more than `of_a_pair` of a pair are added, and no more than `most` are given in all.
    """
    order = worst(labels_N, probabilities_NK, most=len(labels_N))
    predictions = probabilities_NK[order].argmax(axis=1)
    seen: Counter[tuple[int, int]] = Counter()
    turns = []  # how many of its pair stand before each
    for pair in zip(labels_N[order].tolist(), predictions.tolist(), strict=True):
        turns.append(seen[pair])
        seen[pair] += 1
    ranks = sorted(range(len(order)), key=lambda rank: (rank >= first, turns[rank] if rank >= first else 0, rank))
    kept = sorted(rank for rank in ranks[:most] if rank < first or turns[rank] < of_a_pair)
    return np.asarray(order[kept])


def typical(labels_N: Array, probabilities_NK: Array) -> dict[str, int]:
    """Places of the images that stand for a split: "correct" of middling confidence among those classified correctly,
    "wrong", the most confident mistake, and "hardest", the least certain prediction of the others; as far as there are any.
    """
    confidence_N = probabilities_NK.max(axis=1, initial=0)
    is_correct_N = probabilities_NK.argmax(axis=1) == labels_N
    order = np.argsort(confidence_N, kind="stable")
    correct, wrong = order[is_correct_N[order]], order[~is_correct_N[order]]
    found: dict[str, int] = {}
    if len(correct):
        found["correct"] = int(correct[len(correct) // 2])
    if len(wrong):
        found["wrong"] = int(worst(labels_N, probabilities_NK, most=1)[0])
    rest = [int(place) for place in order[:3] if int(place) not in found.values()]
    return found | ({"hardest": rest[0]} if rest else {})
