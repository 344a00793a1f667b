"""A plain trainer of a T5 with the published code's habits, written from the description of them.

    python -m tests.bench.training.plain plain-t5 FOLDER

Prompts are padded to their maximum and read once per sample. Each category has a Longformer of its own, one pass each,
padded to whole windows. Where a segment ends among the sampled tokens is found by tokenising the text up to there. The
log-probabilities are those of the whole vocabulary at temperature 1, whatever was sampled at. Dropout is on in the
update; an epoch is one step of Adam over microbatches of as many responses as there are samples of a prompt, in order.

Kinder than the published code: rules cut sentences instead of a pipeline of spaCy, attention is the fused one, and no
entropy, cross-entropy or hidden states are computed that nobody reads.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import GenerationConfig

from annotator.domain.segments import Density, segments
from tests.bench.rewards import DENSITIES, Plain, fused, longformer
from tests.bench.training import side
from tests.bench.training.materials import (
    WEIGHTS,
    Plan,
    parameters,
    read_plan,
    read_prompts,
    read_tokenizer,
    read_value,
)
from training.models import load_policy
from training.ppo.advantages import WHITENINGS

Whiten = Callable[..., Tensor]


class PlainPpo:
    """N = P·k rows; row i is a sample of prompt i // k. T: tokens of a response."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan, self.spec = plan, plan.spec("t5")
        self.tokenizer = read_tokenizer(folder)
        self.texts, rows = read_prompts(folder)
        self.policy, self.reference = (load_policy(str(folder / "t5/policy")).eval() for _ in range(2))
        self.trunk, head = read_value(folder / "t5/value")
        self.head = nn.Linear(head.shape[1], 1)
        with torch.no_grad():
            self.head.weight.copy_(head)
            self.head.bias.zero_()
        self.trained = nn.ModuleList([self.policy, self.trunk, self.head])
        self.optimizer = torch.optim.Adam(self.trained.parameters(), lr=self.spec.learning_rate, eps=1e-5)
        width = plan.max_prompt_tokens
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        self.ids, self.mask = (x.repeat_interleave(plan.samples, dim=0) for x in (ids, mask))

    @torch.no_grad()
    def rollout(self) -> Tensor:
        """Sampled tokens (N, T)."""
        self.trained.eval()
        settings = GenerationConfig(
            do_sample=True, top_k=self.spec.top_k, temperature=self.spec.temperature, pad_token_id=0,
            max_new_tokens=self.plan.new_tokens, decoder_start_token_id=0, eos_token_id=None,
        )  # fmt: skip
        self.policy.generation_config.eos_token_id = None
        found = self.policy.generate(input_ids=self.ids, attention_mask=self.mask, generation_config=settings)
        tokens: Tensor = found[:, 1:]
        return tokens

    def logprobs(self, model: Any, rows: slice, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Of the tokens (n, T), and the logits (n, T, V) that they come from."""
        given = {"input_ids": self.ids[rows], "attention_mask": self.mask[rows], "use_cache": False}
        logits = model(**given, decoder_input_ids=_shifted(tokens)).logits
        return logits.log_softmax(dim=-1).gather(-1, tokens[..., None]).squeeze(-1), logits

    def values(self, rows: slice, tokens: Tensor) -> Tensor:
        """(n, T), of the states that the tokens were chosen in."""
        given = {"input_ids": self.ids[rows], "attention_mask": self.mask[rows], "use_cache": False}
        hidden = self.trunk(**given, decoder_input_ids=_shifted(tokens)).last_hidden_state
        found: Tensor = self.head(hidden).squeeze(-1)
        return found

    def reward(self, models: dict[str, Plain], tokens: Tensor) -> Tensor:
        """Weighted rewards (N, T) of all categories."""
        responses = self.tokenizer.batch_decode(tokens, skip_special_tokens=True)
        prompts = [text for text in self.texts for _ in range(self.plan.samples)]
        total = torch.zeros(tokens.shape)
        for key, model in models.items():
            rewards = torch.zeros(tokens.shape)
            for row, (response, scores) in enumerate(zip(responses, _scores(model, prompts, responses), strict=True)):
                for token, score in zip(self.ends(response, DENSITIES[key], tokens.shape[1]), scores, strict=True):
                    rewards[row, token] = WEIGHTS[key] * score
            total += rewards
        return total

    def ends(self, response: str, density: Density, width: int) -> list[int]:
        """The last token of each segment, by tokenising all text up to its end."""
        if density == Density.SEQUENCE:
            return [width - 1]
        prefixes = [response[: span.end] for span in segments(response, density)]
        return [min(max(0, len(self.tokenizer(prefix)["input_ids"]) - 1), width - 1) for prefix in prefixes]

    def advantages(
        self, rewards: Tensor, logprobs: Tensor, ref_logprobs: Tensor, values: Tensor, mask: Tensor, whiten: Whiten
    ) -> tuple[Tensor, Tensor]:
        """Advantages and returns (N, T): the penalty, whitening, estimates from the last column on, whitening."""
        rewards = whiten((rewards - self.spec.kl_coef * (logprobs - ref_logprobs)) * mask, mask, center=False)
        values = values * mask
        columns, running = [], torch.zeros(len(values))
        for t in reversed(range(values.shape[1])):
            following = values[:, t + 1] if t + 1 < values.shape[1] else 0.0
            delta = rewards[:, t] + self.spec.gamma * following - values[:, t]
            running = delta + self.spec.gamma * self.spec.gae_lambda * running
            columns.append(running)
        estimates = torch.stack(columns[::-1], dim=1)
        return whiten(estimates, mask, center=True), estimates + values

    def losses(
        self, tokens: Tensor, old: Tensor, old_values: Tensor, advantages: Tensor, returns: Tensor, mask: Tensor
    ) -> Iterator[tuple[Tensor, Tensor]]:
        """Of each microbatch, the policy's and the value model's: a mean over its tokens, weighed by how many of the
        mean microbatch's it has."""
        size, spec = self.plan.samples, self.spec
        for start in range(0, len(tokens), size):
            rows = slice(start, start + size)
            share = mask[rows].sum() / mask.sum()
            ratio = (self.logprobs(self.policy, rows, tokens[rows])[0] - old[rows]).exp()
            clipped = ratio.clamp(1 - spec.clip_range, 1 + spec.clip_range)
            policy = torch.max(-advantages[rows] * ratio, -advantages[rows] * clipped)
            values, before = self.values(rows, tokens[rows]), old_values[rows]
            near = torch.clamp(values, before - spec.value_clip_range, before + spec.value_clip_range)
            value = 0.5 * torch.max((values - returns[rows]) ** 2, (near - returns[rows]) ** 2)
            yield _masked_mean(policy, mask[rows]) * share, _masked_mean(value, mask[rows]) * share

    def update(self, epochs: int, *experience: Tensor) -> None:
        self.trained.train()
        for _ in range(epochs):
            self.optimizer.zero_grad()
            for policy, value in self.losses(*experience):
                (policy + self.spec.vf_coef * value).backward()
            self.optimizer.step()

    def step(self, epochs: int, models: dict[str, Plain], others: dict[str, Plain]) -> dict[str, float]:
        """Seconds by phase. others: reward models that are asked too, and outside of the step."""
        watch, started = side.Laps(), time.process_time()
        tokens = self.rollout()
        mask = torch.ones(tokens.shape, dtype=torch.bool)
        watch.lap("rollout")
        everything = slice(0, len(tokens))
        with torch.no_grad():
            # The logits are kept to the end of the step, though nobody asks for them again.
            logprobs, logits = self.logprobs(self.policy, everything, tokens)
            ref_logprobs, ref_logits = self.logprobs(self.reference, everything, tokens)
            values = self.values(everything, tokens)
            watch.lap("score")
            rewards = self.reward(models, tokens)
            watch.lap("reward")
            advantages, returns = self.advantages(
                rewards, logprobs, ref_logprobs, values, mask, WHITENINGS["published"]
            )
            watch.lap("score")
        self.update(epochs, tokens, logprobs, values, advantages, returns, mask)
        watch.lap("update")
        watch.seconds[side.CPU] = time.process_time() - started
        del logits, ref_logits
        with torch.no_grad():
            self.reward(others, tokens)
        watch.lap("reward by ours' encoder")
        return watch.seconds


def _shifted(tokens: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(tokens[:, :1]), tokens[:, :-1]], dim=1)


