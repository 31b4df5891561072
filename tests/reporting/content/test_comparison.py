"""Runs beside each other: better is said only where test and interval both say so, what could have been seen, where recipes differ."""

import re
from dataclasses import replace

import numpy as np
import pytest

from linnaeus.record.comparison import Comparison, Spread, Started, Unpaired
from linnaeus.record.facts import StartFacts
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Figure, Table
from linnaeus.reporting.content import beside, comparison
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import counts as counted
from linnaeus.stats import seeds
from tests.reporting import said, synthetic

EN = words("en")


def score(value, low, high, n=4986):
    return Score(value=value, low=low, high=high, n=n)


ONE = Comparison(
    first="a", second="b", split="val", n=4986, score_first=score(0.908, 0.9, 0.916), score_second=score(0.912, 0.904, 0.92),
    difference=score(0.004, -0.005, 0.013), only_first=230, only_second=250, p=0.36, p_holm=0.36, detectable=0.0125,
)  # fmt: skip
SPREAD = Spread(
    runs_first=("a-seed0", "a-seed1"), runs_second=("b-seed0", "b-seed1", "b-seed2"), std_first=0.01, std_second=0.012,
    images=0.004, seeds=0.007, freedom=4.0,
)  # fmt: skip
COMPARISONS = {
    "better": replace(ONE, difference=score(0.012, 0.004, 0.02), p=0.003, p_holm=0.003),
    "worse": replace(ONE, difference=score(-0.012, -0.02, -0.004), p=0.003, p_holm=0.003),
    "same": ONE,
    "equal": replace(ONE, difference=score(0.0, -0.009, 0.009), p=1.0, p_holm=1.0),
    "among many": replace(ONE, difference=score(0.01, 0.001, 0.019), p=0.03, p_holm=0.12, family=4),
    "repeats": replace(ONE, spread=replace(SPREAD, seeds=0.001)),
    "more seeds": replace(ONE, spread=SPREAD),
}


@pytest.mark.parametrize("which", COMPARISONS)
@pytest.mark.parametrize("language", languages())
def test_none_is_told_without_n_and_the_ends_of_its_interval(which, language):
    one, say = COMPARISONS[which], words(language)
    told = said.plain(comparison.sentence(one, say))
    assert said.plain(say.count(one.n)) in told and "{" not in told
    for end in (one.difference.low, one.difference.high):
        assert say.points(abs(end)) in told
    assert say.p(one.p_holm) in told


def test_each_says_what_is_so():
    told = {which: said.plain(comparison.sentence(one, EN)) for which, one in COMPARISONS.items()}
    assert told["better"].startswith("b is better than a by 1.2 percentage points (95 % interval 0.4–2.0; p = 0.003")
    assert told["worse"].startswith("a is better than b by 1.2 percentage points")
    assert told["same"].startswith("a and b cannot be told apart")
    assert told["same"].endswith(
        "only differences of about 1.3 percentage points or more are detected in four of five trials."
    )
    assert told["equal"].count("Both classify equally many images correctly.") == 1
    assert told["among many"].endswith("significant (p = 0.030); as one of 4 comparisons it is not.")
    assert "n = 4,986, 2 + 3 seeds" in told["repeats"]
    assert (
        told["more seeds"].endswith("further seeds would tell more than further images.")
        and "further" not in told["repeats"]
    )
    assert all("is better" not in told[which] for which in COMPARISONS if which not in ("better", "worse"))


def test_macro_f1_is_told_with_its_interval():
    one = replace(ONE, resampled={"macro_f1": score(0.031, -0.007, 0.069)})
    for language, word, ends in (
        ("en", "bootstrap", ("+3.1", "−0.7", "+6.9")),
        ("ru", "бутстреп", ("+3,1", "−0,7", "+6,9")),
    ):
        for each in (one, replace(one, difference=score(0.012, 0.004, 0.02), p=0.003, p_holm=0.003)):
            told = comparison.sentence(each, words(language))
            assert word in told and all(end in told for end in ends)
            assert word not in comparison.sentence(replace(each, resampled={}), words(language))


def test_of_the_better_one_macro_f1_has_the_sign_of_its_lead():
    worse = replace(COMPARISONS["worse"], resampled={"macro_f1": score(-0.031, -0.069, -0.007)})
    told = comparison.sentence(worse, EN)
    assert "<b>a</b> is better than b by 1.2" in told and "+3.1" in told and "+0.7 to +6.9" in told


def test_a_row_a_pair_and_where_the_uncertainty_comes_from():
    found = [replace(COMPARISONS["repeats"], family=2, p_holm=0.72, left_out=12), replace(ONE, second="c", family=2)]
    section = comparison.section(found, EN)
    pairs, spreads = (said.rows(said.find(section, Table, place), EN) for place in (0, 1))
    assert pairs[0] == ["b − a", "+0.4", "−0.5 … +1.3", "230", "250", "4,986", "0.36", "0.72"]
    assert spreads == [["b − a", "3 (± 1.20)", "2 (± 1.00)", "0.40", "0.10", "4"]]
    text = said.of(section, EN)
    assert "Holm" in text and "Student’s t" in text and "Up to 12 images were left out" in text
    assert comparison.section([], EN) is None
    scores = said.rows(comparison.scores(found, EN), EN)
    assert scores[0] == ["a", "90.8 % (90.0–91.6, n 4,986)", "–"] and [row[0] for row in scores] == ["a", "b", "c"]


