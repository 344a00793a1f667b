"""Numbers with intervals, and "undefined" with its reason where there is no number.

Intervals come from resampling whole examples: words of one text, and texts of one example, are not independent, so an
interval over words would be far too narrow.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

import numpy as np

from annotator.domain.quality_report import Figure, Reason
from annotator.quality.arrays import Floats

Key = TypeVar("Key", bound=Hashable)

RESAMPLES = 1000
DRAWS = 1_000_000  # at once: what bounds the memory
LEVEL = 0.95
NORMAL_QUANTILE = 1.959963984540054  # of (1 + LEVEL) / 2


@dataclass(frozen=True)
class Measure:
    """A number that is made of sums over examples.

    sums: (examples, columns); an example that has nothing to say is a row of zeros. value: totals (…, columns) -> (…),
    NaN where the number does not exist; why: the reason that it would have.
    """

    sums: Floats
    value: Callable[[Floats], Floats]
    why: Reason


def figures(measures: Mapping[Key, Measure], *, seed: int = 0) -> dict[Key, Figure]:
    """Each measure with its percentile-bootstrap interval; all over the same examples, in one resampling.

    The interval is None where fewer than two examples count, or where most resamples have no number.
    """
    if not measures:
        return {}
    drawn = _resampled_totals(np.hstack([measure.sums for measure in measures.values()]), seed)
    found, column = {}, 0
    for key, measure in measures.items():
        width = measure.sums.shape[1]
        found[key] = _figure(measure, drawn[:, column : column + width])
        column += width
    return found


def wilson(successes: float, trials: float) -> Figure:
    """A share with Wilson's score interval, which also holds for few trials and for shares near 0 or 1."""
    if trials <= 0:
        return Figure(None, None, None, 0, "no_pairs")
    z, share = NORMAL_QUANTILE, successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return Figure(share, max(0.0, middle - half), min(1.0, middle + half), int(trials))


def ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole; NaN where whole is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: Floats = np.where(whole == 0, np.nan, part / whole)
    return quotient


def _resampled_totals(sums: Floats, seed: int) -> Floats:
    """(RESAMPLES, columns): totals over as many examples as there are, drawn with replacement."""
    rng = np.random.default_rng(seed)
    examples, columns = sums.shape
    totals = np.zeros((RESAMPLES, columns))
    at_once = max(1, DRAWS // max(examples, 1))
    for begin in range(0, RESAMPLES if examples else 0, at_once):
        size = min(at_once, RESAMPLES - begin)
        drawn = rng.integers(examples, size=(size, examples)) + np.arange(size)[:, np.newaxis] * examples
        counts = np.bincount(drawn.reshape(-1), minlength=size * examples).reshape(size, examples)
        totals[begin : begin + size] = counts @ sums
    return totals


def _figure(measure: Measure, drawn: Floats) -> Figure:
    totals = measure.sums.sum(axis=0)
    value = float(measure.value(totals))
    count = int(np.any(measure.sums != 0, axis=1).sum())
    if np.isnan(value):
        return Figure(None, None, None, count, measure.why)
    values = measure.value(drawn)
    values = values[~np.isnan(values)]
    if count < 2 or len(values) < RESAMPLES / 2:
        return Figure(value, None, None, count)
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(value, float(low), float(high), count)
