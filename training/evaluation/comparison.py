"""Differences of two policies on the same prompts, with 95 % percentile intervals of the paired bootstrap."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from training.evaluation.tallies import PERPLEXITY, Tallies, metric

RESAMPLES = 2000
LENGTH = "response_characters"

# "mean" is the difference, second minus first.
Interval = dict[str, float]
Floats = NDArray[np.float64]
Rows = NDArray[np.int64] | slice


def differences(first: Tallies, second: Tallies, seed: int) -> dict[str, Interval]:
    """Of each metric that both have. Prompts are resampled, and paired."""

    def difference(name: str, rows: Rows) -> float:
        return metric(name, second[name][rows]) - metric(name, first[name][rows])

    return {
        name: _interval(partial(difference, name), len(counts), seed)
        for name, counts in first.items()
        if name in second
    }


def at_equal_length(first: Tallies, second: Tallies, seed: int) -> dict[str, Interval]:
    """Of each score, the difference that is left where responses are equally long.

    Per prompt i, d_i is the difference of the two policies' mean scores and l_i that of their mean lengths in
    characters; with d_i = a + b l_i + e_i by least squares, a is the answer. Dubois et al. 2024 ("Length-Controlled
    AlpacaEval", section 3) do this for a win rate, by logistic regression on tanh(l_i / std(l)); this is its linear
    analogue for a score. A metric is left out where the lengths of all prompts differ by the same: then nothing tells
    what they do.
    """
    found = {}
    for name in (name for name in first if name in second and _is_score(name)):
        scores, lengths = (_per_prompt(second[key]) - _per_prompt(first[key]) for key in (name, LENGTH))
        known = np.isfinite(scores)
        if known.any() and np.isfinite(intercept(lengths[known], scores[known])):
            found[name] = _interval(partial(_intercept_of, lengths[known], scores[known]), known.sum(), seed)
    return found


def _intercept_of(x: Floats, y: Floats, rows: Rows) -> float:
    return intercept(x[rows], y[rows])


def intercept(x: Floats, y: Floats) -> float:
    """a of y = a + b x by least squares; nan if x is the same everywhere and not 0, which tells nothing of b."""
    if np.ptp(x) == 0:
        return float(y.mean()) if x[0] == 0 else float("nan")
    centred = x - x.mean()
    slope = centred @ y / (centred @ centred)
    return float(y.mean() - slope * x.mean())


def _is_score(name: str) -> bool:
    """Not what is a length itself, and no perplexity, which is no mean of prompts."""
    return not (name.startswith("response_") or "segments/" in name or name in ("truncated", PERPLEXITY))


def _per_prompt(counts: Floats) -> Floats:
    """(prompts,); nan where nothing was counted."""
    return np.divide(counts[:, 0], counts[:, 1], out=np.full(len(counts), np.nan), where=counts[:, 1] > 0)


def _interval(statistic: Callable[[Rows], float], prompts: int, seed: int) -> Interval:
    draws = np.random.default_rng(seed).integers(prompts, size=(RESAMPLES, prompts))
    low, high = np.nanquantile([statistic(draw) for draw in draws], [0.025, 0.975])
    return {"mean": statistic(slice(None)), "low": float(low), "high": float(high)}
