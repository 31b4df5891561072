"""What Python's verbs take: fields of a recipe, runs, data, and who watches."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch.utils.data import Dataset

from linnaeus import events
from linnaeus.api import objects
from linnaeus.data.load import open_source
from linnaeus.errors import DataError, RunError, UnknownName
from linnaeus.recipe.read import data_spec
from tests.cli.fakes import run_record

X = np.arange(6 * 8 * 8, dtype=np.uint8).reshape(6, 8, 8)
Y = [0, 1, 0, 1, 0, 1]


class Pictures(Dataset):
    """A map-style dataset of PyTorch."""

    classes = ("cat", "dog")

    def __init__(self, *images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index], index % 2


def test_settings_are_fields_and_options_in_any_spelling():
    given = {"lr": 0.01, "epochs": 5, "optimizer__momentum": 0.9, "model.width": 8, "seed": None, "augment": "flip"}
    assert objects.settings(given) == [
        "epochs=5",
        "augment=flip",
        "optimizer.lr=0.01",
        "optimizer.momentum=0.9",
        "model.width=8",
    ]


@pytest.mark.parametrize(("name", "near"), [("epoch", "epochs"), ("lrr", "lr"), ("batchsize", "batch_size")])
def test_near_names_are_suggested(name, near):
    with pytest.raises(UnknownName, match=f"did you mean .*{near}"):
        objects.settings({name: 1})


def test_a_run_is_a_record_a_path_or_a_name(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "record.json").write_text("{}")
    (folder / "recipe.toml").write_text("")
    for run in (run_record(folder), folder, str(folder), "mine"):
        assert objects.run_folder(run, tmp_path).path == folder
    with pytest.raises(RunError, match="does not know its folder"):
        objects.run_folder(run_record())


def test_data_are_a_name_a_path_or_what_python_holds(tmp_path):
    assert objects.data_text("digits") == "digits"
    assert data_spec(objects.data_text(tmp_path / "digits")).name == "folder"
    assert data_spec(objects.data_text(Path("list.csv"))).name == "table"
    text = objects.data_text((X, Y))
    assert text == objects.data_text((X.copy(), np.array(Y)))  # known by its content
    assert text != objects.data_text((X, Y[::-1]))
    assert "6 × 8 × 8 × 1" in text
    source = open_source(data_spec(text))
    assert (source.classes, source.facts().images, source.facts().channels) == (("0", "1"), 6, 1)


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_dataset_of_pytorch_has_its_classes_by_name(mode):
    pictures = Pictures(*(Image.fromarray(image).convert(mode) for image in X))
    source = open_source(data_spec(objects.data_text(pictures)))
    assert source.classes == ("cat", "dog")
    assert source.facts().channels == (1 if mode == "L" else 3)
    assert (source.chunks[0].images[3, ..., 0] == X[3]).all()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ((X.astype(float), Y), "no defined range"),
        ((X, Y[:5]), "a label for each"),
        ((X, np.linspace(0, 1, 6)), "whole numbers or names"),
        ((X[:, 0], Y), "has the shape"),
        (X, r"give \(X, y\)"),
        (Pictures(Image.new("L", (8, 8)), Image.new("L", (9, 8))), "differ in size"),
        (Pictures(np.ones((8, 8))), "item 0 of the dataset: .*no defined range"),
        (Pictures(), "is empty"),
        (3, "is no data set"),
    ],
)
def test_what_is_no_data_set_is_refused_with_a_reason(data, reason):
    with pytest.raises(DataError, match=reason):
        objects.data_text(data)


def test_who_watches(monkeypatch):
    def mine(event):
        pass

    assert objects.watcher(False) is events.nobody
    assert objects.watcher(mine) is mine
    assert callable(objects.watcher(None))
