"""Rankings with ties: which relations they can say, and how few keys or drags make them."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.replay.ordering import Drop, Order, drags_to_order, dropped, keys_to_order, moved, order_of

FOUR = (2, 0, 3, 1)


def tiers(*tiers: str) -> Order:
    return tuple(frozenset(map(int, tier)) for tier in tiers)


def relations(order: Order) -> dict[tuple[int, int], int]:
    tier = {response: number for number, tied in enumerate(order) for response in tied}
    signs = {(a, b): (tier[b] > tier[a]) - (tier[b] < tier[a]) for a, b in combinations(tier, 2)}
    return {**signs, **{(b, a): -sign for (a, b), sign in signs.items()}}


orders = st.lists(st.integers(0, 3), min_size=4, max_size=4).map(
    lambda ranks: tuple(frozenset(i for i in range(4) if ranks[i] == rank) for rank in sorted(set(ranks)))
)


@given(orders)
def test_a_ranking_is_told_from_its_relations(order: Order) -> None:
    assert order_of(relations(order), FOUR) == order


def test_no_ranking_goes_around() -> None:
    around = {(0, 1): 1, (1, 2): 1, (2, 0): 1}
    assert order_of({**around, **{(b, a): -1 for a, b in around}}, (0, 1, 2)) is None
    tie_broken = {(0, 1): 0, (1, 0): 0, (1, 2): 0, (2, 1): 0, (0, 2): 1, (2, 0): -1}
    assert order_of(tie_broken, (0, 1, 2)) is None


@pytest.mark.parametrize(
    ("order", "keys", "drags"),
    [
        (tiers("0123"), ["="], 0),
        (tiers("2", "013"), ["a", "ArrowUp"], 1),
        (tiers("023", "1"), ["d", "ArrowDown"], 1),
        (tiers("2", "03", "1"), ["a", "ArrowUp", "d", "ArrowDown"], 2),
    ],
)
def test_the_fewest_keys_and_drags(order: Order, keys: list[str], drags: int) -> None:
    assert keys_to_order(FOUR, order) == keys
    assert len(drags_to_order(FOUR, order)) == drags


@settings(deadline=None)
@given(orders)
def test_the_drags_lead_to_the_order(order: Order) -> None:
    board: Order = (frozenset(FOUR),)
    for drop in drags_to_order(FOUR, order):
        board = dropped(board, drop)
    assert board == order
    assert len(drags_to_order(FOUR, order)) <= 3


def test_one_step_is_out_of_a_tie_or_into_one() -> None:
    assert moved(tiers("01", "2"), 0, -1) == tiers("0", "1", "2")
    assert moved(tiers("01", "2"), 0, 1) == tiers("1", "0", "2")
    assert moved(tiers("0", "1", "2"), 2, -1) == tiers("0", "12")
    assert moved(tiers("0", "1"), 0, -1) == tiers("0", "1")
    assert dropped(tiers("0", "12"), Drop(0, 2, tie=False)) == tiers("12", "0")
