import numpy as np
import pytest
import torch
from PIL import Image

from linnaeus.data import shared_memory
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import epoch_orders, in_order, loader
from linnaeus.data.resident import Resident
from linnaeus.data.streamed import Streamed


@pytest.mark.parametrize(("images", "batch"), [(1, 1), (7, 3), (128, 128), (129, 128), (1000, 64)])
def test_an_epoch_visits_every_image_once_in_batches_of_even_size(images: int, batch: int) -> None:
    orders = epoch_orders(images, batch, seed=0, epoch=1)
    assert sorted(np.concatenate(orders).tolist()) == list(range(images))
    sizes = [len(order) for order in orders]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= batch


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return np.concatenate(epoch_orders(50, 8, seed=seed, epoch=epoch)).tolist()

    assert order(0, 1) == order(0, 1)
    assert order(0, 1) != order(0, 2)
    assert order(0, 1) != order(1, 1)


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    paths = []
    for number in range(11):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(paths[-1])
    return tuple(paths)


def dataset(store) -> Dataset:
    rows = np.array([9, 3, 5, 0, 7], np.int64)
    labels = np.array([0, 1, 2, 1, 0], np.int64)
    return Dataset(store=store, rows_N=rows, labels_N=labels, names=tuple("abcde"), classes=("x", "y", "z"))


@pytest.mark.parametrize("workers", [1, 3])
def test_streamed_batches_equal_resident_ones_for_any_number_of_workers(files, workers: int) -> None:
    decoded = np.stack([np.asarray(Image.open(file)) for file in files])
    cpu = torch.device("cpu")
    resident = loader(dataset(decoded), cpu, size=8, channels=3, resize="crop")
    streamed = loader(dataset(files), cpu, size=8, channels=3, resize="crop", workers=workers)
    assert isinstance(resident, Resident)
    assert isinstance(streamed, Streamed)
    state = torch.random.get_rng_state()
    orders = epoch_orders(5, 2, seed=0, epoch=1) + in_order(5, 2)
    pairs = list(zip(resident.batches(orders), streamed.batches(orders), strict=True))
    assert len(pairs) == 6
    for one, other in pairs:
        assert torch.equal(one.images_BCHW, other.images_BCHW)
        assert torch.equal(one.labels_B, other.labels_B)
    assert torch.equal(state, torch.random.get_rng_state()), "reading draws nothing from the global generator"


def test_batches_lie_channels_last_and_hold_the_rows_asked_for(files) -> None:
    decoded = np.stack([np.asarray(Image.open(file)) for file in files])
    (batch,) = loader(dataset(decoded), torch.device("cpu"), size=8, channels=3, resize="crop").batches(
        [np.array([2, 0])]
    )
    assert batch.images_BCHW.is_contiguous(memory_format=torch.channels_last)
    assert batch.labels_B.tolist() == [2, 0]
    assert np.array_equal(batch.images_BCHW[1].permute(1, 2, 0).numpy(), decoded[9])


def test_where_shared_memory_is_small_threads_decode_the_same_batches(files, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = epoch_orders(5, 2, seed=0, epoch=1)
    found = []
    for free in (10**9, 0):
        monkeypatch.setattr(shared_memory, "free", lambda free=free: free)
        streamed = Streamed(dataset(files), torch.device("cpu"), size=8, channels=3, resize="crop", workers=2)
        found.append(list(streamed.batches(orders)))
    for one, other in zip(*found, strict=True):
        assert torch.equal(one.images_BCHW, other.images_BCHW)
        assert torch.equal(one.labels_B, other.labels_B)
        assert torch.equal(one.indices_B, other.indices_B)


@pytest.mark.parametrize(
    ("free", "workers", "ahead"),
    [(None, 8, 4), (64 * 2**20, 2, 0), (10 * 2**30, 8, 3), (1000 * 2**20, 2, 1), (0, 1, 0)],
)
def test_workers_hold_no_more_ready_than_fits(
    free: int | None, workers: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_memory, "free", lambda: free)
    batch = 250 * 2**20
    assert shared_memory.batches_ahead(batch, workers) == ahead
    assert ahead == 0 or free is None or batch * (workers * ahead + 1) <= free
