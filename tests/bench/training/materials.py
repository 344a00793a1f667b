"""What every side is given: the same prompts, weights and settings, in one folder.

    plan.json     sizes and settings
    prompts.json  per prompt its text and its ids
    t5, causal    transformers folders: policy and value, and causal/reward, one number for a whole response
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    LlamaForSequenceClassification,
    T5Config,
    T5ForConditionalGeneration,
    T5Model,
)

from annotator.domain.specs import PpoSpec
from tests.bench.rewards import Sizes as RewardSizes
from tests.bench.rewards import read_texts
from training.models import encode_prompts, load_tokenizer, load_trunk
from training.ppo.value import ValueModel
from training.scratch import make_tokenizer

WEIGHTS = {"relevance": 0.3, "factuality": 0.5, "completeness": 0.3}
TEXTS = 250


@dataclass(frozen=True)
class Plan:
    """Sizes of the models, and what a step is. layers: of a T5's encoder, and of its decoder. timed: steps that count,
    after a warm-up step of one epoch."""

    hidden: int = 256
    value_hidden: int = 192
    vocabulary: int = 8192
    t5_layers: int = 4
    t5_value_layers: int = 2
    causal_layers: int = 9
    causal_value_layers: int = 5
    window: int = 512
    prompts: int = 8
    samples: int = 4
    max_prompt_tokens: int = 1024
    new_tokens: int = 64
    epochs: int = 4
    timed: int = 2
    threads: int = 1

    @property
    def responses(self) -> int:
        return self.prompts * self.samples

    def spec(self, kind: str, **fields: Any) -> PpoSpec:
        """A T5 samples as the paper does; a causal model as TRL, which draws from the whole vocabulary."""
        settings: dict[str, Any] = {
            "job": "bench", "policy": "none", "reward": "none", "steps": 1000, "prompts_per_step": self.prompts,
            "samples_per_prompt": self.samples, "max_prompt_tokens": self.max_prompt_tokens, "warmup_steps": 0,
            "max_new_tokens": self.new_tokens, "epochs": self.epochs, "top_k": 20 if kind == "t5" else 0,
            "threads": self.threads,
        }  # fmt: skip
        return PpoSpec(**(settings | fields))

    def rewards(self) -> RewardSizes:
        return RewardSizes(hidden=self.value_hidden, vocabulary=self.vocabulary, window=self.window)


SHORT = Plan(
    hidden=64, value_hidden=64, vocabulary=400, t5_layers=1, t5_value_layers=1, causal_layers=2, causal_value_layers=1,
    window=64, prompts=3, samples=2, max_prompt_tokens=96, new_tokens=12, epochs=2, timed=1,
)  # fmt: skip


def make(folder: Path, plan: Plan, data: Path | None) -> None:
    """Of the texts (of the file or made), prompts of all lengths: the middle one of every part of equally many."""
    texts = read_texts(data, TEXTS)
    tokenizer = make_tokenizer([text for pair in texts for text in pair], plan.vocabulary)
    prompts = sorted((prompt for prompt, _ in texts), key=lambda prompt: len(tokenizer(prompt)["input_ids"]))
    chosen = [prompts[(2 * n + 1) * len(prompts) // (2 * plan.prompts)] for n in range(plan.prompts)]
    ids = encode_prompts(tokenizer, chosen, plan.max_prompt_tokens, seq2seq=True)
    found = [{"text": text, "ids": row} for text, row in zip(chosen, ids, strict=True)]
    (folder / "prompts.json").write_text(json.dumps(found), encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps(asdict(plan)))
    torch.manual_seed(0)
    made = {**_t5(plan, len(tokenizer)), **_causal(plan, len(tokenizer))}
    for name, model in made.items():
        (model.save if isinstance(model, ValueModel) else model.save_pretrained)(folder / name)
        tokenizer.save_pretrained(folder / name)


def _t5(plan: Plan, vocabulary: int) -> dict[str, nn.Module]:
    def config(hidden: int, layers: int) -> T5Config:
        return T5Config(
            vocab_size=vocabulary, d_model=hidden, d_kv=64, d_ff=4 * hidden, num_heads=hidden // 64, num_layers=layers,
            dropout_rate=0.1, decoder_start_token_id=0, pad_token_id=0, eos_token_id=2,
        )  # fmt: skip

    value = ValueModel(T5Model(config(plan.value_hidden, plan.t5_value_layers)))
    nn.init.normal_(value.head.weight, std=0.02)
    return {"t5/policy": T5ForConditionalGeneration(config(plan.hidden, plan.t5_layers)), "t5/value": value}


def _causal(plan: Plan, vocabulary: int) -> dict[str, nn.Module]:
    def config(hidden: int, layers: int, **more: Any) -> LlamaConfig:
        return LlamaConfig(
            vocab_size=vocabulary, hidden_size=hidden, intermediate_size=hidden * 21 // 8, num_hidden_layers=layers,
            num_attention_heads=hidden // 64, max_position_embeddings=2048, tie_word_embeddings=True, pad_token_id=0,
            bos_token_id=1, eos_token_id=2, **more,
        )  # fmt: skip

    small = [
        LlamaForSequenceClassification(config(plan.value_hidden, plan.causal_value_layers, num_labels=1))
        for _ in range(2)
    ]
    policy = LlamaForCausalLM(config(plan.hidden, plan.causal_layers))
    return {"causal/policy": policy, "causal/value": small[0], "causal/reward": small[1]}


def read_plan(folder: Path) -> Plan:
    return Plan(**json.loads((folder / "plan.json").read_text()))


def read_prompts(folder: Path) -> tuple[list[str], list[list[int]]]:
    """Texts and ids."""
    found = json.loads((folder / "prompts.json").read_text(encoding="utf-8"))
    return [prompt["text"] for prompt in found], [prompt["ids"] for prompt in found]


def read_tokenizer(folder: Path) -> Any:
    return load_tokenizer(str(folder / "t5/policy"))


def read_value(folder: Path) -> tuple[Any, Tensor]:
    """Trunk, and the weight (1, D) of its head, which has no bias."""
    file = next(path for path in (folder / "head.safetensors", folder / "model.safetensors") if path.exists())
    weights = load_file(file)
    return load_trunk(str(folder)), weights["weight" if file.stem == "head" else "score.weight"]


def parameters(modules: dict[str, nn.Module]) -> dict[str, int]:
    """How many weights each has."""
    return {name: sum(weight.numel() for weight in module.parameters()) for name, module in modules.items()}
