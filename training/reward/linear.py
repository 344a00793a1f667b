"""Logistic regression on relations, for segments and for pairs: exact, by Newton's method, in seconds.

It is fitted before the encoder is, which then learns what is left; or it is all there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from annotator.domain.errors import DomainError
from annotator.domain.segments import SegmentationRule, segments
from annotator.domain.specs import RewardSpec
from annotator.domain.taxonomy import ErrorCategory
from training.data import LabelledResponse, Pair
from training.reward.comparisons import Compared, PairLoss
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
NO_TIES = -10.0  # the logarithm of their width where nobody saw any, which is best at minus infinity


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


def pair_linear(pairs: Sequence[Pair], rule: SegmentationRule, loss: PairLoss) -> tuple[Linear, float]:
    """A score whose differences tell what was preferred in the training split, and the logarithm of the width of ties
    (training.reward.comparisons). DomainError empty_dataset."""
    train = [pair for pair in pairs if pair.split == "train" and pair.weight > 0]
    tie = np.array([pair.tie for pair in train], dtype=bool)
    if tie.all():
        raise DomainError("empty_dataset", "the dataset has no training pair in which one response is better")
    prompts = {prompt: index for index, prompt in enumerate(dict.fromkeys(pair.prompt for pair in train))}
    group = np.array([prompts[pair.prompt] for pair in train])
    better, worse = (
        np.array([response_relations(pair.prompt, getattr(pair, side), rule) for pair in train])
        for side in ("chosen", "rejected")
    )
    scale = 1 / (np.concatenate([better[~tie], worse[~tie]]).std(axis=0) + 1e-6)
    difference = (better - worse) * scale
    weight, strength = (np.array([getattr(pair, name) for pair in train]) for name in ("weight", "strength"))
    times = np.where(np.arange(len(scale)) < COVERAGE_SIZE, 1.0, np.array(TIMES)[:, None])
    ones = np.ones(len(train))
    # What is best to forget is asked of the pairs in which one is better, whatever the loss.
    weights, penalty = fit_by_folds(difference[~tie], ones[~tie], weight[~tie], group[~tie], _penalties(times))
    width = 0.0
    if loss != PairLoss():
        known = loss if tie.any() else replace(loss, ties="drop")
        weights, width = fit_comparisons(difference, weight, tie, strength, known, weights, penalty)
    return _linear(np.zeros_like(scale), scale, np.append(weights, 0.0)), width if tie.any() else NO_TIES


def fit_comparisons(
    difference: Array,
    weight: Array,
    tie: npt.NDArray[np.bool_],
    strength: Array,
    loss: PairLoss,
    start: Array,
    penalty: Array,
) -> tuple[Array, float]:
    """Weights w and log width that make the loss of comparisons, their scores being `difference` (P, F) @ w apart, plus
    sum_j penalty_j w_j^2 / 2 least. The rest are (P,)."""
    inputs, penalties, said, strengths = (torch.from_numpy(a) for a in (difference, penalty, weight, strength))
    weights = torch.tensor(start, requires_grad=True)
    width = torch.zeros((), dtype=torch.float64, requires_grad=True)
    one = torch.ones((), dtype=torch.float64)
    optimizer = torch.optim.LBFGS(
        [weights, width], max_iter=500, tolerance_grad=1e-8, tolerance_change=1e-12, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimizer.zero_grad()
        ahead = inputs @ weights
        pairs = Compared(ahead, torch.zeros_like(ahead), said, torch.from_numpy(tie), strengths)
        found = loss(pairs, width, one) + (penalties * weights**2).sum() / 2
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), float(width.detach())


def fit_linear(relations: Array, target: Array, weight: Array, group: Indices) -> Linear:
    """relations (N, F); target, weight (N,); group (N,) int: what must not be on both sides of a fold."""
    center, scale = relations.mean(axis=0), 1 / (relations.std(axis=0) + 1e-6)
    inputs = np.column_stack([(relations - center) * scale, np.ones(len(relations))])
    times = np.append(np.ones(relations.shape[1]), 0.0)[None]
    return _linear(center, scale, fit_by_folds(inputs, target, weight, group, _penalties(times))[0])


def _linear(center: Array, scale: Array, weights: Array) -> Linear:
    model = Linear(len(center))
    values: Mapping[str, Array] = {"center": center, "scale": scale, "weight": weights[:-1], "bias": weights[-1]}
    for name, value in values.items():
        model.get_buffer(name).copy_(torch.as_tensor(value))
    return model


def _penalties(times: Array) -> Array:
    """(len(PENALTIES) * M, F): each of PENALTIES by each row of times (M, F)."""
    return (np.array(PENALTIES)[:, None, None] * times).reshape(-1, times.shape[1])


def fit_by_folds(inputs: Array, target: Array, weight: Array, group: Indices, penalties: Array) -> tuple[Array, Array]:
    """Weights, and the row of penalties (M, F) whose models tell most of the folds that they were not fitted to."""
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
    best = penalties[int(np.argmin(held_out))]
    return newton(inputs, target, weight, best), best


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
