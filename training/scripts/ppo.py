"""Train a policy by proximal policy optimisation on dense rewards.

    python -m training.scripts.ppo RUN_DIR

Reads spec.json (PpoSpec), writes the policy as a transformers folder to artifact/ and its value model to artifact/value/.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density
from annotator.domain.specs import PpoSpec
from training.alignment import decode_ids
from training.models import encode_prompts, is_seq2seq, load_policy, load_tokenizer, save_artifact
from training.ppo.experience import RewardFunction
from training.ppo.loop import Models, Prompt, train
from training.ppo.respond import end_tokens, read_examples
from training.ppo.value import value_from_policy
from training.reward.bundle import RewardBundle, load_bundle
from training.reward.dense import dense_rewards
from training.runs import Run, main


def ppo(run: Run) -> dict[str, float]:
    spec: PpoSpec = run.spec
    if spec.minibatches > spec.prompts_per_step:
        problem = f"is {spec.minibatches}; it must be at most ppo.prompts_per_step, {spec.prompts_per_step}"
        raise DomainError("invalid_spec", f"ppo.minibatches {problem}", {"ppo.minibatches": problem})
    examples = read_examples(spec)
    tokenizer = load_tokenizer(spec.policy)
    policy, reference = load_policy(spec.policy), load_policy(spec.policy)
    models = Models(policy, reference, value_from_policy(policy), end_tokens(policy, tokenizer))
    texts = [example.prompt for example in examples]
    ids = encode_prompts(tokenizer, texts, spec.max_prompt_tokens, seq2seq=is_seq2seq(policy))
    prompts = [Prompt(text, row) for text, row in zip(texts, ids, strict=True)]
    reward = reward_function(load_bundle(Path(spec.reward)), tokenizer, spec.reward_weights)
    run.log(
        f"{len(prompts)} prompts, {spec.steps} steps of {spec.prompts_per_step} × {spec.samples_per_prompt} responses"
    )
    metrics = train(run, spec, models, prompts, reward)
    save_artifact(
        run.artifact,
        policy,
        tokenizer,
        "Policy trained with dense rewards",
        {"job": spec.job, "spec": asdict(spec), "metrics": metrics},
    )
    models.value.save(run.artifact / "value")
    return metrics


def reward_function(bundle: RewardBundle, tokenizer: Any, weights: dict[str, float]) -> RewardFunction:
    """A bundle's scores as weighted rewards at the tokens where segments end. Categories of weight 0 are not scored.

    Raises DomainError unknown_category for a weight on a category that the bundle does not score.
    """
    weights = {category: weight for category, weight in weights.items() if weight}
    for category in weights:
        if category not in bundle.categories:
            raise DomainError(
                "unknown_category",
                f"ppo.reward_weights names {category!r}, but the reward model scores {', '.join(bundle.categories)}",
                {"ppo.reward_weights": category},
            )

    def reward(
        prompts: Sequence[str], response_ids: Sequence[Sequence[int]], mask: Tensor
    ) -> tuple[dict[str, Tensor], dict[str, float]]:
        decoded = [decode_ids(tokenizer, ids) for ids in response_ids]
        responses = [text for text, _ in decoded]
        scores = bundle.score(prompts, responses, list(weights))
        segments = [
            max((len(found.spans) for found in row.values() if found.density != Density.SEQUENCE), default=1)
            for row in scores
        ]
        metrics = {"segments_per_response": sum(segments) / len(segments)}
        return dense_rewards(scores, responses, [ends for _, ends in decoded], mask, weights), metrics

    return reward


if __name__ == "__main__":
    main("ppo", ppo)
