"""Sampling responses from a policy, with the log-probability each token had when it was drawn.

One distribution for everything: logits divided by the temperature and, with top_k, restricted to the k most likely
tokens. Truncation is handled by remembering, for each drawn token, the k tokens it was drawn among (`support`); the
update and the reference renormalise over those same tokens. So the importance ratio is 1 before the first step, KL is
exactly 0 while policy and reference are equal, and both are unbiased for the distribution that was sampled. (Sampling
from the truncated distribution but computing ratios under the full one, as is common, is off-policy from the start;
re-deriving the k tokens from the updated policy would give drawn tokens probability zero.)
"""

import hashlib
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel

from training import distributed
from training.ppo.cache import reserve
from training.ppo.forward import Prompts, extend, open_context

LOGITS_AT_ONCE = 2**24
_COMPACT_BELOW = 0.75  # share of unfinished rows under which dropping the finished ones pays for the copy


@dataclass(frozen=True)
class Sampling:
    """How to draw: at most max_new_tokens, at a temperature (0 is greedy), among the top_k most likely (0: all)."""

    max_new_tokens: int
    temperature: float = 1.0
    top_k: int = 0


@dataclass(frozen=True)
class Rollout:
    """N = P·samples responses of at most T tokens; row i answers prompt i // samples."""

    prompts: Prompts
    samples: int
    response_ids: Tensor  # (N, T), zero outside the mask
    response_mask: Tensor  # (N, T) bool, True on real response tokens, the end-of-sequence token included
    logprobs: Tensor  # (N, T) under the distribution that was sampled
    entropies: Tensor  # (N, T) of that distribution, nats
    support: Tensor | None  # (N, T, top_k) token ids that each token was drawn among
    truncated: Tensor  # (N,) bool: stopped by max_new_tokens, not by itself

    def every_prompt(self) -> Tensor:
        """Indices of all prompts."""
        return torch.arange(len(self.prompts.ids), device=self.response_ids.device)

    def rows(self, prompt_rows: Tensor) -> Tensor:
        """Indices of all responses to the given prompts, siblings together."""
        siblings = torch.arange(self.samples, device=prompt_rows.device)
        return (prompt_rows[:, None] * self.samples + siblings).flatten()

    def of_all_ranks(self, prompts: Prompts, max_new_tokens: int) -> "Rollout":
        """This and the rollouts of the other ranks: of the given prompts, in the order of ranks."""
        mask = distributed.together(self.response_mask, max_new_tokens)
        width = int(mask.any(dim=0).sum())

        def together(x: Tensor) -> Tensor:
            return distributed.together(x, max_new_tokens)[:, :width]

        return Rollout(
            prompts=prompts,
            samples=self.samples,
            response_ids=together(self.response_ids),
            response_mask=mask[:, :width],
            logprobs=together(self.logprobs),
            entropies=together(self.entropies),
            support=None if self.support is None else together(self.support),
            truncated=distributed.together(self.truncated),
        )

    def responses(self) -> list[list[int]]:
        """The sampled ids of each response, end-of-sequence token included."""
        lengths = self.response_mask.sum(dim=1).tolist()
        return [ids[:length] for ids, length in zip(self.response_ids.tolist(), lengths, strict=True)]


