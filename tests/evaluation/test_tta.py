"""Several views of an image: off in the scores that are reported, unless they are named, and then by name."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import linnaeus
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.batch import Batch
from linnaeus.errors import RecipeError
from linnaeus.evaluation.predictions import predict
from linnaeus.evaluation.tta import named, views
from linnaeus.recipe.spec import Spec
from linnaeus.record.folder import RunFolder
from tests.settings import given
from tests.training.small import FIXED, archive

KINDS = ("none", "flip", "shift", "flip+shift")


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randint(256, (2, 3, 5, 7), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)


@pytest.mark.parametrize(("kind", "count"), [*zip(KINDS, (1, 2, 3, 6), strict=True)])
def test_the_weights_sum_to_one_and_the_plain_image_is_among_them(kind: str, count: int, images) -> None:
    found = list(views(images, kind))
    assert len(found) == count
    assert sum(weight for weight, _ in found) == pytest.approx(1)
    assert torch.equal(found[0][1], images)
    assert all(view.shape == images.shape and view.dtype == torch.uint8 for _, view in found)


def test_the_views_are_those_that_are_named(images) -> None:
    mirrored = [view for _, view in views(images, "flip")][1]
    assert torch.equal(mirrored, images.flip(3))
    _, up_left, down_right = (view for _, view in views(images, "shift"))
    padded = nn.functional.pad(images.float(), (1, 1, 1, 1), mode="reflect").to(torch.uint8)
    assert torch.equal(up_left, padded[:, :, 2:, 2:])
    assert torch.equal(down_right, padded[:, :, :-2, :-2])
    both = [view for _, view in views(images, "flip+shift")]
    assert torch.equal(both[3], padded[:, :, 2:, 2:].flip(3))


def test_an_image_of_one_pixel_has_views_too() -> None:
    one = torch.full((1, 1, 1, 1), 7, dtype=torch.uint8)
    assert all(torch.equal(view, one) for _, view in views(one, "flip+shift"))


def test_logits_are_averaged_with_their_weights(images) -> None:
    torch.manual_seed(0)
    preprocessing = Preprocessing(size=5, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.5,) * 3)
    module = nn.Sequential(nn.Flatten(), nn.Linear(105, 4))
    trained = Classifier(module=module, classes=tuple("abcd"), preprocessing=preprocessing, model=Spec("linear"))
    batch = Batch(images_BCHW=images, labels_B=torch.tensor([0, 1]))
    _, found = predict(trained, [batch], "flip+shift")
    logits = torch.stack([trained.logits(view) for _, view in views(images, "flip+shift")])
    weights = torch.tensor([0.25, 0.25, 0.125, 0.125, 0.125, 0.125]).view(6, 1, 1)
    np.testing.assert_allclose(found, (weights * logits).sum(0).softmax(1).numpy(), rtol=1e-5)
    plain = predict(trained, [batch])[1]
    assert np.array_equal(plain, trained.logits(images).softmax(1).numpy())


def test_names() -> None:
    assert [named("test", kind) for kind in KINDS] == ["test", "test+flip", "test+shift", "test+flip+shift"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs with and without views named in the recipe."""
    folder = tmp_path_factory.mktemp("views")
    for name, changes in (("plain", []), ("viewed", ["tta=flip"])):
        linnaeus.train(
            f"arrays({str(archive(folder))!r})",
            **given(*FIXED, "epochs=3", "model=linear", "val=0.3", *changes),
            name=name,
            runs=folder / "runs",
            report=False,
        )
    return folder / "runs"


def test_a_recipe_that_names_views_gets_scores_of_their_own_beside_the_plain_ones(runs: Path) -> None:
    plain, viewed = (RunFolder(runs / name).record() for name in ("plain", "viewed"))
    assert list(plain.scores) == ["val"]
    assert list(viewed.scores) == ["val", "val+flip"]
    assert viewed.scores["val"] == plain.scores["val"], "what is reported does not depend on it"
    assert viewed.scores["val+flip"].metrics["log_loss"] != plain.scores["val"].metrics["log_loss"]
    assert viewed.history == plain.history
    assert viewed.scores["val+flip"].split == "val+flip"


def test_the_test_split_is_opened_once_for_both(runs: Path) -> None:
    before = RunFolder(runs / "viewed").record().test_openings
    found = linnaeus.evaluate("viewed", split="test", runs=runs)
    record = RunFolder(runs / "viewed").record()
    assert record.test_openings == before + 1
    assert found == record.scores["test"] != record.scores["test+flip"]
    page = linnaeus.report("viewed", runs=runs).read_text()
    assert "validation, averaged over views (flip)" in page and "test, averaged over views (flip)" in page
    assert page.index("classifies") < page.index("averaged over views")


def test_views_can_be_asked_for_later(runs: Path) -> None:
    found = linnaeus.evaluate("plain", tta="flip+shift", runs=runs)
    record = RunFolder(runs / "plain").record()
    assert found == record.scores["val+flip+shift"]
    assert found.split == "val+flip+shift"
    assert linnaeus.evaluate("plain", runs=runs) == record.scores["val"]
    assert RunFolder(runs / "plain").predictions("val+flip+shift") is not None


def test_views_that_are_not_there(runs: Path) -> None:
    with pytest.raises(RecipeError, match="tta = 'flop' must be one of 'none', 'flip'"):
        linnaeus.evaluate("plain", tta="flop", runs=runs)


def test_a_flip_that_may_change_the_class_is_told(tmp_path: Path) -> None:
    """Of digits, views with mirrors lowered the accuracy by six points without a word."""
    changes = given(*FIXED, "model=linear", "epochs=1")
    linnaeus.train("digits(limit=20)", **changes, name="run", runs=tmp_path, report=False, progress=False)
    for tta, told in (("flip+shift", 1), ("shift", 0)):
        events: list[object] = []
        linnaeus.evaluate("run", tta=tta, runs=tmp_path, progress=events.append)
        assert sum(getattr(event, "kind", "") == "tta-mirror" for event in events) == told
