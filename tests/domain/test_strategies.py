"""Strategies: which of two slots is judged first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.strategies import (
    STRATEGIES,
    Place,
    breadth_first,
    depth_first,
    disagreement_first,
    example_uncertainty,
    uncertainty_first,
)

PLACES = [
    Place(number, example, *figures)
    for number in (1, 2)
    for example, figures in ((7, (None, None)), (8, (0.5, 0.0)), (9, (0.75, 0.25)), (10, (0.0, 1.0)))
]


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        # (example, number) as they would be handed out to people who never judged any of them.
        (breadth_first, [(7, 1), (8, 1), (9, 1), (10, 1), (7, 2), (8, 2), (9, 2), (10, 2)]),
        (depth_first, [(7, 1), (7, 2), (8, 1), (8, 2), (9, 1), (9, 2), (10, 1), (10, 2)]),
        # The models were surest of 10; what they have not scored comes last.
        (uncertainty_first, [(9, 1), (9, 2), (8, 1), (8, 2), (10, 1), (10, 2), (7, 1), (7, 2)]),
        # Nothing in common in 10, a quarter of 9 in dispute, 7 not judged twice yet, 8 judged alike.
        (disagreement_first, [(10, 1), (10, 2), (9, 1), (9, 2), (7, 1), (7, 2), (8, 1), (8, 2)]),
    ],
)
def test_the_order_of_each_strategy(strategy, order) -> None:
    assert [(place.example, place.number) for place in sorted(PLACES, key=strategy)] == order


SHARES = st.none() | st.floats(0, 1)


@given(st.integers(1, 100), st.integers(1, 2**53), SHARES, SHARES)
def test_every_slot_has_a_finite_rank(number: int, example: int, uncertainty, disagreement) -> None:
    place = Place(number, example, uncertainty, disagreement)
    for strategy in STRATEGIES.values():
        assert abs(strategy(place)) <= 2**53


def test_an_example_is_as_uncertain_as_its_least_sure_categories() -> None:
    # (0.5 + 0.25) / 2 = 0.375 against 0.125, and 0.625 alone: (0.375 + 0.625) / 2 = 0.5.
    first = {"relevance": [0.5, 0.25], "factuality": [0.125]}
    assert example_uncertainty([first, {"relevance": [0.625], "factuality": []}]) == 0.5
    # A response without segments says nothing.
    assert example_uncertainty([first, {"relevance": []}]) == 0.375
    assert example_uncertainty([{}, {"relevance": []}]) is None
    assert example_uncertainty([]) is None
