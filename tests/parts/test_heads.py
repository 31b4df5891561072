"""Heads: the contract for each on the shelf, and scikit-learn's answers for those that it has too."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from threadpoolctl import threadpool_info

from linnaeus.errors import LinnaeusError
from linnaeus.parts.heads._scale import log_loss
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import LINEAR
from linnaeus.recipe.spec import Spec, parse
from linnaeus.testing import check_head

FITTED = [name for name in catalog.names("heads") if catalog.build("heads", Spec(name)) is not None]


@pytest.mark.parametrize("name", FITTED)
def test_contract(name: str) -> None:
    check_head(name)


@pytest.mark.parametrize(
    "call", ["knn(k=3)", "knn(temperature=0.001)", "logistic(strengths=[0.01])", "ridge(strengths=[1.0])"]
)
def test_contract_with_options(call: str) -> None:
    check_head(call)


def test_the_linear_one_alone_is_trained_by_the_recipe() -> None:
    assert set(catalog.names("heads")) - set(FITTED) == {LINEAR.name}


def loud_from_afar(head, inputs, logits_NK):
    far_N1 = inputs[0].norm(dim=1, keepdim=True) > 100
    return torch.cat([logits_NK[:, :5], logits_NK[:, 5:] + 1e9 * far_N1], 1)


class Stubborn:
    """A head that breaks one promise at a time."""

    def __init__(self, fault: str, inner: Any) -> None:
        self.fault, self.inner, self.chosen = fault, inner, {}

    def fit(self, features_ND, labels_N, weights_N, num_classes, val):
        weights_N = 2 - weights_N if self.fault == "answered less often" else weights_N
        head = self.inner.fit(features_ND, labels_N, weights_N, num_classes, val)
        with torch.no_grad():
            if self.fault == "classified correctly":
                head.weight.copy_(head.weight.roll(1, 0))
            if self.fault == "no image shows":
                head.register_forward_hook(loud_from_afar)
            if self.fault == "another head":
                head.bias += 1e-3 * torch.rand(())
            if self.fault == "no probability":
                head.weight *= 1e-3
                head.bias[:5] *= 1e-3
        return head

    def empty(self, state):
        head = self.inner.empty(state)
        if self.fault == "after it was saved":
            head.register_forward_hook(lambda *args: args[-1] + 1)
        return head


@pytest.mark.parametrize(
    "fault",
    [
        "classified correctly",
        "no image shows",
        "another head",
        "no probability",
        "answered less often",
        "after it was saved",
    ],
)
def test_the_contract_sees_each_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    built = catalog.build
    monkeypatch.setattr(catalog, "build", lambda *args, **options: Stubborn(fault, built(*args, **options)))
    with pytest.raises(AssertionError, match=fault):
        check_head("logistic")


# Against scikit-learn


def problem(classes: int = 4, each: int = 40, seed: int = 0, spread: float = 1.3):
    """Classes of unequal size that overlap: (features, labels) to fit, and features to answer."""
    draws = np.random.default_rng(seed)
    labels = np.concatenate([np.full(each * (label + 1) // 2, label) for label in range(classes)])
    centres = draws.normal(size=(classes, 6)) * 2

    def around(labels):
        return (centres[labels] + spread * draws.normal(size=(len(labels), 6)) + 1).astype(np.float32)

    features = around(labels)
    asked = around(np.arange(300) % classes)
    return features, labels, asked


def fitted(call: str, features, labels, weights=None, classes: int = 4, val=None):
    head = catalog.build("heads", parse(call))
    return head.fit(features, labels, np.ones(len(labels)) if weights is None else weights, classes, val)


def answers(head, asked) -> np.ndarray:
    with torch.no_grad():
        return head.eval()(torch.from_numpy(asked)).softmax(1).numpy()


def uneven(labels) -> np.ndarray:
    weights = np.array([4.0, 2.0, 1.0, 0.5])[labels]
    return weights / weights.mean()


@pytest.mark.parametrize("weighted", [False, True])
def test_ridge_is_that_of_scikit_learn(weighted: bool) -> None:
    features, labels, asked = problem()
    weights = uneven(labels) if weighted else np.ones(len(labels))
    shares = weights / weights.sum()
    centred = features - shares @ features
    variance = float((shares @ centred**2).mean())
    reference = RidgeClassifier(alpha=0.5 * variance * weights.sum()).fit(features, labels, sample_weight=weights)
    found = answers(fitted("ridge(strengths=[0.5])", features, labels, weights), asked)
    assert (found.argmax(1) == reference.predict(asked)).all()
    scores = reference.decision_function(asked)  # targets −1 and 1, in place of 0 and 1
    ours = np.log(found)
    ours -= ours.mean(1, keepdims=True)
    scores -= scores.mean(1, keepdims=True)
    factor = np.median(ours / scores)  # one makes probabilities of them
    assert ours == pytest.approx(factor * scores, abs=1e-3)


@pytest.mark.parametrize("shrink", [0.0, 100.0])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("classes", [2, 4])
def test_logistic_is_that_of_scikit_learn(classes: int, weighted: bool, shrink: float) -> None:
    features, labels, asked = problem(classes)
    weights = uneven(labels) if weighted else np.ones(len(labels))
    mean, variance = features.mean(0), features.var(0)
    std = np.sqrt((len(labels) * variance + shrink * variance.mean()) / (len(labels) + shrink))
    reference = LogisticRegression(C=1 / (0.01 * len(labels)), max_iter=1000, tol=1e-6)
    reference.fit((features - mean) / std, labels, sample_weight=weights)
    call = f"logistic(strengths=[0.01], shrink={shrink})"
    found = answers(fitted(call, features, labels, weights, classes), asked)
    assert np.abs(found - reference.predict_proba((asked - mean) / std)).max() < 5e-3


def test_class_mean_is_the_nearest_centroid_of_scikit_learn() -> None:
    features, labels, asked = problem()
    reference = NearestCentroid().fit(features, labels)
    found = answers(fitted("class_mean", features, labels), asked)
    assert (found.argmax(1) == reference.predict(asked)).all()


@pytest.mark.parametrize("k", [1, 5, 20])
def test_knn_is_that_of_scikit_learn(k: int) -> None:
    features, labels, asked = problem()
    reference = KNeighborsClassifier(
        n_neighbors=k, metric="cosine", weights=lambda distance: np.exp(-distance / 0.07), algorithm="brute"
    ).fit(features, labels)
    found = answers(fitted(f"knn(k={k})", features, labels), asked)
    assert np.abs(found - reference.predict_proba(asked)).max() < 1e-3


@pytest.mark.parametrize("call", ["logistic(strengths=[0.01])", "ridge(strengths=[0.1])"])
def test_an_image_that_counts_twice_is_two_images(call: str) -> None:
    features, labels, asked = problem()
    twice = np.where(labels == 0, 2, 1)
    repeated = np.repeat(np.arange(len(labels)), twice)
    val = (asked, np.arange(300) % 4)
    once = fitted(call, features, labels, twice / twice.mean(), val=val)
    again = fitted(call, features[repeated], labels[repeated], val=val)
    # Logistic regression standardises without weights, so its penalty is not quite the same.
    assert np.abs(answers(once, asked) - answers(again, asked)).max() < 0.05


# What a head chooses, and what it refuses


def test_the_strength_is_chosen_on_validation() -> None:
    """Few images and many useless features want a strong penalty. Without validation images a logistic head is cross-validated,
    and comes to a penalty as strong; ridge regression takes the middle one."""
    draws = np.random.default_rng(0)

    def images(count: int):
        labels = np.arange(count) % 2
        features = draws.normal(size=(count, 60)).astype(np.float32)
        features[:, 0] += 1.5 * labels
        return features, labels

    features, labels = images(60)
    for name in ("logistic", "ridge"):
        head = catalog.build("heads", parse(name))
        head.fit(features, labels, np.ones(60), 2, images(400))
        chosen = head.chosen["strength"]
        head.fit(features, labels, np.ones(60), 2, None)
        strengths = sorted(head.strengths)
        if name == "ridge":
            assert head.chosen["strength"] in strengths[len(strengths) // 2 - 1 : len(strengths) // 2 + 1]
            assert chosen >= head.chosen["strength"]
        else:
            assert min(chosen, head.chosen["strength"]) >= 0.1


def test_the_small_products_of_a_logistic_fit_stay_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that wait for each other took a hundred times as long on two busy cores."""
    seen = []

    def fit(self: LogisticRegression, *given: Any, **named: Any) -> LogisticRegression:
        seen.append({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})
        return fitted(self, *given, **named)

    fitted = LogisticRegression.fit
    monkeypatch.setattr(LogisticRegression, "fit", fit)
    features, labels, _ = problem()
    catalog.build("heads", parse("logistic(strengths=[0.1])")).fit(features, labels, np.ones(len(labels)), 4, None)
    assert seen
    assert all(threads == {1} for threads in seen)


