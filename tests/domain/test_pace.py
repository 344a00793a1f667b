"""The end of the work: by hand, against SciPy's t, and against simulated futures."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from annotator.domain.pace import MOST_PERIODS, T_QUANTILES, eta


def test_an_even_pace_has_no_spread() -> None:
    found = eta([10, 10, 10, 10], left=35, wanted=100)
    assert (found.periods, found.low, found.high, found.reason) == (3.5, 3.5, 3.5, None)


def test_a_pace_worked_by_hand() -> None:
    # Mean 10, standard deviation 1, and t for two degrees of freedom is 4.3027.
    found = eta([9, 10, 11], left=100, wanted=1000)
    assert found.periods == 10
    for k, sign in ((found.low, 1), (found.high, -1)):
        assert k
        assert 10 * k + sign * 4.3027 * sqrt(k + k * k / 3) == pytest.approx(100)
    assert found.low
    assert found.high
    assert 7 < found.low < 10 < found.high < 15


@pytest.mark.parametrize(
    ("counts", "left", "wanted", "reason"),
    [
        ([5, 5, 5], 0, 15, "done"),
        ([5, 5, 5], -1, 15, "done"),
        ([], 0, 0, "nothing_wanted"),
        ([5, 5], 5, 15, "too_little"),
        ([0, 0, 0], 5, 15, "nothing_lately"),
        ([9] + [0] * MOST_PERIODS, 5, 15, "nothing_lately"),
    ],
)
def test_no_end_is_told_with_its_reason(counts: list[int], left: int, wanted: int, reason: str) -> None:
    found = eta(counts, left, wanted)
    assert (found.periods, found.low, found.high, found.reason) == (None, None, None, reason)


def test_a_wild_pace_has_no_certain_end() -> None:
    found = eta([0, 0, 90], left=60, wanted=150)
    assert found.periods == 2
    assert found.high is None
    assert found.low
    assert 0 < found.low < 2


def test_the_quantiles_are_those_of_students_t() -> None:
    assert [round(stats.t.ppf(0.975, df), 4) for df in range(1, MOST_PERIODS)] == list(T_QUANTILES)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=20), st.integers(1, 10**6))
def test_the_interval_holds_the_expectation(counts: list[int], left: int) -> None:
    found = eta(counts, left, wanted=10**7)
    if found.periods is not None:
        assert found.low is not None
        assert 0 < found.low <= found.periods * (1 + 1e-9)
        assert found.periods <= (inf if found.high is None else found.high) * (1 + 1e-9)


def test_nineteen_of_twenty_futures_end_within_it() -> None:
    rng = np.random.default_rng(3)
    inside, rounds = 0, 2000
    for _ in range(rounds):
        past = rng.poisson(40, 10)
        found = eta(past.tolist(), left=400, wanted=1000)
        assert found.low
        assert found.high
        done = np.cumsum(rng.poisson(40, 40))
        inside += found.low <= np.interp(400, done, np.arange(1, 41)) <= found.high
    assert inside / rounds == pytest.approx(0.95, abs=0.03)
