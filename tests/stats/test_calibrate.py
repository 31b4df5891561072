"""What is fitted on validation images and measured on any: by planted truths."""

import json
from itertools import pairwise

import numpy as np
import pytest

from linnaeus.classifier.confidence import tempered
from linnaeus.record import codec
from linnaeus.record.calibration import Calibration
from linnaeus.record.scores import Reason
from linnaeus.stats import calibrate, conformal, groups, reliability, selective, temperature
from linnaeus.stats.score import mean_scores, score
from tests.reporting import said
from tests.stats.test_coverage import logits, too_sure


@pytest.fixture(scope="module")
def images():
    labels_N, true_NK = logits(np.random.default_rng(3), 3000)
    return labels_N, too_sure(true_NK, 1.5)


@pytest.mark.parametrize("each", [1, 5])
def test_a_split_has_one_log_loss(each):
    """With its interval: also where one image of them is wrong and as good as certain of it, or two."""
    labels_N, raw_NK = np.arange(200) % 2, np.full((200, 2), [0.9, 0.1], np.float32)
    raw_NK[labels_N == 1] = raw_NK[0, ::-1]
    shown = groups.things([str(image // each) for image in range(200)])
    for wrong in (1, 2):
        raw_NK[:wrong] = [[3e-10, 1], [1, 3e-10]][:wrong]
        there = score(labels_N, raw_NK, "ab", split="val", metrics=["log_loss"], shown=shown).metrics["log_loss"]
        here = calibrate.measure(labels_N, raw_NK, calibrate.NOTHING, split="val", shown=shown).raw.log_loss
        assert here == there and here.value > 0.1 + wrong * 0.1


def test_a_planted_temperature_is_found_and_mends_the_probabilities(images):
    labels_N, raw_NK = images
    fitted = calibrate.fit(labels_N[:1500], raw_NK[:1500])
    assert fitted.temperature.low < 1.5 < fitted.temperature.high
    found = calibrate.measure(labels_N[1500:], raw_NK[1500:], fitted, split="test")
    assert found.raw.ece.low > 0.08
    assert found.tempered.ece.low == 0  # no error can be told any more
    assert found.tempered.ece.high < found.raw.ece.low
    assert found.tempered.log_loss.value < found.raw.log_loss.value
    assert found.tempered.brier.value < found.raw.brier.value
    for row in found.sets:
        assert row.cover.low - 0.01 <= row.level <= row.cover.high + 0.01
        assert row.size.value == pytest.approx(sum(k * count for k, count in enumerate(row.sizes)) / 1500)
        assert sum(score.value * score.n for score in row.by_class) == pytest.approx(row.cover.value * 1500)
        assert all(score.low <= score.value <= score.high for score in row.by_class)
    assert found.unknown.kept.low < 0.95 < found.unknown.kept.high + 0.01
    assert found.unknown.accuracy.value > found.risk[-1].accuracy.value
    assert not found.fitted_here


def test_where_it_was_fitted_each_image_is_judged_by_the_others(images):
    """In the sample a threshold keeps exactly what it was set to keep; and a temperature is best there."""
    labels_N, raw_NK = images[0][:120], images[1][:120]
    fitted = calibrate.fit(labels_N, raw_NK)
    inside = calibrate.measure(labels_N, raw_NK, fitted, split="val")
    crossed = calibrate.measure(labels_N, raw_NK, fitted, split="val", fitted_here=True)
    assert crossed.raw == inside.raw
    assert crossed.tempered.log_loss.value > inside.tempered.log_loss.value
    assert crossed.temperature == inside.temperature == fitted.temperature
    assert crossed.fitted_here
    assert "cross-fitted" in said.told(crossed)


def test_crossed_figures_agree_with_new_images(images):
    labels_N, raw_NK = images
    fitted = calibrate.fit(labels_N[:600], raw_NK[:600])
    crossed = calibrate.measure(labels_N[:600], raw_NK[:600], fitted, split="val", fitted_here=True)
    new = calibrate.measure(labels_N[600:], raw_NK[600:], fitted, split="test")
    assert crossed.tempered.log_loss.low < new.tempered.log_loss.value < crossed.tempered.log_loss.high
    for here, there in zip(crossed.sets, new.sets, strict=True):
        assert here.cover.low - 0.02 < there.cover.value < here.cover.high + 0.02


def test_equal_images_give_equal_findings(images):
    labels_N, raw_NK = images[0][:300], images[1][:300]
    one, other = (
        calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split="val", fitted_here=True)
        for _ in range(2)
    )
    assert one == other


def test_the_record_holds_all_of_it(images):
    labels_N, raw_NK = images[0][:300], images[1][:300]
    found = calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split="val", fitted_here=True)
    plain = json.loads(json.dumps(codec.to_plain(found), allow_nan=False))
    assert codec.from_plain(Calibration, plain) == found
    again = calibrate.again(calibrate.fit(labels_N, raw_NK).certainty, {"val": found})
    assert again == calibrate.fit(labels_N, raw_NK)


def test_too_few_images_or_mistakes_are_said(images):
    labels_N, raw_NK = images
    assert calibrate.fit(labels_N[:19], raw_NK[:19]) is calibrate.NOTHING
    assert calibrate.measure(labels_N[:19], raw_NK[:19], calibrate.NOTHING, split="val") is None
    few = calibrate.fit(labels_N[:50], raw_NK[:50])
    assert few.temperature is None
    assert few.reason == Reason(kind="few_images", values={"n": 50, "least": 100})
    assert set(few.certainty.set_from) == {0.8, 0.9, 0.95}  # 99 % would need 99 images
    measured = calibrate.measure(labels_N[:50], raw_NK[:50], few, split="val", fitted_here=True)
    assert measured.tempered is None
    assert "No temperature was fitted: 50 validation images are too few, at least 100" in said.told(measured)
    right_N = raw_NK.argmax(1)
    assert calibrate.fit(right_N, raw_NK).reason.kind == "few_mistakes"
    assert calibrate.again(None, {}) is calibrate.NOTHING


@pytest.mark.parametrize("right", [True, False])
def test_all_right_and_all_wrong(images, right):
    raw_NK = images[1][:100]
    labels_N = raw_NK.argmax(1) if right else raw_NK.argmin(1)
    found = calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split="val", fitted_here=True)
    assert found.risk[-1].accuracy.value == right
    assert found.aurc.low < found.aurc.high
    assert json.dumps(codec.to_plain(found), allow_nan=False)
    if not right:
        assert found.unknown is None  # nothing right to keep


