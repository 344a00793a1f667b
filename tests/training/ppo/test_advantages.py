import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.training.ppo import oracle
from training.ppo.advantages import (
    estimate_advantages,
    explained_variance,
    masked_variance,
    whiten,
    whiten_as_published,
)

lengths = st.lists(st.integers(1, 9), min_size=1, max_size=6)
seeds = st.integers(0, 2**31)


def ragged(lengths: list[int], seed: int, count: int) -> tuple[list[list[np.ndarray]], list[Tensor], Tensor]:
    """`count` random ragged arrays, the same padded with rubbish, and their mask."""
    random = np.random.default_rng(seed)
    rows = [[random.normal(size=n) for n in lengths] for _ in range(count)]
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    padded = [torch.full(mask.shape, 77.0, dtype=torch.float64) for _ in range(count)]
    for arrays, tensor in zip(rows, padded, strict=True):
        for i, array in enumerate(arrays):
            tensor[i, : len(array)] = torch.from_numpy(array)
    return rows, padded, mask


def assert_rows_equal(padded: Tensor, rows: list[np.ndarray], mask: Tensor) -> None:
    np.testing.assert_allclose(padded[mask].numpy(), np.concatenate(rows), rtol=1e-9, atol=1e-9)
    assert not padded[~mask].any()


def test_gae_by_hand() -> None:
    # γ=.5, λ=.5, ended by itself: δ2 = 4−3 = 1; δ1 = 0+.5·3−2 = −.5; δ0 = 1+.5·2−1 = 1
    # A2 = 1; A1 = −.5+.25·1 = −.25; A0 = 1+.25·(−.25) = .9375; R = A+V
    advantages, returns = estimate_advantages(
        torch.tensor([[1.0, 0, 4]]), torch.tensor([[1.0, 2, 3]]), torch.ones(1, 3).bool(), torch.zeros(1),
        gamma=0.5, gae_lambda=0.5,
    )  # fmt: skip
    assert advantages.tolist() == [[0.9375, -0.25, 1.0]]
    assert returns.tolist() == [[1.9375, 1.75, 4.0]]


def test_truncated_response_is_bootstrapped_with_the_value_of_its_last_state() -> None:
    # one token, r=1, V=2, value after it 10, γ=.9: δ = 1 + 9 − 2 = 8
    advantages, returns = estimate_advantages(
        torch.tensor([[1.0, 5.0]]), torch.tensor([[2.0, 5.0]]), torch.tensor([[True, False]]), torch.tensor([10.0]),
        gamma=0.9, gae_lambda=0.95,
    )  # fmt: skip
    assert advantages.tolist() == [[8.0, 0.0]]
    assert returns.tolist() == [[10.0, 0.0]]


def test_advantage_is_reward_to_go_when_gamma_and_lambda_are_one_and_values_zero() -> None:
    rewards = torch.tensor([[0.3, 0.0, -0.5, 0.8]])
    advantages, _ = estimate_advantages(
        rewards, torch.zeros(1, 4), torch.ones(1, 4).bool(), torch.zeros(1), gamma=1.0, gae_lambda=1.0
    )
    torch.testing.assert_close(advantages, torch.tensor([[0.6, 0.3, 0.3, 0.8]]))


@given(lengths, seeds, st.floats(0, 1), st.floats(0, 1))
def test_gae_equals_oracle(lengths: list[int], seed: int, gamma: float, gae_lambda: float) -> None:
    (rewards, values), (padded_rewards, padded_values), mask = ragged(lengths, seed, 2)
    bootstrap = np.random.default_rng(seed + 1).normal(size=len(lengths))
    advantages, returns = estimate_advantages(
        padded_rewards, padded_values, mask, torch.from_numpy(bootstrap), gamma=gamma, gae_lambda=gae_lambda
    )
    expected = [oracle.gae(r, v, b, gamma, gae_lambda) for r, v, b in zip(rewards, values, bootstrap, strict=True)]
    assert_rows_equal(advantages, [a for a, _ in expected], mask)
    assert_rows_equal(returns, [r for _, r in expected], mask)


@given(lengths, seeds, st.integers(1, 20))
def test_a_response_does_not_depend_on_how_long_its_neighbours_are(lengths: list[int], seed: int, extra: int) -> None:
    _, (rewards, values), mask = ragged(lengths, seed, 2)
    options = {"gamma": 1.0, "gae_lambda": 0.95}
    bootstrap = torch.zeros(len(lengths), dtype=torch.float64)
    alone = estimate_advantages(rewards, values, mask, bootstrap, **options)
    wider = [torch.nn.functional.pad(x, (0, extra), value=9.0) for x in (rewards, values)]
    padded = estimate_advantages(*wider, torch.nn.functional.pad(mask, (0, extra)), bootstrap, **options)
    for before, after in zip(alone, padded, strict=True):
        assert torch.equal(before, after[:, : mask.shape[1]])


@given(lengths.filter(lambda n: sum(n) > 1), seeds, st.booleans())
def test_whiten_equals_oracle(lengths: list[int], seed: int, center: bool) -> None:
    (rows,), (padded,), mask = ragged(lengths, seed, 1)
    assert_rows_equal(whiten(padded, mask, center=center), oracle.whiten(rows, center=center), mask)


def test_whitened_std_is_one_where_the_reference_gets_the_root() -> None:
    # The reference divides by √σ: [1, 2, 3, 10] has σ = 3.536 and would come out with 1.88 = √3.536.
    x = torch.tensor([[1.0, 2, 3, 10]])
    mask = torch.ones(1, 4).bool()
    for center in (True, False):
        assert masked_variance(whiten(x, mask, center=center), mask).item() == pytest.approx(1, abs=1e-6)
        published = masked_variance(whiten_as_published(x, mask, center=center), mask).sqrt().item()
        assert published == pytest.approx(12.5**0.25)  # √σ, σ² = 12.5
    assert whiten(x, mask, center=True).mean().item() == pytest.approx(0, abs=1e-6)
    assert whiten_as_published(x, mask, center=True).mean().item() == pytest.approx(0, abs=1e-6)
    # Without centring the mean of 4 comes back as it was, so that what earned nothing is paid 4 (1 − 1/√σ).
    nothing = whiten_as_published(torch.tensor([[0.0, 4, 8]]), torch.ones(1, 3).bool(), center=False)
    assert nothing[0, 0].item() == pytest.approx(4 * (1 - (32 / 3) ** -0.25))


def test_uncentred_whitening_keeps_zeros_and_signs() -> None:
    # Sparse ±.3 rewards: nothing may leak onto the tokens that earned nothing, nor onto padding.
    rewards = torch.tensor([[0.0, 0, 0.3, 0, -0.3], [0, 0.3, 0, 7, 7]])
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2])
    whitened = whiten(rewards, mask, center=False)
    assert torch.equal(whitened.sign(), rewards.sign() * mask)


def test_explained_variance() -> None:
    returns, mask = torch.tensor([[1.0, 2, 3, 99]]), torch.tensor([[True, True, True, False]])
    assert explained_variance(returns, returns, mask).item() == 1
    assert explained_variance(torch.full((1, 4), 5.0), returns, mask).item() == pytest.approx(0)
    # values off by (1, 0, −1): Var(R−V) = Var(R) → 0; half as far off: Var(R−V) = ¼ Var(R)
    assert explained_variance(torch.tensor([[1.5, 2, 2.5, 0]]), returns, mask).item() == pytest.approx(0.75)
