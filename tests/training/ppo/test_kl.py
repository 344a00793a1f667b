import math

import pytest
import torch

from training.ppo.kl import adapted_coef, k1, k2, k3, penalize


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


def test_as_a_loss_k2_has_the_gradient_of_the_kl_and_the_others_have_not() -> None:
    # π = softmax(θ) over three tokens; on policy, the mean over its samples of the estimator's gradient.
    theta = torch.tensor([0.3, -1.0, 0.7], dtype=torch.double, requires_grad=True)
    reference = torch.tensor([0.2, 0.5, 0.3], dtype=torch.double).log()

    def gradient(loss: torch.Tensor) -> torch.Tensor:
        return torch.autograd.grad(loss, theta, retain_graph=True)[0]

    policy = theta.log_softmax(0)
    exact = gradient((policy.exp() * (policy - reference)).sum())
    sampled = policy.detach().exp()
    assert torch.allclose(gradient((sampled * k2(policy, reference)).sum()), exact)
    assert torch.allclose(gradient((sampled * k1(policy, reference)).sum()), torch.zeros(3, dtype=torch.double))
    assert not torch.allclose(gradient((sampled * k3(policy, reference)).sum()), exact, rtol=0.01)


@pytest.mark.parametrize(("kl", "factor"), [(6, 1), (6.6, 1 + 0.1 * 0.01), (600, 1 + 0.2 * 0.01), (0, 1 - 0.2 * 0.01)])
def test_the_coefficient_moves_by_a_fifth_of_the_share_of_the_horizon_at_most(kl: float, factor: float) -> None:
    assert adapted_coef(0.3, kl, target=6, responses=100, horizon=10_000) == pytest.approx(0.3 * factor)