def test_answers_without_any_doubt():
    """As of a nearest neighbour: one class has all. One bin, and a temperature that is no number from nowhere."""
    labels_N = np.arange(200) % 4
    raw_NK = np.eye(4, dtype=np.float32)[np.where(np.arange(200) % 10 == 0, 0, labels_N)]
    found = calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split="val", fitted_here=True)
    assert len(found.raw.bins) == 1
    assert found.raw.ece.value == pytest.approx((raw_NK.argmax(1) != labels_N).mean())
    assert json.dumps(codec.to_plain(found), allow_nan=False)


def test_bins_are_of_equal_mass_and_hold_every_image(images):
    labels_N, raw_NK = images
    _, bins = reliability.ece(raw_NK.argmax(1) == labels_N, raw_NK.max(1))
    assert len(bins) == reliability.BINS
    assert sum(row.count for row in bins) == 3000
    assert max(row.count for row in bins) <= 202
    assert all(row.lower <= row.confidence <= row.upper for row in bins)
    assert all(one.upper <= other.lower for one, other in pairwise(bins))
    assert len(reliability.ece(np.ones(35, bool), np.linspace(0.5, 1, 35))[1]) == 3  # ten images in each at the least


def test_ece_by_hand():
    """Two bins of 10: confidence 0.6 with 5 right, and 0.9 with 10 right."""
    right_N = np.array([True] * 5 + [False] * 5 + [True] * 10)
    found, bins = reliability.ece(right_N, np.repeat([0.6, 0.9], 10))
    assert found.value == pytest.approx((0.1 + 0.1) / 2)
    assert [row.accuracy.value for row in bins] == [0.5, 1.0]
    assert found.low <= found.value <= found.high


def test_losses_by_hand():
    found = reliability.losses(np.array([0, 1]), np.array([[0.8, 0.2], [0.6, 0.4]], np.float32))
    assert found["log_loss"] == pytest.approx(-np.log([0.8, 0.4]), abs=1e-6)
    assert found["brier"] == pytest.approx([2 * 0.2**2, 2 * 0.6**2], abs=1e-6)


