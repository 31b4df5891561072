"""Labels that may be wrong: confident learning (Northcutt, Jiang & Chuang 2021, JAIR 70, "Confident Learning").

Each image gets probabilities from a logistic regression on frozen features that was fitted without it. A class's threshold is
the mean probability that its own images give it (eq. 2 there). An image whose probability for other classes reaches
their thresholds counts for the likeliest of them; it is a label error where that is not its label (the off-diagonal of the
confident joint, eq. 1), unless its label is the likeliest class of all. Those come first whose label falls farthest short
of what is suggested (normalised margin). Written from the paper, over scikit-learn, so that what is found does not depend
on what is installed; cleanlab, its authors' package (2.9, Apache-2.0; under the AGPL before), finds the same, as the tests see.

Features of a network that was trained on these very labels hide what it has learned by heart: a wrong label then seems
right. Features of other weights have not seen the labels, nor have networks that are trained anew without the image.
Measured on scikit-learn's digits with 2 % wrong labels, 30 of them in training and validation, convnet:

    own features after 15 epochs        24 label errors, 24 of them wrong labels: 80 % found (63–90)
    own features after 60 epochs         6 label errors: at most 20 % found (9–37)
    networks trained anew, 60 epochs    33 label errors, 27 of them wrong labels: 90 % found (74–97), 82 % of them right (66–91)

On 6,000 images of CIFAR-10 (106 wrong), by features of a small network for CIFAR-100, which name 70 % of the labels: 839
label errors, 84 of them wrong labels (79 % found, 71–86; 10 % of them right): of weak features the head of the list is worth a look.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

FOLDS = 5
STRENGTH = 0.01  # of the L2 penalty, on the mean loss of an image
ITERATIONS = 200
SURE, UNSURE = 0.95, 0.05  # probabilities of the suggestion and of the label, from which a new label is advised
# And only where the label is named for so many images: of features that named 70 %, 37 of 64 such advices were wrong.
RELIABLE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows of the label errors, the likeliest first, and what is suggested for each."""

    rows_S: Array
    suggested_S: Array

    def __len__(self) -> int:
        return len(self.rows_S)


def out_of_fold(
    features_ND: Array, labels_N: Array, classes: int, tell: Callable[[int, int], None], folds: int = FOLDS
) -> Array:
    """probabilities_NK, those of each image by a model that was fitted to the other folds; `tell` is told folds done, of all.

    Every class that has images must have at least `folds` of them, and there must be two.
    """
    from sklearn.linear_model import LogisticRegression  # takes a second to import
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probabilities_NK = np.zeros((len(labels_N), classes))
    splitter = StratifiedKFold(folds, shuffle=True, random_state=0)
    for number, (others, held) in enumerate(splitter.split(features_ND, labels_N), 1):
        regression = LogisticRegression(C=1 / (STRENGTH * len(others)), max_iter=ITERATIONS)
        model = make_pipeline(StandardScaler(), regression)
        _fit_quietly(model, features_ND[others], labels_N[others])
        probabilities_NK[np.ix_(held, model.classes_)] = model.predict_proba(features_ND[held])
        tell(number, folds)
    return probabilities_NK


def _fit_quietly(model: Any, features_ND: Array, labels_N: Array) -> None:
    import warnings

    with warnings.catch_warnings():
        # that it stopped at the last iteration: the order of label errors stays the same
        warnings.simplefilter("ignore")
        model.fit(features_ND, labels_N)


def find(labels_N: Array, probabilities_NK: Array) -> Found:
    """The label errors among images with labels and out-of-fold probabilities."""
    rows = np.arange(len(labels_N))
    of_label_N = probabilities_NK[rows, labels_N]
    support_K = np.bincount(labels_N, minlength=probabilities_NK.shape[1])
    sums_K = np.bincount(labels_N, weights=of_label_N, minlength=probabilities_NK.shape[1])
    thresholds_K = np.where(support_K > 0, sums_K / np.maximum(support_K, 1), np.inf)
    reached_NK = np.where(probabilities_NK >= thresholds_K, probabilities_NK, -1.0)
    counted_N = reached_NK.argmax(axis=1)
    error_N = (reached_NK.max(axis=1) >= 0) & (counted_N != labels_N) & (probabilities_NK.argmax(axis=1) != labels_N)
    chosen = rows[error_N]
    margin_S = of_label_N[chosen] - probabilities_NK[chosen, counted_N[chosen]]
    order = np.argsort(margin_S, kind="stable")
    return Found(rows_S=chosen[order], suggested_S=counted_N[chosen][order])
