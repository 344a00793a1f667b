"""Proximal policy optimisation with dense rewards (Wu et al. 2023, §3; Schulman et al. 2017).

A step: sample responses, reward them, score the states they went through, then several epochs of clipped updates on
shuffled minibatches of whole prompts. Dropout stays off throughout, so that the ratio is 1 until a weight has moved.

Every random number of a step comes from a generator seeded by (seed, step), and the prompts of a step follow from
(seed, step) too: a resumed run goes on bit for bit, without generator states or data positions to keep.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from annotator.domain.specs import PpoSpec
from training.checkpoints import load_checkpoint, save_checkpoint
from training.ppo import kl
from training.ppo.advantages import explained_variance, masked_mean
from training.ppo.collect import Prompt, Stopwatch, collect
from training.ppo.experience import Experience, Metrics, RewardFunction, make_experience
from training.ppo.learner import Models
from training.ppo.moments import Moments
from training.ppo.rollout import generator_of
from training.ppo.update import make_optimizer, update
from training.runs import Run, Stopped


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


def train(run: Run, spec: PpoSpec, models: Models, prompts: Sequence[Prompt], reward: RewardFunction) -> Metrics:
    """Trains models.policy and models.value in place to spec.steps, from the newest checkpoint if there is one.

    Returns the metrics of the last step. Raises Stopped after a checkpoint when the run is asked to stop, and
    RuntimeError when a gradient is not finite.
    """
    models.prepare(spec.parallel, activation_checkpointing=spec.activation_checkpointing)
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
        stop = run.asked_to_stop()
        if stop or done % spec.checkpoint_every == 0 or done == spec.steps:
            save_checkpoint(run, done, modules, optimizers, {"metrics": metrics, "running": asdict(running)})
        if stop:
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
    changes `running`.

    A rank samples, rewards and scores its share of the prompts; then every rank knows it all, and what follows is the
    same on each, but that it updates by its share of every minibatch.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["peak_lr"] * learning_rate_factor(step, spec.steps, spec.warmup_steps)
    generator = generator_of(spec.seed, "step", step)
    watch = Stopwatch()
    rollout, by_category, scores, reward_metrics = collect(spec, models, prompts, reward, generator, watch)
    if spec.reward_scale == "running_std":
        by_category = scaled(by_category, running)
    rewards = sum(by_category.values(), torch.zeros_like(rollout.logprobs))
    experience = make_experience(rollout, rewards, *scores, spec, running.kl_coef)
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
