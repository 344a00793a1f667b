import math

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.ppo import oracle
from tests.training.ppo.test_advantages import assert_rows_equal, lengths, ragged, seeds
from training.ppo.loss import outside_clip_range, policy_losses, value_losses


def test_policy_loss_by_hand() -> None:
    # ratios 1, 1.5, 1.5, .5, .5 with ε = .2 and A = 2, 1, −1, 1, −1
    # ρA: 2, 1.5, −1.5, .5, −.5; clipped: 2, 1.2, −1.2, .8, −.8; −min: −2, −1.2, 1.5, −.5, .8
    ratios, advantages = torch.tensor([[1, 1.5, 1.5, 0.5, 0.5]]), torch.tensor([[2.0, 1, -1, 1, -1]])
    old = torch.full((1, 5), -0.7)
    mask = torch.ones(1, 5).bool()
    losses = policy_losses(old + ratios.log(), old, advantages, mask, 0.2)
    torch.testing.assert_close(losses, torch.tensor([[-2, -1.2, 1.5, -0.5, 0.8]]))
    assert outside_clip_range(old + ratios.log(), old, mask, 0.2).tolist() == [[False, True, True, True, True]]


def test_value_loss_by_hand() -> None:
    # V_old = 0, ε = .2. V = 1, R = 1: unclipped error 0, clipped (.2−1)² = .64 → .32. V = .1, R = 1: ½·.81.
    # V = −1, R = 1: ½·4, as the clipped value −.2 is nearer.
    values, returns = torch.tensor([[1.0, 0.1, -1.0]]), torch.ones(1, 3)
    losses = value_losses(values, torch.zeros(1, 3), returns, torch.ones(1, 3).bool(), 0.2)
    torch.testing.assert_close(losses, torch.tensor([[0.32, 0.405, 2.0]]))


@given(lengths, seeds, st.floats(0.01, 0.5))
def test_losses_equal_oracle(lengths: list[int], seed: int, clip: float) -> None:
    (new, old, target), (new_, old_, target_), mask = ragged(lengths, seed, 3)
    losses = policy_losses(new_, old_, target_, mask, clip)
    assert_rows_equal(losses, [oracle.policy_loss(*row, clip) for row in zip(new, old, target, strict=True)], mask)
    losses = value_losses(new_, old_, target_, mask, clip)
    assert_rows_equal(losses, [oracle.value_loss(*row, clip) for row in zip(new, old, target, strict=True)], mask)


def test_first_gradient_is_the_policy_gradient() -> None:
    # At ρ = 1 the gradient of the loss in log π is −A: no clipping, whatever the advantage.
    logprobs = torch.full((1, 3), math.log(0.5), requires_grad=True)
    advantages = torch.tensor([[3.0, -2.0, 5.0]])
    mask = torch.tensor([[True, True, False]])
    policy_losses(logprobs, logprobs.detach(), advantages, mask, 0.2).sum().backward()
    assert logprobs.grad is not None
    np.testing.assert_allclose(logprobs.grad.numpy(), [[-3.0, 2.0, 0.0]], rtol=1e-6)
