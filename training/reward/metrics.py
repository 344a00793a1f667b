"""How well a reward model does on held-out data, and what doing nothing would reach. Arrays (N,) throughout."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
BINS = 10


def binary_metrics(logits: Array, labels: Array) -> dict[str, float]:
    """Of error predicted where the logit is above 0, and labelled where a label is 0.5 or more: accuracy, f1 of the
    error class, majority (the accuracy of always giving the commoner answer), auc, ece, count.

    {} without data. A logit that is no number, of a model that diverged, says as much as 0. f1 is 0 where there is
    neither a true nor a predicted error, auc 0.5 where there is but one class.
    """
    count = len(labels)
    if not count:
        return {}
    logits = np.nan_to_num(logits)
    predicted, actual = logits > 0, labels >= 0.5
    marked = predicted.sum() + actual.sum()
    return {
        "accuracy": float((predicted == actual).mean()),
        "f1": float(2 * (predicted & actual).sum() / marked) if marked else 0.0,
        "majority": float(max(actual.mean(), 1 - actual.mean())),
        "auc": area_under_curve(logits, actual),
        "ece": expected_calibration_error(sigmoid(logits), labels),
        "count": float(count),
    }


def pair_metrics(logits: Array) -> dict[str, float]:
    """Of log-odds of the better response being the better one: accuracy of their being above 0, 0 counting half;
    majority is a coin's 0.5. ece is that of both responses, each being the better one or not.
    """
    if not len(logits):
        return {}
    logits = np.nan_to_num(logits)
    chances = sigmoid(np.concatenate([logits, -logits]))
    return {
        "accuracy": float(np.heaviside(logits, 0.5).mean()),
        "majority": 0.5,
        "ece": expected_calibration_error(chances, np.repeat([1.0, 0.0], len(logits))),
        "count": float(len(logits)),
    }


def area_under_curve(scores: Array, actual: npt.NDArray[np.bool_]) -> float:
    """The share of (error, no error) couples in which the error has the higher score, equal ones counting half."""
    errors = int(actual.sum())
    clean = len(actual) - errors
    if not errors or not clean:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (counts.cumsum() - (counts - 1) / 2)[inverse]
    return float((ranks[actual].sum() - errors * (errors + 1) / 2) / (errors * clean))


def expected_calibration_error(probabilities: Array, labels: Array) -> float:
    """Mean over items of |mean probability - mean label| of their bin, of BINS equal ones (Naeini et al. 2015)."""
    place = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = np.bincount(place, weights=probabilities - labels, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))


def fit_temperature(logits: Array, labels: Array) -> float:
    """T that makes the cross-entropy of sigmoid(logits / T) with the labels least (Guo et al. 2017, arXiv 1706.04599),
    between 1/20 and 20; 1 without two classes to fit it to.

    The cross-entropy is convex in b = 1/T, and its slope, sum z (sigmoid(b z) - y), is halved to 0.
    """
    if len(np.unique(labels >= 0.5)) < 2:
        return 1.0
    low, high = 0.05, 20.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        slope = float((logits * (sigmoid(logits * middle) - labels)).sum())
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(1 / (low * high) ** 0.5)


def sigmoid(values: Array) -> Array:
    found: Array = np.exp(-np.logaddexp(0, -values))
    return found


def mean_metric(metrics: Mapping[str, float]) -> float:
    """Mean of all accuracies and F1s: what the best epoch has most of."""
    judged = [value for name, value in metrics.items() if name.startswith(("accuracy/", "f1/"))]
    return sum(judged) / len(judged)
