"""The likelihood of comparisons: Bradley and Terry, with ties, margins and smoothing.

With scores s, d = s_first - s_second, and a width of ties eta or nu:

Bradley and Terry (1952):   P(first) = sigma(d).
Rao and Kupper (1967):      P(first) = sigma(d - eta), P(second) = sigma(-d - eta),
                            P(tie) = (e^(2 eta) - 1) sigma(d - eta) sigma(-d - eta), eta > 0: who differs by little is
                            not told apart (J. Amer. Statist. Assoc. 62, 194-204; their theta is e^eta).
Davidson (1970):            P(first) : P(tie) : P(second) = e^(d/2) : nu : e^(-d/2)
                            (J. Amer. Statist. Assoc. 65, 317-328), nu > 0.

Both with ties become Bradley and Terry's as their width goes to 0.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

Ties = Literal["drop", "rao_kupper", "davidson"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Scores and what was said of P pairs, (P,) each. `tie` says which are ties (of these it does not matter which is
    `chosen`); strength is 0 where nobody said how much better."""

    chosen: Tensor
    rejected: Tensor
    weight: Tensor
    tie: Tensor
    strength: Tensor


@dataclass(frozen=True, slots=True)
class PairLoss:
    """ties: the model of ties; "drop" takes Bradley and Terry's and wants none. margin: by how much per unit of
    strength the better score should be ahead (Touvron et al. 2023, arXiv 2307.09288, eq. 2). smoothing: the share of
    comparisons taken to be the wrong way round (Wang et al. 2024, arXiv 2401.06080)."""

    ties: Ties = "drop"
    margin: float = 0.0
    smoothing: float = 0.0

    def __call__(self, pairs: Compared, log_width: Tensor, total: Tensor | None = None) -> Tensor:
        """-log P of what was said, its weighted sum over `total`, by default the sum of weights; scalar. At equal
        scores, without ties, it is ln 2. log_width: scalar, the logarithm of eta / ln 2, or of nu."""
        ahead = pairs.chosen - pairs.rejected
        right = self.log_better(ahead - self.margin * pairs.strength, log_width)
        wrong = self.log_better(-ahead - self.margin * pairs.strength, log_width)
        decided = (1 - self.smoothing) * right + self.smoothing * wrong
        found = decided if self.ties == "drop" else torch.where(pairs.tie, self.log_tie(ahead, log_width), decided)
        total = pairs.weight.sum() if total is None else total
        return -(found * pairs.weight).sum() / total.clamp(min=1e-8)

    def log_better(self, ahead: Tensor, log_width: Tensor) -> Tensor:
        """log P(first) where the first is `ahead` by (P,)."""
        if self.ties == "drop":
            return logsigmoid(ahead)
        if self.ties == "rao_kupper":
            return logsigmoid(ahead - _eta(log_width))
        return ahead / 2 - _davidson_total(ahead, log_width)

    def log_odds(self, ahead: Tensor, log_width: Tensor) -> Tensor:
        """(P,) log of P(first) / P(second): of the first being better, given that one of them is."""
        return self.log_better(ahead, log_width) - self.log_better(-ahead, log_width)

    def log_tie(self, ahead: Tensor, log_width: Tensor) -> Tensor:
        """log P(tie); of a model that has ties."""
        if self.ties == "rao_kupper":
            eta = _eta(log_width)
            return torch.expm1(2 * eta).log() + logsigmoid(ahead - eta) + logsigmoid(-ahead - eta)
        return log_width - _davidson_total(ahead, log_width)


def fit_pair_temperature(loss: PairLoss, pairs: Compared, log_width: Tensor) -> float:
    """T by which scores are divided to make the loss least, between 1/20 and 20; 1 where no pair, or every one, has the
    better response ahead, as no T is best then.

    The loss is convex in b = 1/T, and its slope is halved to 0.
    """
    right = (pairs.chosen > pairs.rejected)[~pairs.tie]
    if not right.any() or right.all():
        return 1.0
    low, high = 0.05, 20.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        with torch.enable_grad():
            times = torch.tensor(middle, dtype=pairs.chosen.dtype, device=pairs.chosen.device, requires_grad=True)
            scaled = replace(pairs, chosen=pairs.chosen * times, rejected=pairs.rejected * times)
            (slope,) = torch.autograd.grad(loss(scaled, log_width.detach()), times)
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(1 / (low * high) ** 0.5)


def _eta(log_width: Tensor) -> Tensor:
    """At log_width 0, equal responses are told to be a tie one time in three."""
    return log_width.exp() * math.log(2)


def _davidson_total(ahead: Tensor, log_width: Tensor) -> Tensor:
    return torch.stack([ahead / 2, log_width.expand_as(ahead), -ahead / 2]).logsumexp(dim=0)
