"""Whether the sides compute the same, where their habits are taken away: given the same weights and the same tokens.

    python -m tests.bench.training.check check-plain|check-trl FOLDER

Beside the plain trainer, with dropout off, whitening made the same and responses of unequal lengths: log-probabilities,
values, advantages and returns; then, all weights having moved a little, the losses and their gradients. Beside TRL: the
log-probabilities, values and advantages, before whitening, of its first rollout. Writes the largest differences.
"""

import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn

from tests.bench.training.materials import read_plan, read_prompts
from tests.bench.training.ours import models_of
from tests.bench.training.plain import PlainPpo
from training.ppo import kl
from training.ppo.advantages import WHITENINGS, estimate_advantages
from training.ppo.experience import make_experience, rollout_logprobs, state_values
from training.ppo.forward import Prompts
from training.ppo.rollout import Rollout, Sampling, generator_of, sample_responses, uniforms_of
from training.ppo.update import accumulate_gradients

TOLERANCE = 1e-4
MOVED = 1.02


def beside_plain(folder: Path) -> dict[str, float]:
    plan = read_plan(folder)
    spec = plan.spec("t5", temperature=1.0, top_k=0)
    plain, ours = PlainPpo(folder, plan), models_of(folder, "t5")
    assert ours.reference is not None
    _scale([plain.reference, ours.reference], 1.1)
    ends, generator = frozenset([-1]), generator_of(0, "check", 0)
    prompts = Prompts.pad(read_prompts(folder)[1], ours.policy)
    sampling = Sampling(plan.new_tokens, spec.temperature)
    uniforms = uniforms_of(len(prompts.ids) * plan.samples, sampling, generator)
    rollout = _cut(sample_responses(ours.policy, prompts, plan.samples, sampling, ends, uniforms), generator)
    tokens, mask = rollout.response_ids, rollout.response_mask
    rewards = torch.randn(mask.shape, generator=generator) * mask
    reference = rollout_logprobs(ours.reference, rollout, spec.temperature)
    experience = make_experience(rollout, rewards, reference, *state_values(ours.value, rollout), spec, spec.kl_coef)
    everything = slice(0, len(tokens))
    with torch.no_grad():
        logprobs, ref_logprobs = (
            plain.logprobs(model, everything, tokens)[0] * mask for model in (plain.policy, plain.reference)
        )
        values = plain.values(everything, tokens) * mask
    advantages, returns = plain.advantages(rewards, logprobs, ref_logprobs, values, mask, WHITENINGS["corrected"])
    found = {
        "log-probabilities": _apart(logprobs, rollout.logprobs * mask),
        "the reference's": _apart(ref_logprobs, experience.ref_logprobs),
        "values": _apart(values, experience.values),
        "advantages": _apart(advantages, experience.advantages),
        "returns": _apart(returns * mask, experience.returns),
    }
    _scale([plain.policy, plain.trunk, ours.policy, ours.value.trunk], MOVED)
    totals: dict[str, Tensor] = {}
    rows = torch.arange(len(prompts.ids))
    accumulate_gradients(ours, experience, rows, spec, mask.sum(), totals)
    sums = torch.zeros(2)
    for losses in plain.losses(tokens, logprobs, values, advantages, returns, mask):
        (losses[0] + spec.vf_coef * losses[1]).backward()
        sums += torch.stack([loss.detach() for loss in losses])
    found["policy loss"] = _apart(sums[0], totals["policy_loss"])
    found["value loss"] = _apart(sums[1], totals["value_loss"])
    for name, theirs, our in (("policy", plain.policy, ours.policy), ("value", plain.trunk, ours.value.trunk)):
        found[f"gradients, {name}"] = _gradients_apart(theirs, our)
    return found


def beside_trl(folder: Path) -> dict[str, float]:
    with safe_open(folder / "trl-first.safetensors", "pt") as file:
        fill, first = int(file.metadata()["fill"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    plan, ours = read_plan(folder), models_of(folder, "causal")
    spec = plan.spec("causal")
    width = first["tokens"].shape[1] - plan.new_tokens
    prompts = [[token for token in row if token != fill] for row in first["tokens"][:, :width].tolist()]
    tokens = first["tokens"][:, width:]
    mask = torch.ones(tokens.shape, dtype=torch.bool)
    none = torch.zeros(tokens.shape)
    ended = torch.zeros(len(tokens), dtype=torch.bool)
    rollout = Rollout(Prompts.pad(prompts, ours.policy), 1, tokens, mask, none, none, None, ended)
    assert ours.reference is not None
    logprobs = rollout_logprobs(ours.policy, rollout, spec.temperature)
    ref_logprobs = rollout_logprobs(ours.reference, rollout, spec.temperature)
    values, bootstrap = state_values(ours.value, rollout)
    rewards = kl.penalize(none, logprobs, ref_logprobs, mask, spec.kl_coef)
    rewards[:, -1] += first["scores"]
    advantages, _ = estimate_advantages(rewards, values, mask, bootstrap, gamma=spec.gamma, gae_lambda=spec.gae_lambda)
    return {
        "log-probabilities": _apart(first["logprobs"], logprobs),
        "the reference's": _apart(first["ref_logprobs"], ref_logprobs),
        "values": _apart(first["values"][:, width - 1 : -1], values),
        "advantages": _apart(first["advantages"], advantages),
    }


def _cut(rollout: Rollout, generator: torch.Generator) -> Rollout:
    """With responses of one token to all of them, as if each had ended there by itself."""
    count, width = rollout.response_ids.shape
    lengths = torch.randint(1, width + 1, (count, 1), generator=generator)
    lengths[0] = width
    mask = torch.arange(width) < lengths
    ended = torch.zeros(count, dtype=torch.bool)
    ids, logprobs, entropies = rollout.response_ids * mask, rollout.logprobs * mask, rollout.entropies * mask
    return Rollout(rollout.prompts, rollout.samples, ids, mask, logprobs, entropies, None, ended)


@torch.no_grad()
def _scale(modules: Iterable[nn.Module], by: float) -> None:
    for module in modules:
        for weight in module.parameters():
            weight.mul_(by)


def _apart(theirs: Tensor, ours: Tensor) -> float:
    return float((theirs - ours).abs().max())


def _gradients_apart(theirs: nn.Module, ours: nn.Module) -> float:
    """The norm of the difference, as a share of the gradient's. (The largest single difference is that of a unit which
    rounding has put on the other side of zero.)"""
    other = dict(theirs.named_parameters())
    pairs = [(other[name].grad, weight.grad) for name, weight in ours.named_parameters()]
    known = [(their, our) for their, our in pairs if their is not None and our is not None]
    assert known
    assert len(known) == sum(their is not None or our is not None for their, our in pairs)
    difference = sum(float((their - our).square().sum()) for their, our in known)
    return math.sqrt(difference / sum(float(our.square().sum()) for _, our in known))


def main(arguments: Sequence[str]) -> None:
    name, folder = arguments[0], Path(arguments[1])
    torch.set_num_threads(read_plan(folder).threads)
    found = {"check-plain": beside_plain, "check-trl": beside_trl}[name](folder)
    (folder / f"{name}.json").write_text(json.dumps({"apart": found, "tolerance": TOLERANCE}))


if __name__ == "__main__":
    main(sys.argv[1:])
