"""A study: its best point with its interval, effects that are established and those that are not, how it went, what it cost."""

from dataclasses import replace

import pytest

from linnaeus.events import note
from linnaeus.record import codec
from linnaeus.reporting.blocks import Code, Figure, Paragraph, Table
from linnaeus.reporting.content import notes, study
from linnaeus.reporting.figures.style import PRINT
from linnaeus.reporting.words import languages, words
from linnaeus.studies.estimate import StudyPlan
from linnaeus.studies.results import StudyResult
from tests.reporting import said

EN = words("en")


def cell(number, lr, activation, mean, **changes):
    low, high = (None, None) if mean is None else (mean - 0.01, mean + 0.01)
    return {
        "number": number, "point": {"optimizer.lr": lr, "activation": activation}, "state": "finished", "mean": mean, "low": low,
        "high": high, "of": "seeds", "n": 500, "values": [mean, mean], "seeds": [0, 1], "runs": ["x"], "epochs": 5,
        "scores": {}, "train_s": 10.0 + number, "parameters": 1000 * (number + 1), "macs": 10, "reason": "", "p_best": None,
    } | changes  # fmt: skip


CELLS = [
    cell(0, 0.1, "relu", 0.91),
    cell(1, 0.3, "relu", 0.93),
    cell(2, 0.1, "tanh", 0.85, of="images", values=[0.85]),
    cell(3, 0.3, "tanh", None, state="stopped", values=[], epochs=2, scores={"1": 0.5, "2": 0.6}, train_s=None,
         parameters=None),
    cell(4, 0.3, "elu", None, state="failed", values=[], epochs=0, reason="/home/ann/x.png is damaged", train_s=None),
]  # fmt: skip
FACTOR = {"kind": "levels", "df": 1, "f": 9.0, "p": 0.0005, "p_holm": 0.0005, "share": 0.6,
          "levels": [{"level": "relu", "mean": 0.92, "low": 0.91, "high": 0.93, "n": 2}],
          "difference": {"worst": "tanh", "best": "relu", "value": 0.06, "low": 0.04, "high": 0.08}}  # fmt: skip
EFFECTS = {
    "at": 2, "n": 12, "error_df": 8, "error_sd": 0.011,
    "factors": [
        {**FACTOR, "name": "optimizer.lr", "p_holm": 0.4, "share": 0.1, "levels": [],
         "difference": {"worst": 0.1, "best": 0.3, "value": 0.01, "low": -0.01, "high": 0.03}},
        {**FACTOR, "name": "activation"},
    ],
    "interactions": [{"names": ["optimizer.lr", "activation"], "df": 1, "f": 1.0, "p": 0.3, "p_holm": 0.3, "share": 0.05}],
    "importances": {"activation": 0.8, "optimizer.lr": 0.2},
}  # fmt: skip
RESULT = {
    "format": 1, "name": "activations", "status": "stopped", "metric": "accuracy", "sampler": "grid", "stop": "halving(first=1)",
    "factors": {"optimizer.lr": [0.1, 0.3], "activation": ["relu", "tanh", "elu"]},
    "counts": {"finished": 5, "stopped": 1, "failed": 1, "waiting": 0}, "cells": CELLS, "best": 1, "effects": EFFECTS,
    "fronts": {"train_s": [0, 1], "parameters": [0, 1]}, "like_best": [0],
    "predicted": {"low_s": 60, "middle_s": 90, "high_s": 130, "jobs": 2, "trials": 10, "epochs": 50, "measured": 3,
                  "precision": "fp32"},
    "spent_s": 95.0, "jobs": 2,
}  # fmt: skip


def made(**changes):
    plain = {key: value for key, value in (RESULT | changes).items() if key not in ("format", "like_best")}
    return codec.from_plain(StudyResult, plain)


STUDY = made()
ABOUT = {"factors": {"lr": "log(0.01, 1)", "depth": [8, 20]}, "points": 6}


def planned(*points):
    return StudyPlan(about=ABOUT, predicted=STUDY.predicted, points=points)


@pytest.mark.parametrize(
    ("things", "repeats", "told"),
    [
        (None, 1, "With 252 validation images, a difference of 5.6 points or more"),
        (None, 2, "With 252 validation images and 2 seeds a point, a difference of 5.6 points or more"),
        (18, 1, "With 252 validation images of 18 things, a difference of"),
    ],
)
def test_before_it_begins_a_study_says_which_difference_it_can_tell(things, repeats, told):
    about = ABOUT | {"metric": "accuracy", "repeats": repeats}
    predicted = replace(STUDY.predicted, images=252, things=things)
    found = StudyPlan(about=about, predicted=predicted, points=())
    text = said.of(study.plan(found, EN), EN)
    assert told in text
    begun = note(
        "study-tells", images=252, things=things, repeats=repeats
    )  # what the study itself says, when it is begun
    assert notes.line(begun, EN) in text
    assert ("nothing tells how far another seed" in text) == (repeats == 1)
    assert "differ on 43.6 % of the images" in text if things else "differ on 10.0 % of the images" in text
    assert "tells apart" not in said.of(study.plan(replace(found, about=about | {"metric": "macro_f1"}), EN), EN)


