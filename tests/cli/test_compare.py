"""linnaeus compare."""

import json
from dataclasses import replace

import pytest

from linnaeus.record.comparison import from_plain
from tests.cli.fakes import stand_in
from tests.record.test_comparison import FOUND
from tests.reporting import synthetic

SECOND = replace(FOUND, second="c", only_first=3, only_second=5, p=0.29, p_holm=0.29, family=2, needed=11_700)
SECOND = replace(SECOND, difference=replace(FOUND.difference, value=0.002, low=-0.005, high=0.009))


@pytest.fixture
def asked(monkeypatch):
    seen, answers = [], [FOUND]

    def compare(*args, **options):
        seen.append((args, options))
        return answers

    stand_in(monkeypatch, "compare", compare)
    return seen, answers


def test_two_runs(linnaeus, asked):
    lines = linnaeus("compare", "a", "b", "--split", "test").out.splitlines()
    assert asked[0] == [(("a", "b"), {"split": "test", "runs": None})]
    assert lines == [
        "run                     accuracy   training",
        "a    85.0 % (82.7–87.1, n 1,000)      1.5 s",
        "b    86.2 % (83.9–88.2, n 1,000)  not known",
        "",
        "second − first  points  95 % interval  only first  only second       p",
        "b − a             +1.2   +0.4 to +2.0           2           14  0.0026",
        "",
        "verdict     b is better by 1.2 points (0.4–2.0), p = 0.003",
        "next        linnaeus report b",
    ]


def test_three_runs_are_corrected_and_told_one_by_one(linnaeus, asked):
    asked[1][:] = [replace(FOUND, p_holm=0.0052, family=2, left_out=40), SECOND]
    out = linnaeus("compare", "a", "b", "c").out
    assert "p  p (Holm)" in out
    assert "verdict     b and a: b is better by 1.2 points (0.4–2.0), p = 0.005 (Holm, of 2)" in out
    assert "            c and a: not distinguishable with n = 1,000: about 12,000 images would be needed" in out
    assert "up to 40 were left out" in out


def test_macro_f1_is_told_beside_accuracy(linnaeus, asked):
    asked[1][:] = [replace(FOUND, resampled={"macro_f1": replace(FOUND.difference, value=0.03, low=-0.01, high=0.07)})]
    told = "macro F1    b − a: +3.0 points (-1.0 to +7.0), bootstrap over the same images"
    assert told in linnaeus("compare", "a", "b").out.splitlines()
    assert json.loads(linnaeus("compare", "a", "b", "--json").out)[0]["resampled"]["macro_f1"]["high"] == 0.07


def test_as_json(linnaeus, asked):
    (found,) = json.loads(linnaeus("compare", "a", "b", "--json").out)
    assert found["verdict"] == "distinguishable"
    assert found["difference"] == {"value": 0.012, "low": 0.004, "high": 0.02, "n": 1000}


def test_with_nothing_faked(linnaeus, tmp_path):
    for name in ("one", "other"):
        synthetic.run(tmp_path, name=name)
    done = linnaeus("compare", "one", "other", "--runs", str(tmp_path))
    assert done.status == 0
    assert "both name equally many rightly" in done.out
    refused = linnaeus("compare", "one", "other", "--split", "test", "--runs", str(tmp_path))
    assert refused.status == 1
    assert "linnaeus evaluate one --split test" in refused.err
    assert linnaeus("compare", "one", "--runs", str(tmp_path)).status == 2
    assert linnaeus("compare", "one", "none", "--runs", str(tmp_path)).status == 1


def test_weights_that_may_have_seen_the_images_are_told_of(linnaeus, tmp_path):
    synthetic.run(tmp_path, name="own")
    folder = synthetic.run(tmp_path, name="other")
    record = folder.record()
    start = {"weights": "cifar10.pt", "checksum": "f3", "head": "whole"}
    folder.save_record(replace(record, model={**record.model, "start": start}))
    told = " ".join(linnaeus("compare", "own", "other", "--runs", str(tmp_path)).out.split())
    assert "weights other began with the weights cifar10.pt, which name these classes already." in told
    (plain,) = json.loads(linnaeus("compare", "own", "other", "--runs", str(tmp_path), "--json").out)
    assert "they may have seen these images" in plain["remarks"][0]
    assert from_plain(plain).remarks == tuple(plain["remarks"])


def test_counts_without_images(linnaeus):
    lines = linnaeus("compare", "17/19", "19/19").out.splitlines()
    assert "17/19    89.47 % (68.61–97.06, n 19)" in lines
    assert "verdict     not distinguishable with n = 19 each: about 70 images each would be needed" in "\n".join(lines)
    out = linnaeus("compare", "51.98%@10000", "52.12%@10000").out
    assert "not distinguishable with n = 10,000 each: about 2,000,000 images each would be needed" in out
    assert "if they are of the same ones" in out
    (found,) = json.loads(linnaeus("compare", "17/19", "19/19", "--json").out)
    assert (found["verdict"], found["needed"]) == ("not distinguishable", 70)
    mixed = linnaeus("compare", "17/19", "mb")
    assert (mixed.status, mixed.out) == (2, "")
    assert "'mb' is no count of images" in mixed.err


def test_seeds_are_one_side(linnaeus, tmp_path):
    for name, model in (("a", "lenet"), ("b", "mlp")):
        for seed in (0, 1):
            recipe = synthetic.RECIPE | {"model": model, "seed": seed}
            synthetic.run(tmp_path, name=f"{name}-seed{seed}", recipe=recipe)
    by_stem = linnaeus("compare", "a", "b", "--runs", str(tmp_path))
    assert (by_stem.status, by_stem.err) == (0, "")
    assert (
        by_stem.out == linnaeus("compare", *(f"{n}-seed{s}" for n in "ab" for s in (0, 1)), "--runs", str(tmp_path)).out
    )
    assert "b − a                   2 (± 0.00)  2 (± 0.00)       0.37      0.00      269" in by_stem.out
    assert "n = 270 and 2 + 2 seeds: both name equally many rightly" in by_stem.out
    assert "next        linnaeus report a-seed0" in by_stem.out


def test_bad_input(linnaeus, tmp_path):
    for name in ("one", "other", "old", "unfinished"):
        synthetic.run(tmp_path, name=name)
    record = tmp_path / "old" / "record.json"
    record.write_text(record.read_text().replace('"format": 1', '"format": 99'))
    unfinished = tmp_path / "unfinished" / "record.json"
    unfinished.write_text(unfinished.read_text().replace('"finished"', '"stopped"'))
    synthetic.run(tmp_path, name="strange", classes=["x", "y"])
    for other, message in [
        ("old", "this version of Linnaeus reads format 1"),
        ("unfinished", "linnaeus resume unfinished"),
        ("strange", "no val images in common"),
    ]:
        done = linnaeus("compare", "one", other, "--runs", str(tmp_path))
        assert (done.status, done.out) == (1, "")
        assert message in done.err
