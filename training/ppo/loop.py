"""Proximal policy optimisation with dense rewards (Wu et al. 2023, §3; Schulman et al. 2017).

A step: sample responses, reward them, score the states they went through, then several epochs of clipped updates on
shuffled minibatches of whole prompts. Dropout stays off throughout, so that the ratio is 1 until a weight has moved.

Every random number of a step comes from a generator seeded by (seed, step), and the prompts of a step follow from
(seed, step) too: a resumed run goes on bit for bit, without generator states or data positions to keep.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam, Optimizer
from transformers import PreTrainedModel

from annotator.domain.specs import PpoSpec
from training.checkpoints import load_checkpoint, save_checkpoint
from training.ppo import kl
from training.ppo.advantages import explained_variance, masked_mean
from training.ppo.experience import Experience, RewardFunction, make_experience, parts, response_logprobs
from training.ppo.forward import Prompts
from training.ppo.lora import without_lora
from training.ppo.loss import outside_clip_range, policy_losses, value_losses
from training.ppo.moments import Moments
from training.ppo.rollout import Sampling, generator_of, sample_responses
from training.ppo.value import ValueModel
from training.runs import Run, Stopped

Metrics = dict[str, float]


@dataclass(frozen=True)
class Prompt:
    """A prompt as text, for the reward, and as ids, for the policy."""

    text: str
    ids: list[int]


@dataclass(frozen=True)
class Models:
    """What PPO trains, and the frozen policy it must stay close to: none where the policy has adapters, and is that
    policy without them."""

    policy: PreTrainedModel
    reference: PreTrainedModel | None
    value: ValueModel
    end_tokens: frozenset[int]

    def prepare(self) -> None:
        """Dropout off everywhere; no gradients for the reference."""
        for module in (self.policy, self.reference, self.value):
            if module is not None:
                module.eval()
        if self.reference is not None:
            self.reference.requires_grad_(False)

    @contextmanager
    def as_reference(self) -> Iterator[PreTrainedModel]:
        """The reference, for the length of a block."""
        if self.reference is not None:
            yield self.reference
        else:
            with without_lora(self.policy):
                yield self.policy


@dataclass
class Running:
    """What a run carries from step to step beside the weights: the KL coefficient, and by category the moments of a
    response's reward."""

    kl_coef: float
    rewards: dict[str, Moments] = field(default_factory=dict)

    @classmethod
    def read(cls, state: dict[str, Any]) -> "Running":
        """As asdict wrote it into a checkpoint."""
        return cls(state["kl_coef"], {key: Moments(**moments) for key, moments in state["rewards"].items()})


@dataclass
class Stopwatch:
    """Seconds since the last lap, by the name of what was done in them."""

    laps: Metrics = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[f"seconds/{name}"] = now - self.started
        self.started = now


def train(run: Run, spec: PpoSpec, models: Models, prompts: Sequence[Prompt], reward: RewardFunction) -> Metrics:
    """Trains models.policy and models.value in place to spec.steps, from the newest checkpoint if there is one.

    Returns the metrics of the last step. Raises Stopped after a checkpoint when the run is asked to stop, and
    RuntimeError when a gradient is not finite.
    """
    models.prepare()
    optimizer = make_optimizer(models, spec)
    modules, optimizers = {"policy": models.policy, "value": models.value}, {"adam": optimizer}
    checkpoint = load_checkpoint(run, modules, optimizers)
    done, metrics, running = 0, {}, Running(spec.kl_coef)
    if checkpoint:
        done, metrics = checkpoint.step, checkpoint.state["metrics"]
        running = Running.read(checkpoint.state["running"])
    while done < spec.steps:
        rows = prompt_rows(len(prompts), spec.prompts_per_step, done, spec.seed)
        metrics = train_step(spec, models, optimizer, [prompts[row] for row in rows], reward, done, running)
        done += 1
        run.progress(done, spec.steps, "ppo", metrics)
        if run.stop_requested or done % spec.checkpoint_every == 0 or done == spec.steps:
            save_checkpoint(run, done, modules, optimizers, {"metrics": metrics, "running": asdict(running)})
        if run.stop_requested:
            raise Stopped
    return metrics


