from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.matching import best_pairs

Weights = list[list[float]]


@pytest.mark.parametrize(
    ("weights", "pairs"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([[], []], [], id="rows without columns"),
        pytest.param([[0.5]], [(0, 0)], id="one pair"),
        pytest.param([[0.0]], [], id="weight 0 is no pair"),
        # By greed the first row takes 0.9 and leaves 0 for the second: 0.9 in all. Crosswise it is 0.8 + 0.8.
        pytest.param([[0.9, 0.8], [0.8, 0.0]], [(0, 1), (1, 0)], id="better than greed"),
        pytest.param([[0.2], [0.7], [0.1]], [(1, 0)], id="more rows than columns"),
        pytest.param([[0.0, 0.3, 0.7]], [(0, 2)], id="more columns than rows"),
        # The six sums: 7 + 8 + 3 = 18, 7 + 5 + 1 = 13, 4 + 3 + 3 = 10, 4 + 5 + 2 = 11, 9 + 3 + 1 = 13, 9 + 8 + 2 = 19.
        pytest.param([[7, 4, 9], [3, 8, 5], [2, 1, 3]], [(0, 2), (1, 1), (2, 0)], id="three by three"),
    ],
)
def test_by_hand(weights: Weights, pairs: list[tuple[int, int]]) -> None:
    assert best_pairs(weights) == pairs


def greatest_total(weights: Weights) -> float:
    """By trying every one-to-one assignment of the shorter side."""
    if len(weights) > len(weights[0]):
        weights = [list(column) for column in zip(*weights, strict=True)]
    columns = range(len(weights[0]))
    return max(
        sum(row[column] for row, column in zip(weights, chosen, strict=True))
        for chosen in permutations(columns, len(weights))
    )


@st.composite
def matrices(draw: st.DrawFn) -> Weights:
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    weight = st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0]) | st.floats(0, 1, allow_subnormal=False)
    return draw(st.lists(st.lists(weight, min_size=columns, max_size=columns), min_size=rows, max_size=rows))


@given(matrices())
def test_no_assignment_weighs_more(weights: Weights) -> None:
    pairs = best_pairs(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(weights[row][column] > 0 for row, column in pairs)
    assert sum(weights[row][column] for row, column in pairs) == pytest.approx(greatest_total(weights))


def test_many_marks_take_no_time() -> None:
    """A hundred against a hundred: three million steps, far from trying the 100! assignments."""
    size = 100
    weights = [[1 / (1 + abs(row - column)) for column in range(size)] for row in range(size)]
    assert best_pairs(weights) == [(index, index) for index in range(size)]
