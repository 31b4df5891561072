"""Pictures of a page: each once, no more than fit, and every mistake behind its cell."""

import re

import numpy as np

from linnaeus.reporting.album import Album, heated
from linnaeus.reporting.pages import page, several
from tests.reporting import synthetic


def noise(count, size=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3)).astype(np.uint8)


def test_equal_pictures_are_one_and_the_page_does_not_grow_too_large():
    album, images = Album(most_bytes=12_000), noise(10)
    first = album.add(images[0])
    assert album.add(images[0].copy()) is first and first.hard and (first.width, first.height) == (32, 32)
    taken = [album.add(image) for image in images]
    assert taken[0] is first and taken[-1] is None and album.refused > 0
    assert sum(len(one.address) for one in album.pictures) <= 12_000
    assert len({one.id for one in album.pictures}) == len(album.pictures) == sum(one is not None for one in taken)


def test_large_pictures_keep_their_shape():
    shown = Album().add(noise(1, 300)[0][:150])
    assert (shown.width, shown.height) == (128, 64) and not shown.hard


def test_heat_is_red_where_the_map_is_high():
    image, heat = np.full((8, 8, 3), 100, np.uint8), np.zeros((4, 4), np.uint8)
    heat[:, 2:] = 255
    found = heated(image, heat).astype(int)
    assert (found[:, 0] == 100).all() and (found[:, -1, 0] - found[:, -1, 2] > 80).all()


def test_every_kept_mistake_stands_behind_its_cell(tmp_path):
    folder = synthetic.run(tmp_path, n=400, size=32, channels=3, classes=list("abcd"))
    text, kept = page(folder), folder.pictures("mistakes-val")
    for label, answer in {(int(a), int(b)) for a, b in zip(kept["labels"], kept["predicted"], strict=True)}:
        here = (kept["labels"] == label) & (kept["predicted"] == answer)
        cell = re.search(rf'<div class="cell" id="val-{label}-{answer}">(.*?)</div></div>', text, re.DOTALL)[1]
        assert cell.count("<use ") == here.sum()
        assert all(name in cell for name in kept["names"][here])
        assert f'href="#val-{label}-{answer}"' in text
    assert text.count("data:image") == len(re.findall(r"<image ", text))  # each picture once, in the album


def test_a_run_of_cifar_10_stays_below_5_megabytes(tmp_path):
    folder = synthetic.run(tmp_path, n=10_000, size=32, channels=3, splits=("val", "test"))
    for split in ("val", "test"):
        kept = folder.pictures(f"mistakes-{split}")
        many = {key: np.concatenate([values] * 25)[:600] for key, values in kept.items()}
        many["images"] = noise(600, seed=len(split))  # which no compression helps
        folder.save_pictures(f"mistakes-{split}", many)
    text = page(folder)
    assert len(text.encode()) < 5_000_000
    assert text.count('<image id="p') > 600


def test_runs_on_the_same_images_share_their_pictures(tmp_path):
    one, two = synthetic.run(tmp_path, name="one", size=32), synthetic.run(tmp_path, name="two", size=32)
    assert several([one, two]).count("<image ") == page(one).count("<image ")
