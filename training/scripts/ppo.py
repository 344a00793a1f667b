"""Train a policy by proximal policy optimisation on dense rewards.

    python -m training.scripts.ppo RUN_DIR

Reads spec.json (PpoSpec), writes the policy as a transformers folder to artifact/, its value model to artifact/value/.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density
from annotator.domain.specs import PpoSpec, spec_to_json
from training import distributed
from training.alignment import decode_ids
from training.checkpoints import load_module_tensors, module_tensors
from training.models import load_policy, load_tokenizer, save_artifact
from training.ppo.collect import Prompt
from training.ppo.experience import RewardFunction
from training.ppo.learner import Models
from training.ppo.loop import train
from training.ppo.lora import add_lora, merged
from training.ppo.respond import end_tokens, prompt_ids, read_examples
from training.ppo.value import ValueModel, start_as, value_from_policy
from training.reward.bundle import RewardBundle
from training.reward.dense import Form, dense_rewards
from training.reward.sources import Source, load_source
from training.runs import Run, main


def ppo(run: Run) -> dict[str, float]:
    spec: PpoSpec = run.spec
    check_shares(spec)
    examples = read_examples(spec)
    tokenizer = load_tokenizer(spec.policy)
    policy, source = load_policy(spec.policy), load_source(spec.reward)
    models = ppo_models(policy, source, tokenizer, spec)
    texts = [example.prompt for example in examples]
    ids = prompt_ids(policy, tokenizer, texts, spec)
    prompts = [Prompt(text, row) for text, row in zip(texts, ids, strict=True)]
    judge = load_source(spec.judge) if spec.judge else None
    reward = reward_function(source, tokenizer, spec.reward_weights, spec.reward_form, judge)
    run.log(
        f"{len(prompts)} prompts, {spec.steps} steps of {spec.prompts_per_step} × {spec.samples_per_prompt} responses"
    )
    metrics = train(run, spec, models, prompts, reward)
    facts = {"job": spec.job, "policy": spec.policy, "reward": spec.reward, "seed": spec.seed}
    facts |= {"last step": metrics, "spec": spec_to_json(spec)}
    if spec.parallel == "fsdp" and distributed.ranks() > 1:
        weights = module_tensors(models.policy), module_tensors(models.value)  # put together by all ranks
        models = ppo_models(load_policy(spec.policy), source, tokenizer, spec)
        load_module_tensors(models.policy, weights[0])
        load_module_tensors(models.value, weights[1])
    if distributed.rank():
        return metrics
    policy, value = models.policy, models.value
    if spec.lora_rank:
        fresh = load_policy(spec.policy)
        whole = value_from(fresh, source, tokenizer, spec)
        merged(value.trunk, whole.trunk)
        whole.head.load_state_dict(value.head.state_dict())
        policy, value = merged(policy, fresh), whole
    save_artifact(run.artifact, policy, tokenizer, "Policy trained with dense rewards", facts)
    value.save(run.artifact / "value")
    return metrics


def check_shares(spec: PpoSpec) -> None:
    """DomainError invalid_spec if a minibatch has no prompt for each device, or some have more than others."""
    ranks, prompts = max(spec.devices, distributed.ranks()), spec.prompts_per_step
    problems = {}
    if spec.minibatches * ranks > prompts:
        bound = f"ppo.prompts_per_step, {prompts}" + (f", over {ranks} devices" if ranks > 1 else "")
        problems["minibatches"] = f"is {spec.minibatches}; it must be at most {bound}"
    if prompts % ranks:
        problems["prompts_per_step"] = f"is {prompts}; it must be a multiple of {ranks}, the number of devices"
    if problems:
        message = "; ".join(f"ppo.{name} {problem}" for name, problem in problems.items())
        raise DomainError("invalid_spec", message, {f"ppo.{name}": problem for name, problem in problems.items()})


def ppo_models(policy: Any, source: Source, tokenizer: Any, spec: PpoSpec) -> Models:
    """What the spec asks for: every weight trained beside a copy of the policy as the reference, or adapters."""
    value = value_from(policy, source, tokenizer, spec)
    reference = None if spec.lora_rank else load_policy(spec.policy)
    if spec.lora_rank:
        for model in (policy, value.trunk):
            add_lora(model, spec.lora_rank, spec.seed)
    return Models(policy, reference, value, end_tokens(policy, tokenizer))


def value_from(policy: Any, source: Source, tokenizer: Any, spec: PpoSpec) -> ValueModel:
    """DomainError invalid_spec if the value model is to start as a reward model that cannot be one."""
    value = value_from_policy(policy)
    if spec.value_from == "policy":
        return value
    try:
        if not isinstance(source, RewardBundle) or not source.encoders():
            raise ValueError("what gives the rewards has no encoder")
        if source.tokenizer.get_vocab() != tokenizer.get_vocab():
            raise ValueError("the reward model's vocabulary is not the policy's")
        start_as(value, source.encoders()[0].trunk)
    except ValueError as error:
        problem = f"is 'reward', but {error}"
        raise DomainError("invalid_spec", f"ppo.value_from {problem}", {"ppo.value_from": problem}) from error
    return value


def reward_function(
    source: Source, tokenizer: Any, weights: dict[str, float], form: Form, judge: Source | None = None
) -> RewardFunction:
    """A source's scores as weighted rewards at the tokens where segments end. Categories of weight 0 are not scored.

    A judge's scores, weighted and added up in the same way, are metrics beside: judge/<category>, the mean of a
    response, and judge/total. Against the KL they show over-optimisation (Gao et al. 2023): from where on the reward
    grows and the judge's does not. Raises DomainError unknown_category for a weight on a category that the source, or
    the judge, does not score.
    """
    weights = {category: weight for category, weight in weights.items() if weight}
    for name, scorer in [("reward model", source), *([("judge", judge)] if judge else [])]:
        for category in weights:
            if category not in scorer.categories:
                raise DomainError(
                    "unknown_category",
                    f"ppo.reward_weights names {category!r}, but the {name} scores {', '.join(scorer.categories)}",
                    {"ppo.reward_weights": category},
                )

    def reward(
        prompts: Sequence[str], response_ids: Sequence[Sequence[int]], mask: Tensor
    ) -> tuple[dict[str, Tensor], dict[str, float]]:
        decoded = [decode_ids(tokenizer, ids) for ids in response_ids]
        responses, ends = [text for text, _ in decoded], [ends for _, ends in decoded]
        scores = source.score(prompts, responses, list(weights))
        segments = [
            max((len(found.spans) for found in row.values() if found.density != Density.SEQUENCE), default=1)
            for row in scores
        ]
        metrics = {"segments_per_response": sum(segments) / len(segments)}
        if judge:
            found = dense_rewards(judge.score(prompts, responses, list(weights)), responses, ends, mask, weights, form)
            means = {key: part.sum(dim=1).mean().item() for key, part in found.items()}
            metrics |= {f"judge/{key}": mean for key, mean in means.items()} | {"judge/total": sum(means.values())}
        return dense_rewards(scores, responses, ends, mask, weights, form), metrics

    return reward


if __name__ == "__main__":
    main("ppo", ppo)
