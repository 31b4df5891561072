"""The statistics that results rest on, held against SciPy, statsmodels, scikit-learn and the definitions in the papers.

Wilson, mid-p McNemar, Tango, Newcombe, Holm, F-tests, confident learning, conformal sets on average, temperature, seeds × images, and
the scores themselves.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, special, stats
from sklearn import metrics
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import mcnemar as exact_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from linnaeus.classifier.confidence import tempered
from linnaeus.evaluation.inspection import label_errors
from linnaeus.record.scores import wilson
from linnaeus.stats import conformal, counts, multiple, paired, seeds, temperature
from linnaeus.stats.effects import Row, effects
from linnaeus.stats.score import accuracy_score, score
from linnaeus.studies.space import Factor

CELLS = [(0, 0, 44), (1, 0, 44), (5, 14, 104), (12, 9, 85), (30, 60, 200), (0, 7, 300)]  # only first, only second, n


@pytest.mark.parametrize("n", [1, 7, 38, 270, 10_000])
def test_wilson(n):
    for correct in sorted({0, 1, n // 3, n // 2, n - 1, n}):
        theirs = stats.binomtest(correct, n).proportion_ci(method="wilson")
        assert wilson(correct, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
        assert wilson(correct, n) == pytest.approx(proportion_confint(correct, n, method="wilson"), abs=1e-12)


@pytest.mark.parametrize(("only_first", "only_second", "n"), CELLS)
def test_mid_p_mcnemar(only_first, only_second, n):
    """The exact p-value less the weight of what was seen; of an even split 1."""
    both = n - only_first - only_second
    exact = exact_mcnemar([[both, only_first], [only_second, 0]], exact=True).pvalue
    seen = stats.binom.pmf(only_first, only_first + only_second, 0.5)
    wanted = exact - seen if only_first != only_second else 1.0
    assert paired.mcnemar(only_first, only_second) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize(("only_first", "only_second", "n"), CELLS)
def test_tango(only_first, only_second, n):
    """At both ends the score statistic is 1.96; the share left free is fitted numerically, not by the closed form."""
    for end in paired.tango(only_first, only_second, n):

        def loss(share, end=end):
            rest = n - only_first - only_second
            terms = (only_first, share), (only_second, share + end), (rest, 1 - 2 * share - end)
            return -sum(special.xlogy(*term) for term in terms)

        bounds = max(0.0, -end), (1 - end) / 2
        share = optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
        statistic = (only_second - only_first - n * end) / np.sqrt(n * (2 * share + end - end**2))
        assert abs(statistic) == pytest.approx(stats.norm.ppf(0.975), abs=2e-3)


@pytest.mark.parametrize(("one", "other"), [((17, 19), (19, 19)), ((5198, 10_000), (5212, 10_000)), ((0, 8), (30, 40))])
def test_newcombe(one, other):
    ours = counts.newcombe(accuracy_score(*one), accuracy_score(*other))
    assert ours == pytest.approx(confint_proportions_2indep(*other, *one, method="newcomb", compare="diff"), abs=1e-9)


def test_holm():
    for size in (1, 2, 7, 40):
        p_values = np.random.default_rng(size).beta(0.3, 2, size).tolist()
        assert multiple.holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


@pytest.mark.parametrize("count", [24, 31])
def test_f_tests(count):
    """Of two factors of levels and their product, balanced and unbalanced."""
    rng = np.random.default_rng(count)
    points = [{"net": "abc"[place % 3], "norm": "uv"[place // 3 % 2]} for place in range(count)]
    scores = [0.8 + 0.02 * (point["net"] == "b") + 0.01 * rng.normal() for point in points]
    factors = [Factor(name="net", levels=("a", "b", "c")), Factor(name="norm", levels=("u", "v"))]
    ours = effects(factors, [Row(point=point, score=one) for point, one in zip(points, scores, strict=True)])
    frame = pd.DataFrame(points).assign(score=scores)
    mains = anova_lm(ols("score ~ C(net) + C(norm)", frame).fit(), typ=2)
    both = anova_lm(ols("score ~ C(net) * C(norm)", frame).fit(), typ=2)
    theirs = [mains.loc["C(net)"], mains.loc["C(norm)"], both.loc["C(net):C(norm)"]]
    for one, row in zip((*ours.factors, *ours.interactions), theirs, strict=True):
        assert (one.df, one.f, one.p) == pytest.approx((row["df"], row["F"], row["PR(>F)"]))


def answers(n, classes, seed=0, sharp=2.0):
    """labels_N, and the probabilities_NK that they were drawn from."""
    rng = np.random.default_rng(seed)
    true_NK = special.softmax(sharp * rng.normal(size=(n, classes)), axis=1)
    labels_N = np.minimum((true_NK.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1), classes - 1)
    return labels_N, true_NK


def test_confident_learning():
    """Image by image as the paper has it (Northcutt, Jiang & Chuang 2021, equations 1 and 2)."""
    labels_N, probabilities_NK = answers(400, 5)
    wrong = np.random.default_rng(1).random(400) < 0.1
    labels_N = np.where(wrong, (labels_N + 1) % 5, labels_N)
    thresholds = [probabilities_NK[labels_N == k, k].mean() for k in range(5)]
    wanted = {}
    for image, (label, row) in enumerate(zip(labels_N, probabilities_NK, strict=True)):
        reached = [k for k in range(5) if row[k] >= thresholds[k]]
        if reached and label != row.argmax() and (best := max(reached, key=lambda k: row[k])) != label:
            wanted[image] = best
    found = label_errors.find(labels_N, probabilities_NK)
    assert dict(zip(found.rows_S.tolist(), found.suggested_S.tolist(), strict=True)) == wanted
    margins = [probabilities_NK[image, labels_N[image]] - probabilities_NK[image, wanted[image]] for image in wanted]
    order = [list(wanted)[place] for place in np.argsort(margins, kind="stable")]
    assert found.rows_S.tolist() == order and len(order) > 20


@pytest.mark.parametrize(("n", "level"), [(9, 0.9), (20, 0.8), (99, 0.9), (200, 0.95)])
def test_conformal_sets_on_average(n, level):
    """A new score lies above the k-th least of n with a probability that is beta distributed: its mean is the promise."""
    scores_N = np.random.default_rng(n).permutation(n) + 1.0
    k = int(conformal.threshold(scores_N, level))  # the score is its own rank
    cover = stats.beta(n + 1 - k, k).mean()
    assert level - 1e-12 <= cover < level + 1 / (n + 1)


class Logits(ClassifierMixin, BaseEstimator):
    """A classifier whose decisions are the numbers that it is shown."""

    def fit(self, decisions_NK, labels_N):
        self.classes_ = np.unique(labels_N)
        return self

    def decision_function(self, decisions_NK):
        return decisions_NK

    def predict(self, decisions_NK):
        return self.classes_[decisions_NK.argmax(axis=1)]


def test_temperature():
    """scikit-learn's, of the same logits: the same probabilities."""
    labels_N, true_NK = answers(600, 6)
    logits_NK = 1.8 * np.log(true_NK)
    model = FrozenEstimator(Logits().fit(logits_NK, labels_N))
    theirs = CalibratedClassifierCV(model, method="temperature").fit(logits_NK, labels_N).predict_proba(logits_NK)
    raw_NK = special.softmax(logits_NK, axis=1).astype(np.float32)
    found = temperature.fit(labels_N, raw_NK)
    assert tempered(raw_NK, found.value) == pytest.approx(theirs, abs=1e-3)
    assert found.low < 1.8 < found.high


