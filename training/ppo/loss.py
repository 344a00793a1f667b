"""The clipped losses of PPO (Schulman et al. 2017), per token: the caller sums and divides by the global token count.

Shapes: all (N, T). Zero outside `mask`.
"""

from torch import Tensor, maximum


def policy_losses(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, mask: Tensor, clip_range: float
) -> Tensor:
    """−min(ρA, clip(ρ, 1 ± ε)A) with ρ = π(a)/π_old(a) (eq. 7)."""
    ratio = (logprobs - old_logprobs).exp()
    clipped = ratio.clamp(1 - clip_range, 1 + clip_range)
    return maximum(-advantages * ratio, -advantages * clipped) * mask


def value_losses(values: Tensor, old_values: Tensor, returns: Tensor, mask: Tensor, clip_range: float) -> Tensor:
    """½ max((V − R)², (clip(V, V_old ± ε) − R)²): a move beyond the clip range earns nothing."""
    clipped = old_values + (values - old_values).clamp(-clip_range, clip_range)
    return 0.5 * maximum((values - returns) ** 2, (clipped - returns) ** 2) * mask


def outside_clip_range(logprobs: Tensor, old_logprobs: Tensor, mask: Tensor, clip_range: float) -> Tensor:
    """Which real tokens' ratio ρ lies outside 1 ± ε; boolean."""
    ratio = (logprobs - old_logprobs).exp()
    return ((ratio - 1).abs() > clip_range) & mask
