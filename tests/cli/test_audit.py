"""data: what it prints, and how it makes a new version of a data set."""

import json
from pathlib import Path

from linnaeus.data.audit.fixes import Applied
from tests.cli.fakes import stand_in


def finding(kind, what, advice, severity="warning", files=(), pairs=(), values=None):
    return {
        "kind": kind,
        "severity": severity,
        "what": what,
        "count": len(files) or len(pairs),
        "files": list(files),
        "pairs": list(pairs),
        "values": values or {},
        "advice": advice,
    }


DATA = {
    "source": "folder('photos')",
    "classes": ["cat", "dog"],
    "counts": {"train": 70, "val": 15, "test": 15},
    "per_class": {"train": [40, 30], "val": [8, 7], "test": [8, 7]},
    "fingerprint": "0123",
    "sizes": {"width": [20, 30, 2000], "height": [10, 30, 1000]},
    "channels": 3,
    "image_size": 32,
    "skipped": [["cat/1.jpg", "truncated JPEG"]],
    "findings": [
        finding("unreadable", "7 unreadable images", "repair them", files=[f"cat/{n}.jpg" for n in range(7)]),
        finding(
            "leak",
            "7 training images also among the test images",
            "--drop-leaks",
            pairs=[[f"train/{n}.jpg", f"test/{n}.jpg"] for n in range(7)],
            values={"split": "train"},
        ),
        finding("mirror", "flips are off", "add flip", severity="question"),
        finding("grey", "3 images grey among colour ones", "nothing", severity="note", files=["cat/1.jpg"]),
    ],
    "intervals": {"val": {"accuracy": 0.9, "n": 15, "low": 0.6212, "high": 0.9626, "half": 0.1707}},
    "sheet": "sheet.png",
}


def test_data(linnaeus, desk):
    desk.data = DATA
    result = linnaeus("audit", "./my photos", "--sheet", "sheet.png", "--set", "image_size=64")
    assert desk.asked == [("audit", ("./my photos",), {"image_size": "64", "sheet": Path("sheet.png")})]
    assert result.out.splitlines() == [
        "data        folder('photos'): 100 images 32×32 colour, 2 classes · train 70 val 15 test 15 (sealed) · 1 unreadable",
        "sizes       from 20×10 to 2000×1000 pixels (width and height apart), middle 30×30",
        "validation  15 images: an accuracy of 90 % will be known to 62.1–96.3 %",
        "",
        "class  train  val  test",
        "cat       40    8     8",
        "dog       30    7     7",
        "",
        "unreadable  cat/1.jpg: truncated JPEG",
        "found       7 unreadable images (cat/0.jpg, cat/1.jpg, cat/2.jpg, cat/3.jpg, cat/4.jpg, …): repair them",
        "found       7 training images also among the test images: --drop-leaks",
        *(f"            train/{n}.jpg = test/{n}.jpg" for n in range(5)),
        "            … 2 more pairs, all with --format json",
        "asked       flips are off: add flip",
        "noted       3 images grey among colour ones (cat/1.jpg): nothing",
        "sheet       sheet.png",
        "next        linnaeus train './my photos' --drop-leaks",
    ]


def test_data_without_fault(linnaeus, desk):
    desk.data = {
        **DATA,
        "findings": [],
        "skipped": [],
        "sheet": None,
        "sizes": {"width": [8, 8, 8], "height": [8, 8, 8]},
    }
    lines = linnaeus("audit", "digits").out.splitlines()
    assert lines[1] == "sizes       8×8 pixels, all"
    assert lines[-2:] == ["found       nothing wrong", "next        linnaeus train digits"]


def test_data_as_json(linnaeus, desk):
    desk.data = DATA
    for flags in (("--json",), ("--format", "json")):
        assert json.loads(linnaeus("audit", "photos", *flags).out) == DATA


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
        "written     my photos-fixed, 1,234 images: 12 relabelled, 3 dropped; 1 line changes nothing",
        "next        linnaeus audit 'my photos-fixed' · linnaeus train 'my photos-fixed'",
    ]
    assert asked == [(("./my photos", Path("list.csv")), {"to": None})]
    plain = json.loads(linnaeus("fix", "x", "list.csv", "--to", "new", "--json").out)
    assert (plain["folder"], plain["relabelled"]) == ("my photos-fixed", 12)
    assert asked[1] == (("x", Path("list.csv")), {"to": Path("new")})
