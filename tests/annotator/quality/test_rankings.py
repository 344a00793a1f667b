from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from annotator.quality.figures import figures
from annotator.quality.rankings import kendall_tau_b, position_bias, rankable_threes, ranking_measures, rankings
from tests.annotator.quality.cases import record

scores = st.lists(st.integers(0, 3), min_size=2, max_size=6)


def signs_of(scores: list[int]) -> dict[tuple[int, int], int]:
    """The comparisons of someone who ranks by these scores."""
    pairs = combinations(range(len(scores)), 2)
    return {(a, b): (scores[a] > scores[b]) - (scores[a] < scores[b]) for a, b in pairs}


@st.composite
def two_rankings(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    one = draw(scores)
    return one, draw(st.permutations(one) | st.lists(st.integers(0, 3), min_size=len(one), max_size=len(one)))


@settings(deadline=None)
@given(two_rankings())
def test_tau_is_that_of_scipy(both: tuple[list[int], list[int]]) -> None:
    found = kendall_tau_b(signs_of(both[0]), signs_of(both[1]))
    if len(set(both[0])) == 1 or len(set(both[1])) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.kendalltau(*both, variant="b").statistic)


@pytest.mark.parametrize("three", list(product([-1, 0, 1], repeat=3)))
def test_three_comparisons_are_transitive_if_some_ranking_gives_them(three: tuple[int, int, int]) -> None:
    signs = dict(zip([(0, 1), (1, 2), (0, 2)], three, strict=True))
    fits = any(signs_of(list(ranks)) == signs for ranks in product(range(3), repeat=3))
    assert rankable_threes(signs) == (int(fits), 1)


def test_a_pair_left_out_leaves_its_threes_out() -> None:
    assert rankable_threes({(0, 1): 1, (1, 2): 1}) == (0, 0)


RESPONSES = ("a", "b", "c")


def test_measures_by_hand() -> None:
    """A has 0 > 1 > 2; B has 0 > 2 > 1, of which two pairs are A's: τ = 1/3. C goes round, 0 > 1 > 2 > 0: with A two
    pairs, 1/3, with B one, -1/3. The mean is 1/9. Shown in the order 2, 0, 1, A prefers the earlier in one of three."""
    a, b, c = (
        [(0, 1, "first"), (2, 1, "second"), (0, 2, "first")],
        [(0, 1, "first"), (1, 2, "second"), (0, 2, "first")],
        [(0, 1, "first"), (1, 2, "first"), (0, 2, "second")],
    )
    every = rankings(
        [
            record("A", "a", responses=RESPONSES, display_order=(2, 0, 1), signs=a),
            record("B", "a", responses=RESPONSES, signs=b),
            record("C", "a", responses=RESPONSES, signs=c),
        ]
    )
    found = figures(ranking_measures(every))
    assert found["tau_b"].value == pytest.approx(1 / 9)
    assert found["transitivity"].value == pytest.approx(2 / 3)
    assert found["first_shown"].value == pytest.approx(1 / 3)
    bias = position_bias(every)
    assert (bias["A"].value, bias["A"].count) == (pytest.approx(1 / 3), 3)
    assert (bias["B"].value, bias["B"].reason) == (None, "no_pairs")


def test_what_cannot_be_said_says_why() -> None:
    alone = [record("A", "a", responses=("a", "b"), signs=[(0, 1, "tie")])]
    assert figures(ranking_measures(rankings(alone)))["tau_b"].reason == "no_overlap"
    ties = [*alone, record("B", "a", responses=("a", "b"), signs=[(0, 1, "first")])]
    found = figures(ranking_measures(rankings(ties)))
    assert (found["tau_b"].reason, found["transitivity"].reason) == ("no_variation", "no_pairs")
    assert ranking_measures([])["tau_b"].sums.shape == (0, 2)
    assert figures(ranking_measures([]))["tau_b"].value is None
