"""The resume law: n steps = k steps + crash + resume + (n − k) steps, bit for bit, for every optimizer × augmentation."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.events import Event, Started, StepDone
from linnaeus.recipe import catalog, read
from linnaeus.recipe.spec import parse
from linnaeus.record.folder import RunFolder
from linnaeus.training import session, tree
from linnaeus.training.state import TrainState
from tests.record import made
from tests.training.small import archive, new_folder, recipe_and_splits, weights

OPTIMIZERS = catalog.names("optimizers")
AUGMENTATIONS = ["none", *catalog.names("augmentations")]

# What a part must be told where its options have no default, or its defaults do not fit 12-pixel images.
CALLS: dict[str, str] = {
    "lbfgs": "lbfgs(lr=0.05)",
    "muon": "muon(dense=True)",
    "multi_step": "multi_step(at=[1, 2])",
    "sometimes": "sometimes(0.5, [shift, blur])",
    "step": "step(every=1)",
    "torchvision_v2": 'torchvision_v2("RandomPerspective", [0.3])',
}


# Networks that take long with their defaults, each with what it draws or remembers.
MODELS: dict[str, str] = {
    "convnet": "convnet(width=4, dropout=0.1)",
    "densenet": "densenet(depth=10, growth=4, dropout=0.1)",
    "imagenet_resnet": 'imagenet_resnet(width=8, stem="small", dropout=0.1)',
    "lenet": "lenet(dropout=0.1)",
    "mobilenet_v2": "mobilenet_v2(width=0.25, orthonormal=0.1)",
    "resnet": 'resnet(depth=8, convolution="bsconv_s", dropout=0.1)',
    "resnext": "resnext(depth=11, cardinality=2, base_width=4, squeeze=16)",
    "speednet": "speednet(widths=[16, 32])",
    "timm": 'timm("test_vit", image_size=32, drop_path=0.1)',
    "vgg": "vgg(depth=11, dense=64)",
    "wide_resnet": "wide_resnet(depth=10, widen=1, dropout=0.1)",
}


class Crash(BaseException):
    """As sudden as a power cut, to the code that it passes through."""


def crash_at(step: int):
    def watch(event: Event) -> None:
        if isinstance(event, StepDone) and event.step == step:
            raise Crash

    return watch


def nobody(event: Event) -> None: ...


def run(folder: RunFolder, file: Path, *changes: str):
    recipe, splits = recipe_and_splits(file, *changes)
    return session.train(recipe, splits, folder, nobody)


def crash_and_resume(folder: RunFolder, file: Path, step: int, *changes: str):
    recipe, splits = recipe_and_splits(file, *changes)
    with pytest.raises(Crash):
        session.train(recipe, splits, folder, crash_at(step))
    return session.resume(recipe, splits, folder, nobody)


def same(tmp_path: Path, step: int, *changes: str, **images: int) -> bool:
    file = archive(tmp_path, **images)
    whole = run(new_folder(tmp_path / "whole"), file, *changes)
    broken = crash_and_resume(new_folder(tmp_path / "broken"), file, step, *changes, "save_every=0.000001")
    assert broken.history == whole.history
    assert broken.scores == whole.scores
    assert [row.epoch for row in broken.history] == [1, 2, 3]
    assert weights(RunFolder(tmp_path / "broken")) == weights(RunFolder(tmp_path / "whole"))
    return True


@pytest.mark.parametrize("augmentation", AUGMENTATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_and_augmentation_resumes_in_the_middle_of_an_epoch(
    optimizer: str, augmentation: str, tmp_path: Path
) -> None:
    default = (
        f"{optimizer}(lr=0.01)"
        if catalog.find("optimizers", optimizer).options.get("lr") is catalog.REQUIRED
        else optimizer
    )
    assert same(
        tmp_path,
        7,
        f"optimizer={CALLS.get(optimizer, default)}",
        f"augment={CALLS.get(augmentation, augmentation)}",
        "model=linear",
    )


@pytest.mark.parametrize("schedule", catalog.names("schedules"))
def test_every_schedule_resumes(schedule: str, tmp_path: Path) -> None:
    assert same(tmp_path, 6, f"schedule={CALLS.get(schedule, schedule)}", "val=0.3")


@pytest.mark.parametrize("loss", catalog.names("losses"))
def test_every_loss_resumes(loss: str, tmp_path: Path) -> None:
    of_weights = getattr(catalog.build("losses", parse(loss)), "of_weights", False)
    assert same(tmp_path, 6, f"loss=cross_entropy + {loss}" if of_weights else f"loss={loss}")


def test_the_fast_recipe_of_lenet_resumes(tmp_path: Path) -> None:
    """Muon on filters and dense layers, fused AdamW beside it, as recipes/mnist-lenet-fast.toml has them together."""
    fields = read.read(Path(__file__).parents[2] / "recipes" / "mnist-lenet-fast.toml")
    parts = [f"{name}={fields[name]}" for name in ("model", "augment", "loss", "optimizer", "schedule")]
    assert same(tmp_path, 7, *parts, size=28, channels=1)


@pytest.mark.slow  # two minutes: networks of their own sizes, on images of 32 pixels
@pytest.mark.parametrize("model", catalog.names("models"))
def test_every_network_resumes(model: str, tmp_path: Path) -> None:
    assert same(tmp_path, 4, f"model={MODELS.get(model, model)}", "augment=flip", size=32, count=48)


@pytest.mark.parametrize("step", [1, 4, 5, 14])
def test_dropout_average_clipping_and_choice_resume_at_any_step(step: int, tmp_path: Path) -> None:
    assert same(tmp_path, step, "ema=0.9", "clip_norm=0.5", "choose=best", "model=convnet", "augment=crop | flip")


# What a recipe can say of a training beyond its parts, each with what it draws or remembers.
WAYS: dict[str, tuple[str, ...]] = {
    "accumulate": ("accumulate=3", "batch_size=5", "optimizer=sam(base=sgd(lr=0.05))", "clip_norm=0.5"),
    "balanced": ("sampling=balanced", "augment=crop | flip"),
    "swa": ("swa=0.7", "model=convnet(width=4, dropout=0.1)", "augment=crop"),
    "progressive": ("progressive=0.5", "augment=crop | flip"),
    "part-epochs": ("epoch_share=0.6", "batch_size=8", "augment=crop | flip"),
    "weighted": ("sampling=left=3, right=0.5", "augment=crop | flip"),
}


@pytest.mark.parametrize("step", [4, 9, 14])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_training_resumes(way: str, step: int, tmp_path: Path) -> None:
    assert same(tmp_path, step, "model=convnet(width=4)", *WAYS[way])


def test_a_run_killed_before_its_first_checkpoint_begins_again(tmp_path: Path) -> None:
    file = archive(tmp_path)
    whole = run(new_folder(tmp_path / "whole"), file)
    broken = crash_and_resume(new_folder(tmp_path / "broken"), file, 3)  # no checkpoint is due within five seconds
    assert not list((tmp_path / "broken").glob("checkpoint/*"))
    assert broken.history == whole.history
    assert weights(RunFolder(tmp_path / "broken")) == weights(RunFolder(tmp_path / "whole"))


def test_a_damaged_newest_checkpoint_gives_way_to_the_one_before(tmp_path: Path) -> None:
    file, folder = archive(tmp_path), new_folder(tmp_path / "run")
    recipe, splits = recipe_and_splits(file, "save_every=0.000001")
    with pytest.raises(Crash):
        session.train(recipe, splits, folder, crash_at(8))
    newest, before = sorted(folder.checkpoints.iterdir(), reverse=True)
    newest.write_bytes(newest.read_bytes()[:-1000])
    steps: list[int] = []
    session.resume(
        recipe, splits, folder, lambda event: steps.append(event.step) if isinstance(event, Started) else None
    )
    assert f"{steps[0]:09d}" in before.name
    assert weights(folder) == weights_of_whole(tmp_path, file)


def weights_of_whole(tmp_path: Path, file: Path) -> dict[str, bytes]:
    folder = new_folder(tmp_path / "whole")
    run(folder, file)
    return weights(folder)


def test_a_resume_on_changed_data_is_refused(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "run")
    recipe, splits = recipe_and_splits(archive(tmp_path))
    with pytest.raises(Crash):
        session.train(recipe, splits, folder, crash_at(3))
    _, other = recipe_and_splits(archive(tmp_path, count=120))
    with pytest.raises(RecipeError, match="has changed since"):
        session.resume(recipe, other, folder, nobody)


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    """The comparisons above could not fail if all trainings gave the same weights."""
    file = archive(tmp_path)
    first, second = new_folder(tmp_path / "first"), new_folder(tmp_path / "second")
    run(first, file)
    run(second, file, "seed=1")
    assert weights(first) != weights(second)


def test_the_watchers_change_nothing(tmp_path: Path) -> None:
    file = archive(tmp_path)
    recipe, splits = recipe_and_splits(file, "augment=crop | flip")
    watched = new_folder(tmp_path / "watched")
    losses: list[float] = []
    session.train(
        recipe, splits, watched, lambda event: losses.append(float(event.loss)) if isinstance(event, StepDone) else None
    )
    unwatched = new_folder(tmp_path / "unwatched")
    session.train(replace(recipe), splits, unwatched, nobody)
    assert len(losses) == 15
    assert weights(watched) == weights(unwatched)


def test_a_checkpoint_keeps_rows_as_history_files_do_and_reads_those_of_earlier_versions() -> None:
    module = torch.nn.Linear(2, 2)
    state = TrainState(module=module, optimizer=torch.optim.SGD(module.parameters()), average=None, swa=None)
    state.history = [made.row(1), made.row(2, val_accuracy=0.9)]
    saved = tree.from_bytes(tree.to_bytes(state.to_tree()))
    earlier = {**saved, "history": [{k: v for k, v in row.items() if v is not None} for row in saved["history"]]}
    for tree_of in (saved, earlier):
        state.history, before = [], state.history
        state.restore(tree_of)
        assert state.history == before == [made.row(1), made.row(2, val_accuracy=0.9)]
