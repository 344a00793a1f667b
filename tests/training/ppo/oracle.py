"""The arithmetic of PPO once more, one response at a time in plain Python and NumPy: no padding, no masks, no batch."""

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]


def whiten(rows: list[Row], *, center: bool) -> list[Row]:
    flat = np.concatenate(rows)
    mean, std = flat.mean(), np.sqrt(flat.var() + 1e-8)
    return [(row - (mean if center else 0)) / std for row in rows]


def gae(rewards: Row, values: Row, bootstrap: float, gamma: float, gae_lambda: float) -> tuple[Row, Row]:
    """A_t = Σ_l (γλ)^l δ_{t+l}, summed out rather than by recursion."""
    after = np.append(values[1:], bootstrap)
    deltas = rewards + gamma * after - values
    length = len(rewards)
    advantages = np.array(
        [sum((gamma * gae_lambda) ** (u - t) * deltas[u] for u in range(t, length)) for t in range(length)]
    )
    return advantages, advantages + values


def policy_loss(new: Row, old: Row, advantages: Row, clip: float) -> Row:
    losses = []
    for logprob, old_logprob, advantage in zip(new, old, advantages, strict=True):
        ratio = np.exp(logprob - old_logprob)
        losses.append(-min(ratio * advantage, min(max(ratio, 1 - clip), 1 + clip) * advantage))
    return np.array(losses)


def value_loss(new: Row, old: Row, returns: Row, clip: float) -> Row:
    losses = []
    for value, old_value, target in zip(new, old, returns, strict=True):
        clipped = old_value + min(max(value - old_value, -clip), clip)
        losses.append(max((value - target) ** 2, (clipped - target) ** 2) / 2)
    return np.array(losses)