def train_step(
    spec: PpoSpec,
    models: Models,
    optimizer: Optimizer,
    prompts: Sequence[Prompt],
    reward: RewardFunction,
    step: int,
    running: Running,
) -> Metrics:
    """One step (numbered from 0) on the given prompts: rollout, rewards, scores, updates. Returns its metrics, and
    changes `running`."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * learning_rate_factor(step, spec.steps, spec.warmup_steps)
    generator = generator_of(spec.seed, "step", step)
    watch = Stopwatch()
    sampling = Sampling(spec.max_new_tokens, spec.temperature, spec.top_k)
    batch = Prompts.pad([prompt.ids for prompt in prompts], models.policy)
    rollout = sample_responses(models.policy, batch, spec.samples_per_prompt, sampling, models.end_tokens, generator)
    watch.lap("rollout")
    texts = [prompt.text for prompt in prompts for _ in range(spec.samples_per_prompt)]
    by_category, reward_metrics = reward(texts, rollout.responses(), rollout.response_mask)
    if spec.reward_scale == "running_std":
        by_category = scaled(by_category, running)
    rewards = sum(by_category.values(), torch.zeros_like(rollout.logprobs))
    watch.lap("reward")
    with models.as_reference() as reference:
        experience = make_experience(rollout, rewards, reference, models.value, spec, running.kl_coef)
    watch.lap("score")
    update_metrics = update(models, optimizer, experience, spec, generator)
    watch.lap("update")
    metrics = {
        "reward/total": rewards.sum(dim=1).mean().item(),
        **{f"reward/{key}": part.sum(dim=1).mean().item() for key, part in by_category.items()},
        "kl_coef": running.kl_coef,
        **reward_metrics,
        **rollout_metrics(experience),
        **update_metrics,
        **watch.laps,
    }
    if spec.kl_target is not None:
        responses = len(rollout.response_ids)
        running.kl_coef = kl.adapted_coef(running.kl_coef, metrics["kl"], spec.kl_target, responses, spec.kl_horizon)
    return metrics


def scaled(by_category: dict[str, Tensor], running: Running) -> dict[str, Tensor]:
    """Rewards (N, T) per category over the standard deviation that the category's sum per response has had so far,
    these responses included (Zheng et al. 2023, "Secrets of RLHF": no mean is taken away)."""
    for key, rewards in by_category.items():
        sums = rewards.sum(dim=1).double().tolist()
        running.rewards[key] = running.rewards.get(key, Moments()).with_more(sums)
    return {key: rewards / running.rewards[key].std for key, rewards in by_category.items()}


def update(
    models: Models, optimizer: Optimizer, experience: Experience, spec: PpoSpec, generator: torch.Generator
) -> Metrics:
    """spec.epochs passes over the experience in spec.minibatches shuffled minibatches of prompts, an Adam step each.

    After a pass in which the policy was further than spec.kl_stop from the one that sampled, no other follows.
    """
    rollout = experience.rollout
    # Every token weighs the same whichever minibatch it falls into: the denominator is that of the whole batch.
    tokens = rollout.response_mask.sum() / spec.minibatches
    totals: dict[str, Tensor] = {}
    count = len(rollout.prompts.ids)
    done = 0
    for _ in range(spec.epochs):
        before = totals.get("approx_kl", 0)
        order = torch.randperm(count, generator=generator).to(tokens.device)
        for minibatch in order.tensor_split(spec.minibatches):
            optimizer.zero_grad(set_to_none=True)
            accumulate_gradients(models, experience, minibatch, spec, tokens, totals)
            for module in (models.policy, models.value):
                clip_grad_norm_(trainable(module), spec.max_grad_norm, error_if_nonfinite=True)
            optimizer.step()
        done += 1
        if spec.kl_stop is not None and (totals["approx_kl"] - before) / spec.minibatches > spec.kl_stop:
            break
    means = {name: (total / done / spec.minibatches).item() for name, total in totals.items()}
    return {**means, "epochs": float(done)}


def accumulate_gradients(
    models: Models,
    experience: Experience,
    prompt_rows: Tensor,
    spec: PpoSpec,
    tokens: Tensor,
    totals: dict[str, Tensor],
) -> None:
    """Adds to the gradients those of Σ losses / tokens over the given prompts, and to `totals` what happened."""
    rollout = experience.rollout
    for part in parts(rollout, prompt_rows):
        place = (part.rows, slice(0, part.width))
        mask, old_logprobs = rollout.response_mask[place], rollout.logprobs[place]
        old_values, returns = experience.values[place], experience.returns[place]
        logprobs = response_logprobs(models.policy, rollout, part, spec.temperature)
        values = models.value(part.prompts, rollout.samples, rollout.response_ids[place][:, :-1])
        policy = policy_losses(logprobs, old_logprobs, experience.advantages[place], mask, spec.clip_range)
        value = value_losses(values, old_values, returns, mask, spec.value_clip_range)
        torch.autograd.backward((policy + spec.vf_coef * value).sum() / tokens)
        seen = {
            "policy_loss": policy,
            "value_loss": value,
            "approx_kl": kl.k3(old_logprobs, logprobs) * mask,
            "clip_fraction": outside_clip_range(logprobs, old_logprobs, mask, spec.clip_range),
        }
        for name, x in seen.items():
            totals[name] = totals.get(name, 0) + x.detach().sum() / tokens


def rollout_metrics(experience: Experience) -> Metrics:
    """kl: nats per response between policy and reference; entropy: nats per token; lengths in tokens."""
    rollout, mask = experience.rollout, experience.rollout.response_mask
    divergence = kl.k1(rollout.logprobs, experience.ref_logprobs) * mask
    return {
        "kl": divergence.sum(dim=1).mean().item(),
        "entropy": masked_mean(rollout.entropies, mask).item(),
        "response_tokens": mask.sum(dim=1).float().mean().item(),
        "truncated": rollout.truncated.float().mean().item(),
        "explained_variance": explained_variance(experience.values, experience.returns, mask).item(),
    }


def make_optimizer(models: Models, spec: PpoSpec) -> Optimizer:
    """Adam with PPO's eps of 1e-5 (Huang et al. 2022, detail 3), one group of parameters per model."""
    rates = ((models.policy, spec.learning_rate), (models.value, spec.value_learning_rate))
    groups = [{"params": trainable(module), "lr": rate, "peak_lr": rate} for module, rate in rates]
    return Adam(groups, betas=(0.9, 0.95), eps=1e-5, fused=True)


def trainable(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def learning_rate_factor(step: int, steps: int, warmup_steps: int) -> float:
    """Linear warm-up to 1 over warmup_steps, then linear decay that would reach 0 at `steps`. step counts from 0."""
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return (steps - step) / (steps - warmup_steps)


def prompt_rows(count: int, per_step: int, step: int, seed: int) -> list[int]:
    """Which of `count` prompts a step takes: the next ones of an endless series of fresh shuffles of all of them."""
    first = step * per_step
    shuffles = {
        n: torch.randperm(count, generator=generator_of(seed, "shuffle", n)).tolist()
        for n in range(first // count, (first + per_step - 1) // count + 1)
    }
    return [shuffles[position // count][position % count] for position in range(first, first + per_step)]
