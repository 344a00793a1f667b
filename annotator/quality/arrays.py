"""Names for the arrays of this floor, and sums by group."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def ints(values: object) -> Ints:
    """An array of whole numbers, also of none."""
    return np.asarray(values, dtype=np.int64)


def sums_by(group: Ints, values: Floats | Ints | Bools, groups: int) -> Floats:
    """(groups,): the sum of the values of each group."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def ranges(counts: Ints) -> Ints:
    """0..counts[0], 0..counts[1], … one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def starts(counts: Ints) -> Ints:
    """Where each of so many, laid one after the other, begins."""
    return ints(np.cumsum(counts) - counts)
