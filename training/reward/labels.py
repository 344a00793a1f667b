"""Labels of responses as tensors, and what each counts."""

import math
from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.taxonomy import ErrorCategory
from training.data import LabelledResponse


def label_tensors(
    labels: Sequence[Sequence[float | None]], weights: Sequence[float], error_weight: float = 1.0, smoothing: float = 0
) -> tuple[Tensor, Tensor]:
    """Labels by response and segment (the share of annotators who saw an error) as target and weight, (B, S) each, of
    segment.segment_loss; the weight is 0 without a label. error_weight: what an error counts against a segment without
    one. smoothing: the share of labels that are taken to be a coin's.
    """
    width = max((len(row) for row in labels), default=0)
    target = torch.zeros((len(labels), width))
    weight = torch.zeros((len(labels), width))
    for index, row in enumerate(labels):
        for position, label in enumerate(row):
            if label is not None:
                target[index, position] = label
                weight[index, position] = weights[index] * (label * error_weight + 1 - label)
    return target * (1 - smoothing) + smoothing / 2, weight


def class_weight(items: Sequence[LabelledResponse], category: ErrorCategory, class_weights: str) -> float:
    """How much an error counts in the loss: as many times as it is rarer ("balanced"), the square root of that ("root",
    half-way), or 1 ("none")."""
    counts = Counter(
        label >= 0.5
        for item in items
        if item.split == "train" and item.weight > 0
        for label in item.targets[category.key]
        if label is not None
    )
    errors, clean = counts[True], counts[False]
    said = f"{errors} segments with an error and {clean} without one to train on"
    if not errors + clean:
        raise DomainError(
            "empty_dataset", f"{category.key}: the dataset has no labelled segment to train on", {category.key: said}
        )
    if not errors or not clean:
        message = f"{category.key}: the dataset has {said}; both are needed"
        raise DomainError("single_class_dataset", message, {category.key: said})
    return {"none": 1.0, "root": math.sqrt(clean / errors), "balanced": clean / errors}[class_weights]
