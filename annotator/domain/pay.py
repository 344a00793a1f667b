"""What an hour of work in a study is worth, and what is missing from a target per hour.

The rule is the crowd platforms': pay is judged by the *median* completion time (Prolific's payment principles: at least
£6 or $8 an hour, £9 or $12 recommended), which here is wall time from entry to end, tutorial included and breaks left
out. Amounts are in whole units of the currency, exact decimals, and what people get is rounded up to the hundredth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import quantiles

CENT = Decimal("0.01")
HOUR = 3600

# What Prolific asks for and recommends, per hour. https://researcher-help.prolific.com (payment principles)
LEAST_PER_HOUR = {"GBP": Decimal(6), "USD": Decimal(8)}
RECOMMENDED_PER_HOUR = {"GBP": Decimal(9), "USD": Decimal(12)}


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Of some people's seconds the values that a quarter, half and three quarters of them are not above."""

    low: float
    median: float
    high: float


def quartiles(seconds: Sequence[float]) -> Quartiles | None:
    """With n values in order, x(1) … x(n), the quantile p lies at 1 + (n - 1) p, between two values in proportion
    (Hyndman & Fan 1996, type 7, as NumPy and R do by default); None without a value."""
    if not seconds:
        return None
    if len(seconds) == 1:
        return Quartiles(seconds[0], seconds[0], seconds[0])
    low, median, high = quantiles(seconds, n=4, method="inclusive")
    return Quartiles(low, median, high)


def per_hour(*, amount: Decimal, seconds: float) -> float | None:
    """What an hour was worth: amount / seconds × 3600; None where it took no time."""
    return float(Fraction(amount) / Fraction(seconds) * HOUR) if seconds > 0 else None


def worth_at(*, target: Decimal, seconds: float) -> Decimal:
    """What so long a time is worth at the target per hour, target × seconds / 3600, rounded up to the hundredth."""
    hundredths = Fraction(target) * Fraction(seconds) / HOUR * 100
    return Decimal(-(-hundredths.numerator // hundredths.denominator)) * CENT


def top_up(*, target: Decimal, seconds: float, paid: Decimal) -> Decimal:
    """What is missing from the target: max(0, target × seconds / 3600 - paid), rounded up to the hundredth.

    With the median of those who completed as `seconds` it is the same for each of them. It is not worked out from a
    person's own time: that would pay a time away from the desk that nobody called a break, and of two people who did
    the same the slower one more. What the slowest are short of is shown to the admin, who may give them a bonus.
    """
    return max(Decimal(0), worth_at(target=target, seconds=seconds) - paid)


def screen_out_due(*, target: Decimal, seconds: float | None, least: Decimal) -> Decimal:
    """What whoever did not pass the qualification gets: what the median of their times is worth at the target, and no
    less than what the study promises them; that too while nobody's time is known."""
    return least if seconds is None else max(least, worth_at(target=target, seconds=seconds))
