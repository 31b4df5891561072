"""Whether a stage of a fine-tuning is better than what was kept before it.

What is compared is the Brier score of each image (Brier 1950, "Verification of forecasts expressed in terms of probability", a proper
score), each network being as sure as is best for it. It tells more of 300 images than which of them are classified correctly, and
unlike the log loss it is not ruled by a few sure mistakes: on 784 photographs that two heads of four folds had not seen, of samples of
341 it found `last(2)` better in 98 of 100 where the log loss did in 89, and the accuracy in 33 (weights a quarter of the way; half way
67, 56 and 22). The accuracy must not fall.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from linnaeus.evaluation.predictions import Predictions
from linnaeus.record.facts import Stage
from linnaeus.record.scores import Score
from linnaeus.stats import paired, permutation, temperature
from linnaeus.stats.groups import things
from linnaeus.stats.score import share_score

LEVEL = 0.05


def judged(train: str, epochs: int, before: Predictions, tried: Mapping[float, Predictions]) -> Stage:
    """Whether one of these is better than what was kept before, on the same images, of which none is new; else the best of them."""
    shown = things(before.groups)
    losses_CN = np.stack([_losses(one) for one in tried.values()])
    p_C, means_C = permutation.less(_losses(before), losses_CN, shown), losses_CN.mean(1)
    falls_C = [correct(one).sum() < correct(before).sum() for one in tried.values()]
    fit_C = (p_C < LEVEL) & ~np.array(falls_C)
    best = int(np.where(fit_C, means_C, np.inf).argmin() if fit_C.any() else means_C.argmin())
    share, after = list(tried.items())[best]
    found = paired.paired(correct(before), correct(after), first="", second="", split="val", shown=shown)
    return Stage(
        train=train,
        kept=bool(fit_C[best]),
        epochs=epochs,
        between=share,
        score=found.score_second,
        gain=found.difference,
        p=float(p_C[best]),
    )


def correct(said: Predictions) -> npt.NDArray[np.bool_]:
    """Which images the network classifies correctly, (N,)."""
    return np.asarray(said.probabilities_NK.argmax(1) == said.labels_N)


def accuracy(said: Predictions) -> Score:
    """The share of these, over the things that the images show."""
    return share_score(correct(said), things(said.groups))


def _losses(said: Predictions) -> npt.NDArray[np.float64]:
    return temperature.brier(said.labels_N, said.probabilities_NK)
