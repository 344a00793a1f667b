"""Logistic regression on relations, for segments and for pairs: exact, and by Newton's method in a second.

It is fitted before the encoder is, which then learns what is left; or it is all there is.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from annotator.domain.errors import DomainError
from annotator.domain.segments import SegmentationRule, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import ErrorCategory
from training.data import LabelledResponse, Pair
from training.reward.coverage import COVERAGE_SIZE, response_relations
from training.reward.labels import class_weight, label_tensors
from training.reward.metrics import Array, sigmoid
from training.reward.relations import segment_relations

Indices = npt.NDArray[np.int64]

# On squared weights of standardised relations, chosen among by folds; and how many times that for all but what a
# response covers, which may be all that is worth learning from.
PENALTIES = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
TIMES = (1.0, 100.0)
FOLDS = 5


class Linear(nn.Module):
    """relations (..., F) -> logits or scores (...). What it knows are buffers: no gradient changes them."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.center, self.scale, self.weight = (nn.Buffer(torch.zeros(size)) for _ in range(3))
        self.bias = nn.Buffer(torch.zeros(()))

    def forward(self, relations: Tensor) -> Tensor:
        found: Tensor = (relations - self.center) * self.scale @ self.weight + self.bias
        return found


def segment_linears(
    items: Sequence[LabelledResponse], categories: Sequence[ErrorCategory], rule: SegmentationRule, spec: RewardSpec
) -> dict[str, Linear]:
    """By category, fitted to the labels of the training split. DomainError empty_dataset, single_class_dataset."""
    train = [item for item in items if item.split == "train" and item.weight > 0]
    found = {}
    for category in categories:
        error_weight = class_weight(items, category, spec.class_weights)
        labels = [item.targets[category.key] for item in train]
        target, weight = label_tensors(labels, [item.weight for item in train], error_weight, spec.label_smoothing)
        rows = [segment_relations(i.prompt, i.response, segments(i.response, category.density, rule)) for i in train]
        used = weight.numpy() > 0
        group = np.nonzero(used)[0]
        relations = np.concatenate([row[mask[: len(row)]] for row, mask in zip(rows, used, strict=True)])
        found[category.key] = fit_linear(relations, target.numpy()[used], weight.numpy()[used], group)
    return found


def pair_linear(pairs: Sequence[Pair], rule: SegmentationRule) -> Linear:
    """A score whose differences are the log-odds of what was preferred (Bradley and Terry) in the training split."""
    train = [pair for pair in pairs if pair.split == "train" and pair.weight > 0 and not pair.tie]
    if not train:
        raise DomainError("empty_dataset", "the dataset has no training pair in which one response is better")
    prompts = {prompt: index for index, prompt in enumerate(dict.fromkeys(pair.prompt for pair in train))}
    texts = {(pair.prompt, text) for pair in train for text in (pair.chosen, pair.rejected)}
    relations = {text: response_relations(*text, rule) for text in texts}
    sides = [
        np.array([relations[pair.prompt, pair.chosen] for pair in train]),
        np.array([relations[pair.prompt, pair.rejected] for pair in train]),
    ]
    weight = np.array([pair.weight for pair in train])
    group = np.array([prompts[pair.prompt] for pair in train])
    scale = 1 / (np.concatenate(sides).std(axis=0) + 1e-6)
    difference = (sides[0] - sides[1]) * scale
    times = np.where(np.arange(len(scale)) < COVERAGE_SIZE, 1.0, np.array(TIMES)[:, None])
    weights = fit_by_folds(difference, np.ones(len(train)), weight, group, _penalties(times))
    return _linear(np.zeros_like(scale), scale, np.append(weights, 0.0))


def fit_linear(relations: Array, target: Array, weight: Array, group: Indices) -> Linear:
    """relations (N, F); target, weight (N,); group (N,) int: what must not be on both sides of a fold."""
    center, scale = relations.mean(axis=0), 1 / (relations.std(axis=0) + 1e-6)
    inputs = np.column_stack([(relations - center) * scale, np.ones(len(relations))])
    times = np.append(np.ones(relations.shape[1]), 0.0)[None]
    return _linear(center, scale, fit_by_folds(inputs, target, weight, group, _penalties(times)))


def _linear(center: Array, scale: Array, weights: Array) -> Linear:
    model = Linear(len(center))
    values: Mapping[str, Array] = {"center": center, "scale": scale, "weight": weights[:-1], "bias": weights[-1]}
    for name, value in values.items():
        model.get_buffer(name).copy_(torch.as_tensor(value))
    return model


def _penalties(times: Array) -> Array:
    """(len(PENALTIES) * M, F): each of PENALTIES by each row of times (M, F)."""
    return (np.array(PENALTIES)[:, None, None] * times).reshape(-1, times.shape[1])


def fit_by_folds(inputs: Array, target: Array, weight: Array, group: Indices, penalties: Array) -> Array:
    """Weights of the row of penalties (M, F) whose models tell most of the folds that they were not fitted to."""
    held_out = []
    for penalty in penalties:
        loss = 0.0
        for fold in range(FOLDS):
            out = group % FOLDS == fold
            if out.any() and not out.all():
                weights = newton(inputs[~out], target[~out], weight[~out], penalty)
                logits = inputs[out] @ weights
                loss += float(weight[out] @ (np.logaddexp(0, logits) - target[out] * logits))
        held_out.append(loss)
    return newton(inputs, target, weight, penalties[int(np.argmin(held_out))])


def newton(inputs: Array, target: Array, weight: Array, penalty: Array) -> Array:
    """argmin_w of sum_i weight_i (log(1 + e^z_i) - target_i z_i) + sum_j penalty_j w_j^2 / 2, z = inputs @ w."""
    penalty = np.maximum(penalty, 1e-6)  # so that there is one, whatever the data are
    found = np.zeros(inputs.shape[1])
    for _ in range(50):
        chance = sigmoid(inputs @ found)
        slope = inputs.T @ (weight * (chance - target)) + penalty * found
        curvature = (inputs.T * (weight * chance * (1 - chance))) @ inputs + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        found = found - step
        if np.abs(step).max() < 1e-9:
            break
    return found