def test_the_curve_and_its_area_by_hand():
    right_N, confidence_N = np.array([True, True, False, True]), np.array([0.9, 0.8, 0.7, 0.6])
    assert selective.area(right_N, confidence_N).value == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)
    points = selective.curve(right_N, confidence_N)
    assert [point.accuracy.value for point in points if point.coverage in (0.5, 0.75, 1.0)] == [1, 2 / 3, 0.75]
    assert points[-1].threshold == 0.6


def test_thresholds_by_hand():
    scores_N = np.arange(1, 100) / 100
    assert conformal.threshold(scores_N, 0.9) == 0.1  # the tenth of 99
    assert conformal.threshold(scores_N, 0.99) == 0.01
    assert conformal.threshold(scores_N[:98], 0.99) is None
    assert conformal.threshold(np.empty(0), 0.9) is None


def test_what_is_called_unknown_by_hand():
    right_N, unknown_N = np.array([True, True, False, False]), np.array([False, True, True, False])
    found = selective.unknown(right_N, unknown_N, 0.5)
    assert (found.accepted.value, found.kept.value, found.accuracy.value, found.refused.value) == (0.5, 0.5, 0.5, 0.5)
    assert selective.unknown(right_N, np.ones(4, bool), 0.5).accuracy is None


def test_the_least_loss_is_at_the_temperature(images):
    labels_N, raw_NK = images
    best = temperature.fit(labels_N, raw_NK).value

    def loss(factor):
        return reliability.losses(labels_N, tempered(raw_NK, best * factor))["log_loss"].mean()

    assert loss(1) < min(loss(0.97), loss(1.03))


def filmed(seed, things, each=12, likeness=0.8):
    """labels_N, raw_NK and things of images of which those of one thing are right or wrong together."""
    rng = np.random.default_rng(seed)
    of_N = np.repeat(np.arange(things), each)
    label_G = rng.integers(5, size=things)
    noise_NK = np.sqrt(likeness) * rng.normal(size=(things, 5))[of_N] + np.sqrt(1 - likeness) * rng.normal(
        size=(len(of_N), 5)
    )
    noise_NK[np.arange(len(of_N)), label_G[of_N]] += 1.6
    raw_NK = np.exp(3 * noise_NK)
    return label_G[of_N], (raw_NK / raw_NK.sum(1, keepdims=True)).astype(np.float32), groups.things([*map(str, of_N)])


def test_things_are_counted_wherever_images_are():
    labels_N, raw_NK, shown = filmed(0, 40)
    fitted, alone = calibrate.fit(labels_N, raw_NK, shown), calibrate.fit(labels_N, raw_NK)
    assert fitted.temperature.value == alone.temperature.value and fitted.temperature.groups == 40
    over, single = (
        calibrate.measure(labels_N, raw_NK, one, split="val", fitted_here=True, shown=things)
        for one, things in ((fitted, shown), (alone, None))
    )
    assert (over.groups, single.groups) == (40, None)

    def widths(one):
        pairs = (one.temperature, one.raw.ece, one.raw.log_loss, one.aurc, one.sets[0].cover, one.unknown.accepted)
        return [score.high - score.low for score in pairs]

    assert all(wide > 1.3 * narrow for wide, narrow in zip(widths(over), widths(single), strict=True))
    assert len(over.raw.bins) < len(single.raw.bins) and over.sets[0].cover.groups == 40
    assert [point.accuracy.groups for point in over.risk][-1] == 40


def test_a_threshold_gives_each_thing_one_weight():
    """By hand: four things of which one has many images; images that each show their own thing are images."""
    scores_N = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
    shown = groups.things(["a", "a", "a", "a", "a", "b", "c", "d"])
    # five places for four things and the next; at 60 % room for two: the next one's, and one of a's whole weight below
    assert conformal.threshold(scores_N, 0.6, shown) == 0.6
    assert conformal.threshold(scores_N, 0.8, shown) == 0.1
    assert conformal.threshold(scores_N, 0.9, shown) is None
    own = groups.Things(of_N=np.arange(8), sizes_G=np.ones(8))
    for level in (0.3, 0.5, 0.7, 0.85):
        assert conformal.threshold(scores_N, level, own) == conformal.threshold(scores_N, level)


