"""The update half of a PPO step: epochs of clipped losses on shuffled minibatches, an Adam step each."""

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam, Optimizer
from transformers import PreTrainedModel

from annotator.domain.specs import PpoSpec
from training import distributed
from training.ppo import kl
from training.ppo.experience import Experience, Metrics, Part, parts, response_logprobs
from training.ppo.forward import in_16_bits
from training.ppo.learner import Models, without_sync
from training.ppo.loss import outside_clip_range, policy_losses, value_losses
from training.ppo.value import ValueModel


def make_optimizer(models: Models, spec: PpoSpec) -> Optimizer:
    """Adam with PPO's eps of 1e-5 (Huang et al. 2022, detail 3), one group of parameters per model."""
    rates = ((models.policy, spec.learning_rate), (models.value, spec.value_learning_rate))
    groups = [{"params": trainable(module), "lr": rate, "peak_lr": rate} for module, rate in rates]
    return Adam(groups, betas=(0.9, 0.95), eps=1e-5, fused=True)


def trainable(module: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def update(
    models: Models, optimizer: Optimizer, experience: Experience, spec: PpoSpec, generator: torch.Generator
) -> Metrics:
    """spec.epochs passes over the experience in spec.minibatches shuffled minibatches of prompts, an Adam step each.

    After a pass in which the policy was further than spec.kl_stop from the one that sampled, no other follows.
    """
    rollout = experience.rollout
    # Every token weighs the same whichever minibatch or rank it falls to: the denominator is that of the whole batch.
    tokens = rollout.response_mask.sum() / spec.minibatches
    means: list[Metrics] = []
    count = len(rollout.prompts.ids)
    for _ in range(spec.epochs):
        totals: dict[str, Tensor] = {}
        order = torch.randperm(count, generator=generator).to(tokens.device)
        for minibatch in order.tensor_split(spec.minibatches):
            optimizer.zero_grad(set_to_none=True)
            accumulate_gradients(models, experience, minibatch, spec, tokens, totals)
            for module in (models.policy, models.value):
                clip_grad_norm_(trainable(module), spec.max_grad_norm, error_if_nonfinite=True)
            optimizer.step()
        sums = distributed.summed(torch.stack(list(totals.values()))) / spec.minibatches
        means.append(dict(zip(totals, sums.tolist(), strict=True)))
        if spec.kl_stop is not None and means[-1]["approx_kl"] > spec.kl_stop:
            break
    return {name: sum(mean[name] for mean in means) / len(means) for name in means[0]} | {"epochs": float(len(means))}


def accumulate_gradients(
    models: Models,
    experience: Experience,
    prompt_rows: Tensor,
    spec: PpoSpec,
    tokens: Tensor,
    totals: dict[str, Tensor],
) -> None:
    """Adds to the gradients those of Σ losses / tokens over the given prompts, and to `totals` what happened to this
    rank's share of them."""
    rollout = experience.rollout
    passes = [list(parts(rollout, distributed.share(prompt_rows, of=rank))) for rank in range(distributed.ranks())]
    mine = passes[distributed.rank()]
    # A sharded pass needs all ranks, so those with fewer parts go through their last one again, for nothing.
    most = max(len(found) for found in passes)
    for number in range(most):
        part, counts = mine[min(number, len(mine) - 1)], number < len(mine)
        with nullcontext() if number + 1 == most else without_sync(models.learner):
            seen = losses(models, experience, part, spec)
            loss = (seen["policy_loss"] + spec.vf_coef * seen["value_loss"]).sum() / tokens
            # DDP and FSDP2 take the mean over ranks of what is to be a sum.
            torch.autograd.backward(loss * (distributed.ranks() * counts))
        for name, x in seen.items() if counts else ():
            totals[name] = totals.get(name, 0) + x.detach().sum() / tokens


def losses(models: Models, experience: Experience, part: Part, spec: PpoSpec) -> dict[str, Tensor]:
    """Losses and what else a part of the experience tells, each (n, width) and zero outside the mask."""
    rollout = experience.rollout
    place = (part.rows, slice(0, part.width))
    mask, old_logprobs = rollout.response_mask[place], rollout.logprobs[place]
    old_values, returns = experience.values[place], experience.returns[place]

    def both(policy: PreTrainedModel, value: ValueModel) -> tuple[Tensor, Tensor]:
        logprobs = response_logprobs(policy, rollout, part, spec.temperature)
        values = value(part.prompts, rollout.samples, rollout.response_ids[place][:, :-1])
        return logprobs, values.clone()  # FSDP2 wants no view from a forward pass

    with in_16_bits(spec.bf16, mask.device):
        logprobs, values = models.learner(both)
    return {
        "policy_loss": policy_losses(logprobs, old_logprobs, experience.advantages[place], mask, spec.clip_range),
        "value_loss": value_losses(values, old_values, returns, mask, spec.value_clip_range),
        "approx_kl": kl.k3(old_logprobs, logprobs) * mask,
        "clip_fraction": outside_clip_range(logprobs, old_logprobs, mask, spec.clip_range),
    }