def _masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    return (x * mask).sum() / mask.sum()


def _scores(model: Plain, prompts: Sequence[str], responses: Sequence[str]) -> list[list[float]]:
    """One for each segment of each response, from one pass over them all: ±1, or how much likelier no error is."""
    rows = model.read(list(zip(prompts, responses, strict=True)))
    logits = model(rows)
    better = logits[:, 1] - logits[:, 0]
    found = better if DENSITIES[model.key] == Density.SEQUENCE else better.sign()
    separator = model.reading.tokenizer.sep_token_id
    counts = [sum(i == separator and c >= 0 for i, c in zip(row.ids, row.chars, strict=True)) for row in rows]
    return [part.tolist() for part in found.split(counts)]


def reward_models(ppo: PlainPpo, trunk: Callable[..., Any]) -> dict[str, Plain]:
    torch.manual_seed(0)
    sizes = ppo.plan.rewards()
    return {key: Plain(trunk(ppo.tokenizer, sizes), ppo.tokenizer, key, sizes.window).eval() for key in WEIGHTS}


def main(arguments: Sequence[str]) -> None:
    name, folder = arguments[0], Path(arguments[1])
    plan = read_plan(folder)
    torch.set_num_threads(plan.threads)
    ppo = PlainPpo(folder, plan)
    models, others = reward_models(ppo, longformer), reward_models(ppo, fused)
    steps = [ppo.step(plan.epochs if step else 1, models, others) for step in range(1 + plan.timed)]
    sizes = parameters({"policy": ppo.policy, "value": ppo.trunk, "each of three rewards": models["relevance"]})
    side.write(folder, name, steps[1:], weights=sizes)


if __name__ == "__main__":
    main(sys.argv[1:])