def test_a_class_of_one_image_is_always_trained() -> None:
    features, labels, _ = problem()
    keep = np.concatenate([np.flatnonzero(labels == 0)[:1], np.flatnonzero(labels != 0)])
    head = catalog.build("heads", parse("logistic"))
    head.fit(features[keep], labels[keep], np.ones(len(keep)), 4, None)
    assert np.isnan(head.held_NK[0]).all()
    assert np.isfinite(head.held_NK[1:]).all()


def test_few_images_are_cross_validated_although_there_are_validation_images() -> None:
    """Its held-out logits are probabilities fit for use, and tell as well as new images how good the head is."""
    features, labels, asked = problem()
    head = catalog.build("heads", parse("logistic"))
    head.fit(features, labels, np.ones(len(labels)), 4, (asked[:20], np.arange(20) % 4))
    held = head.held_NK
    assert (
        abs(float((held.argmax(1) == labels).mean()) - float((answers_of(head, features, labels, asked)).mean())) < 0.1
    )
    assert log_loss(held, labels) == pytest.approx(
        min(log_loss(held * factor, labels) for factor in (0.8, 0.9, 1.0, 1.1, 1.25))
    )
    head.fit(features, labels, np.ones(len(labels)), 4, (asked, np.arange(300) % 4))
    assert head.chosen["strength"] in head.strengths