def test_the_answer_comes_first_and_is_not_naked():
    document = study.document(STUDY, EN, recipe="data = \"folder('/home/ann/photos')\"\n")
    lead = "Best: optimizer.lr = 0.3, activation = relu. Validation accuracy 93.0 % (92.0–94.0), over 2 seeds."
    assert said.plain(document.lead) == lead and said.plain(document.title) == "Study activations"
    keys = [section.key for section in document.sections]
    assert keys == ["points", "effects", "slices", "fronts", "trials", "recommended"]
    recommended = said.find(document.sections[-1], Code)
    assert recommended.text == "data = \"folder('photos')\"\n"
    assert "optimistic" in said.of(document.sections[-1], EN)


def test_all_points_the_best_first_and_those_that_cannot_be_told_apart():
    points = study.sections(STUDY, EN)[0]
    assert said.plain(said.find(points, Paragraph).text) == "1 other point cannot be told apart from the best one: 0."
    rows = said.rows(said.find(points, Table), EN)
    assert rows[0] == ["1", "93.0 % (92.0–94.0)", "0.3", "relu", "2", "5", "2,000", "11.0 s"]
    assert rows[2][:2] == ["2", "85.0 % (84.0–86.0, n 500)"]
    assert rows[3] == ["3 stopped early", "60.0 % when it was stopped", "0.3", "tanh", "–", "2", "–", "–"]
    assert rows[4][0] == "4 failed"
    alone = study.sections(made(cells=[{**CELLS[0], "p_best": 0.001}, *CELLS[1:]]), EN)[0]
    assert "All other points are worse" in said.of(alone, EN)


def test_an_effect_is_called_one_only_where_it_is_established():
    effects = study.sections(STUDY, EN)[1]
    text = said.of(effects, EN)
    assert "activation mattered: relu is 6.0 points above tanh (95 % interval +4.0 … +8.0; p < 0.001)." in text
    assert "optimizer.lr: no difference is established; 0.3 was 1.0 points above 0.1" in text
    table, pairs = (said.rows(said.find(effects, Table, place), EN) for place in (0, 1))
    assert table[0] == ["activation", "tanh → relu +6.0", "+4.0 … +8.0", "< 0.001"]
    assert pairs == [["optimizer.lr × activation", "0.30"]]
    assert (
        "(fANOVA), which also sees curvature and steps: activation, optimizer.lr, the most" in text
        and "12 trials" in text
        and "1.1 points" in text
    )
    assert "All scores are those after 2 epochs" in text
    few = study.sections(made(effects=None), EN)[1]
    assert "too few trials" in said.of(few, EN)


def test_slices_and_costs_are_drawn_and_told():
    _, _, slices, fronts, *_ = study.sections(STUDY, EN)
    texts = [said.plain(said.find(section, Figure, place).alt) for section in (slices, fronts) for place in (0, 1)]
    assert texts[0] == "optimizer.lr: 0.1 91.0 %; 0.3 93.0 %"
    assert texts[2] == "10.0 s → 91.0 %; 11.0 s → 93.0 %" and texts[3] == "1,000 → 91.0 %; 2,000 → 93.0 %"
    for section in (slices, fronts):
        for place in (0, 1):
            assert said.find(section, Figure, place).draw(PRINT).axes
    bare = made(cells=CELLS[:1], fronts={"train_s": []})
    assert [section.key for section in study.sections(bare, EN)] == ["points", "effects", "trials"]


def test_how_it_went():
    text = said.of(study.sections(STUDY, EN)[4], EN)
    assert "Trials: 5 finished, 1 stopped early, 1 failed." in text and "with up to 2 at once" in text
    assert "Predicted beforehand from a few steps of 3 trials: 90.0 s (60.0 s to 2 min 10 s)." in text
    assert "halving(first=1)" in text and "the same command continues it" in text
    assert "Point 4 failed: x.png is damaged" in text and "--retry" in text
    done = said.of(study.sections(made(status="finished", cells=CELLS[:3]), EN)[4], EN)
    assert "--retry" not in done and "same command" not in done


def test_a_study_without_a_finished_point():
    nothing = made(best=None, cells=CELLS[3:], fronts={}, effects=None)
    assert said.plain(study.lead(nothing, EN)) == "No point has finished yet."
    assert "chosen by" not in said.of(study.sections(nothing, EN)[-1], EN)


def test_a_metric_that_is_no_share_is_not_told_in_per_cent():
    result = made(metric="log_loss")
    assert "0.930 (0.920–0.940)" in said.plain(study.lead(result, EN))
    assert said.rows(said.find(study.sections(result, EN)[0], Table), EN)[0][1] == "0.930 (0.920–0.940)"


def test_within_another_report():
    first, second, *_ = study.brief(STUDY, EN)
    assert said.plain(first.text) == "Study activations" and "93.0 %" in said.plain(second.text)


def test_what_would_be_trained():
    points = [{"lr": 0.1, "depth": 8}, {"lr": 0.2, "depth": 20}]
    text = said.of(study.plan(planned(*points), EN), EN)
    assert "lr: log(0.01, 1)" in text and "depth: 8 · 20" in text and "1 | 0.2 | 20" in text and "4 more points" in text
    assert "10 of 6 points, 50 epochs in total" in text and "0.05 worker hours" in text
    assert "90.0 s (60.0 s–2 min 10 s) with 2 at once, from a few steps of 3 trials" in text


@pytest.mark.parametrize("language", languages())
def test_every_language_says_it(language):
    say = words(language)
    for section in (*study.sections(STUDY, say), study.plan(planned(), say)):
        assert "{" not in said.of(section, say)
