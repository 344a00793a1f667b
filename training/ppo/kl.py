"""Estimators of KL(π ‖ reference) from the log-probabilities of sampled tokens (Schulman, "Approximating KL", 2020).

Shapes: all (N, T). k1 is unbiased and signed; it is the one to subtract from a reward. k3 is unbiased, never
negative and of low variance; it is the one to read off a curve. Neither is meant as a loss here.
"""

from torch import Tensor


def k1(logprobs: Tensor, ref_logprobs: Tensor) -> Tensor:
    """log π(a) − log π_ref(a)."""
    return logprobs - ref_logprobs


def k3(logprobs: Tensor, ref_logprobs: Tensor) -> Tensor:
    """e^{−k1} − 1 + k1."""
    log_ratio = k1(logprobs, ref_logprobs)
    return (-log_ratio).expm1() + log_ratio


def penalize(rewards: Tensor, logprobs: Tensor, ref_logprobs: Tensor, mask: Tensor, kl_coef: float) -> Tensor:
    """r_t − β·k1_t on every real token, EOS included (Wu et al. 2023, §3); zero outside the mask."""
    return (rewards - kl_coef * k1(logprobs, ref_logprobs)) * mask
