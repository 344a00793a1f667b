"""Responses of a policy to the prompts of a dataset, as text that remembers which token wrote which characters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedModel

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Example
from annotator.domain.specs import EvaluateSpec, PpoSpec, SampleSpec
from training.alignment import decode_ids
from training.data import read_snapshot
from training.models import encode_prompts, eos_id, is_seq2seq, longest_input
from training.ppo.forward import Prompts
from training.ppo.rollout import Sampling, generator_of, sample_responses, uniforms_of

PROMPTS_PER_BATCH = 32


@dataclass(frozen=True)
class Response:
    """One sampled response; ends[i] is where the characters of ids[i] end in the text."""

    text: str
    ids: list[int]
    ends: list[int]
    truncated: bool


def read_examples(spec: PpoSpec | SampleSpec | EvaluateSpec) -> list[Example]:
    """The examples of the spec's dataset and split.

    Raises DomainError invalid_spec if it names no dataset, empty_dataset if there are no examples.
    """
    if spec.dataset is None:
        field = f"{spec.kind}.dataset"
        raise DomainError("invalid_spec", f"{field} is required", {field: "is required"})
    snapshot = read_snapshot(spec.dataset.path, spec.dataset.sha256)
    examples = snapshot.of_split(spec.split)
    if not examples:
        name = snapshot.manifest.get("name")
        raise DomainError("empty_dataset", f"dataset {name!r} has no examples in its {spec.split} split")
    return examples


def prompt_ids(
    policy: PreTrainedModel, tokenizer: Any, prompts: Sequence[str], spec: PpoSpec | SampleSpec | EvaluateSpec
) -> list[list[int]]:
    """Ids of prompts, cut to the spec's length and to what the policy can read and still answer.

    Raises DomainError invalid_spec if that leaves no room, invalid_dataset for a prompt without tokens.
    """
    seq2seq = is_seq2seq(policy)
    room = longest_input(policy.config) - (0 if seq2seq else spec.max_new_tokens)
    if room < 1:
        problem = f"is {spec.max_new_tokens}; the policy reads at most {longest_input(policy.config)} tokens"
        field = f"{spec.kind}.max_new_tokens"
        raise DomainError("invalid_spec", f"{field} {problem}", {field: problem})
    rows = encode_prompts(tokenizer, prompts, min(room, spec.max_prompt_tokens), seq2seq=seq2seq)
    for prompt, row in zip(prompts, rows, strict=True):
        if not row:
            raise DomainError("invalid_dataset", f"prompt {prompt!r} has no tokens: the policy needs at least one")
    return rows


def end_tokens(policy: PreTrainedModel, tokenizer: Any) -> frozenset[int]:
    """Every id that ends a response: the tokenizer's, and those of the model's generation settings."""
    configured = getattr(policy.generation_config, "eos_token_id", None) or []
    return frozenset([eos_id(tokenizer), *(configured if isinstance(configured, list) else [configured])])


def respond(
    policy: PreTrainedModel, tokenizer: Any, prompts: Sequence[str], spec: SampleSpec | EvaluateSpec
) -> Iterator[list[list[Response]]]:
    """Samples spec.samples_per_prompt responses to each prompt, batch by batch: a list per prompt, in their order."""
    policy.train(False)  # dropout off
    sampling = Sampling(spec.max_new_tokens, spec.temperature, spec.top_k)
    ends = end_tokens(policy, tokenizer)
    for start in range(0, len(prompts), PROMPTS_PER_BATCH):
        chosen = prompts[start : start + PROMPTS_PER_BATCH]
        ids = prompt_ids(policy, tokenizer, chosen, spec)
        generator = generator_of(spec.seed, "respond", start)
        uniforms = uniforms_of(len(ids) * spec.samples_per_prompt, sampling, generator)
        rollout = sample_responses(policy, Prompts.pad(ids, policy), spec.samples_per_prompt, sampling, ends, uniforms)
        responses = []
        for row, truncated in zip(rollout.responses(), rollout.truncated.tolist(), strict=True):
            text, char_ends = decode_ids(tokenizer, row)
            responses.append(Response(text, row, char_ends, truncated))
        yield [
            responses[first : first + spec.samples_per_prompt]
            for first in range(0, len(responses), spec.samples_per_prompt)
        ]