def token_logprobs(logits: Tensor, tokens: Tensor, temperature: float, support: Tensor | None) -> Tensor:
    """log-probability (N, t) of tokens (N, t) at the temperature, among support (N, t, k) or the whole vocabulary.

    In pieces of LOGITS_AT_ONCE, which are computed again for the gradient: what is kept is the logits, and no copy of
    them in 32 bits or over the temperature.
    """
    rows = max(1, LOGITS_AT_ONCE // logits[0].numel())
    if rows >= len(logits):
        return _logprobs(logits, tokens, temperature, support)
    pieces = [slice(start, start + rows) for start in range(0, len(logits), rows)]
    return torch.cat(
        [
            checkpoint(
                *(_logprobs, logits[piece], tokens[piece], temperature, None if support is None else support[piece]),
                use_reentrant=False,
                preserve_rng_state=False,
            )
            for piece in pieces
        ]
    )


def _logprobs(logits: Tensor, tokens: Tensor, temperature: float, support: Tensor | None) -> Tensor:
    scaled = logits.to(_precise(logits.dtype)) / temperature
    among = scaled if support is None else scaled.gather(-1, support)
    return scaled.gather(-1, tokens[..., None]).squeeze(-1) - among.logsumexp(dim=-1)


@torch.no_grad()
def sample_responses(
    policy: PreTrainedModel,
    prompts: Prompts,
    samples: int,
    sampling: Sampling,
    end_tokens: frozenset[int],
    uniforms: Tensor,
) -> Rollout:
    """Draws `samples` responses to each prompt, until a token of end_tokens or max_new_tokens.

    uniforms: (N, max_new_tokens) in [0, 1), as `uniforms_of` gives them. A row's draws depend on its own only, not on
    when other rows finish, or who samples them.
    """
    count, steps = uniforms.shape
    device = prompts.ids.device
    uniforms = uniforms.to(device)
    ends = torch.tensor(sorted(end_tokens), device=device)
    ids = torch.zeros(count, steps, dtype=torch.long, device=device)
    mask = torch.zeros(count, steps, dtype=torch.bool, device=device)
    logprobs, entropies = torch.zeros(2, count, steps, device=device, dtype=_precise(policy.dtype))
    sampling = replace(sampling, top_k=min(sampling.top_k, policy.config.vocab_size))
    support = ids[..., None].repeat(1, 1, sampling.top_k) if sampling.top_k else None

    logits, context = open_context(policy, prompts, samples)
    reserve(context.cache, steps)
    rows = torch.arange(count, device=device)  # the responses in the context
    alive = torch.ones(count, dtype=torch.bool, device=device)  # those of them that are unfinished
    for t in range(steps):
        draw = _draw(logits[:, -1], uniforms[rows, t], sampling)
        live = rows[alive]
        ids[live, t], logprobs[live, t], entropies[live, t] = (x[alive] for x in draw[:3])
        mask[live, t] = True
        if support is not None and draw[3] is not None:
            support[live, t] = draw[3][alive]
        alive = alive & ~torch.isin(draw[0], ends)
        unfinished = int(alive.sum())
        if unfinished == 0 or t + 1 == steps:
            break
        tokens = draw[0]
        if unfinished < _COMPACT_BELOW * len(rows):
            context.keep(alive.nonzero().squeeze(1))
            rows, tokens, alive = rows[alive], tokens[alive], alive[alive]
        logits = extend(policy, context, tokens[:, None])

    truncated = torch.zeros(count, dtype=torch.bool, device=device)
    truncated[rows] = alive
    width = t + 1
    return Rollout(
        prompts=prompts,
        samples=samples,
        response_ids=ids[:, :width],
        response_mask=mask[:, :width],
        logprobs=logprobs[:, :width],
        entropies=entropies[:, :width],
        support=None if support is None else support[:, :width],
        truncated=truncated,
    )


def _draw(logits: Tensor, uniforms: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Token, its log-probability, the entropy, each (N,), and the support (N, top_k), from logits (N, V)."""
    scaled = logits.to(_precise(logits.dtype)) / (sampling.temperature or 1.0)
    support = None
    if sampling.top_k:
        scaled, support = scaled.topk(sampling.top_k)
    logprobs = scaled.log_softmax(dim=-1)
    probabilities = logprobs.exp()
    if sampling.temperature == 0:
        choice = logprobs.argmax(dim=-1, keepdim=True)
    else:  # inverse of the cumulative distribution: one uniform number per row
        cumulative = probabilities.cumsum(dim=-1)
        choice = torch.searchsorted(cumulative, uniforms[:, None] * cumulative[:, -1:], right=True)
        choice = choice.clamp(max=cumulative.shape[-1] - 1)
    tokens = choice if support is None else support.gather(-1, choice)
    entropy = -(probabilities * logprobs).sum(dim=-1)
    return tokens.squeeze(-1), logprobs.gather(-1, choice).squeeze(-1), entropy, support


def uniforms_of(responses: int, sampling: Sampling, generator: torch.Generator) -> Tensor:
    """What so many responses are drawn by. generator: on the CPU."""
    return torch.rand(responses, sampling.max_new_tokens, generator=generator)


def _precise(dtype: torch.dtype) -> torch.dtype:
    """At least 32 bits for log-probabilities of 16-bit models: they are differences of large numbers."""
    return torch.promote_types(dtype, torch.float32)


def generator_of(seed: int, purpose: str, index: int) -> torch.Generator:
    """A generator of its own for everything random that happens under this name."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{index}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
