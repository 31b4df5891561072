"""The mistakes on a split with the nearest training images: all of them as a list, the most confident with pictures."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import files
from linnaeus.data.dataset import Dataset
from linnaeus.evaluation.inspection.gallery import Gallery
from linnaeus.evaluation.inspection.mistakes import confused_pairs, worst
from linnaeus.evaluation.inspection.neighbours import nearest
from linnaeus.record.inspection import Confused, Mistake, Neighbour
from linnaeus.record.scores import Score
from linnaeus.stats.confusion import confusion
from linnaeus.stats.groups import things
from linnaeus.stats.score import share_of

Array = npt.NDArray[Any]

TOP = 3  # classes of each mistake that are told
NEAREST = 5  # training images of each mistake that are told
CLOSE = 24  # mistakes that are shown with their neighbours
NEAREST_SHOWN = 3
MOST_SHOWN = 160  # mistakes with a picture; more would make a page of several MB
MOST_PAIRS = 20
NAMED = 3  # images named of a confused pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """All mistakes on one split, the most confident first; `near_Mk` are rows of `train`, the nearest first."""

    split: str
    dataset: Dataset
    train: Dataset
    probabilities_NK: Array
    places_M: Array  # in the split
    near_Mk: Array
    distances_Mk: Array

    def __len__(self) -> int:
        return len(self.places_M)


def find(
    split: str, dataset: Dataset, train: Dataset, probabilities_NK: Array, features_ND: Array, train_ND: Array
) -> Mistakes:
    """The mistakes in predictions of a split, and their neighbours among the training images."""
    places_M = worst(dataset.labels_N, probabilities_NK, most=len(dataset))
    near_Mk, distances_Mk = nearest(train_ND, features_ND[places_M], NEAREST, places_M if split == "train" else None)
    return Mistakes(
        split=split,
        dataset=dataset,
        train=train,
        probabilities_NK=probabilities_NK,
        places_M=places_M,
        near_Mk=near_Mk,
        distances_Mk=distances_Mk,
    )


def shown(found: Mistakes, gallery: Gallery) -> tuple[Mistake, ...]:
    """The most confident with their neighbours; then others with a picture only, of all confused pairs in turn."""
    close = [_mistake(found, rank, gallery, NEAREST) for rank in range(min(CLOSE, len(found)))]
    return (*close, *(_mistake(found, rank, gallery, 0) for rank in _of_all_pairs(found)))


def errors(found: Mistakes) -> Score:
    """The share of the images that are misclassified."""
    wrong_N = np.isin(np.arange(len(found.dataset)), found.places_M)
    return share_of(wrong_N, np.full(len(wrong_N), True), things(found.dataset.groups))


def pairs(found: Mistakes) -> tuple[Confused, ...]:
    """The most frequent confusions, with the names of the most confident images."""
    dataset, names = found.dataset, defaultdict[tuple[str, str], list[str]](list)
    predicted_N = found.probabilities_NK.argmax(axis=1)
    for place in found.places_M:
        names[dataset.classes[dataset.labels_N[place]], dataset.classes[predicted_N[place]]].append(
            dataset.names[place]
        )
    counts_KK, shown = confusion(dataset.labels_N, predicted_N, len(dataset.classes)), things(dataset.groups)
    place_of = {name: place for place, name in enumerate(dataset.classes)}
    return tuple(
        Confused(
            name=pair.name,
            confused_with=pair.confused_with,
            count=pair.count,
            share=share_of(predicted_N == place_of[pair.confused_with], dataset.labels_N == place_of[pair.name], shown),
            images=tuple(names[pair.name, pair.confused_with][:NAMED]),
        )
        for pair in confused_pairs(counts_KK, dataset.classes, most=MOST_PAIRS)
    )


def as_csv(found: Mistakes) -> str:
    """A row a mistake: name, label, answer, their probabilities, the next likeliest classes, the nearest training images."""
    top, near = min(TOP, len(found.dataset.classes)), found.near_Mk.shape[1]
    header = ["name", "label", "predicted", "probability", "label_probability"]
    header += [title for number in range(2, top + 1) for title in (f"class_{number}", f"probability_{number}")]
    header += [f"neighbour_{number}{what}" for number in range(1, near + 1) for what in ("", "_label", "_distance")]
    rows: list[list[str]] = [header]
    for rank in range(len(found)):
        one = _mistake(found, rank, None, near)
        row = [one.name, one.label, one.predicted, _digits(one.top[0][1]), _digits(one.of_label)]
        row += [cell for name, probability in one.top[1:] for cell in (name, _digits(probability))]
        row += [cell for each in one.neighbours for cell in (each.name, each.label, _digits(each.distance))]
        rows.append(row)
    return files.csv_text(rows)


def _mistake(found: Mistakes, rank: int, gallery: Gallery | None, neighbours: int) -> Mistake:
    dataset, place = found.dataset, int(found.places_M[rank])
    label, probabilities_K = int(dataset.labels_N[place]), found.probabilities_NK[place]
    top = [int(k) for k in np.argsort(-probabilities_K, kind="stable")[:TOP]]
    return Mistake(
        name=dataset.names[place],
        label=dataset.classes[label],
        predicted=dataset.classes[top[0]],
        top=tuple((dataset.classes[k], round(float(probabilities_K[k]), 6)) for k in top),
        of_label=round(float(probabilities_K[label]), 6),
        picture=gallery.add(found.split, place) if gallery is not None else None,
        neighbours=tuple(
            _neighbour(found, rank, column, gallery if column < NEAREST_SHOWN else None)
            for column in range(min(neighbours, found.near_Mk.shape[1]))
        ),
    )


def _neighbour(found: Mistakes, rank: int, column: int, gallery: Gallery | None) -> Neighbour:
    train, row = found.train, int(found.near_Mk[rank, column])
    return Neighbour(
        name=train.names[row],
        label=train.classes[train.labels_N[row]],
        distance=round(float(found.distances_Mk[rank, column]), 6),
        picture=gallery.add("train", row) if gallery is not None else None,
    )


def _of_all_pairs(found: Mistakes) -> list[int]:
    """Ranks after the most confident, one of each confused pair, then a second of each …, up to what is shown."""
    predicted_N = found.probabilities_NK.argmax(axis=1)
    seen, turn = defaultdict[tuple[int, int], int](int), {}
    for rank in range(CLOSE, len(found)):
        place = found.places_M[rank]
        pair = int(found.dataset.labels_N[place]), int(predicted_N[place])
        turn[rank] = seen[pair]
        seen[pair] += 1
    return sorted(sorted(turn, key=lambda rank: turn[rank])[: MOST_SHOWN - CLOSE])


def _digits(value: float) -> str:
    return f"{value:.4f}"