def test_seeds_times_images():
    """The variances are the mean squares of a two-way analysis of variance, and the images' part is that of a paired t-test."""
    rng = np.random.default_rng(3)
    hard_N = rng.normal(1.2, 1.0, 120)
    arms = [
        seeds.Arm(
            name=name,
            runs=tuple(f"{name}-seed{run}" for run in range(4)),
            right_SN=(hard_N + rng.normal(0, 0.5, (4, 1)) + rng.normal(0, 1, (4, 120)) > 0).astype(float),
            train_s=None,
        )
        for name in "ab"
    ]
    between, noise = [], []
    for arm in arms:
        run, image = np.indices(arm.right_SN.shape)
        frame = pd.DataFrame({"run": run.ravel(), "image": image.ravel(), "right": arm.right_SN.ravel()})
        table = anova_lm(ols("right ~ C(run) + C(image)", frame).fit())
        squares = table["mean_sq"] / 120
        between.append(squares["C(run)"])
        noise.append(squares["Residual"])
    found = seeds.compare(*arms, "val")
    by_image = [arm.right_SN.mean(axis=0) for arm in arms]
    tested = stats.ttest_rel(by_image[1], by_image[0])
    images = (found.difference.value / tested.statistic) ** 2
    assert found.spread.images**2 == pytest.approx(images)
    apart = max(0.0, np.mean(between) - np.mean(noise)) * (1 / 4 + 1 / 4)
    assert found.spread.seeds**2 == pytest.approx(apart) and apart > 0
    reach = stats.t.ppf(0.975, found.spread.freedom) * np.sqrt(images + apart)
    assert found.difference.high - found.difference.value == pytest.approx(reach)


def test_scores():
    labels_N, probabilities_NK = answers(300, 4)
    predicted_N = probabilities_NK.argmax(axis=1)
    found = score(labels_N, probabilities_NK, "abcd", split="val")
    for average in ("macro", "weighted"):
        theirs = metrics.precision_recall_fscore_support(labels_N, predicted_N, average=average)[:3]
        ours = [found.metrics[f"{average}_{name}"].value for name in ("precision", "recall", "f1")]
        assert ours == pytest.approx(theirs)
    by_class = metrics.precision_recall_fscore_support(labels_N, predicted_N)
    for row, *theirs in zip(found.classes, *by_class, strict=True):
        assert (row.precision.value, row.recall.value, row.f1.value, row.support) == pytest.approx(tuple(theirs))
        union = int(((labels_N == ord(row.name) - 97) | (predicted_N == ord(row.name) - 97)).sum())
        ends = np.array(proportion_confint(row.correct, union, method="wilson"))
        assert (row.f1.low, row.f1.high) == pytest.approx(tuple(2 * ends / (1 + ends)))
    assert found.metrics["log_loss"].value == pytest.approx(metrics.log_loss(labels_N, probabilities_NK))
    assert found.metrics["accuracy"].value == metrics.accuracy_score(labels_N, predicted_N)
