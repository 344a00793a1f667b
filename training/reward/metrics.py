"""How well a reward model does on held-out data, and what doing nothing would reach."""

from collections.abc import Mapping, Sequence


def binary_metrics(predicted: Sequence[bool], actual: Sequence[bool]) -> dict[str, float]:
    """accuracy, f1 of the error class, majority (the accuracy of always giving the commoner answer) and count.

    {} without data. f1 is 0 where there is neither a true nor a predicted error.
    """
    count = len(actual)
    if not count:
        return {}
    hits = sum(p and a for p, a in zip(predicted, actual, strict=True))
    agreed = sum(p == a for p, a in zip(predicted, actual, strict=True))
    marked = sum(predicted) + sum(actual)
    errors = sum(actual)
    return {
        "accuracy": agreed / count,
        "f1": 2 * hits / marked if marked else 0.0,
        "majority": max(errors, count - errors) / count,
        "count": float(count),
    }


def pair_metrics(differences: Sequence[float]) -> dict[str, float]:
    """accuracy of score(chosen) - score(rejected) > 0, a tie counting half; majority is a coin's 0.5."""
    if not differences:
        return {}
    right = sum(0.5 if difference == 0 else float(difference > 0) for difference in differences)
    return {"accuracy": right / len(differences), "majority": 0.5, "count": float(len(differences))}


def mean_metric(metrics: Mapping[str, float]) -> float:
    """Mean of all accuracies and F1s: what the best epoch has most of."""
    judged = [value for name, value in metrics.items() if name.startswith(("accuracy/", "f1/"))]
    return sum(judged) / len(judged)
