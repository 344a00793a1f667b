import numpy as np
import pytest
import torch

from tests.training.ppo import oracle
from tests.training.ppo.tiny import count_sevens, models_of, rollout_of, spec_of
from training.ppo.experience import make_experience, parts, response_logprobs, rollout_logprobs, state_values
from training.ppo.rollout import Sampling


@pytest.mark.parametrize("tokens_per_pass", [1, 40, 100_000])
def test_parts_hold_every_response_once_and_no_needless_padding(
    tokens_per_pass: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.ppo.experience.TOKENS_PER_PASS", tokens_per_pass)
    rollout = rollout_of(models_of("llama").policy, Sampling(8), prompts=7)
    lengths = rollout.response_mask.sum(dim=1)
    found = list(parts(rollout, torch.tensor([6, 0, 3, 2])))
    rows = torch.cat([part.rows for part in found]).tolist()
    assert sorted(rows) == [0, 1, 2, 6, 7, 8, 9, 10, 11, 18, 19, 20]
    for part in found:
        assert part.width == lengths[part.rows].max()
        assert part.prompts.mask.any(dim=0).all()
        assert len(part.rows) == len(part.prompts.ids) * rollout.samples
    if tokens_per_pass > 1000:
        assert len(found) == 1


@pytest.mark.parametrize("name", ["llama", "t5"])
def test_scores_do_not_depend_on_the_split_into_parts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    models = models_of(name)
    torch.nn.init.normal_(models.value.head.weight)
    rollout = rollout_of(models.policy, Sampling(8), prompts=7)

    def scores() -> tuple[torch.Tensor, ...]:
        return rollout_logprobs(models.reference, rollout, 1.0), *state_values(models.value, rollout)

    whole = scores()
    monkeypatch.setattr("training.ppo.experience.TOKENS_PER_PASS", 1)
    for one, other in zip(whole, scores(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-4)


def test_only_a_truncated_response_is_bootstrapped() -> None:
    models = models_of("llama")
    torch.nn.init.constant_(models.value.head.bias, 3.0)
    rollout = rollout_of(models.policy, Sampling(5), prompts=8, samples=4)
    assert rollout.truncated.any()
    assert not rollout.truncated.all()
    values, bootstrap = state_values(models.value, rollout)
    torch.testing.assert_close(bootstrap, 3.0 * rollout.truncated)
    torch.testing.assert_close(values, 3.0 * rollout.response_mask)


@pytest.mark.parametrize("name", ["llama", "t5"])
@pytest.mark.parametrize("whiten_rewards", [True, False])
def test_experience_equals_oracle(name: str, whiten_rewards: bool) -> None:
    models = models_of(name)
    torch.nn.init.normal_(models.value.head.weight)
    with torch.no_grad():
        for parameter in models.reference.parameters():
            parameter.mul_(1.05)
    spec = spec_of(kl_coef=0.3, gae_lambda=0.9, gamma=0.97, whiten_rewards=whiten_rewards, top_k=5, temperature=0.8)
    rollout = rollout_of(models.policy, Sampling(6, spec.temperature, spec.top_k), prompts=6)
    by_category, _ = count_sevens([], rollout.responses(), rollout.response_mask)
    rewards = by_category["sevens"] + by_category["others"]
    ref_logprobs = rollout_logprobs(models.reference, rollout, spec.temperature)
    values, bootstrap = state_values(models.value, rollout)
    experience = make_experience(rollout, rewards, ref_logprobs, values, bootstrap, spec, spec.kl_coef)

    def rows(x: torch.Tensor) -> list[oracle.Row]:
        lengths = rollout.response_mask.sum(dim=1).tolist()
        return [row[:length].double().numpy() for row, length in zip(x, lengths, strict=True)]

    penalized = [
        reward - 0.3 * (new - old)
        for reward, new, old in zip(rows(rewards), rows(rollout.logprobs), rows(ref_logprobs), strict=True)
    ]
    if whiten_rewards:
        penalized = oracle.whiten(penalized, center=False)
    estimates = [
        oracle.gae(reward, value, after, 0.97, 0.9)
        for reward, value, after in zip(penalized, rows(values), bootstrap.tolist(), strict=True)
    ]
    advantages = oracle.whiten([advantage for advantage, _ in estimates], center=True)
    for found, expected in ((experience.advantages, advantages), (experience.returns, [r for _, r in estimates])):
        np.testing.assert_allclose(np.concatenate(rows(found)), np.concatenate(expected), atol=2e-5)
        assert not found[~rollout.response_mask].any()


@torch.no_grad()
def test_kl_is_zero_while_policy_is_reference() -> None:
    models = models_of("t5")
    rollout = rollout_of(models.policy, Sampling(8, temperature=0.7, top_k=4))
    whole = next(parts(rollout, torch.arange(5)))
    one, other = (response_logprobs(model, rollout, whole, 0.7) for model in (models.policy, models.reference))
    assert torch.equal(one, other)
