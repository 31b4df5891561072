"""What an audit found: every kind of finding is worded in every language, warnings come first, files are named, paths stay home."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus.data import audit as room
from linnaeus.events import note
from linnaeus.record import facts
from linnaeus.record.facts import Audit, Expected, Finding
from linnaeus.reporting import shown
from linnaeus.reporting.blocks import Facts, Folded
from linnaeus.reporting.content import audit, data, notes
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import said, synthetic

EN = words("en")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
STEM = {"side": 32, "left": 8, "model": "resnet(depth=18)", "kernel": 7, "stride": 2, "pooling": 2, "larger": 128}
FOUND = {
    "unreadable": {},
    "balance": {"largest": "cat", "smallest": "dog", "most": 500, "least": 20},
    "no_validation": {"most": 12},
    "odd_format": {"usual": "PNG", "formats": "GIF, JPEG"},
    "unvalidated": {"names": ["cat"]},
    "burst": {"things": 18, "pattern": r"(.*)_\d+", "counted": [["train", 810, 54], ["val", 270, 18]]},
    "masks": {"without": "masks", "of": 2000},
    "bits": {"bits": 12, "levels": 16, "shift": 4},
    "small_split": {"split": "val", "n": 12, "accuracy": 0.9, "low": 0.62, "high": 0.96, "half": 0.172},
    "duplicate": {"split": "train", "exact": 2, "near": 1, "of": 300, "share": 0.01},
    "leak": {"split": "train", "other": "test", "leaked": 3, "of": 100, "share": 0.03, "exact": 3, "near": 0},
    "shared_thing": {"split": "train", "other": "test", "things": 2, "of": 90},
    "dropped": {},
    "since": {"since": [["val", 30, 1, 1, 0]], "names": ["cat/1.png"]}, "since_gone": {"place": "photos"}, "since_unknown": {},
    "contradiction": {"labels": [["cat", "dog", 2], ["a", "b", 1], ["a", "c", 1], ["b", "c", 1]], "exact": 5, "near": 0},
    "mirror": {"turn": "mirror", "shown": None, "keeps": None, "looked": True, "turned": []},
    "stem": {**STEM, "small_stem": False},
    "constant": {}, "dark": {}, "bright": {}, "blurred": {}, "odd_shape": {"resize": "crop"}, "small_image": {"side": 224},
    "grey": {}, "low_information": {}, "odd_size": {},
}  # fmt: skip


def finding(kind, severity="warning", count=3, **others):
    values = others.pop("values") if "values" in others else FOUND[kind]
    return Finding(kind=kind, severity=severity, count=count, values=values, **others)


def test_the_kinds_are_those_that_the_audit_gives_and_that_are_documented():
    text = "".join(file.read_text() for file in Path(room.__file__).parent.glob("*.py"))
    given = set(re.findall(r'kind="(\w+)"', text)) - {"stable"}
    table = facts.__doc__.partition("By kind, `values` are")[2]
    documented = {
        kind for row in re.findall(r"^    (\w+(?:, \w+)*)(?= {2,}|$)", table, re.M) for kind in row.split(", ")
    }
    assert given and given <= documented == set(FOUND)


@pytest.mark.parametrize("count", [1, 3, 1_234])
@pytest.mark.parametrize("kind", FOUND)
@pytest.mark.parametrize("language", languages())
def test_every_kind_is_worded_in_every_language(kind, language, count):
    what, advice = audit.sentence(finding(kind, count=count), words(language))
    for text in (what, advice):
        assert "{" not in text and text.rstrip().endswith(".")
        assert bool(CYRILLIC.search(text)) == (language == "ru")


@pytest.mark.parametrize("resize", ["crop", "stretch", "pad"])
@pytest.mark.parametrize("language", languages())
def test_what_to_do_about_odd_shapes_depends_on_how_pictures_are_made_square(resize, language):
    _, advice = audit.sentence(finding("odd_shape", values={"resize": resize}), words(language))
    assert f"resize={resize}" in advice


@pytest.mark.parametrize("language", languages())
def test_findings_of_records_of_format_1_are_told_too(language):
    for kind, values in (("stem", {"side": 32, "left": 8, "model": "x"}), ("odd_shape", {})):
        told = audit.sentence(finding(kind, values=values), words(language))
        assert all("{" not in text and text.endswith(".") for text in told)


@pytest.mark.parametrize("language", languages())
def test_a_finding_of_a_later_version_is_said_to_be_one(language):
    what, advice = audit.sentence(finding("haunted_images", values={}), words(language))
    assert "haunted images (3)" in what and "Linnaeus" in advice


def test_what_to_do_about_a_coarse_stem_depends_on_the_network():
    assert "resnet(depth=20)" in audit.sentence(finding("stem"), EN)[1]
    _, advice = audit.sentence(finding("stem", values={**STEM, "small_stem": True}), EN)
    assert 'stem="small"' in advice.unescape() and "image_size=128" in advice


@pytest.mark.parametrize("shown", [None, "flip"])
@pytest.mark.parametrize("turned", [[], [["left", "right", 9, 10]]])
@pytest.mark.parametrize("severity", ["warning", "question"])
def test_of_a_mirror_it_is_told_what_was_requested_and_what_was_seen(shown, turned, severity):
    values = {**FOUND["mirror"], "shown": shown, "turned": turned}
    told = audit.sentence(finding("mirror", severity, 1, values=values), EN)
    assert ("<code>flip</code>" in told[0]) == (shown is not None)
    assert ("left like right (9 of 10)" in told[0]) == bool(turned)
    assert all(
        CYRILLIC.search(text) for text in audit.sentence(finding("mirror", severity, 1, values=values), words("ru"))
    )


def test_long_lists_are_cut():
    what, _ = audit.sentence(finding("contradiction"), EN)
    assert "cat and dog (2), a and b (1), a and c (1), 1 more." in what


def test_warnings_come_first_and_files_or_pairs_open():
    leak = finding("leak", pairs=(("train/a.png", "test/b.png"),), files=("train/a.png",))
    grey = finding("grey", "note", count=100, files=tuple(f"{n}.png" for n in range(30)))
    first, listed, second, others, limits = audit.findings([grey, leak], EN)
    (label, text), (other, plain) = first.pairs[0], second.pairs[0]
    assert (label, other) == ("found", "noted") and text.startswith("<b>3 training images are also in the test split")
    assert "3 of its 100 images, 3.0 %" in said.plain(text) and "--drop-leaks" in text
    assert isinstance(listed, Folded) and said.plain(listed.blocks[0].text) == "train/a.png = test/b.png"
    assert not plain.startswith("<b>")
    assert (
        said.plain(others.summary) == "100 files, the first 20 shown"
        and said.plain(others.blocks[0].text).count(", ") == 19
    )
    assert said.plain(limits.text).startswith("Of copies, those cut by more than a fifth"), "told once, after all"
    assert len(audit.findings([grey], EN)) == 2 and audit.findings([], EN) == []


def test_where_only_equal_images_were_looked_for_near_copies_are_not_said_to_be_missing():
    values = FOUND["leak"]
    looked, equal = (finding("leak", values={**values, "near": near}) for near in (0, None))
    (told,), (short,) = audit.limits([looked], EN), audit.limits([equal, equal], EN)
    assert said.plain(told).startswith("Of copies, those cut by more than a fifth")
    assert (
        said.plain(short).startswith("Of copies, only equal images were looked for here")
        and "linnaeus audit DATA" in short
    )
    assert audit.limits([finding("grey", "note")], EN) == []


def whole(**changes):
    found = Audit(
        source="folder('/home/ann/photos')", fingerprint="9f2c", classes=("cat", "dog"), counts={"train": 90, "val": 10},
        per_class={"train": (60, 30), "val": (6, 4)}, sizes={"width": (10, 20, 30), "height": (5, 6, 7)},
        expected={"val": Expected(accuracy=0.9, n=10, low=0.6, high=0.98, half=0.19)}, image_size=224, channels=3,
        skipped=(("cat/x.png", "is damaged"),), dropped=(), findings=(), sheet=None,
    )  # fmt: skip
    return replace(found, **changes)


@pytest.mark.parametrize("language", languages())
def test_a_data_set_as_a_whole(language):
    say = words(language)
    inside, found = data.audited(whole(findings=(finding("grey", "note"),)), say)
    text = said.of(inside, say)
    for told in (
        "photos",
        "10 × 5",
        "20 × 6",
        "30 × 7",
        "cat | 60 | 6 | 66",
        "90 | 10 | 100",
        "cat/x.png | is damaged",
    ):
        assert told in text
    assert "/a/photos" not in text and said.plain(say.span(0.6, 0.98)) in text
    assert said.plain(audit.sentence(finding("grey", "note"), say)[0]) in said.of(found, say)


def test_where_no_check_finds_anything_and_all_sizes_are_one():
    inside, found = data.audited(whole(sizes={"width": (8, 8, 8), "height": (8, 8, 8)}, sheet="sheet.png"), EN)
    assert "8 × 8 pixels, all" in said.of(inside, EN) and "sheet.png" in said.of(inside, EN)
    assert said.of(found, EN) == (
        "What the audit found\n\nNo check found a problem. Copies cut by more than a fifth of a side, turned by more than 10 degrees "
        "or largely covered are not found."
    )


def test_what_a_data_set_says_of_itself_is_told_in_every_medium():
    beside = note("beside", folder="masks", n=3)
    told = shown.look(whole(notes=(beside,)), EN)
    assert (said.plain(EN("severity-note")), notes.line(beside, EN)) in [
        (said.plain(label), said.plain(text))
        for one in told or ()
        if isinstance(one, Facts)
        for label, text in one.pairs
    ]


def test_what_became_of_a_fix_list():
    counts = {"images": 1234, "relabelled": 5, "dropped": 6, "unchanged": 1}
    block = audit.fixed("photos-fixed", counts, EN)
    assert isinstance(block, Facts)
    assert (
        said.plain(block.pairs[0][1]) == "photos-fixed, 1,234 images: 5 relabelled, 6 dropped. 1 line changes nothing."
    )
    assert "nothing" not in audit.fixed("x", {**counts, "unchanged": 0}, EN).pairs[0][1]


def test_the_data_of_a_run(tmp_path):
    run = read(synthetic.run(tmp_path))
    changed = replace(run.record.data, notes=("2 stray files", note("beside", folder="/a/photos", n=3)), findings=(finding("blurred"),),
                      skipped=tuple((f"{n}.png", "damaged") for n in range(120)), source="/home/ann/photos")  # fmt: skip
    text = said.of(data.section(replace(run, record=replace(run.record, data=changed)), EN), EN)
    assert "1,797 images in 10 classes, 8 × 8 pixels, grey, from photos." in text
    assert "2 stray files" in text and "photos: 3 files beside the class folders have no class and are left out" in text
    assert "/a/photos" not in text and "far less sharp" in text and "total | 1,257 | 270 | 270 | 1,797" in text
    assert "120 files could not be read and were left out" in text and "and 20 more, in record.json" in text
    assert "fingerprint 9f2c41d07b6e5a38" in said.of(data.same(run, EN), EN)
    empty = replace(run, record=replace(run.record, data=replace(run.record.data, counts={}, per_class={})))
    assert "cut off before its data were described" in said.of(data.section(empty, EN), EN)


def test_what_to_do_without_validation_images_is_something_that_helps():
    found = Finding(kind="no_validation", severity="warning", count=0, values={"most": 2})
    assert "add images" in audit.sentence(found, EN)[1]
    assert "--set val=0.15" not in audit.sentence(found, EN)[1]
    for values in ({"most": 3}, {}):  # a record of an earlier version counts none
        found = Finding(kind="no_validation", severity="warning", count=0, values=values)
        assert "--set val=0.15" in audit.sentence(found, EN)[1]
