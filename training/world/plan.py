"""How large a world is, and with which settings its jobs run."""

from dataclasses import dataclass
from typing import Any

MAX_NEW_TOKENS = 40
# Threads of so small models wait for each other longer than they work, above all where others want the cores too.
_COMMON = {"max_prompt_tokens": 128, "threads": 1}
_SAMPLING = {**_COMMON, "max_new_tokens": MAX_NEW_TOKENS, "temperature": 1.0, "top_k": 0}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Counts of examples, annotators and steps; `rounds` is how many prompts of each split are annotated."""

    corpus: int
    encoder_steps: int
    demonstrations: int
    prompts: int
    rounds: dict[str, int]
    evaluation: int
    annotators: int
    reward_epochs: int
    ppo_steps: int
    target: float  # an error rate after PPO over that before, at most

    def job_defaults(self) -> dict[str, dict[str, Any]]:
        """Per kind of job, the fields of its spec: what a project of this world uses where a request says nothing."""
        return {
            "sft": fine_tuning(batch_size=32, learning_rate=2e-3),
            "reward": {
                "epochs": self.reward_epochs,
                "batch_size": 32,
                "learning_rate": 1e-3,
                "preference": False,
                "max_tokens": 256,
                "threads": 1,
            },
            "ppo": {
                **_SAMPLING,
                "steps": self.ppo_steps,
                "prompts_per_step": 32,
                "samples_per_prompt": 4,
                "kl_coef": 0.1,
                "learning_rate": 5e-4,
                "value_learning_rate": 1e-3,
                "epochs": 2,
                "minibatches": 2,
                "warmup_steps": 5,
                "max_grad_norm": 1.0,
            },
            "sample": _SAMPLING,
            "evaluate": _SAMPLING,
        }


def fine_tuning(*, batch_size: int, learning_rate: float) -> dict[str, Any]:
    """Fields of an SFT spec, but for its model and dataset: once over the demonstrations."""
    rate = {"batch_size": batch_size, "learning_rate": learning_rate, "epochs": 1}
    return {**_COMMON, "max_response_tokens": 64, **rate}


FULL = Plan(
    corpus=9600,
    encoder_steps=1500,
    demonstrations=11_200,
    prompts=2000,
    rounds={"train": 500, "dev": 60, "test": 60},
    evaluation=256,
    annotators=8,
    reward_epochs=6,
    ppo_steps=60,
    target=0.5,
)
SHORT = Plan(
    corpus=6400,
    encoder_steps=600,
    demonstrations=3200,
    prompts=500,
    rounds={"train": 150, "dev": 20, "test": 30},
    evaluation=128,
    annotators=4,
    reward_epochs=4,
    ppo_steps=12,
    target=0.95,
)
