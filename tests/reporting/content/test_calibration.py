"""Calibration in words, tables and figures: its numbers are the record's, with their intervals, and nothing is missing in a language."""

from dataclasses import replace

import pytest

from linnaeus.record.scores import Reason
from linnaeus.reporting.blocks import Figure, Table
from linnaeus.reporting.content import calibration
from linnaeus.reporting.figures.style import PRINT
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import calibrate, groups
from tests.reporting import said, synthetic

EN = words("en")


def calibrated(tmp_path, n=400, split="val"):
    """What is measured of a run's own predictions."""
    found = synthetic.run(tmp_path, name="measured", n=n, splits=(split,)).predictions(split)
    labels_N, raw_NK = found["labels"], found["probabilities"]
    return calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split=split, fitted_here=True)


def section(tmp_path, say=EN, **found):
    return calibration.section(read(synthetic.run(tmp_path, calibration=found)), say)


def test_a_run_that_was_not_calibrated_has_no_such_section(tmp_path):
    assert section(tmp_path) is None


def test_each_number_is_the_records_and_has_its_interval(tmp_path):
    one = calibrated(tmp_path)
    found = section(tmp_path, val=one)
    text = said.of(found, EN)
    assert f"ECE (validation, n = {one.n}): {said.plain(EN.score(one.raw.ece, n=False))}." in text
    assert f"T = {one.temperature.value:.2f}: {said.plain(EN.score(one.tempered.ece, n=False))}." in text
    assert "cross-fitted" in text and "rejected as unknown" in text
    assert said.plain(EN.score(one.unknown.accepted, n=False)) in text
    quality, sets = (said.rows(said.find(found, Table, place), EN) for place in (0, 1))
    assert [row[0] for row in quality] == ["as the network gives them", "after temperature scaling"]
    assert quality[0][2] == EN.estimate(one.raw.log_loss) and quality[1][3] == EN.estimate(one.tempered.brier)
    assert [row[1:] for row in sets] == [
        [EN.estimate(row.size, 2), said.plain(EN.score(row.cover, n=False))] for row in one.sets
    ]


def test_reliability_and_risk_are_drawn_and_told_in_words(tmp_path):
    one = calibrated(tmp_path)
    found = section(tmp_path, val=one)
    reliability, risk = (said.find(found, Figure, place) for place in (0, 1))
    held = [row for row in one.tempered.bins if row.count]
    assert len(reliability.readings) == len(held) and len(risk.readings) == len(one.risk)
    assert f"{said.plain(EN.share(held[-1].accuracy.value))}" in said.plain(reliability.alt)
    assert f"100.0 % → {said.plain(EN.share(one.risk[-1].accuracy.value))}" in said.plain(risk.alt)
    for figure in (reliability, risk):
        assert figure.draw(PRINT).axes


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason(kind="few_images", values={"n": 30, "least": 100}), "30 validation images are too few, at least 100"),
        (Reason(kind="few_mistakes", values={"mistakes": 2, "n": 400, "least": 5}), "2 mistakes among 400 validation"),
        (
            Reason(kind="few_things", values={"mistaken": 3, "n": 270, "things": 18, "least": 5}),
            "3 things with a mistake among 18 are too few",
        ),
        (Reason(kind="few_images"), "too few validation images, or too few mistakes"),  # of format 1
    ],
)
def test_without_a_temperature_it_says_why(tmp_path, reason, told):
    one = replace(calibrated(tmp_path), temperature=None, tempered=None, reason=reason)
    text = said.of(section(tmp_path, val=one), EN)
    assert told in text and "after temperature" not in text


def test_what_counts_things_says_so(tmp_path):
    found = synthetic.run(tmp_path, name="measured", n=400, splits=("val",)).predictions("val")
    shown = groups.things([str(place // 8) for place in range(400)])
    fitted = calibrate.fit(found["labels"], found["probabilities"], shown)
    one = calibrate.measure(found["labels"], found["probabilities"], fitted, split="val", fitted_here=True, shown=shown)
    text = said.of(section(tmp_path, val=one), EN)
    assert (
        "These images show 50 things" in text
        and "90.0 % is one for an image of another thing, for which 9 things" in text
    )
    few = replace(one, sets=(), groups=3)
    assert "no prediction sets: 3 things are too few" in said.of(section(tmp_path, val=few), EN)


def test_splits_stand_in_their_order(tmp_path):
    one = calibrated(tmp_path)
    text = said.of(section(tmp_path, test=replace(one, split="test"), val=one), EN)
    assert text.index("\nvalidation\n") < text.index("\ntest\n")


@pytest.mark.parametrize("language", languages())
def test_every_language_says_it(tmp_path, language):
    one = calibrated(tmp_path)
    text = said.of(section(tmp_path, words(language), val=one), words(language))
    assert "{" not in text and words(language).number(one.temperature.value, 2) in text
