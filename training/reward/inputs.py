"""What a reward model reads: one function for training and for scoring, so that the two cannot drift apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from training.models import cut_middle, pad_id, pad_rows


@dataclass(frozen=True, slots=True)
class RewardInput:
    """ids: [start] prompt [separator] response [end]. chars: for each id of the response the index of its last
    character in the response text, -1 for every other id.
    """

    ids: list[int]
    chars: list[int]


def reward_inputs(
    tokenizer: Any, prompts: Sequence[str], responses: Sequence[str], max_tokens: int
) -> list[RewardInput]:
    """Encode pairs of prompt and response, the exact texts the policy read and wrote, in at most `max_tokens` ids
    each.

    Of what is too long the prompt loses its middle first, down to a quarter of the room; then the response its end.
    """
    backend = tokenizer.backend_tokenizer
    unique = list(dict.fromkeys(prompts))
    prompt_ids = dict(zip(unique, (e.ids for e in backend.encode_batch(unique, add_special_tokens=False)), strict=True))
    start, separator, end = special_ids(tokenizer)
    room = max_tokens - len(start) - len(separator) - len(end)
    rows = []
    for prompt, encoding in zip(prompts, backend.encode_batch(list(responses), add_special_tokens=False), strict=True):
        kept = min(len(encoding.ids), room - min(len(prompt_ids[prompt]), room // 4))
        before = start + cut_middle(prompt_ids[prompt], room - kept) + separator
        # An empty offset is a token without text of its own, such as a lone space marker.
        chars = [last - 1 if last > first else -1 for first, last in encoding.offsets[:kept]]
        rows.append(RewardInput(before + encoding.ids[:kept] + end, [-1] * len(before) + chars + [-1] * len(end)))
    return rows


def special_ids(tokenizer: Any) -> tuple[list[int], list[int], list[int]]:
    """What stands before the prompt, between it and the response, and after the response; each one id or none."""
    start = _first(tokenizer.cls_token_id, tokenizer.bos_token_id)
    return start, _first(tokenizer.sep_token_id), _first(tokenizer.sep_token_id, tokenizer.eos_token_id)


def _first(*ids: int | None) -> list[int]:
    return next(([token] for token in ids if token is not None), [])


@dataclass(frozen=True, slots=True)
class RewardBatch:
    """ids (B, T) int64; mask (B, T) bool; chars (B, T) int64, as in RewardInput, padded with -1."""

    ids: Tensor
    mask: Tensor
    chars: Tensor

    def to(self, device: torch.device) -> "RewardBatch":
        return RewardBatch(self.ids.to(device), self.mask.to(device), self.chars.to(device))


def reward_batch(tokenizer: Any, rows: Sequence[RewardInput]) -> RewardBatch:
    ids, mask = pad_rows([row.ids for row in rows], pad_id(tokenizer))
    chars, _ = pad_rows([row.chars for row in rows], -1)
    return RewardBatch(ids, mask, chars)
