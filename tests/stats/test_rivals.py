"""Which points of a study are worse than its best one: a t test, whose spread is pooled where seeds are two."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from linnaeus.stats import study_results
from linnaeus.studies.results import Cell


def cells(*rows: tuple[float, ...]) -> list[Cell]:
    return [
        Cell(
            number=number, point={}, state="finished", mean=float(np.mean(values)), low=0.0, high=1.0, of="seeds", n=82,
            values=values, seeds=tuple(range(len(values))), runs=(), epochs=1, scores={}, train_s=None,
            parameters=None, macs=None, reason="",
        )
        for number, values in enumerate(rows)
    ]  # fmt: skip


def test_two_seeds_each_tell_what_is_far_apart() -> None:
    """Welch's test has one degree of freedom for 18 and 71 %, and says p = 0.06."""
    rows = ((0.713, 0.695), (0.177, 0.281), (0.701, 0.705))
    found = study_results._with_p(cells(*rows))
    assert found[0].p_best is None
    assert found[1].p_best < 0.01 and found[2].p_best > 0.5
    label = np.repeat([0, 1, 2], 2)
    fit = sm.OLS(np.ravel(rows), np.eye(3)[label]).fit()
    wanted = [float(fit.t_test([1, *(-1.0 if k == other else 0.0 for k in (1, 2))]).pvalue) for other in (1, 2)]
    assert [found[1].p_best, found[2].p_best] == pytest.approx([2 * wanted[0], wanted[1]])  # Holm's correction


def test_three_seeds_have_a_spread_of_their_own() -> None:
    rows = ((0.71, 0.70, 0.72), (0.60, 0.71, 0.66))
    found = study_results._with_p(cells(*rows))
    assert found[1].p_best == pytest.approx(stats.ttest_ind(*rows, equal_var=False).pvalue)


def test_no_spread_at_all() -> None:
    assert study_results._with_p(cells((0.5, 0.5), (0.4, 0.4)))[1].p_best == 0.0
    assert study_results._with_p(cells((0.5, 0.5), (0.5, 0.5)))[1].p_best == 1.0