def answers_of(head, features, labels, asked) -> np.ndarray:
    module = head.fit(features, labels, np.ones(len(labels)), 4, None)
    return answers(module, asked).argmax(1) == np.arange(300) % 4


def test_k_is_chosen_on_validation_and_never_above_the_images() -> None:
    features, labels, asked = problem(each=4)
    head = catalog.build("heads", parse("knn"))
    vote = head.fit(features, labels, np.ones(len(labels)), 4, (asked, np.arange(300) % 4))
    assert head.chosen["k"] == int(vote.k) <= len(labels)
    assert answers(vote, asked).shape == (300, 4)


def test_knn_far_from_all_images_still_answers() -> None:
    """At a low temperature every vote of a far image would be zero."""
    features, labels = np.eye(4, dtype=np.float32), np.arange(4)
    found = answers(fitted("knn(k=2, temperature=0.001)", features, labels), -np.eye(4, dtype=np.float32))
    assert np.isfinite(found).all()
    assert found.sum(1) == pytest.approx(1, abs=1e-5)


def test_knn_under_bf16_votes_in_full() -> None:
    """Cosines in bf16 are apart by 0.004, and exp(0.004 / 0.07) is no small change of a vote."""
    features, labels, asked = problem()
    head = fitted("knn(k=5)", features, labels)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        low = head(torch.from_numpy(asked)).softmax(1).numpy()
    assert np.abs(low - answers(head, asked)).max() < 1e-6


def test_features_that_do_not_vary() -> None:
    """A backbone that answers all images alike: heads know the shares of the classes, and nothing else."""
    features, labels = np.ones((40, 3), np.float32), np.arange(40) % 2
    for name in FITTED:
        found = answers(fitted(name, features, labels, classes=2), features)
        assert found == pytest.approx(0.5, abs=0.35), name


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("knn(k=-1)", "k = -1 must be at least 1, or 0"),
        ("knn(temperature=0.0)", "temperature = 0 must be above 0"),
        ("logistic(strengths=[])", "at least one"),
        ("logistic(strengths=[0.0])", "above 0"),
        ("logistic(iterations=0)", "iterations = 0 must be at least 1"),
        ("ridge(strengths=[-1.0])", "above 0"),
        ("linear(bias=True)", "no option of linear 'bias'"),
        ("forest", "no head 'forest'"),
    ],
)
def test_what_is_refused(call: str, message: str) -> None:
    with pytest.raises(LinnaeusError, match=message):
        catalog.build("heads", parse(call))
