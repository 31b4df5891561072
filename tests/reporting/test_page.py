"""The page of a run: whole, self-contained and safe, whatever the run's names and however far it has come."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from linnaeus.errors import RunError
from linnaeus.record.facts import Times
from linnaeus.record.folder import RunFolder
from linnaeus.reporting.pages import page
from tests.reporting import synthetic

HOSTILE = "<img src=x onerror=alert(1)>"
VOID = {"meta", "img", "br", "wbr", "path", "use", "rect", "image"}  # matplotlib closes its own with "/>"


class Reader(HTMLParser):
    """Checks that tags close in order, and gathers text, ids and addresses."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.ids, self.addresses, self.tags = [], [], Counter(), [], Counter()

    def handle_starttag(self, tag, attributes):
        self.tags[tag] += 1
        for name, value in attributes:
            assert not name.startswith("on"), f"{name} on {tag}"
            if name == "id":
                self.ids[value] += 1
            elif name in ("src", "href", "xlink:href", "srcset", "data", "action"):
                self.addresses.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(text):
    """The page's text, after it was checked to be whole, safe and self-contained."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    assert (
        reader.tags["script"] == reader.tags["style"] == 1 and "iframe" not in reader.tags and "link" not in reader.tags
    )
    assert all(address.startswith(("data:image/", "#")) for address in reader.addresses)
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)  # only the names of SVG's own languages
    assert reader.ids and max(reader.ids.values()) == 1
    targets = {address[1:] for address in reader.addresses if address.startswith("#")}
    assert targets | set(re.findall(r"url\(#([^)]+)\)", text)) <= set(reader.ids)
    head = text[: text.index("<title>")]
    policy = "default-src 'none'; img-src data:; script-src 'sha256-"
    assert policy in head and "unsafe-inline" not in head[head.index("script-src") : head.index("style-src")]
    for tag in ("script", "style"):  # what the policy lets run is what stands there
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        assert f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'" in head
    return re.sub(r"\s+", " ", "".join(reader.text).replace("\u00a0", " "))


def test_a_finished_run(tmp_path):
    folder = synthetic.run(tmp_path)
    record, text = folder.record(), read(page(folder))
    accuracy = record.scores["val"].metrics["accuracy"]
    assert f"names {100 * accuracy.value:.1f} % of 270 validation images rightly" in text
    assert f"expect {100 * accuracy.low:.1f} % to {100 * accuracy.high:.1f} % (95 % interval)" in text
    assert "The test split (270 images) is sealed: it has never been opened." in text
    assert "lenet(activation='tanh')" in text and "adamw(lr=0.003, weight_decay=0.05)" in text
    for row in record.scores["val"].classes:
        assert f"{row.recall.value:.4f}" in text and f"{row.f1:.4f}" in text and f"{row.precision:.4f}" in text
    weakest = record.scores["val"].weakest()
    assert f"The weakest class is {weakest.name}: {weakest.correct} of {weakest.support} right" in text
    assert "9f2c41d07b6e5a38" in text and "A processor of 2.50 GHz" in text and "9,801" in text
    assert f"linnaeus train --recipe {folder.recipe} --precision fp32 --threads 2 --set device=cpu" in text
    assert f"linnaeus evaluate {folder.path} --split test" in text
    assert "6 × 8 × 8" in text and "frozen" in text
    assert "the epoch that did best on these very images" in text  # its recipe chose by validation


def test_the_same_records_give_the_same_page(tmp_path):
    folder = synthetic.run(tmp_path)
    assert page(folder) == page(folder)


def test_each_opening_of_the_test_split_is_told(tmp_path):
    folder = synthetic.run(tmp_path, splits=("test", "val"), test_openings=3)
    text = read(page(folder))
    test = folder.record().scores["test"].metrics["accuracy"]
    assert f"Test: {100 * test.value:.1f} % of 270 images" in text
    assert "has been opened 3 times" in text and "sealed: it has" not in text
    assert text.index("validation 270 images") < text.index("test 270 images")
    once = synthetic.run(tmp_path, name="once", splits=("val", "test"))
    assert "has been opened once" in read(page(once))


def test_all_words_of_users_are_shown_as_text(tmp_path):
    classes = [HOSTILE, '"><script>alert(2)</script>', "'; --", "\u202eright to left", "a" * 300, "ж & z"]
    base = synthetic.run(tmp_path, name="base", classes=classes, n=90).record()
    folder = synthetic.run(
        tmp_path,
        classes=classes,
        n=90,
        data=replace(base.data, notes=("<b>note</b>",), skipped=(("<i>file</i>.jpg", "<u>reason</u>"),)),
        recipe=dict(base.recipe) | {"model": "mine<p>.py:net", "data": HOSTILE, "<em>": "</style>"},
        environment=replace(base.environment, cpu="</table>", gpu="<h1>"),
        parent="<s>parent</s>",
    )
    whole = page(folder)
    text = read(whole)
    for word in (*classes[:4], "<b>note</b>", "<i>file</i>.jpg", "<u>reason</u>", "mine<p>.py:net", "</style>"):
        assert word in text
    assert HOSTILE not in whole and "<b>note</b>" not in whole and "<s>parent" not in whole
    assert whole.count("</style>") == 1


def test_names_that_are_no_text_do_not_stop_the_page(tmp_path):
    folder = synthetic.run(tmp_path)
    record = folder.record()
    skipped = replace(record.data, skipped=(("broken \udcff name.png", "cannot be read"),))
    files = {"images": synthetic.pictures([1, 2], 8, 1), "labels": np.array([1, 2]), "predicted": np.array([2, 1])}
    folder.save_pictures(
        "mistakes-val", files | {"confidence": np.array([0.9, 0.8]), "names": np.array(["a\udcff", "b"])}
    )
    object.__setattr__(record, "data", skipped)
    whole = page(_Held(folder, record))
    assert "broken ? name.png" in read(whole)
    whole.encode()


class _Held:
    """A folder whose record was not read from its file, which cannot hold such names."""

    def __init__(self, folder, record):
        self._folder, self._record = folder, record

    def record(self):
        return self._record

    def __getattr__(self, name):
        return getattr(self._folder, name)


@pytest.mark.parametrize("status", ["running", "stopped"])
def test_an_unfinished_run_shows_how_far_it_has_come(tmp_path, status):
    folder = synthetic.run(tmp_path, status=status, scores={}, history=(), time=Times(), splits=())
    text = read(page(folder))
    assert "0 of 40 epochs are done" in text and "No epoch has finished yet" in text
    assert f"linnaeus resume {folder.path}" in text and "Nothing has been timed yet" in text
    folder.save_history(synthetic.history(12))  # killed later: the record is old, the history is not
    text = read(page(folder))
    assert "12 of 40 epochs are done" in text and "No epoch" not in text


def test_a_run_without_validation(tmp_path):
    folder = synthetic.run(tmp_path, splits=(), history=synthetic.history(5, val=False))
    text = read(page(folder))
    assert "no images were held out for validation" in text
    assert "validation; its accuracy" not in text


def test_a_single_epoch(tmp_path):
    assert "Loss" in read(page(synthetic.run(tmp_path, epochs=1)))


def test_records_that_lack_what_can_be_lacking(tmp_path):
    folder = synthetic.run(tmp_path, splits=(), time=Times(), history=())
    (folder.path / "pictures-samples.npz").unlink()
    assert "There is no test split." in read(page(folder))


def test_scores_without_predictions_still_give_the_table_by_class(tmp_path):
    folder = synthetic.run(tmp_path)
    for file in [*folder.path.glob("predictions-*"), *folder.path.glob("pictures-*")]:
        file.unlink()
    text = read(page(folder))
    assert "By class" in text and "true ↓" not in text


def test_a_split_without_a_mistake(tmp_path):
    folder = synthetic.run(tmp_path, n=8)
    found = folder.record().scores["val"]
    assert found.weakest() is None, "the made-up run of 8 images is all right"
    text = read(page(folder))
    assert "names 100.0 % of 8 validation images" in text and "No mistakes." in text
    assert "no images" in text  # of some of the ten classes


def test_scores_on_other_data_come_after_the_splits(tmp_path):
    folder = synthetic.run(tmp_path)
    record = folder.record()
    other = replace(record.scores["val"], split="<photos>")
    folder.save_record(replace(record, scores={"<photos>": other, **record.scores}))
    text = read(page(folder))
    assert text.index("validation 270 images") < text.index("<photos> 270 images")


@pytest.mark.parametrize(("size", "channels"), [(1, 1), (8, 4), (32, 3), (160, 1), (160, 3), (160, 4)])
def test_pictures_of_every_kind(tmp_path, size, channels):
    whole = page(synthetic.run(tmp_path, size=size, channels=channels))
    read(whole)
    assert ("data:image/jpeg" in whole) == (size > 64 and channels < 4)


def test_two_hundred_classes_stay_readable_and_small(tmp_path):
    names = [f"n{index:08d} synset {index}" for index in range(200)]
    folder = synthetic.run(tmp_path, classes=names, size=224, channels=3, n=2000, splits=("val", "test"), epochs=200)
    whole = page(folder)
    text = read(whole)
    assert len(whole.encode()) < 5_000_000
    assert "The 20 classes with the lowest recall" in text and "All 200 classes" in text
    assert 'class="matrix"' not in whole and "Confusion matrix of 200 classes" in whole


def test_many_skipped_files_are_counted_not_listed(tmp_path):
    base = synthetic.run(tmp_path, name="base").record()
    skipped = tuple((f"{index:04d}.jpg", "truncated") for index in range(1234))
    folder = synthetic.run(tmp_path, data=replace(base.data, skipped=skipped))
    text = read(page(folder))
    assert "1,234 files could not be read" in text and "and 1,134 more" in text
    assert "0099.jpg" in text and "0100.jpg" not in text


def test_a_damaged_file_is_named(tmp_path):
    folder = synthetic.run(tmp_path)
    file = folder.path / "predictions-val.npz"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(RunError, match=r"predictions-val\.npz is damaged"):
        page(folder)
    with pytest.raises(RunError, match="not a run"):
        page(RunFolder(tmp_path / "nothing"))
