"""Estimators of KL(π ‖ reference) from the log-probabilities of sampled tokens (Schulman, "Approximating KL", 2020).

Shapes: all (N, T). What each is good for:

    k1  unbiased, signed                              to subtract from a reward; as a loss its gradient is 0 on average
    k2  biased, never negative                        as a loss: on policy its gradient is that of the KL
    k3  unbiased, never negative, of low variance     to read off a curve; as a loss its gradient is biased
"""

from torch import Tensor


def k1(logprobs: Tensor, ref_logprobs: Tensor) -> Tensor:
    """log π(a) − log π_ref(a)."""
    return logprobs - ref_logprobs


def k2(logprobs: Tensor, ref_logprobs: Tensor) -> Tensor:
    """½ k1²."""
    return 0.5 * k1(logprobs, ref_logprobs) ** 2


def k3(logprobs: Tensor, ref_logprobs: Tensor) -> Tensor:
    """e^{−k1} − 1 + k1."""
    log_ratio = k1(logprobs, ref_logprobs)
    return (-log_ratio).expm1() + log_ratio


def penalize(rewards: Tensor, logprobs: Tensor, ref_logprobs: Tensor, mask: Tensor, kl_coef: float) -> Tensor:
    """r_t − β·k1_t on every real token, EOS included (Wu et al. 2023, §3); zero outside the mask."""
    return (rewards - kl_coef * k1(logprobs, ref_logprobs)) * mask


def adapted_coef(kl_coef: float, kl: float, target: float, responses: int, horizon: int) -> float:
    """The coefficient after `responses` responses whose KL was `kl` nats each, to bring it to `target`.

    β (1 + clip(KL/target − 1, ±0.2) n/horizon) (Ziegler et al. 2019, §2.2).
    """
    error = min(max(kl / target - 1, -0.2), 0.2)
    return kl_coef * (1 + error * responses / horizon)
