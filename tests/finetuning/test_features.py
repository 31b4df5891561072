"""Features of a frozen backbone: computed once, kept by piece, and never taken for those of something else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from linnaeus.classifier.classifier import build_module, normalise
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.load import load, open_source
from linnaeus.device import Machine
from linnaeus.errors import RecipeError
from linnaeus.events import Reading
from linnaeus.finetuning import features
from linnaeus.finetuning.backbone import FrozenBackbone, frozen_backbone
from linnaeus.finetuning.weights.start import preprocessing
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse
from tests.training.small import archive, recipe_and_splits

MACHINE = Machine(device="cpu", precision="fp32", threads=1)


def nobody(event) -> None: ...


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("images"))


class Counted:
    """A backbone and its data; `passed` counts the images that went through it."""

    def __init__(
        self, images: Path | None, *changes: str, data: tuple[Recipe, Splits] | None = None, seed: int = 0
    ) -> None:
        model = "model=convnet(width=4, dropout=0.2)"
        self.recipe, self.splits = data or recipe_and_splits(images, model, "augment=none", *changes)  # type: ignore[arg-type]
        torch.manual_seed(seed)
        self.module = build_module(self.recipe.model, 3, 3, self.recipe.image_size)
        plain, self.passed = self.module.features, 0

        def counting(inputs_BCHW: torch.Tensor) -> torch.Tensor:
            self.passed += len(inputs_BCHW)
            return plain(inputs_BCHW)

        self.module.features = nn.Module()
        self.module.features.forward = counting  # type: ignore[method-assign]
        self.module.features.inner = plain
        self.machine = MACHINE

    @property
    def backbone(self) -> FrozenBackbone:
        return frozen_backbone(self.module, preprocessing(self.recipe, self.splits.train, None), self.machine)

    def get(self, views: int = 0, split: Dataset | None = None, watch=nobody) -> np.ndarray:
        found = features.features(
            self.backbone, split or self.splits.train, self.recipe, self.splits.fingerprint, watch, views=views
        )
        return found.together()[0]

    @property
    def images(self) -> int:
        return len(self.splits.train)


def files() -> list[Path]:
    return sorted(features.cache.cache_folder().glob("features/*/*.store"))


def test_they_are_what_the_network_computes(images: Path) -> None:
    one = Counted(images)
    found = one.get()
    train = one.splits.train
    pictures = torch.from_numpy(train.store[train.rows_N]).permute(0, 3, 1, 2)
    with torch.no_grad():
        wanted = one.module.eval().features(normalise(pictures, one.backbone.preprocessing))
    assert found == pytest.approx(wanted.numpy(), abs=1e-5)
    assert found.dtype == np.float32


def test_a_second_time_the_body_does_not_run(images: Path) -> None:
    first, second = Counted(images), Counted(images)
    found = first.get()
    assert first.passed == first.images
    readings: list[Reading] = []
    assert (second.get(watch=readings.append) == found).all()
    assert second.passed == 0
    assert (readings[-1].done, readings[-1].total) == (first.images, first.images)


def test_nor_for_another_head_loss_optimizer_or_seed(images: Path) -> None:
    Counted(images).get()
    other = Counted(
        images, "optimizer=sgd(lr=1.0)", "epochs=9", "seed=5", "loss=focal", "sampling=balanced", "batch_size=7"
    )
    other.get()
    assert other.passed == 0


def other_weights(one: Counted) -> None:
    with torch.no_grad():
        next(one.module.features.inner.parameters())[0] += 1


def other_statistics(one: Counted) -> None:
    next(buffer for name, buffer in one.module.named_buffers() if name.endswith("running_mean"))[0] += 1


def other_head(one: Counted) -> None:
    with torch.no_grad():
        one.module.head.weight += 1


def of_machine(**change):
    def of(one: Counted) -> None:
        one.machine = replace(MACHINE, **change)

    return of


def of_recipe(**change):
    def of(one: Counted) -> None:
        one.recipe = replace(one.recipe, **change)

    return of


@pytest.mark.parametrize(
    "change",
    [
        other_weights,
        other_statistics,
        of_machine(precision="bf16"),
        of_machine(threads=2),  # it changes the last bits
        of_recipe(normalise="0.5 / 0.25"),
        of_recipe(resize="pad"),
    ],
)
def test_what_they_depend_on_is_not_shared(change, images: Path) -> None:
    Counted(images).get()
    other = Counted(images)
    change(other)
    other.get()
    assert other.passed == other.images


def test_the_head_is_not_what_they_depend_on(images: Path) -> None:
    Counted(images).get()
    other = Counted(images)
    other_head(other)
    other.get()
    assert other.passed == 0


def test_other_images_or_sizes_or_splits_do_not_share(images: Path, tmp_path: Path) -> None:
    one = Counted(images)
    one.get()
    resized = Counted(images, "image_size=16")
    resized.get()
    assert resized.passed == resized.images
    content = dict(np.load(images))
    content["images"] = content["images"] ^ 1
    np.savez(tmp_path / "changed.npz", **content)
    changed = Counted(tmp_path / "changed.npz")
    changed.get()
    assert changed.passed == changed.images
    fewer = Counted(images, "share=0.5")
    fewer.get()
    assert fewer.passed == fewer.images < one.images
    one.passed = 0
    one.get(split=one.splits.val)
    assert one.passed == len(one.splits.val)


# Pieces


def test_a_piece_that_is_done_is_kept_when_the_next_one_is_killed(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "PIECE", 20)
    first = Counted(images)

    def kill(event: Reading) -> None:
        if event.done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.get(watch=kill)
    assert len(files()) == 1  # the second one is done, too, but not renamed yet
    second = Counted(images)
    found = second.get()
    assert second.passed == second.images - 40
    monkeypatch.setenv("LINNAEUS_DATA", str(images.parent / "elsewhere"))
    assert (Counted(images).get() == found).all()


@pytest.mark.parametrize("views", [0, 2])
def test_no_feature_is_computed_twice_when_a_pass_is_killed(
    views: int, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linnaeus.finetuning.feature_pass.at_once", lambda side, device: 16)
    augment = "augment=crop(pad=2) | flip"
    wanted = Counted(images, augment).get(views)
    monkeypatch.setenv("LINNAEUS_DATA", str(images.parent / f"killed {views}"))
    first, seen = Counted(images, augment), []

    def kill(event: Reading) -> None:
        seen.append(event.done)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.get(views, watch=kill)
    assert first.passed == seen[-1] > 0
    begun = next(features.cache.cache_folder().glob("features/*/*.begun"))
    begun.write_bytes(begun.read_bytes() + b"half a block")  # of a process that was killed while it wrote
    second = Counted(images, augment)
    assert np.array_equal(second.get(views), wanted)
    assert first.passed + second.passed == len(wanted)
    assert not list(features.cache.cache_folder().glob("features/*/*.begun"))


@pytest.mark.parametrize(
    "damage", [lambda content: content[:-40], lambda content: content[:9] + b"?" + content[10:], lambda content: b""]
)
def test_a_damaged_piece_is_computed_anew(damage, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "PIECE", 20)
    found = Counted(images).get()
    hurt = files()[1]
    hurt.write_bytes(damage(hurt.read_bytes()))
    second = Counted(images)
    assert (second.get() == found).all()
    assert second.passed == 20
    third = Counted(images)
    third.get()
    assert third.passed == 0


def test_batches_gather_rows_from_all_pieces(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Counted(images).get()
    monkeypatch.setattr(features, "PIECE", 20)
    monkeypatch.setenv("LINNAEUS_DATA", str(images.parent / "pieces"))
    one = Counted(images)
    found = features.features(one.backbone, one.splits.train, one.recipe, one.splits.fingerprint, nobody)
    orders = [np.array([41, 3, 19, 20, 3]), np.array([59])]
    batches = list(found.batches(orders, epoch=4))
    for batch, order in zip(batches, orders, strict=True):
        assert batch.images_BCHW.numpy() == pytest.approx(whole[order], abs=1e-6)
        assert batch.labels_B.tolist() == one.splits.train.labels_N[order].tolist()
        assert batch.indices_B.tolist() == order.tolist()


def test_pages_that_were_looked_at_are_let_go(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Counted(images)
    one.get()  # now they are mapped from their file
    found = features.features(one.backbone, one.splits.train, one.recipe, one.splits.fingerprint, nobody)
    whole, let_go = found.together()[0], []
    monkeypatch.setattr(features.row_file, "HELD", 3 * whole[0].nbytes)
    real = features.row_file.let_go
    monkeypatch.setattr(features.row_file, "let_go", lambda rows: let_go.append(real(rows)))
    batches = list(found.batches([np.array([0, 1]), np.array([2, 3]), np.array([4])]))
    assert len(let_go) == 1  # after the second batch
    assert np.array_equal(torch.cat([batch.images_BCHW for batch in batches]).numpy(), whole[:5])


def test_features_that_nobody_wants_any_more_go(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "KEPT", 2)
    for seed in range(4):
        Counted(images, seed=seed).get()
    assert len({file.parent for file in files()}) == 2
    newest = Counted(images, seed=3)
    newest.get()
    assert newest.passed == 0


# Augmented views


def test_views_differ_and_come_again(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def views(count: int, *changes: str) -> np.ndarray:
        one = Counted(images, "augment=crop(pad=2) | flip", *changes)
        return one.get(views=count).reshape(count, one.images, -1)

    three = views(3)
    plain = Counted(images).get()
    sets = [plain, *three]
    assert all(not np.array_equal(sets[i], sets[j]) for i in range(4) for j in range(i))
    assert not np.array_equal(views(3, "seed=1"), three)
    assert not np.array_equal(views(3, "augment=flip"), three)
    monkeypatch.setenv("LINNAEUS_DATA", str(images.parent / "again"))
    assert np.array_equal(views(3), three)


def test_epochs_take_the_views_in_turn(images: Path) -> None:
    one = Counted(images, "augment=crop(pad=2)")
    found = features.features(one.backbone, one.splits.train, one.recipe, one.splits.fingerprint, nobody, views=2)
    rows = np.arange(5)
    first, second, third = (next(iter(found.batches([rows], epoch))).images_BCHW for epoch in (1, 2, 3))
    assert torch.equal(first, third) and not torch.equal(first, second)
    together, labels = found.together()
    assert len(together) == len(labels) == 2 * one.images


@pytest.mark.parametrize("augment", ["mix_up", "cut_mix", "flip | mix_up"])
def test_mixed_images_are_refused(augment: str, images: Path) -> None:
    one = Counted(images, f"augment={augment}")
    with pytest.raises(
        RecipeError, match="mixes images, and features of mixed images cannot be kept; leave that out"
    ) as caught:
        one.get(views=2)
    assert len(str(caught.value).splitlines()) == 1
    assert not files()


# Memory


def test_streamed_images_give_the_same_features(tmp_path: Path, images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = np.load(images)
    for index, (picture, label) in enumerate(zip(content["images"], content["labels"], strict=True)):
        (tmp_path / "folder" / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(tmp_path / "folder" / str(label) / f"{index:03d}.png")
    recipe, _ = recipe_and_splits(images, "model=convnet(width=4, dropout=0.2)", "augment=none", "workers=1")
    found = {}
    for loading in ("resident", "streamed"):
        monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / f"cache of {loading}"))
        made = replace(
            recipe, data=Spec("folder", (str(tmp_path / "folder"),)), loading=loading, normalise="0.5 / 0.25"
        )
        one = Counted(None, data=(made, load(open_source(made.data), made)))
        assert isinstance(one.splits.train.store, np.ndarray) == (loading == "resident")
        found[loading] = one.get()
    assert np.array_equal(found["resident"], found["streamed"])


def test_fewer_images_at_once_where_memory_runs_out(images: Path) -> None:
    one = Counted(images)
    wanted = one.get()
    other = Counted(images, seed=0)
    other.recipe = replace(
        other.recipe, normalise="auto", model=parse("convnet(width=4, dropout=0.3)")
    )  # not in the cache
    plain, sizes = other.module.features.forward, []

    def scarce(inputs_BCHW: torch.Tensor) -> torch.Tensor:
        sizes.append(len(inputs_BCHW))
        if len(inputs_BCHW) > 20:
            raise torch.OutOfMemoryError
        return plain(inputs_BCHW)

    other.module.features.forward = scarce
    assert other.get() == pytest.approx(wanted, abs=1e-5)
    assert max(sizes) > 20 >= sizes[-1]


def test_features_lie_where_the_network_is(images: Path) -> None:
    one = Counted(images)
    found = features.features(one.backbone, one.splits.train, one.recipe, one.splits.fingerprint, nobody)
    assert found.device == one.machine.torch_device


def test_they_are_kept_when_each_piece_is_there(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "PIECE", 20)
    one = Counted(images)
    known = (one.splits.train, one.recipe, one.splits.fingerprint)
    assert not features.are_kept(one.backbone, *known)
    one.get()
    assert features.are_kept(one.backbone, *known)
    assert not features.are_kept(one.backbone, *known, views=2)
    assert not features.are_kept(replace(one.backbone, machine=replace(MACHINE, threads=2)), *known)
    files()[1].unlink()
    assert not features.are_kept(one.backbone, *known)
