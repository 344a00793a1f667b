"""What a PPO step learns from, collected: every rank samples, rewards and scores its share, then knows all of it."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from annotator.domain.specs import PpoSpec
from training import distributed
from training.ppo.experience import Metrics, RewardFunction, rollout_logprobs, state_values
from training.ppo.forward import Prompts, in_16_bits
from training.ppo.learner import Models
from training.ppo.rollout import Rollout, Sampling, sample_responses, uniforms_of


@dataclass(frozen=True)
class Prompt:
    """A prompt as text, for the reward, and as ids, for the policy."""

    text: str
    ids: list[int]


@dataclass
class Stopwatch:
    """Seconds since the last lap, by the name of what was done in them."""

    laps: Metrics = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[f"seconds/{name}"] = now - self.started
        self.started = now


def collect(
    spec: PpoSpec,
    models: Models,
    prompts: Sequence[Prompt],
    reward: RewardFunction,
    generator: torch.Generator,
    watch: Stopwatch,
) -> tuple[Rollout, dict[str, Tensor], tuple[Tensor, Tensor, Tensor], Metrics]:
    """Responses of all ranks to all prompts, their rewards (N, T) by category; the reference's log-probabilities
    (N, T), values (N, T) and bootstrap (N,); and metrics of the rewards.

    Rewards come while the models are asked: often from elsewhere, and by much work that is not the accelerator's.
    """
    samples = spec.samples_per_prompt
    sampling = Sampling(spec.max_new_tokens, spec.temperature, spec.top_k)
    mine = distributed.share(list(range(len(prompts))))
    rows = slice(mine[0] * samples, (mine[-1] + 1) * samples)
    uniforms = uniforms_of(len(prompts) * samples, sampling, generator)[rows]
    batch = Prompts.pad([prompts[index].ids for index in mine], models.policy)
    with in_16_bits(spec.bf16, batch.ids.device), ThreadPoolExecutor(1) as beside:
        rollout = models.ask_policy(
            lambda policy: sample_responses(policy, batch, samples, sampling, models.end_tokens, uniforms)
        )
        watch.lap("rollout")
        texts = [prompts[index].text for index in mine for _ in range(samples)]
        rewarded = beside.submit(reward, texts, rollout.responses(), rollout.response_mask)
        if spec.bf16:
            # Token by token, 16 bits round otherwise than in one pass, and the ratio would not begin at 1.
            logprobs = models.ask_policy(lambda policy: rollout_logprobs(policy, rollout, spec.temperature))
        else:
            logprobs = rollout.logprobs
        ref_logprobs = models.ask_reference(lambda model: rollout_logprobs(model, rollout, spec.temperature))
        values, bootstrap = models.ask_value(lambda value: state_values(value, rollout))
        watch.lap("score")
        by_category, reward_metrics = rewarded.result()
    watch.lap("reward")  # what of it the scores did not hide

    def together(x: Tensor) -> Tensor:
        return distributed.together(x, spec.max_new_tokens)[:, : whole.response_mask.shape[1]]

    everyone = Prompts.pad([prompt.ids for prompt in prompts], models.policy)
    whole = replace(rollout, logprobs=logprobs).of_all_ranks(everyone, spec.max_new_tokens)
    scores = together(ref_logprobs), together(values), distributed.together(bootstrap)
    found = torch.tensor(list(reward_metrics.values()), dtype=torch.float64, device=bootstrap.device)
    means = dict(zip(reward_metrics, (distributed.summed(found) / distributed.ranks()).tolist(), strict=True))
    return whole, {key: together(x) for key, x in by_category.items()}, scores, means
