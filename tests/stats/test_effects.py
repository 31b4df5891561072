"""Effects of a study's factors, held against statsmodels: analysis of variance, Tukey's intervals, Holm's correction."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multicomp import pairwise_tukeyhsd
from statsmodels.stats.multitest import multipletests

from linnaeus.record import codec
from linnaeus.stats import effects as measured
from linnaeus.stats.effects import LEAST, Row, front
from linnaeus.studies.space import Factor


def effects(*given):
    """In plain values, which are compared by their names."""
    return codec.to_plain(measured.effects(*given))


NET = Factor(name="net", levels=("a", "b", "c"))
NORM = Factor(name="norm", levels=(True, False))
RATE = Factor(name="rate", kind="log", low=0.001, high=1.0)

seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=8, deadline=None)  # the quantiles of the studentised range take their time


def trials(factors: list[Factor], seed: int, count: int, effect: float = 0.02) -> list[Row]:
    """`count` trials at random points, each level at least once; scores around 0.8 with an effect of every factor."""
    draws = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        point, score = {}, 0.8 + draws.normal(0, 0.01)
        for factor in factors:
            if factor.is_range:
                share = draws.random()
                point[factor.name] = factor.at(share)
                score += effect * share
            else:
                place = number % len(factor.levels) if number < 6 else int(draws.integers(len(factor.levels)))
                point[factor.name] = factor.levels[place]
                score += effect * place
        rows.append(Row(point=point, score=float(score)))
    return rows


def table(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame([{**row.point, "score": row.score} for row in rows])
    if "rate" in frame:
        frame["t"] = 2 * (np.log(frame.pop("rate")) - math.log(0.001)) / math.log(1000) - 1
    return frame


def terms(factor: Factor) -> str:
    return "t + I(t**2)" if factor.is_range else f"C({factor.name})"


@few
@given(seeds, st.integers(12, 40), st.sampled_from([[NET], [NET, NORM], [NET, RATE], [NET, NORM, RATE]]))
def test_f_tests_are_those_of_an_analysis_of_variance(seed: int, count: int, factors: list[Factor]) -> None:
    rows = trials(factors, seed, count)
    frame, found = table(rows), effects(factors, rows)
    whole = ols("score ~ " + " + ".join(map(terms, factors)), frame).fit()
    total = float(((frame.score - frame.score.mean()) ** 2).sum())
    assert found["n"] == count and found["error_df"] == whole.df_resid
    assert found["error_sd"] == pytest.approx(math.sqrt(whole.mse_resid))
    for factor, one in zip(factors, found["factors"], strict=True):
        others = [terms(other) for other in factors if other is not factor]
        without = ols("score ~ " + " + ".join(others or ["1"]), frame).fit()
        last = anova_lm(without, whole).iloc[1]
        assert (one["name"], one["df"]) == (factor.name, last.df_diff)
        assert one["f"] == pytest.approx(last.F, rel=1e-6)
        assert one["p"] == pytest.approx(last["Pr(>F)"], rel=1e-6, abs=1e-12)
        assert one["share"] == pytest.approx(last.ss_diff / total, rel=1e-6, abs=1e-12)


# Few random points leave some combinations out: products of deficient rank, of which statsmodels warns; they are right all the same.
@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")
@few
@given(seeds, st.integers(16, 40), st.sampled_from([[NET, NORM], [NET, RATE], [NORM, RATE], [NET, NORM, RATE]]))
@example(141, 16, [NET, NORM, RATE])
def test_interactions_are_the_products(seed: int, count: int, factors: list[Factor]) -> None:
    rows = trials(factors, seed, count)
    frame, found = table(rows), effects(factors, rows)
    sum_ = " + ".join(map(terms, factors))
    whole = ols(f"score ~ {sum_}", frame).fit()
    by_names = {tuple(one["names"]): one for one in found["interactions"]}
    for first, second in itertools.combinations(factors, 2):
        both = ols(f"score ~ {sum_} + ({terms(first)}):({terms(second)})", frame).fit()
        last = anova_lm(whole, both).iloc[1]
        one = by_names.get((first.name, second.name))
        if both.df_resid < LEAST or last.df_diff < 1:
            assert one is None
        else:
            assert one is not None and one["df"] == last.df_diff
            assert one["f"] == pytest.approx(last.F, rel=1e-5)
            assert one["p"] == pytest.approx(last["Pr(>F)"], rel=1e-5, abs=1e-12)


@few
@given(seeds, st.integers(9, 40))
def test_the_difference_is_tukeys(seed: int, count: int) -> None:
    """Of one factor, balanced or not (Tukey and Kramer)."""
    rows = trials([NET], seed, count)
    frame, difference = table(rows), effects([NET], rows)["factors"][0]["difference"]
    theirs = pairwise_tukeyhsd(frame.score, frame.net)
    pairs = list(itertools.combinations(theirs.groupsunique, 2))
    place = pairs.index(tuple(sorted((difference["worst"], difference["best"]))))
    sign = 1 if pairs[place] == (difference["worst"], difference["best"]) else -1
    low, high = sorted(sign * value for value in theirs.confint[place])
    assert difference["value"] == pytest.approx(sign * theirs.meandiffs[place])
    assert (difference["low"], difference["high"]) == pytest.approx((low, high), rel=1e-3, abs=1e-6)
    assert difference["value"] >= 0


@few
@given(seeds, st.integers(12, 40))
def test_means_of_levels_are_those_of_the_model(seed: int, count: int) -> None:
    """The mean at a level, the other factor at its average, with its interval."""
    rows = trials([NET, RATE], seed, count)
    frame, levels = table(rows), effects([NET, RATE], rows)["factors"][0]["levels"]
    fitted = ols("score ~ C(net) + t + I(t**2)", frame).fit()
    average = pd.DataFrame(fitted.model.exog, columns=fitted.model.exog_names).mean()
    for one in levels:
        place = average.copy()
        for level in ("b", "c"):
            place[f"C(net)[T.{level}]"] = float(one["level"] == level)
        theirs = fitted.t_test(place.to_numpy())
        low, high = theirs.conf_int()[0]
        assert (one["mean"], one["low"], one["high"]) == pytest.approx((theirs.effect[0], low, high))
        assert one["n"] == (frame.net == one["level"]).sum()


def test_p_values_are_corrected_for_their_number() -> None:
    found = effects([NET, NORM, RATE], trials([NET, NORM, RATE], 1, 30, effect=0.002))
    for tests in (found["factors"], found["interactions"]):
        assert [one["p_holm"] for one in tests] == pytest.approx(
            multipletests([one["p"] for one in tests], method="holm")[1]
        )


def test_nothing_is_said_of_too_few_trials() -> None:
    assert effects([NET], trials([NET], 0, 3 + LEAST - 1)) is None
    assert effects([NET], trials([NET], 0, 3 + LEAST))["error_df"] == LEAST
    assert effects([], trials([NET], 0, 9)) is None


def test_a_factor_of_one_value_is_left_out() -> None:
    rows = [Row(point={**row.point, "norm": True}, score=row.score) for row in trials([NET], 0, 12)]
    assert [one["name"] for one in effects([NET, NORM], rows)["factors"]] == ["net"]


def test_scores_without_error_give_no_division_by_zero() -> None:
    rows = [Row(point={"net": "abc"[number % 3]}, score=0.1 * (number % 3)) for number in range(12)]
    (one,) = effects([NET], rows)["factors"]
    assert one["f"] == 1e9 and one["p"] == 0 and one["share"] == pytest.approx(1)
    same = effects([NET], [Row(point=row.point, score=0.5) for row in rows])
    assert not same["factors"]


def test_the_front_holds_what_nobody_beats_at_no_more_cost() -> None:
    scores, costs = {1: 0.7, 2: 0.9, 3: 0.8, 4: 0.9, 5: 0.6}, {1: 1.0, 2: 3.0, 3: 2.0, 4: 4.0, 5: 0.5}
    assert front(scores, costs) == [5, 1, 3, 2]
    assert front({}, {}) == []
