"""The first screen: the answer with its interval, a judgement that the numbers carry, the test, and what to do next."""

from dataclasses import replace

import numpy as np
import pytest

from linnaeus.record.facts import Times
from linnaeus.record.scores import ClassScores, Score, SplitScores, wilson
from linnaeus.reporting.blocks import Code, Gallery, Paragraph
from linnaeus.reporting.content import calibration, conclusions, grade, verdict
from linnaeus.reporting.content.scores import look
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from linnaeus.stats import calibrate
from tests.reporting import said, synthetic

EN, RU = words("en"), words("ru")


def told(folder, say=EN):
    return said.of(verdict.section(read(folder), say), say)


def test_a_finished_run(tmp_path):
    folder = synthetic.run(tmp_path)
    found = folder.record().scores["val"]
    score, text = found.metrics["accuracy"], told(folder)
    assert f"classifies {100 * score.value:.1f} % of 270 validation images correctly" in text
    assert f"expect {100 * score.low:.1f}–{100 * score.high:.1f} % (95 % interval)" in text
    weakest = found.weakest()
    assert f"Weakest class: {weakest.name}, {weakest.correct} of {weakest.support} correct" in text
    assert f"most often confused with {weakest.confused_with}" in text
    assert "The test split (270 images) is sealed: it has never been opened." in text
    assert "the epoch that did best on these very images" in text  # its recipe chose by validation
    most = max(row.support for row in found.classes)
    assert f"always answering with the most frequent class would make ({100 * most / 270:.1f} % correct)" in text
    assert said.find(verdict.section(read(folder), EN), Paragraph).lead


def test_the_same_in_russian(tmp_path):
    folder = synthetic.run(tmp_path)
    score = folder.record().scores["val"].metrics["accuracy"]
    share = f"{100 * score.value:.1f}".replace(".", ",")
    assert f"Модель верно классифицирует {share} % изображений (проверочная выборка, n = 270)" in told(folder, RU)


def test_once_it_was_opened_the_test_is_the_headline(tmp_path):
    folder = synthetic.run(tmp_path, splits=("val", "test"), test_openings=3)
    text = told(folder)
    test = folder.record().scores["test"].metrics["accuracy"]
    assert f"classifies {100 * test.value:.1f} % of 270 test images correctly" in text
    assert "has been opened 3 times" in text and "sealed" not in text
    assert "did best on these very images" not in text  # it was not chosen by these
    assert text.index("\ntest | ") < text.index("\nvalidation | ")
    once = synthetic.run(tmp_path, name="once", splits=("val", "test"))
    assert "has been opened once" in told(once)


def scores(correct, support):
    """A split of classes with these counts, its accuracy with the interval that it has."""
    n, right = sum(support), sum(correct)
    rows = tuple(
        ClassScores(name=str(place), precision=0, recall=Score(value=0, low=0, high=1, n=of), f1=0, support=of,
                    predicted=0, correct=hits)
        for place, (hits, of) in enumerate(zip(correct, support, strict=True))
    )  # fmt: skip
    low, high = wilson(right, n)
    accuracy = Score(value=right / n, low=low, high=high, n=n)
    return SplitScores(split="val", metrics={"accuracy": accuracy}, classes=rows)


@pytest.mark.parametrize(
    ("correct", "support", "words_of_it"),
    [
        ((990, 985), (1000, 1000), "Very good: fewer than a tenth"),
        ((920, 910), (1000, 1000), "Good: fewer than a quarter"),
        ((800, 750), (1000, 1000), "Fair: fewer than half"),
        ((600, 550), (1000, 1000), "Weak: better than"),
        ((500, 500), (1000, 1000), "As far as 2,000 images can tell, no better than"),
        ((9, 9), (10, 10), "Weak: better than"),  # 90 % of 20: so few images allow no more to be said
        ((100, 300), (1000, 1000), "Worse than"),
        ((9,), (10,), "All of these images are of one class"),
        ((930, 15), (950, 50), "no better than"),  # 94.5 %, where always answering with the first class gives 95 %
        ((900, 2), (950, 50), "Worse than"),
    ],
)
def test_the_judgement_is_one_that_the_interval_allows(correct, support, words_of_it):
    for language in languages():
        judged = grade.judgement(scores(correct, support), words(language))
        assert language != "en" or words_of_it in said.plain(judged)
        assert "{" not in judged


def test_of_things_the_judgement_says_how_many():
    found = scores((20, 20), (40, 40))
    over = replace(found, metrics={"accuracy": replace(found.metrics["accuracy"], groups=4)})
    assert said.plain(grade.judgement(over, EN)).startswith("As far as images of 4 things can tell, no better than")
    assert "По изображениям 4 объектов" in said.plain(grade.judgement(over, RU))