def test_runs_that_are_compared(tmp_path):
    recipe = read(synthetic.run(tmp_path)).record.recipe
    first = synthetic.run(tmp_path, name="one")
    second = synthetic.run(tmp_path, name="two", recipe={**recipe, "data": "folder('/home/ann/digits')", "seed": 7})
    worse = second.predictions("val")
    worse["probabilities"] = np.roll(worse["probabilities"], 1, axis=1)  # all wrong
    second.save_predictions("val", worse)
    runs = [read(first), read(second)]
    sections = beside.sections(runs, seeds.of_runs([first, second], "val"), EN)
    assert [section.key for section in sections] == ["runs", "compare", "differences", "curves"]
    table = said.rows(said.find(sections[0], Table), EN)
    accuracy = said.plain(EN.score(runs[0].record.scores["val"].metrics["accuracy"]))
    assert table[0][:4] == ["one", "lenet(activation='tanh')", "digits", accuracy]
    assert "one is better than two" in said.of(sections[1], EN)
    differing = {row[0]: row[1:] for row in said.rows(said.find(sections[2], Table), EN)}
    assert differing == {"data": ["digits", "folder('digits')"], "seed": ["0", "7"]}
    assert "/home" not in "".join(said.of(section, EN) for section in sections)
    curve = said.find(sections[3], Figure)
    last = runs[0].record.history[-1]
    assert f"one {said.plain(EN.share(last.val_accuracy))}" in said.plain(curve.alt)
    assert len(curve.readings) == len(runs[0].record.history)
    same = beside.sections([runs[0], runs[0]], (), EN)
    assert "cannot be compared image by image" in said.of(same[1], EN) and "are the same" in said.of(same[2], EN)
    many = beside.sections([runs[0]] * 4 + [runs[1]], (), EN)  # too many for columns
    assert len(said.find(many[2], Table).rows) == 10


def test_a_fitted_head_has_no_epoch(tmp_path):
    run = read(synthetic.run(tmp_path, epochs=1))
    fitted = replace(run, record=replace(run.record, recipe=run.record.recipe | {"train": "head", "head": "logistic"}))
    epochs = [beside.runs_table([one], words("en")).rows[0][-2] for one in (run, fitted)]
    assert epochs == ["1", "–"]


def test_the_data_of_the_runs_where_they_are_the_same(tmp_path):
    run = read(synthetic.run(tmp_path))
    assert said.plain(beside.lead([run, run], EN)) == "All on digits."
    record = replace(run.record, data=replace(run.record.data, source="other"))
    assert "not comparable" in beside.lead([run, replace(run, record=record)], EN)


def test_weights_from_elsewhere_are_told_of(tmp_path):
    start = StartFacts(weights="/home/ann/cifar10-<b>.pt", checksum="f3", model=None, head="whole", known=(), classes=10,
                       normalised="weights")  # fmt: skip
    model = read(synthetic.run(tmp_path)).record.model
    own = synthetic.run(tmp_path, name="own")
    foreign = synthetic.run(tmp_path, name="foreign", model=replace(model, start=start))
    child = synthetic.run(tmp_path, name="child", model=replace(model, start=start), parent="own")
    (one,) = seeds.of_runs([own, foreign], "val")
    assert one.started == (Started(run="foreign", weights="/home/ann/cifar10-<b>.pt"),)
    for language in languages():
        *_, told = comparison.sentences([one], words(language))
        assert "foreign" in told and "<code>cifar10-&lt;b&gt;.pt</code>" in told
    assert (
        seeds.of_runs([foreign, foreign_twin(tmp_path, model, start)], "val")[0].started == ()
    )  # none has a lead by them
    assert seeds.of_runs([own, child], "val")[0].started == ()  # weights of one's own
    foreign.save_images({"ancestry": np.array([b"3f2a"])})
    assert seeds.of_runs([own, foreign], "val")[0].started == (), "known images were left out of its scores"


def foreign_twin(tmp_path, model, start):
    return synthetic.run(tmp_path, name="twin", model=replace(model, start=start))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "texts", [["17/19", "19/19"], ["5198/10000", "5212/10000"], ["10/100", "90/100"], ["1/2", "1/2"]]
)
def test_published_counts(texts, language):
    say = words(language)
    found = counted.of_texts(texts)
    text = said.of(comparison.counts(found, say), say)
    assert all(one in text for one in texts) and "{" not in text
    (one,) = found
    assert re.search(rf"n = {re.escape(said.plain(say.count(one.score_first.n)))}", text)
    assert isinstance(one, Unpaired)


def test_counts_that_no_test_could_tell_apart_say_so():
    text = said.of(comparison.counts(counted.of_texts(["17/19", "19/19"]), EN), EN)
    assert "Not even a paired test on the very same images could establish it" in text
    text = said.of(comparison.counts(counted.of_texts(["5198/10000", "5212/10000"]), EN), EN)
    assert "treated as being of different images" in text and "51.98 %" in text and "+0.14" in text
