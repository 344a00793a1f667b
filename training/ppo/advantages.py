"""Advantages and returns from per-token rewards: tensors in, tensors out, padding never counts.

Shapes: N responses, T response tokens. `mask` (N, T) is True on real response tokens, which are a prefix of each row.
"""

import torch
from torch import Tensor

_VARIANCE_FLOOR = 1e-8


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Mean of x over mask, a scalar. Zero where the mask is empty."""
    return (x * mask).sum() / mask.sum().clamp(min=1)


def masked_variance(x: Tensor, mask: Tensor) -> Tensor:
    """Population variance of x over mask, in two passes: E[x²] − E[x]² cancels and can turn negative."""
    return masked_mean((x - masked_mean(x, mask)) ** 2, mask)


def whiten(x: Tensor, mask: Tensor, *, center: bool) -> Tensor:
    """x divided by its standard deviation over mask (N, T), zero outside the mask.

    With `center` the mean is subtracted first. Without, a zero stays a zero: adding the mean back unscaled, as
    the common implementations do, would pay every token mean·(1 − 1/σ), a bonus for length.
    """
    scaled = x * torch.rsqrt(masked_variance(x, mask) + _VARIANCE_FLOOR)
    if center:
        scaled = scaled - masked_mean(scaled, mask)
    return scaled * mask


def whiten_as_published(x: Tensor, mask: Tensor, *, center: bool) -> Tensor:
    """What the paper's code does instead, for runs that are to reproduce its numbers: the standard deviation stands
    where the variance should, so that the result has the square root of the old one; and without `center` the mean is
    added back unscaled. Zero outside the mask, which there it is not.
    """
    mean, std = masked_mean(x, mask), masked_variance(x, mask).sqrt()
    whitened = (x - mean) * torch.rsqrt(std + _VARIANCE_FLOOR)
    return (whitened if center else whitened + mean) * mask


WHITENINGS = {"corrected": whiten, "published": whiten_as_published}


def estimate_advantages(
    rewards: Tensor, values: Tensor, mask: Tensor, bootstrap: Tensor, *, gamma: float, gae_lambda: float
) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimates and returns, both (N, T) and zero outside the mask.

    rewards, values, mask: (N, T); values[:, t] is V(s_t), the value before token t was chosen.
    bootstrap: (N,), the value of the state after the last real token; zero where the response ended by itself.

    δ_t = r_t + γ V(s_{t+1}) − V(s_t) and A_t = δ_t + γλ A_{t+1} (Schulman et al. 2016, eq. 11 and 16); R = A + V.
    Padding carries the bootstrap value and a zero advantage backwards, so that a response's results do not depend
    on how long its neighbours are.
    """
    advantages = torch.zeros_like(rewards)
    next_value, next_advantage = bootstrap, torch.zeros_like(bootstrap)
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * next_value - values[:, t]
        advantage = delta + gamma * gae_lambda * next_advantage
        next_advantage = torch.where(mask[:, t], advantage, next_advantage)
        next_value = torch.where(mask[:, t], values[:, t], next_value)
        advantages[:, t] = next_advantage
    advantages = advantages * mask
    return advantages, (advantages + values) * mask


def explained_variance(values: Tensor, returns: Tensor, mask: Tensor) -> Tensor:
    """1 − Var(R − V) / Var(R) over mask: 1 is a perfect value model, 0 no better than a constant. A scalar."""
    return 1 - masked_variance(returns - values, mask) / masked_variance(returns, mask).clamp(min=_VARIANCE_FLOOR)
