"""Each note in words, in every language: nothing is left out of it, and nothing in it is English but names."""

import re

import pytest

from linnaeus.events import Note, note
from linnaeus.record.facts import Finding, StartFacts
from linnaeus.reporting.content import notes, tuning
from linnaeus.reporting.words import languages, words
from tests.house.source import read

EN, RU = words("en"), words("ru")
POINT = {"trial": 3, "point": {"model": "mlp", "optimizer.lr": 0.01}, "seed": 7}
NOTES = [
    note("said", text="the tapes of 1987 are missing"),
    note("beside", folder="photos", n=2),
    note("unreadable", n=1, data="photos", name="cat/0.png", reason="truncated"),
    note("unreadable", n=1234, data="photos", name="cat/0.png", reason="truncated"),
    note("share", share=0.05, n=60, of=1200),
    note("share-new", share=0.2, n=60, of=300),
    note("replay", classes=2, each=20, n=40, of=300),
    note("replay", classes=2, each=0, n=0, of=300),
    note("dropped", n=5),
    note("added", n=3, split="val", run="old"),
    note("inherited-val", n=3),
    note("inherited-test", n=1),
    note("inherited-cv", n=3),
    note("ancestry-unknown", weights="a.pth"),
    note("deeper", n=4, names="cat, dog, oak, rose", classes="animals, plants"),
    note("group-misses", n=4, of=90, group="(.*)_x"),
    note("group-alike", n=3, one="'A7'", other="'a7'"),
    note("group-nowhere", n=3, group="(.*)_x"),
    note("tta-mirror", tta="flip"),
    note("cache", reason="checksum"),
    note("cleanvision", reason="OSError: no such lab"),
    note("augment-unused", augment="flip"),
    note("head-fitted", head="ridge", chosen={"strength": 0.01}, views=4, images=69, validation=30, by="validation"),
    note(
        "head-fitted", head="ridge", chosen={"strength": 0.01}, views=0, images=69, validation=0, by="cross-validation"
    ),
    note("stage-tried", train="last(2)", seconds=12.5),
    note("stage-left-out", train="all", seconds=12.5, budget=45.0),
    note("stage-too-large", train="all", need=2_600, left=900),
    note("memory-short", need=2_600, left=900, passes=4),
    note("backbone", weights="imagenet-lite2", seconds=12.5, n=1_227),
    note("backbone-dearer", weights="imagenet-lite2", seconds=12.5, budget="60 s"),
    note("head-alone", share=0.9, n=30),
    note("precision", share=0.031),
    note("engine-fails", reason="no such operator"),
    note("engine-differs", apart=0.02),
    note("budget", seconds=12.5, n=3, share=None),
    note("budget", seconds=12.5, n=1, share=0.25),
    note("smaller-images", advised=96, chosen=48, seconds=12.5),
    note("smaller-photographs", advised=224, chosen=160, seconds=12.5, budget=45.0),
    note("over", step=90, steps=100),
    note("unlocked", folder="runs/a"),
    note("continues", run="old", epoch=3, schedule="one_cycle", epochs=5, lr=0.004, seed=1),
    note("processes", then=2, now=1),
    note("machine", changed=["cpu (this → that)"]),
    note("device", device="cuda:0"),
    note("tracker", tracker="mlflow", reason="OSError: full"),
    note("exporting", model="mlp"),
    note("engine-fails", reason="NotImplemented"),
    note("engine-differs", apart=0.002),
    note("shadowed", name="digits"),
    note("shared-memory", free=3, batch=20),
    note("way", way="head-then-all", share=0.2),
    note("trial-finished", **POINT, share=0.93),
    note("trial-stopped", **POINT, n=4),
    note("trial-failed", **POINT, reason="killed"),
    note("trial-retried", **POINT, reason="killed"),
]
START = {
    "weights": "old",
    "checksum": "0",
    "model": None,
    "head": "new",
    "known": (),
    "classes": None,
    "normalised": "recipe",
}


@pytest.mark.parametrize("one", NOTES, ids=lambda one: one.kind)
@pytest.mark.parametrize("language", languages())
def test_every_value_is_said(one: Note, language: str) -> None:
    say = words(language)
    text = notes.line(one, say)
    for name, value in one.values.items():
        if name == "seconds":
            assert "12" in text
        elif name == "train":
            assert str(tuning.trained(value, say)).replace("\u00a0", " ") in text
        elif name == "share" and value is not None:
            assert say.share(value).replace("\u00a0", " ") in text
        elif isinstance(value, int | float | None):
            assert not value or say.count(value).replace("\u00a0", " ") in text or (name, value) == ("n", 1)
        elif isinstance(value, dict):
            assert all(key in text for key in value)
        elif name == "by":  # in words of each language
            assert value not in text or language == "en"
        else:
            assert (value if isinstance(value, str) else value[0]) in text
    assert language != "ru" or one.kind in ("said",) or re.search("[а-я]{3}", text)


def test_every_note_that_has_words_is_among_these() -> None:
    worded = {key.removeprefix("note-") for key in EN.sources if key.startswith("note-")}
    assert {one.kind for one in NOTES} == {kind for kind in worded if not kind.startswith("start")}
    told = {kind for source in read() for kind in re.findall(r"tell\(note\(\"([a-z-]+)\"", source.text)}
    assert len(told) > 10 and told - worded == {"finding", "forgetting"}


def test_lists_are_cut_and_long_numbers_grouped() -> None:
    changed = note("machine", changed=list("abcdefg"))
    assert "began on: a, b, c, d, e, 2 more; " in notes.line(changed, EN)
    assert notes.line(NOTES[3], EN).startswith("1,234 unreadable images in photos, the first cat/0.png: truncated;")


def test_facts_are_told_in_their_own_words() -> None:
    begun = StartFacts(**START)
    assert notes.line(note("start", start=begun, classes=3), EN) == (
        "starts from the weights of old: the head is new; pixels are normalised as the recipe says"
    )
    rows = {
        "nested": "ema",
        "head": "rows",
        "known": ("a",),
        "model": "mlp",
        "normalised": "weights",
        "left_out": ("fc",),
    }
    kept = notes.line(note("start", start=StartFacts(**{**START, **rows}), classes=3), EN)
    assert kept == (
        "starts from the weights of old (its ema), mlp: the head keeps the rows of 1 of 3 classes; "
        "pixels are normalised as they were for these weights; left out: fc"
    )
    assert "выходной слой новый" in notes.line(note("start", start=begun, classes=3), RU)
    blurred = Finding(kind="blurred", severity="warning", count=2)
    assert "far less sharp" in notes.line(note("finding", found=blurred), EN)


def test_unknown_kinds_and_old_sentences_are_said_as_they_are() -> None:
    assert notes.line("2 stray files", RU) == "2 stray files"
    assert notes.line(note("flooded", cellars=3), EN) == "flooded: cellars=3"
