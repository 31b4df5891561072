"""Whole pages of runs: small, safe whatever the names are, each picture once however many runs show it, no path of this machine."""

import re
from dataclasses import replace

import numpy as np
import pytest

from linnaeus.reporting import documents
from linnaeus.reporting.render.html import render
from linnaeus.reporting.subject import read as subject
from linnaeus.reporting.words import languages, words
from tests.reporting import synthetic
from tests.reporting.render.test_html import HOSTILE, read


def page(folder, language="en"):
    say = words(language)
    return render(documents.of_run(subject(folder), say), say)


@pytest.mark.parametrize("language", languages())
def test_a_finished_run(tmp_path, language):
    folder = synthetic.run(tmp_path, splits=("val", "test"), size=32, channels=3)
    whole = page(folder, language)
    text = read(whole)
    accuracy = folder.record().scores["test"].metrics["accuracy"]
    assert words(language).share(accuracy.value).replace("\u00a0", " ") in text
    assert "of 270 test images correctly" in text or language != "en"  # once it was opened, the test is the headline
    assert str(tmp_path) not in whole
    assert whole.count("data:image") == len(re.findall(r"<image ", whole))


def test_all_names_are_text_and_turn_nothing(tmp_path):
    classes = [HOSTILE, '"><script>alert(2)</script>', "'; --", "\u202eright to left", "a" * 300, "ж & z"]
    base = synthetic.run(tmp_path, name="base", classes=classes, n=90).record()
    folder = synthetic.run(
        tmp_path,
        classes=classes,
        n=90,
        recipe=dict(base.recipe) | {"model": "mine<p>.py:net", "data": HOSTILE},
        environment=replace(base.environment, cpu="</table>"),
        parent="<s>parent</s>",
    )
    whole = page(folder)
    text = read(whole)
    for word in (*classes[:3], "right to left", "mine<p>.py:net", "</table>"):
        assert word in text
    assert HOSTILE not in whole and "<s>parent" not in whole and "\u202e" not in whole


def test_two_hundred_classes_stay_readable_and_small(tmp_path):
    names = [f"n{index:08d} synset {index}" for index in range(200)]
    folder = synthetic.run(tmp_path, classes=names, size=224, channels=3, n=2000, splits=("val", "test"), epochs=200)
    whole = page(folder)
    text = read(whole)
    assert len(whole.encode()) < 5_000_000
    assert "180 more rows" in text
    assert 'class="matrix' in whole and '<table class="matrix' not in whole


def test_a_run_of_cifar_10_stays_below_5_megabytes(tmp_path):
    folder = synthetic.run(tmp_path, n=10_000, size=32, channels=3, splits=("val", "test"))
    for split in ("val", "test"):
        kept = folder.pictures(f"mistakes-{split}")
        many = {key: np.concatenate([values] * 25)[:600] for key, values in kept.items()}
        many["images"] = (
            np.random.default_rng(len(split)).integers(0, 256, (600, 32, 32, 3)).astype(np.uint8)
        )  # no compression helps
        folder.save_pictures(f"mistakes-{split}", many)
    whole = page(folder)
    assert len(whole.encode()) < 5_000_000
    assert whole.count('<image id="p') > 600


def test_every_kept_mistake_stands_behind_its_cell(tmp_path):
    folder = synthetic.run(tmp_path, n=400, size=32, channels=3, classes=list("abcd"))
    whole, kept = page(folder), folder.pictures("mistakes-val")
    for label, predicted in {(int(a), int(b)) for a, b in zip(kept["labels"], kept["predicted"], strict=True)}:
        here = (kept["labels"] == label) & (kept["predicted"] == predicted)
        cell = whole[whole.index(f'<div class="cell" id="val-{label}-{predicted}">') :]
        cell = re.split(r'<div class="(?:cell|row)"|<p class="caption"', cell)[1]
        assert cell.count("<use ") == here.sum()
        assert all(name.replace("/", "/<wbr>") in cell for name in kept["names"][here])
        assert f'href="#val-{label}-{predicted}"' in whole


def test_runs_on_the_same_images_share_their_pictures(tmp_path):
    folders = [synthetic.run(tmp_path, name=name, size=32) for name in ("one", "two")]
    say = words("en")
    whole = render(documents.of_runs([subject(folder) for folder in folders], (), say), say)
    text = read(whole)
    assert whole.count("<image ") == page(folders[0]).count("<image ")
    assert 'href="#part0"' in whole and "one" in text and "two" in text


@pytest.mark.parametrize("status", ["running", "stopped"])
def test_an_unfinished_run_shows_how_far_it_has_come(tmp_path, status):
    folder = synthetic.run(tmp_path, status=status, scores={}, history=(), splits=())
    assert "0 of 40 epochs are done" in read(page(folder))
    folder.save_history(synthetic.history(12))  # killed later: the record is old, the history is not
    assert "12 of 40 epochs are done" in read(page(folder))
