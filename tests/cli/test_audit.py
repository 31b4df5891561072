"""audit and fix: what they hand on and print; the words are those of `content.audit`, the JSON is the facts themselves."""

import json
from dataclasses import replace
from pathlib import Path

from linnaeus.data.audit.fixes import Applied
from linnaeus.record import codec
from linnaeus.record.facts import Finding
from linnaeus.reporting.content import audit
from linnaeus.reporting.words import words
from tests.cli.fakes import stand_in
from tests.reporting import said
from tests.reporting.content.test_audit import FOUND, whole

LEAK = Finding(kind="leak", severity="warning", count=7, values=FOUND["leak"],
               pairs=tuple((f"train/{n}.jpg", f"test/{n}.jpg") for n in range(7)))  # fmt: skip
GREY = Finding(kind="grey", severity="note", count=1, files=("cat/1.jpg",))
DATA = whole(findings=(GREY, LEAK), sheet="sheet.png")


def told(one, language="en"):
    """What is found and what to do, as a terminal has it."""
    return [said.plain(text) for text in audit.sentence(one, words(language))]


def test_data(linnaeus, desk):
    desk.data = DATA
    result = linnaeus("audit", "./my photos", "--sheet", "sheet.png", "--set", "image_size=64")
    assert desk.asked == [("audit", ("./my photos",), {"image_size": "64", "sheet": Path("sheet.png"), "things": None})]
    lines = result.out.splitlines()
    flat = " ".join(result.out.split())
    assert "100 images in 2 classes, colour, from folder('photos')." in flat
    assert "from 10 × 5 to 30 × 7 pixels (width and height separately), median 20 × 6" in flat
    assert "10 images: an accuracy of 90.0 % would be known to 60.0–98.0 %" in flat
    assert ["cat", "60", "6", "66"] in [line.split() for line in lines]
    for one in (LEAK, GREY):
        assert all(text in flat for text in told(one))
    assert flat.index(told(LEAK)[0]) < flat.index(told(GREY)[0])  # warnings first
    pairs = [line.strip("- ") for line in lines if line.strip("- ").startswith("train/")]
    assert pairs == [f"train/{n}.jpg = test/{n}.jpg" for n in range(5)]
    assert "and 2 more, all with --json" in flat and "sheet.png" in flat
    assert lines[-1] == "next        linnaeus train './my photos' --drop-leaks"


def test_in_another_language(linnaeus, desk):
    desk.data = DATA
    flat = " ".join(linnaeus("audit", "photos", "--lang", "ru").out.split())
    assert all(text in flat for text in told(LEAK, "ru"))


def test_data_without_fault(linnaeus, desk):
    desk.data = replace(DATA, findings=(), skipped=(), sheet=None, sizes={"width": (8, 8, 8), "height": (8, 8, 8)})
    out = linnaeus("audit", "digits").out
    assert "8 × 8 pixels, all" in out and "No check found a problem." in out
    assert out.splitlines()[-1] == "next        linnaeus train digits"


def test_data_as_json(linnaeus, desk):
    desk.data = DATA
    for flags in (("--json",), ("--format", "json")):
        assert json.loads(linnaeus("audit", "photos", *flags).out) == json.loads(json.dumps(codec.to_plain(DATA)))


def test_data_with_a_model(linnaeus, desk):
    desk.data = DATA
    linnaeus("audit", "photos", "--model", "imagenet_resnet")
    assert desk.asked[0][2]["model"] == "imagenet_resnet"


def test_a_fix_list_is_applied(linnaeus, monkeypatch):
    asked = []

    def fix(*args, progress, **options):
        asked.append((args, options))
        return Applied(folder=Path("my photos-fixed"), images=1234, relabelled=12, dropped=3, unchanged=1)

    stand_in(monkeypatch, "fix", fix)
    assert linnaeus("fix", "./my photos", "list.csv").out.splitlines() == [
        "written     my photos-fixed, 1,234 images: 12 relabelled, 3 dropped. 1 line changes nothing.",
        "next        linnaeus audit 'my photos-fixed' · linnaeus train 'my photos-fixed'",
    ]
    assert asked == [(("./my photos", Path("list.csv")), {"to": None})]
    plain = json.loads(linnaeus("fix", "x", "list.csv", "--to", "new", "--json").out)
    assert (plain["folder"], plain["relabelled"]) == ("my photos-fixed", 12)
    assert asked[1] == (("x", Path("list.csv")), {"to": Path("new")})