def test_no_thing_is_judged_by_its_own_images():
    labels_N, raw_NK, shown = filmed(1, 30)
    fold_N = calibrate._folds(labels_N, raw_NK.argmax(1) == labels_N, shown)
    assert all(len(np.unique(fold_N[shown.of_N == thing])) == 1 for thing in range(30))
    assert np.bincount(fold_N).tolist() == [72] * 5


def test_mistakes_on_few_things_tell_no_temperature():
    labels_N, raw_NK, shown = filmed(2, 20)
    raw_NK[:] = np.eye(5, dtype=np.float32)[labels_N + (shown.of_N < 3) - 5 * ((shown.of_N < 3) & (labels_N == 4))]
    reason = calibrate.fit(labels_N, raw_NK, shown).reason
    assert reason.kind == "few_things" and reason.values == {"mistaken": 3, "n": 240, "things": 20, "least": 5}
    one = groups.things(["same"] * 240)
    alone = calibrate.fit(labels_N, raw_NK, one)
    assert alone.certainty.set_from == {} and alone.certainty.unknown_below is None
    assert calibrate.measure(labels_N, raw_NK, alone, split="val", fitted_here=True, shown=one).sets == ()


@pytest.mark.parametrize("things", [20, 60])
def test_what_is_promised_holds_for_images_of_other_things(things):
    """300 sets: thresholds by images alone promise 90 % and keep less; those by things keep it."""
    kept = {True: [], False: []}
    for seed in range(300):
        labels_N, raw_NK, shown = filmed([things, seed], things + 40)
        here_N = shown.of_N < things
        true_N = raw_NK[np.arange(len(labels_N)), labels_N]
        for by_things in kept:
            of = groups.among(shown, here_N) if by_things else None
            kept[by_things].append((true_N[~here_N] >= conformal.threshold(true_N[here_N], 0.9, of)).mean())
    assert 0.89 <= np.mean(kept[True]) <= 0.96
    assert np.mean(kept[False]) < np.mean(kept[True])


def held_over_things(things, sets):
    """Share of simulated sets whose intervals hold the best temperature, the log loss, the area under risk and coverage, and the
    calibration error of the same bins."""
    labels_N, raw_NK, _ = filmed(99, 20_000)
    right_N = raw_NK.argmax(1) == labels_N
    order = np.argsort(-raw_NK.max(1))
    truth = {
        "temperature": temperature.fit(labels_N, raw_NK).value,
        "log_loss": reliability.losses(labels_N, raw_NK)["log_loss"].mean(),
        "aurc": ((~right_N[order]).cumsum() / np.arange(1, len(order) + 1)).mean(),
    }
    all_right_N, all_confidence_N = right_N, raw_NK.max(1)
    held = dict.fromkeys([*truth, "ece"], 0)
    for seed in range(sets):
        labels_N, raw_NK, shown = filmed([1, things, seed], things)
        right_N = raw_NK.argmax(1) == labels_N
        losses = reliability.losses(labels_N, raw_NK)
        found = {
            "temperature": temperature.fit(labels_N, raw_NK, shown),
            "log_loss": mean_scores(losses, shown)["log_loss"],
            "aurc": selective.area(right_N, raw_NK.max(1), shown),
        }
        error, bins = reliability.ece(right_N, raw_NK.max(1), shown)
        bin_N = np.searchsorted([row.lower for row in bins[1:]], all_confidence_N, side="right")
        gap_B = np.bincount(bin_N, all_right_N - all_confidence_N, len(bins)) / np.bincount(bin_N, minlength=len(bins))
        truth["ece"] = float(np.abs(gap_B) @ [row.count for row in bins]) / len(right_N)
        for name, one in (found | {"ece": error}).items():
            held[name] += one.low - 1e-12 <= truth[name] <= one.high + 1e-12
    return {name: count / sets for name, count in held.items()}


def test_intervals_over_things_hold_the_truth(monkeypatch):
    monkeypatch.setattr(reliability, "DRAWS", 200)
    for name, share in held_over_things(60, 60).items():
        assert share >= 0.88, name  # 60 sets tell ±6 points


@pytest.mark.slow
@pytest.mark.parametrize("things", [18, 30, 60, 200])
def test_intervals_over_things_hold_the_truth_at_length(things):
    held = held_over_things(things, 600)
    print(things, held)
    for name, share in held.items():
        assert 0.92 <= share <= 0.985, name
