"""The lists of mistakes and of possible label errors, and the pictures beside them, of a split made up by hand."""

import csv
import io
import json

import numpy as np
import pytest

from linnaeus import files
from linnaeus.data.dataset import Dataset
from linnaeus.evaluation.inspection import fix_list, mistake_list
from linnaeus.evaluation.inspection.fix_list import Judge
from linnaeus.evaluation.inspection.gallery import Gallery, small
from linnaeus.events import nobody
from linnaeus.recipe.read import override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse
from linnaeus.record.scores import Reason

CLASSES = ("cat", 'dog, "big"', "=fox")
RNG = np.random.default_rng(0)


def recipe(size: int = 8, channels: int = 3) -> Recipe:
    fields = {"data": parse("digits"), "image_size": size, "channels": channels, "model": parse("linear"), "epochs": 1}
    return Recipe(**override({**fields, "optimizer": parse("sgd")}, ()))


def dataset(labels_N: np.ndarray, prefix: str = "", size: int = 8, channels: int = 3) -> Dataset:
    count = len(labels_N)
    return Dataset(
        store=RNG.integers(0, 256, (count, size, size, channels), dtype=np.uint8),
        rows_N=np.arange(count),
        labels_N=labels_N,
        names=tuple(f"{prefix}{row:03d}" for row in range(count)),
        classes=CLASSES,
    )


TRAIN, VAL = dataset(np.arange(30) % 3, "train/"), dataset(np.arange(12) % 3, "val/")
DATASETS = {"train": TRAIN, "val": VAL}


def mistakes(wrong: dict[int, tuple[int, float]], split: str = "val") -> mistake_list.Mistakes:
    """Answers that are right but for those of `wrong`: place, class answered, its probability."""
    of = DATASETS[split]
    probabilities_NK = np.full((len(of), 3), 0.05, np.float32)
    probabilities_NK[np.arange(len(of)), of.labels_N] = 0.9
    for place, (answer, probability) in wrong.items():
        probabilities_NK[place] = (1 - probability) / 2
        probabilities_NK[place, answer] = probability
    features = {name: np.eye(3)[each.labels_N] + RNG.normal(0, 0.01, (len(each), 3)) for name, each in DATASETS.items()}
    return mistake_list.find(split, of, TRAIN, probabilities_NK, features[split], features["train"])


def test_mistakes_with_their_neighbours():
    found = mistakes({4: (0, 0.8), 6: (1, 0.95), 7: (0, 0.5)})
    gallery = Gallery(DATASETS, recipe())
    surest, second, third = mistake_list.shown(found, gallery)
    assert [one.name for one in (surest, second, third)] == ["val/006", "val/004", "val/007"]
    assert (surest.label, surest.predicted, surest.top[0]) == ("cat", CLASSES[1], (CLASSES[1], pytest.approx(0.95)))
    assert surest.of_label == pytest.approx(0.025)
    assert len(surest.neighbours) == 5
    assert {one.label for one in surest.neighbours} == {"cat"}  # by its features it is what its label says
    assert [one.picture is None for one in surest.neighbours] == [False, False, False, True, True]
    kept = gallery.arrays(np.empty(0), [])
    assert kept["names"][surest.picture] == "val/006"
    assert (kept["images"][surest.picture] == VAL.store[6]).all()
    nearest = surest.neighbours[0]
    assert (kept["images"][nearest.picture] == TRAIN.store[int(nearest.name[-3:])]).all()


def test_the_list_has_every_mistake_and_reads_back_whatever_classes_are_called():
    found = mistakes({4: (0, 0.8), 6: (1, 0.95), 8: (0, 0.7)})
    lines = list(csv.DictReader(io.StringIO(mistake_list.as_csv(found), newline="")))
    assert [(line["name"], files.csv_cell(line["label"]), line["predicted"]) for line in lines] == [
        ("val/006", "cat", CLASSES[1]),
        ("val/004", CLASSES[1], "cat"),
        ("val/008", "=fox", "cat"),
    ]
    assert lines[0]["probability"] == "0.9500"
    assert sum(key.startswith("neighbour_") and key.endswith("_distance") for key in lines[0]) == 5
    assert None not in lines[0]


def test_no_mistakes():
    found = mistakes({})
    assert (len(found), mistake_list.pairs(found)) == (0, ())
    assert mistake_list.shown(found, Gallery(DATASETS, recipe())) == ()
    assert mistake_list.as_csv(found).count("\n") == 1
    kept = Gallery(DATASETS, recipe()).arrays(np.empty(0), [])
    assert {name: array.shape for name, array in kept.items()} == {
        "images": (0, 1, 1, 3),
        "names": (0,),
        "splits": (0,),
        "maps": (0, 2, 1, 1),
        "map_of": (0,),
    }


def test_confused_pairs_name_their_surest_images():
    (most, other) = mistake_list.pairs(mistakes({1: (0, 0.6), 4: (0, 0.8), 6: (1, 0.95)}))
    assert (most.name, most.confused_with, most.count, most.share.n) == (CLASSES[1], "cat", 2, 4)
    assert most.images == ("val/004", "val/001")
    assert most.share.low < 0.5 < most.share.high
    assert (other.name, other.count, other.images) == ("cat", 1, ("val/006",))


