import math

import pytest
import torch

from training.ppo.kl import k1, k3, penalize


def test_every_real_token_pays_and_padding_does_not() -> None:
    # β=.3 on log-ratios (.5, −1, 2): the sign is kept, the end-of-sequence token (the third) pays too.
    logprobs = torch.tensor([[-1.0, -2.0, -1.0, -9.0]])
    ref_logprobs = torch.tensor([[-1.5, -1.0, -3.0, -1.0]])
    mask = torch.tensor([[True, True, True, False]])
    rewards = torch.tensor([[0.0, 0.8, -0.5, 4.0]])
    expected = torch.tensor([[-0.15, 0.8 + 0.3, -0.5 - 0.6, 0.0]])
    torch.testing.assert_close(penalize(rewards, logprobs, ref_logprobs, mask, 0.3), expected)


def test_no_penalty_when_policy_is_reference() -> None:
    logprobs = -torch.rand(3, 5)
    rewards, mask = torch.rand(3, 5), torch.ones(3, 5).bool()
    assert torch.equal(penalize(rewards, logprobs, logprobs, mask, 0.3), rewards)
    assert not k1(logprobs, logprobs).any()
    assert not k3(logprobs, logprobs).any()


def test_both_estimators_are_unbiased() -> None:
    # A coin: π = (.9, .1), reference = (.5, .5). KL = .9·ln 1.8 + .1·ln .2
    policy, reference = torch.tensor([0.9, 0.1]).double().log(), torch.tensor([0.5, 0.5]).double().log()
    exact = 0.9 * math.log(1.8) + 0.1 * math.log(0.2)
    for estimator in (k1, k3):
        assert (policy.exp() * estimator(policy, reference)).sum().item() == pytest.approx(exact)


def test_k3_is_never_negative() -> None:
    assert (k3(torch.linspace(-5, 0, 101), torch.linspace(0, -5, 101)) >= 0).all()