def test_three_pictures_a_correct_one_a_wrong_one_and_the_hardest(tmp_path):
    folder = synthetic.run(tmp_path)
    gallery = said.find(verdict.section(read(folder), EN), Gallery)
    heads = [said.plain(frame.lines[0]) for frame in gallery.framed]
    assert heads == ["Correct", "Wrong", "Hardest (least certain)"]
    predictions = folder.predictions("val")
    sure = predictions["probabilities"].max(axis=1)
    is_correct = predictions["probabilities"].argmax(1) == predictions["labels"]
    names = [said.plain(frame.lines[-1]) for frame in gallery.framed]
    place = [predictions["names"].tolist().index(name) for name in names]
    assert is_correct[place[0]] and not is_correct[place[1]]
    assert sure[place[1]] == sure[~is_correct].max()
    assert sure[place[2]] == np.delete(sure, place[:2]).min()
    (folder.path / "pictures-examples-val.npz").unlink()  # as of a run that was scored before they were kept
    old = said.find(verdict.section(read(folder), EN), Gallery)
    assert [said.plain(frame.lines[-1]) for frame in old.framed] == names[1:2]


@pytest.mark.parametrize("status", ["running", "stopped"])
def test_an_unfinished_run_says_how_far_it_has_come(tmp_path, status):
    folder = synthetic.run(tmp_path / "runs", status=status, scores={}, history=(), time=Times(), splits=())
    assert "0 of 40 epochs are done" in told(folder)
    folder.save_history(synthetic.history(12))  # killed later: the record is old, the history is not
    assert "12 of 40 epochs are done" in told(folder) and "linnaeus resume digits-1" in told(folder)


def test_a_run_without_validation(tmp_path):
    text = told(synthetic.run(tmp_path, splits=(), history=synthetic.history(5, val=False)))
    assert "no images were held out for validation" in text


def test_a_split_without_a_mistake(tmp_path):
    folder = synthetic.run(tmp_path, n=8)
    found = folder.record().scores["val"]
    assert found.weakest() is None, "the made-up run of 8 images is all right"
    assert "classifies 100.0 % of 8 validation images" in told(folder) and "Weakest" not in told(folder)


def test_the_next_command_names_no_path_and_does_not_open_the_test(tmp_path):
    folder = synthetic.run(tmp_path / "runs")
    run = read(folder)
    assert said.find(verdict.section(run, EN), Code).text == "linnaeus inspect digits-1"
    pairs = [tuple(map(said.plain, pair)) for pair in verdict.brief(run, EN).pairs]
    labels = [label for label, _ in pairs]
    assert labels == ["validation", "weakest", "next"]
    score = run.record.scores["val"].metrics["accuracy"]
    assert pairs[0][1] == f"{100 * score.value:.1f} % ({100 * score.low:.1f}–{100 * score.high:.1f}, n 270)"
    assert pairs[-1][1] == "linnaeus inspect digits-1 · linnaeus predict digits-1 FILE · linnaeus report digits-1"
    for text in (told(folder), *(text for _, text in pairs)):
        assert str(tmp_path) not in text and "--split test" not in text
    typed = verdict.brief(run, EN, "last").pairs[-1][1]
    assert "linnaeus predict last FILE" in typed
    looked = replace(run, record=replace(run.record, inspection={"val": {}}))
    assert said.find(verdict.section(looked, EN), Code).text == "linnaeus predict digits-1 FILE"


def test_records_that_lack_what_can_be_lacking(tmp_path):
    known = synthetic.run(tmp_path, name="whole").record()
    nothing = replace(known.data, source="", fingerprint="", classes=(), counts={}, per_class={})
    folder = synthetic.run(tmp_path, splits=(), data=nothing, time=Times(), history=())
    assert "There is no test split." in told(folder)
    for say in (EN, RU):
        assert "{" not in told(folder, say)


def test_a_score_no_better_than_the_most_frequent_class_is_called_that_first(tmp_path):
    run = read(synthetic.run(tmp_path))
    poor = replace(run, record=replace(run.record, scores={"val": scores((500, 500), (1000, 1000))}))
    pairs = [tuple(map(said.plain, pair)) for pair in verdict.brief(poor, EN).pairs]
    labels = [label for label, _ in pairs]
    assert labels[:2] == ["validation", ""]
    assert "no better than" in pairs[1][1]
    assert not {"weakest", "calibration"} & set(labels)
    page = said.of(verdict.section(poor, EN), EN)
    assert page.index("no better than") < page.index("The model classifies")
    assert "Weakest" not in page and "typical correct" not in page
    rng = np.random.default_rng(0)
    measured = calibrate.measure(rng.integers(0, 2, 200), rng.dirichlet((1, 1), 200), calibrate.NOTHING, split="val")
    poor = replace(poor, record=replace(poor.record, calibration={"val": measured}))
    found = said.of(calibration.section(poor, EN), EN)
    assert "its probabilities are not looked at" in found and "Brier" not in found
    evaluated = [tuple(map(said.plain, pair)) for pair in look(poor.record.scores["val"], EN, measured)[0].pairs]
    assert "no better than" in evaluated[1][1] and not {"weakest", "calibration"} & {label for label, _ in evaluated}
    assert not any("weakest class" in said.plain(one) for one in conclusions.of_run(poor, EN))