def test_pictures_come_from_all_confused_pairs(monkeypatch):
    monkeypatch.setattr(mistake_list, "CLOSE", 1)
    monkeypatch.setattr(mistake_list, "MOST_SHOWN", 3)
    found = mistakes({0: (1, 0.99), 3: (1, 0.98), 6: (1, 0.97), 9: (1, 0.96), 1: (2, 0.5)})
    assert [one.name for one in mistake_list.shown(found, Gallery(DATASETS, recipe()))] == [
        "val/000",
        "val/003",
        "val/001",
    ]


def test_mistakes_on_training_images_are_not_their_own_neighbours():
    (one,) = mistake_list.shown(mistakes({4: (0, 0.8)}, "train"), Gallery(DATASETS, recipe()))
    assert one.name not in [neighbour.name for neighbour in one.neighbours]


@pytest.mark.parametrize(("size", "channels", "side"), [(8, 1, 8), (96, 3, 96), (200, 4, 96), (200, 1, 96)])
def test_pictures_are_small(size, channels, side):
    image = RNG.integers(0, 256, (size, size, channels), dtype=np.uint8)
    assert small(image).shape == (side, side, channels)
    kept = Gallery({"train": dataset(np.zeros(2, np.int64), "", size, channels)}, recipe(size, channels))
    assert (kept.add("train", 1), kept.add("train", 0), kept.add("train", 1)) == (0, 1, 0)
    arrays = kept.arrays(np.full((1, 2, size, size), 7, np.uint8), [0])
    assert arrays["images"].shape == (2, side, side, channels)
    assert arrays["maps"].shape == (1, 2, side, side)


def certain(wrong: dict[str, tuple[int, int]], sure: float = 0.98) -> Judge:
    """Probabilities that name each label, but for one place a split."""
    by_split = {}
    for split, of in DATASETS.items():
        found = np.full((len(of), 3), (1 - sure) / 2)
        found[np.arange(len(of)), of.labels_N] = sure
        if split in wrong:
            place, suggested = wrong[split]
            found[place] = (1 - 0.99) / 2
            found[place, suggested] = 0.99
        by_split[split] = found
    return Judge(source="retrained", seen=False, probabilities=by_split)


def test_label_errors_of_two_splits():
    gallery = Gallery(DATASETS, recipe())
    found, why_not, text = fix_list.judged(DATASETS, certain({"train": (3, 2), "val": (1, 0)}), None, gallery, nobody)
    assert why_not is None
    assert (found.count, found.share.n, found.splits, found.seen, found.both) == (2, 42, ("train", "val"), False, None)
    assert [(one.name, one.given, one.suggested, one.action) for one in found.top] == [
        ("train/003", "cat", "=fox", "relabel"),
        ("val/001", CLASSES[1], "cat", "relabel"),
    ]
    assert gallery.rows == {("train", 3): 0, ("val", 1): 1}
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(line["path"], line["action"], files.csv_cell(line["label"]), line["given"]) for line in lines] == [
        ("train/003", "relabel", "=fox", "cat"),
        ("val/001", "relabel", "cat", CLASSES[1]),
    ]
    assert lines[0]["suggested_probability"] == "0.9900"
    json.dumps(found.pairs)


def test_a_second_judge_and_an_unsure_one():
    judge, second = certain({"train": (3, 2), "val": (1, 0)}), certain({"val": (1, 0)})
    assert fix_list.judged(DATASETS, judge, second, Gallery(DATASETS, recipe()), nobody)[0].both == 1
    doubtful = certain({"train": (3, 2)})
    doubtful.probabilities["train"][3] = (0.1, 0.0, 0.9)
    found = fix_list.judged(DATASETS, doubtful, None, Gallery(DATASETS, recipe()), nobody)[0]
    assert [one.action for one in found.top] in ([], ["keep"])


def test_no_new_label_is_advised_by_those_who_name_too_few_rightly():
    judge = certain({"train": (3, 2)})
    judge.probabilities["val"][:5] = (0.3, 0.3, 0.4)
    judge.probabilities["val"][:5, 2] = 0.0
    judge.probabilities["train"][6:9] = judge.probabilities["train"][[7, 8, 6]]
    found = fix_list.judged(DATASETS, judge, None, Gallery(DATASETS, recipe()), nobody)[0]
    assert found.accuracy.value < 0.9
    assert found.count >= 1
    assert {one.action for one in found.top} == {"keep"}


def test_classes_too_rare_for_cross_validation_are_left_out_and_named():
    labels_N = np.array([0] * 20 + [1] * 20 + [2] * 4)
    of = {"train": dataset(labels_N)}
    features = {"train": (np.eye(3)[labels_N] + RNG.normal(0, 0.1, (44, 3))).astype(np.float32)}
    judge = Judge(source="own", seen=True, features=features)
    found, _, _ = fix_list.judged(of, judge, None, Gallery(of, recipe()), nobody)
    assert (found.left_out, found.share.n) == (("=fox",), 40)
    few = {"train": dataset(np.array([0] * 20 + [1] * 4))}
    judge = Judge(source="own", seen=True, features={"train": np.ones((24, 3), np.float32)})
    found, why_not, text = fix_list.judged(few, judge, None, Gallery(few, recipe()), nobody)
    assert (found, text) == (None, "")
    assert why_not == Reason(kind="few_images", values={"folds": 5})
