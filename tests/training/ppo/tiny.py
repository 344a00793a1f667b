"""Models of a few thousand random weights, made on the spot, and a task they can learn in seconds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from annotator.domain.specs import PpoSpec
from training.ppo.collect import Prompt
from training.ppo.experience import Experience, make_experience, rollout_logprobs, state_values
from training.ppo.forward import Prompts
from training.ppo.learner import Models
from training.ppo.lora import add_lora
from training.ppo.rollout import Rollout, Sampling, generator_of, sample_responses, uniforms_of
from training.ppo.value import value_from_policy
from training.runs import Run

END, WORDS = 1, 12
SPECIAL = {"pad_token_id": 0, "eos_token_id": END, "bos_token_id": None}


def llama() -> PreTrainedModel:
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=WORDS, max_position_embeddings=64, **sizes, **SPECIAL))


def gpt2() -> PreTrainedModel:
    """Learned absolute positions and dropout."""
    return GPT2LMHeadModel(GPT2Config(vocab_size=WORDS, n_positions=64, n_embd=16, n_layer=2, n_head=2, **SPECIAL))


def t5() -> PreTrainedModel:
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2}
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=WORDS, dropout_rate=0.1, decoder_start_token_id=0, pad_token_id=0, eos_token_id=END, **sizes
        )
    )


def bart() -> PreTrainedModel:
    """An encoder-decoder with absolute positions."""
    layers = {
        f"{side}_{name}": n for side in ("encoder", "decoder") for name, n in (("layers", 1), ("attention_heads", 2))
    }
    widths = {"d_model": 16, "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "max_position_embeddings": 64}
    special = {"pad_token_id": 0, "eos_token_id": END, "bos_token_id": 2, "decoder_start_token_id": END}
    return BartForConditionalGeneration(BartConfig(vocab_size=WORDS, **layers, **widths, **special))


ARCHITECTURES = {"llama": llama, "gpt2": gpt2, "t5": t5, "bart": bart}


def build(name: str, seed: int = 0) -> PreTrainedModel:
    """A model with dropout off and weights large enough that its distributions are not flat."""
    torch.manual_seed(seed)
    model = ARCHITECTURES[name]().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.3)
    return model


def prompt_ids(count: int, seed: int = 0) -> list[list[int]]:
    """Prompts of 1 to 7 tokens."""
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, 8, (count,), generator=generator).tolist()
    return [torch.randint(2, WORDS, (length,), generator=generator).tolist() for length in lengths]


def rollout_of(
    model: PreTrainedModel, sampling: Sampling, prompts: int = 5, samples: int = 3, seed: int = 0
) -> Rollout:
    batch = Prompts.pad(prompt_ids(prompts), model)
    uniforms = uniforms_of(prompts * samples, sampling, generator_of(seed, "test", 0))
    return sample_responses(model, batch, samples, sampling, frozenset([END]), uniforms)


def models_of(name: str) -> Models:
    policy = build(name)
    models = Models(policy, build(name), value_from_policy(policy), frozenset([END]))
    models.prepare()
    return models


def lora_models_of(name: str) -> Models:
    policy = build(name)
    models = Models(policy, None, value_from_policy(policy), frozenset([END]))
    for model in (policy, models.value.trunk):
        add_lora(model, rank=4, seed=0)
    models.prepare()
    return models


def spec_of(**fields: Any) -> PpoSpec:
    small: dict[str, Any] = {
        "job": "test", "policy": "none", "reward": "none", "steps": 6, "prompts_per_step": 4, "samples_per_prompt": 3,
        "max_prompt_tokens": 8, "max_new_tokens": 8, "temperature": 1.0, "top_k": 0, "kl_coef": 0.05, "epochs": 2,
        "minibatches": 2, "learning_rate": 3e-3, "value_learning_rate": 3e-3, "warmup_steps": 0, "checkpoint_every": 2,
        "max_grad_norm": 1.0, "threads": 1,
    }  # fmt: skip
    return PpoSpec(**(small | fields))


def prompts_of(count: int = 10) -> list[Prompt]:
    return [Prompt(" ".join(map(str, ids)), ids) for ids in prompt_ids(count)]


def run_of(folder: Path) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    return Run(folder, None)


def count_sevens(
    prompts: Sequence[str], responses: Sequence[Sequence[int]], mask: Tensor
) -> tuple[dict[str, Tensor], dict[str, float]]:
    """A reward to learn: 1 for each token 7, and −.2 for each other word, in two categories."""
    ids = torch.zeros(mask.shape, dtype=torch.long)
    for row, response in enumerate(responses):
        ids[row, : len(response)] = torch.tensor(response)
    sevens = (ids == 7) & mask
    others = (ids > END) & ~sevens & mask
    return {"sevens": sevens.float(), "others": -0.2 * others.float()}, {"segments_per_response": 1.0}


def experience_of(models: Models, spec: PpoSpec, prompts: int = 6) -> Experience:
    """As a step makes it, with `count_sevens`."""
    rollout = rollout_of(models.policy, Sampling(spec.max_new_tokens, spec.temperature, spec.top_k), prompts=prompts)
    rewards = sum(count_sevens([], rollout.responses(), rollout.response_mask)[0].values(), torch.zeros(()))
    ref_logprobs = models.ask_reference(lambda model: rollout_logprobs(model, rollout, spec.temperature))
    values, bootstrap = state_values(models.value, rollout)
    return make_experience(rollout, rewards, ref_logprobs, values, bootstrap, spec, spec.kl_coef)


def word_tokenizer(words: Sequence[str]) -> PreTrainedTokenizerFast:
    """One token per word or full stop; <pad> 0, </s> 1, <unk> 2."""
    vocabulary = {word: index for index, word in enumerate(["<pad>", "</s>", "<unk>", *words])}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )
