import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from annotator.quality.preferences import PHANTOM, settled_comparisons, worths
from annotator.quality.rankings import Signs, rankable_threes

PAIRS = [(0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize(
    ("votes", "settled"),
    [
        pytest.param([({(0, 1): 1}, 1.0)], {(0, 1): 1}, id="one person"),
        pytest.param([({(0, 1): 1}, 1.0), ({(0, 1): -1}, 1.0)], {(0, 1): 0}, id="one against one"),
        pytest.param([({(0, 1): 1}, 1.5), ({(0, 1): -1}, 1.0)], {(0, 1): 1}, id="the weightier of two"),
        pytest.param([({(0, 1): 1}, 1.0), ({(0, 1): 0}, 1.0), ({(0, 1): -1}, 1.0)], {(0, 1): 0}, id="no majority"),
        pytest.param([({(0, 1): 1}, 1.0), ({(0, 1): 0}, 1.0), ({(0, 1): 1}, 1.0)], {(0, 1): 1}, id="two of three"),
        pytest.param([({(0, 1): 1}, 1.0), ({(1, 2): 1}, 1.0)], {(0, 1): 1, (1, 2): 1}, id="pairs of different people"),
        pytest.param([], {}, id="nobody"),
    ],
)
def test_by_hand(votes: list[tuple[Signs, float]], settled: Signs) -> None:
    assert settled_comparisons(votes) == settled


def test_majorities_that_go_in_a_circle_are_ranked_by_worth() -> None:
    """0 > 1 > 2, 1 > 2 > 0 and 2 > 0 > 1 beat each other in turn; a fourth who only has 0 > 1 lifts 0 and lowers 1."""
    circle = [
        ({(0, 1): 1, (1, 2): 1, (0, 2): 1}, 1.0),
        ({(0, 1): -1, (1, 2): 1, (0, 2): -1}, 1.0),
        ({(0, 1): 1, (1, 2): -1, (0, 2): -1}, 1.0),
    ]
    assert settled_comparisons(circle) == {(0, 1): 0, (0, 2): 0, (1, 2): 0}
    assert settled_comparisons([*circle, ({(0, 1): 1}, 1.0)]) == {(0, 1): 1, (0, 2): 1, (1, 2): -1}


said = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([-1, 0, 1]), min_size=1)
people = st.lists(st.tuples(said, st.sampled_from([0.5, 1.0, 2.0])), min_size=1, max_size=5)


@settings(deadline=None)
@given(people)
def test_what_is_settled_can_be_ranked(votes: list[tuple[Signs, float]]) -> None:
    rankable, threes = rankable_threes(settled_comparisons(votes))
    assert rankable == threes


@settings(deadline=None, max_examples=50)
@given(people)
def test_worths_have_the_greatest_likelihood(votes: list[tuple[Signs, float]]) -> None:
    games = [(pair, (1 + sign) / 2, weight) for signs, weight in votes for pair, sign in signs.items()]
    games += [(pair, 0.5, PHANTOM) for pair in {pair for pair, _, _ in games}]
    found = worths(votes)
    responses = sorted(found)

    def loss(free: np.ndarray) -> float:
        worth = dict(zip(responses, free, strict=True))
        return sum(
            weight * (won * np.logaddexp(0, worth[b] - worth[a]) + (1 - won) * np.logaddexp(0, worth[a] - worth[b]))
            for (a, b), won, weight in games
        )

    best = optimize.minimize(loss, np.zeros(len(responses)), method="BFGS")
    assert loss(np.array([found[index] for index in responses])) <= best.fun + 1e-6
