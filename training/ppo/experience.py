"""What one PPO step learns from: a rollout with its rewards, values, advantages and returns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from annotator.domain.specs import PpoSpec
from training.ppo import kl
from training.ppo.advantages import WHITENINGS, estimate_advantages
from training.ppo.forward import Prompts, outputs_per_state
from training.ppo.rollout import Rollout, token_logprobs
from training.ppo.value import ValueModel

Metrics = dict[str, float]

# Weighted rewards (N, T) per category, before KL, and metrics, from the prompts' texts (N), the sampled ids of each
# response and the response mask (N, T).
RewardFunction = Callable[[Sequence[str], Sequence[Sequence[int]], Tensor], tuple[dict[str, Tensor], Metrics]]

TOKENS_PER_PASS = 4096  # bounds the memory of one forward and backward pass; no result depends on it


@dataclass(frozen=True)
class Part:
    """Some prompts of a rollout with all their responses, without the padding that only others need."""

    prompts: Prompts
    rows: Tensor  # (n,) rows of the rollout
    width: int  # tokens of the longest of these responses


@dataclass(frozen=True)
class Experience:
    """All tensors (N, T) and zero outside the rollout's response mask."""

    rollout: Rollout
    ref_logprobs: Tensor
    values: Tensor
    advantages: Tensor
    returns: Tensor


def parts(rollout: Rollout, prompt_rows: Tensor) -> Iterator[Part]:
    """The given prompts in parts of at most TOKENS_PER_PASS tokens, siblings together, like lengths together."""
    samples = rollout.samples
    longest = rollout.response_mask.sum(dim=1).view(-1, samples).amax(dim=1)[prompt_rows]
    order = longest.argsort(descending=True, stable=True)
    widths, ordered = longest[order].tolist(), prompt_rows[order]
    start = 0
    while start < len(ordered):
        tokens = rollout.prompts.ids.shape[1] + samples * widths[start]
        stop = start + max(1, TOKENS_PER_PASS // tokens)
        chosen = ordered[start:stop]
        yield Part(rollout.prompts.select(chosen), rollout.rows(chosen), widths[start])
        start = stop


def response_logprobs(policy: PreTrainedModel, rollout: Rollout, part: Part, temperature: float) -> Tensor:
    """log-probabilities (n, width) of a part's sampled tokens, under the distribution that they were sampled by."""
    tokens = rollout.response_ids[part.rows, : part.width]
    support = None if rollout.support is None else rollout.support[part.rows, : part.width]
    logits = outputs_per_state(policy, part.prompts, rollout.samples, tokens[:, :-1])
    return token_logprobs(logits, tokens, temperature, support)


@torch.no_grad()
def rollout_logprobs(model: PreTrainedModel, rollout: Rollout, temperature: float) -> Tensor:
    """log-probabilities (N, T) that a model gives what was sampled, zero outside the mask."""
    found = torch.zeros_like(rollout.logprobs)
    for part in parts(rollout, rollout.every_prompt()):
        found[part.rows, : part.width] = response_logprobs(model, rollout, part, temperature)
    return found * rollout.response_mask


@torch.no_grad()
def state_values(value: ValueModel, rollout: Rollout) -> tuple[Tensor, Tensor]:
    """Values (N, T), zero outside the mask, and the bootstrap (N,): the value of the state that a truncated response
    stopped in, 0 for one that ended by itself."""
    mask = rollout.response_mask
    values = torch.zeros(len(mask), mask.shape[1] + 1, device=mask.device)
    for part in parts(rollout, rollout.every_prompt()):
        tokens = rollout.response_ids[part.rows, : part.width]
        values[part.rows, : part.width + 1] = value(part.prompts, rollout.samples, tokens)
    after_last = values.gather(1, mask.sum(dim=1, keepdim=True)).squeeze(1)
    return values[:, :-1] * mask, after_last * rollout.truncated


def make_experience(
    rollout: Rollout,
    rewards: Tensor,
    ref_logprobs: Tensor,
    values: Tensor,
    bootstrap: Tensor,
    spec: PpoSpec,
    kl_coef: float,
) -> Experience:
    """Experience from a rollout, its rewards before KL, the reference's log-probabilities and values, each (N, T), and
    the bootstrap (N,): the penalty, whitening over the batch, then GAE."""
    mask, whiten = rollout.response_mask, WHITENINGS[spec.whitening]
    penalized = kl.penalize(rewards, rollout.logprobs, ref_logprobs, mask, kl_coef)
    if spec.whiten_rewards:
        penalized = whiten(penalized, mask, center=False)
    advantages, returns = estimate_advantages(
        penalized, values, mask, bootstrap, gamma=spec.gamma, gae_lambda=spec.gae_lambda
    )
    return Experience(rollout, ref_logprobs, values, whiten(advantages, mask, center=True), returns)
