"""TRL's PPOTrainer (1.12.0, the last release that has one) on the causal model, in an environment of its own.

    .redpen/peers/trl/bin/python -m tests.bench.training.trl_ppo trl FOLDER

Its functions are wrapped to be timed: generation is the rollout; log-probabilities, values and advantages are scoring;
what follows the first pass with gradients is the update. The prompts are filled up with a token that the model does not
have, so that none that is sampled is taken for padding. What its first rollout came to is kept, to be compared.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"

import torch
from datasets import Dataset
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, TrainerCallback
from trl.experimental.ppo import PPOConfig, PPOTrainer, ppo_trainer

from tests.bench.training import side


class Watch(TrainerCallback):
    """Seconds by phase of each step, and the first rollout; the first step, a warm-up, has one epoch."""

    def __init__(self, epochs: int, reward_model: Any) -> None:
        self.epochs, self.reward_model = epochs, reward_model
        self.steps: list[dict[str, float]] = []
        self.first: dict[str, torch.Tensor] = {}
        self.began = self.update = self.processor = 0.0

    def on_train_begin(self, args: Any, *_: Any, **__: Any) -> None:
        args.num_ppo_epochs = 1

    def on_step_end(self, args: Any, *_: Any, **__: Any) -> None:
        args.num_ppo_epochs = self.epochs
        ended = time.perf_counter()
        step = self.steps[-1]
        step["update"] = ended - self.update
        step[side.CPU] = time.process_time() - self.processor
        step["score"] = self.update - self.began - step["rollout"] - step["reward"]
        self.update = 0.0

    def wrap(self) -> None:
        generation, forward, reward = ppo_trainer.batch_generation, ppo_trainer.forward, ppo_trainer.get_reward
        softmax, whiten = ppo_trainer.selective_log_softmax, ppo_trainer.masked_whiten

        def timed(phase: str, function: Callable[..., Any], *arguments: Any) -> Any:
            started = time.perf_counter()
            found = function(*arguments)
            self.steps[-1][phase] = time.perf_counter() - started
            return found

        def generated(*arguments: Any) -> Any:
            self.steps.append({})
            self.began, self.processor = time.perf_counter(), time.process_time()
            found = timed("rollout", generation, *arguments)
            self.first.setdefault("tokens", found[0])
            return found

        def passed(*arguments: Any) -> Any:
            if torch.is_grad_enabled() and not self.update:
                self.update = time.perf_counter()
            return forward(*arguments)

        def scored(model: Any, *arguments: Any) -> Any:
            if model is not self.reward_model:
                found = reward(model, *arguments)
                self.first.setdefault("values", found[0].squeeze(-1))
                return found
            found = timed("reward", reward, model, *arguments)
            self.first.setdefault("scores", found[1])
            return found

        def of_tokens(*arguments: Any) -> Any:
            found = softmax(*arguments)
            name = "ref_logprobs" if "logprobs" in self.first else "logprobs"
            self.first.setdefault(name, found.detach())
            return found

        def whitened(values: torch.Tensor, *arguments: Any, **named: Any) -> Any:
            self.first.setdefault("advantages", values)
            return whiten(values, *arguments, **named)

        ppo_trainer.batch_generation, ppo_trainer.forward, ppo_trainer.get_reward = generated, passed, scored
        ppo_trainer.selective_log_softmax, ppo_trainer.masked_whiten = of_tokens, whitened


def main(arguments: Sequence[str]) -> None:
    name, folder = arguments[0], Path(arguments[1])
    plan, prompts = (json.loads((folder / file).read_text()) for file in ("plan.json", "prompts.json"))
    torch.set_num_threads(plan["threads"])
    rows = [prompt["ids"] for prompt in prompts for _ in range(plan["samples"])]
    tokenizer = AutoTokenizer.from_pretrained(folder / "causal/policy", padding_side="left")
    tokenizer.add_special_tokens({"pad_token": "<fill>"})
    policy, reference = (
        AutoModelForCausalLM.from_pretrained(folder / "causal/policy", dtype=torch.float32) for _ in range(2)
    )
    value, reward = (
        AutoModelForSequenceClassification.from_pretrained(folder / "causal" / role, dtype=torch.float32)
        for role in ("value", "reward")
    )
    settings = PPOConfig(
        output_dir=str(folder / "trl"), per_device_train_batch_size=plan["samples"], num_mini_batches=1,
        gradient_accumulation_steps=plan["prompts"], num_ppo_epochs=plan["epochs"], response_length=plan["new_tokens"],
        total_episodes=len(rows) * (1 + plan["timed"]), stop_token=None, temperature=0.7, kl_coef=0.3, vf_coef=1.0,
        local_rollout_forward_batch_size=len(rows), num_sample_generations=0, gradient_checkpointing=False, bf16=False,
        use_cpu=True, learning_rate=1e-5, save_strategy="no", report_to=[], disable_tqdm=True, seed=1,
        per_device_eval_batch_size=1,
    )  # fmt: skip
    watch = Watch(plan["epochs"], reward)
    watch.wrap()
    dataset = Dataset.from_dict({"input_ids": rows})
    trainer = PPOTrainer(
        args=settings, processing_class=tokenizer, model=policy, ref_model=reference, reward_model=reward,
        value_model=value, train_dataset=dataset, eval_dataset=dataset.select([0]), callbacks=[watch],
    )  # fmt: skip
    trainer.train()
    found = {key: tensor.detach().contiguous() for key, tensor in watch.first.items()}
    save_file(found, folder / "trl-first.safetensors", {"fill": str(tokenizer.pad_token_id)})
    models = {"policy": policy, "value": value, "reward": reward}
    weights = {key: sum(p.numel() for p in model.parameters()) for key, model in models.items()}
    side.write(folder, name, watch.steps[1:], weights=weights)


if __name__ == "__main__":
    main(sys.argv[1:])
