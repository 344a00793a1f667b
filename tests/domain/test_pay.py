"""What an hour is worth, against numbers worked out by hand and against what must hold of any."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.pay import CENT, Quartiles, per_hour, quartiles, screen_out_due, top_up, worth_at

MONEY = st.decimals(min_value=0, max_value=10_000, places=2)
SECONDS = st.floats(min_value=0, max_value=1e6)


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        ([], None),
        ([600], Quartiles(600, 600, 600)),
        # 1 + (n - 1) p: of four values the first quartile lies at 1.75, the third at 3.25.
        ([1000, 1200, 1400, 2000], Quartiles(1150, 1300, 1550)),
        ([2000, 1000, 1400, 1200, 1600], Quartiles(1200, 1400, 1600)),
    ],
)
def test_quartiles(seconds: list[float], wanted: Quartiles | None) -> None:
    assert quartiles(seconds) == wanted


def test_an_hour_is_worth() -> None:
    # £4 for 20 minutes.
    assert per_hour(amount=Decimal(4), seconds=1200) == 12
    assert per_hour(amount=Decimal(4), seconds=0) is None


@pytest.mark.parametrize(
    ("target", "seconds", "paid", "wanted"),
    [
        # 25 minutes at £12 an hour are £5.
        ("12", 1500, "4", "1"),
        ("12", 1500, "5", "0"),
        ("12", 1500, "6", "0"),
        # One second more is worth a third of a penny, and gives a whole one.
        ("12", 1501, "5", "0.01"),
        ("12.5", 1000, "3.4", "0.08"),
        ("0", 1500, "0", "0"),
    ],
)
def test_what_is_missing(target: str, seconds: float, paid: str, wanted: str) -> None:
    assert top_up(target=Decimal(target), seconds=seconds, paid=Decimal(paid)) == Decimal(wanted)


@pytest.mark.parametrize(
    ("seconds", "least", "wanted"),
    [(300, "0.50", "1"), (300, "1.20", "1.20"), (301, "0", "1.01"), (None, "0.50", "0.50")],
)
def test_a_failed_qualification_is_paid(seconds: float | None, least: str, wanted: str) -> None:
    assert screen_out_due(target=Decimal(12), seconds=seconds, least=Decimal(least)) == Decimal(wanted)


@given(MONEY, SECONDS, MONEY)
def test_with_the_top_up_nobody_is_under_the_target_nor_a_hundredth_above(
    target: Decimal, seconds: float, paid: Decimal
) -> None:
    added = top_up(target=target, seconds=seconds, paid=paid)
    due = Fraction(target) * Fraction(seconds) / 3600
    assert added == added.quantize(CENT)
    assert Fraction(paid + added) >= due
    assert added == 0 or Fraction(paid + added - CENT) < due
    # Nobody who was paid it is proposed it again.
    assert top_up(target=target, seconds=seconds, paid=paid + added) == 0


@given(MONEY, SECONDS, MONEY)
def test_a_failed_qualification_is_worth_its_time_and_what_was_promised(
    target: Decimal, seconds: float, least: Decimal
) -> None:
    due = screen_out_due(target=target, seconds=seconds, least=least)
    assert due == max(least, worth_at(target=target, seconds=seconds))


@given(st.lists(SECONDS, min_size=1, max_size=50))
def test_quartiles_are_in_order_and_within(seconds: list[float]) -> None:
    found = quartiles(seconds)
    assert found
    slack = 1e-9 * max(seconds)
    order = [min(seconds), found.low, found.median, found.high, max(seconds)]
    assert all(after - before >= -slack for before, after in pairwise(order))
    assert sum(each >= found.high - slack for each in seconds) * 4 >= len(seconds)
