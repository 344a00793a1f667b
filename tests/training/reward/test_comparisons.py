"""Bradley and Terry with and without ties: by hand, and against an oracle that writes the published fractions out."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.reward.comparisons import Compared, PairLoss, Ties, fit_pair_temperature

LN2 = math.log(2)


def compared(rows: list[tuple[float, float, float, bool, float]]) -> Compared:
    chosen, rejected, weight, tie, strength = zip(*rows, strict=True)
    return Compared(*(torch.tensor(column, dtype=torch.float64) for column in (chosen, rejected, weight)),
                    torch.tensor(tie), torch.tensor(strength, dtype=torch.float64))  # fmt: skip


def oracle(ties: Ties, first: float, second: float, log_width: float) -> tuple[float, float, float]:
    """P(first), P(tie), P(second), with the worths pi = e^s of the papers."""
    one, two = np.exp(first), np.exp(second)
    if ties == "rao_kupper":
        theta = np.exp(np.exp(log_width) * LN2)
        tie = one * two * (theta**2 - 1) / ((one + theta * two) * (theta * one + two))
        return one / (one + theta * two), tie, two / (theta * one + two)
    nu = np.exp(log_width) if ties == "davidson" else 0.0
    total = one + two + nu * np.sqrt(one * two)
    return one / total, nu * np.sqrt(one * two) / total, two / total


def test_at_equal_scores_the_loss_is_ln_2() -> None:
    pairs = compared([(3.0, 3.0, 1.0, False, 0.0), (-1.0, -1.0, 5.0, False, 0.0)])
    assert PairLoss()(pairs, torch.tensor(0.0)).item() == pytest.approx(LN2)


@pytest.mark.parametrize("ties", ["rao_kupper", "davidson"])
def test_at_equal_scores_and_first_width_all_three_are_as_likely(ties: Ties) -> None:
    for tie in (True, False):
        pairs = compared([(2.0, 2.0, 1.0, tie, 0.0)])
        assert PairLoss(ties)(pairs, torch.tensor(0.0)).item() == pytest.approx(math.log(3))


def test_weights() -> None:
    pairs = compared([(1.0, 0.0, 3.0, False, 0.0), (0.0, 0.0, 1.0, False, 0.0)])
    assert PairLoss()(pairs, torch.tensor(0.0)).item() == pytest.approx((3 * math.log(1 + math.exp(-1)) + LN2) / 4)


def test_a_margin_asks_for_more_where_one_is_much_better() -> None:
    pairs = compared([(2.0, 0.0, 1.0, False, 3.0)])
    assert PairLoss(margin=0.5)(pairs, torch.tensor(0.0)).item() == pytest.approx(math.log(1 + math.exp(-0.5)))


def test_smoothing_takes_some_to_be_the_wrong_way_round() -> None:
    pairs = compared([(1.0, 0.0, 1.0, False, 0.0)])
    expected = 0.9 * math.log(1 + math.exp(-1)) + 0.1 * math.log(1 + math.exp(1))
    assert PairLoss(smoothing=0.1)(pairs, torch.tensor(0.0)).item() == pytest.approx(expected)


SCORE = st.floats(-4, 4)
ROWS = st.lists(st.tuples(SCORE, SCORE, st.floats(0.1, 3), st.booleans(), st.just(0.0)), min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(ties=st.sampled_from(["drop", "rao_kupper", "davidson"]), rows=ROWS, width=st.floats(-2, 1))
def test_the_loss_is_that_of_the_published_fractions(
    ties: Ties, rows: list[tuple[float, float, float, bool, float]], width: float
) -> None:
    rows = [(*row[:3], row[3] and ties != "drop", 0.0) for row in rows]
    chances = [oracle(ties, row[0], row[1], width) for row in rows]
    assert all(sum(found) == pytest.approx(1.0) for found in chances)
    said = [-row[2] * math.log(found[1] if row[3] else found[0]) for row, found in zip(rows, chances, strict=True)]
    loss = PairLoss(ties)(compared(rows), torch.tensor(width, dtype=torch.float64))
    assert loss.item() == pytest.approx(sum(said) / sum(row[2] for row in rows), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("ties", ["rao_kupper", "davidson"])
def test_without_width_both_are_bradley_and_terry(ties: Ties) -> None:
    pairs = compared([(1.5, 0.25, 1.0, False, 0.0)])
    narrow = PairLoss(ties)(pairs, torch.tensor(-30.0, dtype=torch.float64)).item()
    assert narrow == pytest.approx(PairLoss()(pairs, torch.tensor(0.0)).item(), abs=1e-9)


def test_the_width_learns_how_many_ties_there_are() -> None:
    width = torch.zeros((), requires_grad=True)
    pairs = compared([(0.0, 0.0, 1.0, True, 0.0)] * 3 + [(0.0, 0.0, 1.0, False, 0.0)])
    optimizer = torch.optim.LBFGS([width], max_iter=50)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        found = PairLoss("davidson")(pairs, width)
        found.backward()
        return found

    optimizer.step(loss)
    nu = math.exp(width.item())
    assert nu / (2 + nu) == pytest.approx(0.75, abs=1e-3)


@pytest.mark.parametrize("ties", ["drop", "davidson", "rao_kupper"])
def test_log_odds_of_one_being_better_if_one_is(ties: Ties) -> None:
    chances = oracle(ties, 1.5, 0.25, 0.3)
    found = PairLoss(ties).log_odds(torch.tensor([1.25], dtype=torch.float64), torch.tensor(0.3, dtype=torch.float64))
    assert found.item() == pytest.approx(math.log(chances[0] / chances[2]))


def ahead_by_2(right: int, wrong: int, ties: int = 0) -> Compared:
    """Pairs whose scores are 2 apart, so many of them with the better one ahead, and ties."""
    rows = [(2.0, 0.0, 1.0, False, 0.0)] * right + [(0.0, 2.0, 1.0, False, 0.0)] * wrong
    return compared(rows + [(2.0, 0.0, 1.0, True, 0.0)] * ties)


def test_the_temperature_is_what_makes_scores_as_sure_as_they_are_right() -> None:
    # sigma(2 / T) = 3 / 4 where 2 / T = ln 3.
    found = fit_pair_temperature(PairLoss(), ahead_by_2(3, 1), torch.tensor(0.0))
    assert found == pytest.approx(2 / math.log(3))


def test_the_temperature_with_ties() -> None:
    # Davidson's odds of one being better are e^d, and at nu = 3 / 2 its probability of a tie is 3 / 8 where d = ln 4.
    pairs, width = ahead_by_2(4, 1, 3), torch.tensor(math.log(1.5), dtype=torch.float64)
    assert fit_pair_temperature(PairLoss("davidson"), pairs, width) == pytest.approx(2 / math.log(4))
    # Rao and Kupper's, of 4, 1 and 3 in 8: sigma(d - eta) = 1 / 2, sigma(-d - eta) = 1 / 8; d = eta = ln 7 / 2.
    width = torch.tensor(math.log(math.log(7) / 2 / LN2), dtype=torch.float64)
    assert fit_pair_temperature(PairLoss("rao_kupper"), pairs, width) == pytest.approx(4 / math.log(7))


@pytest.mark.parametrize(("right", "wrong"), [(3, 0), (0, 3), (0, 0)])
def test_where_no_temperature_is_best_there_is_none(right: int, wrong: int) -> None:
    pairs = ahead_by_2(right, wrong, 1)
    assert fit_pair_temperature(PairLoss("davidson"), pairs, torch.tensor(0.0, dtype=torch.float64)) == 1.0
