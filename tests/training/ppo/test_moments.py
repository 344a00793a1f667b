import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ppo.moments import Moments

numbers = st.lists(st.floats(-1e6, 1e6), max_size=8)


@given(st.lists(numbers, max_size=5))
def test_those_of_all_at_once(parts: list[list[float]]) -> None:
    found = Moments()
    for part in parts:
        found = found.with_more(part)
    flat = [value for part in parts for value in part]
    assert found.count == len(flat)
    expected = np.std(flat) if flat else 0
    assert found.std == pytest.approx(expected or found.std, rel=1e-6, abs=1e-6)


def test_one_may_divide_by_the_deviation_of_nothing() -> None:
    assert Moments().std == 1
    assert Moments().with_more([3, 3, 3]).std == 1
