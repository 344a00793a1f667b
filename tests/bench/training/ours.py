"""Our side: training.ppo.loop.train_step, as a job runs it, on the models of the folder.

    python -m tests.bench.training.ours ours-t5|ours-causal FOLDER

A T5 is rewarded by one encoder with a head per category, read in one pass; a causal model by the same scalar model as
TRL's. No response ends before its last token: the token that would end it is none.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification

from annotator.domain.segments import Density
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.bench.rewards import DENSITIES, MAX_TOKENS, our_model
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
from training.ppo import experience
from training.ppo.collect import Prompt
from training.ppo.experience import RewardFunction
from training.ppo.learner import Models
from training.ppo.loop import Running, train_step
from training.ppo.update import make_optimizer
from training.ppo.value import ValueModel
from training.reward.bundle import RewardBundle
from training.reward.sources.classifier import Classifier
from training.reward.sources.sequences import SequenceSource
from training.scripts.ppo import reward_function

NEVER: frozenset[int] = frozenset([-1])


def models_of(folder: Path, kind: str) -> Models:
    policy, reference = (load_policy(str(folder / kind / "policy")) for _ in range(2))
    trunk, head = read_value(folder / kind / "value")
    value = ValueModel(trunk)
    with torch.no_grad():
        value.head.weight.copy_(head)
    models = Models(policy, reference, value, NEVER)
    models.prepare()
    return models


def reward_of(folder: Path, kind: str, plan: Plan) -> tuple[RewardFunction, dict[str, torch.nn.Module]]:
    """And the models that it asks."""
    tokenizer = read_tokenizer(folder)
    if kind == "t5":
        model = our_model(tokenizer, plan.rewards(), list(DENSITIES), dict.fromkeys(DENSITIES, True)).eval()
        bundle = RewardBundle(tokenizer, PAPER_TAXONOMY, MAX_TOKENS, [model], {})
        return reward_function(bundle, tokenizer, WEIGHTS, "sum"), {"reward": model}
    auto: Any = AutoModelForSequenceClassification
    scalar = auto.from_pretrained(folder / "causal" / "reward").eval()
    scorer = Classifier(scalar, tokenizer, None, True, plan.max_prompt_tokens + plan.new_tokens)
    source = SequenceSource(scorer, "preference", Density.SEQUENCE, False)
    return reward_function(source, tokenizer, {"preference": 1.0}, "sum"), {"reward": scalar}


def main(arguments: Sequence[str]) -> None:
    name, folder = arguments[0], Path(arguments[1])
    kind, plan = name.removeprefix("ours-"), read_plan(folder)
    torch.set_num_threads(plan.threads)
    experience.TOKENS_PER_PASS = 1  # one prompt's responses at a time, a microbatch as large as the other sides'
    texts, ids = read_prompts(folder)
    prompts = [Prompt(text, row) for text, row in zip(texts, ids, strict=True)]
    models, spec, running = models_of(folder, kind), plan.spec(kind), Running(plan.spec(kind).kl_coef)
    optimizer = make_optimizer(models, spec)
    reward, scorers = reward_of(folder, kind, plan)
    steps = []
    for step in range(1 + plan.timed):
        settings = spec if step else replace(spec, epochs=1)
        started = time.process_time()
        metrics = train_step(settings, models, optimizer, prompts, reward, step, running)
        processor = {side.CPU: time.process_time() - started}
        assert metrics["response_tokens"] == plan.new_tokens
        steps.append({phase: metrics[f"seconds/{phase}"] for phase in side.PHASES} | processor)
    trained: dict[str, torch.nn.Module] = {"policy": models.policy, "value": models.value}
    side.write(folder, name, steps[1:], weights=parameters(trained | scorers))


if __name__ == "__main__":
    main(sys.argv[1:])
