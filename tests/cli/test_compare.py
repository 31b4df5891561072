"""linnaeus compare."""

import json
from dataclasses import replace

import numpy as np
import pytest

from linnaeus import files
from linnaeus.record import codec
from linnaeus.record.comparison import Comparison
from linnaeus.record.facts import StartFacts
from linnaeus.stats.score import score
from tests.cli.fakes import stand_in
from tests.record.test_comparison import FOUND
from tests.reporting import said, synthetic

SECOND = replace(FOUND, second="c", only_first=3, only_second=5, p=0.29, p_holm=0.29, family=2, detectable=0.008)
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
    ((runs, options),) = asked[0]
    assert runs == ("a", "b") and callable(options.pop("progress"))
    assert options == {"split": "test", "pairs": False, "runs": None}
    rows = [line.split() for line in lines]
    assert ["a", "85.0", "%", "(82.7–87.1,", "n", "1,000)", "1.50", "s"] in rows
    assert ["b", "86.2", "%", "(83.9–88.2,", "n", "1,000)", "–"] in rows
    assert ["b", "−", "a", "+1.2", "+0.4", "…", "+2.0", "2", "14", "1,000", "0.003"] in rows
    assert said.told(FOUND) in " ".join(" ".join(lines).split())
    assert lines[-1] == "next        linnaeus report b"


def test_three_runs_are_corrected_and_told_one_by_one(linnaeus, asked):
    asked[1][:] = [replace(FOUND, p_holm=0.0052, family=2, left_out=40), SECOND]
    out = linnaeus("compare", "a", "b", "c").out
    flat = " ".join(out.split())
    assert "p (Holm)" in out and all(said.told(one) in flat for one in asked[1])
    assert "p = 0.005" in flat and "Up to 40 images were left out" in flat and "corrected for the number" in flat


def test_macro_f1_is_told_beside_accuracy(linnaeus, asked):
    asked[1][:] = [replace(FOUND, resampled={"macro_f1": replace(FOUND.difference, value=0.03, low=-0.01, high=0.07)})]
    out = " ".join(linnaeus("compare", "a", "b").out.split())
    assert (
        "averaged over classes, is +3.0 percentage points (95 % interval −1.0 to +7.0, bootstrap over the same images)"
        in out
    )
    assert json.loads(linnaeus("compare", "a", "b", "--json").out)[0]["resampled"]["macro_f1"]["high"] == 0.07


def test_as_json(linnaeus, asked):
    (found,) = json.loads(linnaeus("compare", "a", "b", "--json").out)
    assert codec.from_plain(Comparison, found) == FOUND
    assert found["difference"] == {"value": 0.012, "low": 0.004, "high": 0.02, "n": 1000}


def test_with_nothing_faked(linnaeus, tmp_path):
    for name in ("one", "other"):
        synthetic.run(tmp_path, name=name)
    done = linnaeus("compare", "one", "other", "--runs", str(tmp_path))
    assert done.status == 0
    assert "Both classify equally many images correctly." in " ".join(done.out.split())
    refused = linnaeus("compare", "one", "other", "--split", "test", "--runs", str(tmp_path))
    assert refused.status == 1
    assert "linnaeus evaluate one --split test" in refused.err
    assert linnaeus("compare", "one", "--runs", str(tmp_path)).status == 2
    assert linnaeus("compare", "one", "none", "--runs", str(tmp_path)).status == 1


def test_every_pair_with_the_most_accurate_first(linnaeus, tmp_path):
    for name, wrong in (("poor", 120), ("good", 0), ("fair", 40)):
        folder = synthetic.run(tmp_path, name=name)
        arrays = folder.predictions("val")
        arrays["probabilities"][:wrong] = np.roll(arrays["probabilities"][:wrong], 1, axis=1)
        folder.save_predictions("val", arrays)
        record = folder.record()
        classes = [row.name for row in record.scores["val"].classes]
        anew = score(arrays["labels"], arrays["probabilities"], classes, split="val")
        folder.save_record(replace(record, scores={"val": anew}))
    done = linnaeus("compare", "poor", "good", "fair", "--pairs", "--runs", str(tmp_path), "--json")
    found = json.loads(done.out)
    assert [(one["first"], one["second"]) for one in found] == [("good", "fair"), ("good", "poor"), ("fair", "poor")]
    assert all(one["family"] == 3 and one["difference"]["value"] < 0 for one in found)
    assert max(one["p_holm"] for one in found) < 0.05


def test_weights_that_may_have_seen_the_images_are_told_of(linnaeus, tmp_path):
    synthetic.run(tmp_path, name="own")
    folder = synthetic.run(tmp_path, name="other")
    record = folder.record()
    start = StartFacts(weights="cifar10.pt", checksum="f3", model=None, head="whole", known=(), classes=10,
                       normalised="weights")  # fmt: skip
    folder.save_record(replace(record, model=replace(record.model, start=start)))
    told = " ".join(linnaeus("compare", "own", "other", "--runs", str(tmp_path)).out.split())
    assert "other started from the weights cifar10.pt, which already distinguish these classes." in told
    (plain,) = json.loads(linnaeus("compare", "own", "other", "--runs", str(tmp_path), "--json").out)
    assert plain["started"] == [{"run": "other", "weights": "cifar10.pt"}]


def test_counts_without_images(linnaeus):
    lines = linnaeus("compare", "17/19", "19/19").out.splitlines()
    assert ["17/19", "89.47", "%", "68.61–97.06", "%", "19"] in [line.split() for line in lines]
    assert "only differences of about 38.8 percentage points or more" in " ".join(" ".join(lines).split())
    out = " ".join(linnaeus("compare", "51.98%@10000", "52.12%@10000").out.split())
    assert "n = 10,000 each). With this many images, only differences of about 2.0 percentage points" in out
    assert "if they are of the same ones" in out
    (found,) = json.loads(linnaeus("compare", "17/19", "19/19", "--json").out)
    assert found["p_holm"] > 0.05 and 0.3 < found["detectable"] < 0.5
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
    rows = [" ".join(line.split()) for line in by_stem.out.splitlines()]
    assert "b − a 2 (± 0.00) 2 (± 0.00) 0.37 0.00 269" in rows
    assert "n = 270, 2 + 2 seeds). Both classify equally many images correctly." in " ".join(rows)
    assert "next        linnaeus report a-seed0" in by_stem.out


def test_bad_input(linnaeus, tmp_path):
    for name in ("one", "other", "old", "unfinished"):
        synthetic.run(tmp_path, name=name)
    record = tmp_path / "old" / "record.json"
    files.write_json(record, {**files.read_json(record), "format": 99})
    unfinished = tmp_path / "unfinished" / "record.json"
    files.write_json(unfinished, {**files.read_json(unfinished), "status": "stopped"})
    synthetic.run(tmp_path, name="strange", classes=["x", "y"])
    for other, message in [
        ("old", "this version of Linnaeus reads formats 1 and 2"),
        ("unfinished", "linnaeus resume unfinished"),
        ("strange", "no val images in common"),
    ]:
        done = linnaeus("compare", "one", other, "--runs", str(tmp_path))
        assert (done.status, done.out) == (1, "")
        assert message in done.err
