"""How long work that comes in by the hour or the day will take."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, get_args

Reason = Literal["done", "nothing_wanted", "too_little", "nothing_lately"]
REASONS: tuple[str, ...] = get_args(Reason)

LEAST_PERIODS = 3
MOST_PERIODS = 14
# Student's t at 97.5 %, for 1, 2, … degrees of freedom: enough for MOST_PERIODS.
T_QUANTILES = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604)


@dataclass(frozen=True, slots=True)
class Eta:
    """In how many periods the rest will be done, with a 95 % interval; without a number, the reason.

    high is None where the pace varies so much that no end is certain. done: nothing is left; nothing_wanted: there is
    nothing to do; too_little: fewer than LEAST_PERIODS have passed; nothing_lately: nothing came in within them.
    """

    periods: float | None
    low: float | None
    high: float | None
    reason: Reason | None = None


def eta(counts: Sequence[int], left: int, wanted: int) -> Eta:
    """When `left` of `wanted` will be done, at the pace of the last MOST_PERIODS of these periods.

    counts: how much came in per period, the oldest first, idle ones included; only periods that are over. The expected
    end is left / mean. The interval is where a prediction interval for the total of the next k periods, from n past
    ones with mean m and standard deviation s, holds `left`: k m ± t s sqrt(k + k²/n), with Student's t for n - 1
    degrees of freedom (the variation of the periods to come, and what is uncertain about their mean).
    """
    recent = counts[-MOST_PERIODS:]
    if wanted == 0:
        return Eta(None, None, None, "nothing_wanted")
    if left <= 0:
        return Eta(None, None, None, "done")
    if len(recent) < LEAST_PERIODS:
        return Eta(None, None, None, "too_little")
    n = len(recent)
    mean = sum(recent) / n
    if mean == 0:
        return Eta(None, None, None, "nothing_lately")
    spread = T_QUANTILES[n - 2] * sqrt(sum((count - mean) ** 2 for count in recent) / (n - 1))
    return Eta(left / mean, _reached(left, mean, spread, n, 1), _reached(left, mean, spread, n, -1))


def _reached(left: int, mean: float, spread: float, n: int, sign: int) -> float | None:
    """The k > 0 at which k mean + sign spread sqrt(k + k²/n) = left, or None if that never comes.

    Squared, it is a quadratic in k with two positive roots about left / mean: the lesser belongs to sign 1.
    """
    square = mean * mean - spread * spread / n
    linear = 2 * left * mean + spread * spread
    if square <= 0:
        if sign < 0:
            return None
        # The one positive root of a parabola that opens downwards, without subtracting what is nearly equal.
        return 2 * left * left / (linear + sqrt(linear * linear - 4 * square * left * left))
    root = sqrt(max(0.0, linear * linear - 4 * square * left * left))
    return 2 * left * left / (linear + root) if sign > 0 else (linear + root) / (2 * square)
