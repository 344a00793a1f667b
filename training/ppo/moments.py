"""The standard deviation of all that came so far, of numbers that come a few at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """How many numbers there were, their mean, and the sum of their squared deviations from it."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def with_more(self, values: Sequence[float]) -> "Moments":
        """The same of these too (Chan et al. 1983, eq. 2.1: no cancellation)."""
        if not values:
            return self
        mean = math.fsum(values) / len(values)
        squares = math.fsum((value - mean) ** 2 for value in values)
        count, shift = self.count + len(values), mean - self.mean
        return Moments(
            count,
            self.mean + shift * len(values) / count,
            self.squares + squares + shift**2 * self.count * len(values) / count,
        )

    @property
    def std(self) -> float:
        """Of the population; 1 where it is 0 or nothing came yet, so that one may divide by it."""
        variance = self.squares / self.count if self.count else 0.0
        return math.sqrt(variance) if variance > 0 else 1.0
