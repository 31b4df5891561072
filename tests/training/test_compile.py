"""Compiled networks: what asks for the gradients twice, and what changes the size of the images, trains as it does uncompiled."""

from pathlib import Path

import pytest

from linnaeus.device import can_compile
from linnaeus.training import session
from tests.training.small import archive, new_folder, recipe_and_splits


@pytest.mark.slow  # two minutes: a graph is compiled for each size of the images, and for the last, smaller batch
@pytest.mark.skipif(not can_compile(), reason="torch.compile needs a C++ compiler")
@pytest.mark.filterwarnings("default")  # the compiler itself warns
@pytest.mark.parametrize("change", ["optimizer=sam(base=sgd(lr=0.05))", "progressive=0.5", "loss=cross_entropy"])
def test_a_compiled_training_gives_what_the_plain_one_does(change: str, tmp_path: Path) -> None:
    file = archive(tmp_path)
    histories = []
    for compiled in ("off", "on"):
        recipe, splits = recipe_and_splits(
            file, "model=convnet(width=4)", "augment=flip", change, f"compile={compiled}"
        )
        record = session.train(recipe, splits, new_folder(tmp_path / compiled), lambda event: None)
        assert record.environment.compiled == (compiled == "on")
        histories.append(record.history)
    for plain, fast in zip(*histories, strict=True):
        assert fast.loss == pytest.approx(plain.loss, rel=1e-3)
        assert fast.val_loss == pytest.approx(plain.val_loss, rel=1e-2)
