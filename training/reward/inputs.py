"""What a reward model reads: one function for training and for scoring, so that the two cannot drift apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from annotator.domain.prompts import without_passages
from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule, segments
from training.models import cut_middle, pad_id, pad_rows


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts become ids. separators: after each segment of the response at this density stands a separator."""

    tokenizer: Any
    max_tokens: int
    separators: Density | None = None
    rule: SegmentationRule = PAPER_RULE


@dataclass(frozen=True, slots=True)
class RewardInput:
    """ids: [start] prompt [separator] response [end]. chars: for each id of the response the index of its last
    character in the response text, -1 for every other id. A separator within the response belongs to the segment that
    it ends.
    """

    ids: list[int]
    chars: list[int]


def reward_inputs(
    reading: Reading, prompts: Sequence[str], responses: Sequence[str], *, passages: bool = True
) -> list[RewardInput]:
    """Encode pairs of prompt and response, the exact texts the policy read and wrote, in at most `max_tokens` ids
    each; without passages, those that the prompt holds are left out.

    Of what is too long the prompt loses its middle first, down to a quarter of the room; then the response its end.
    """
    backend = reading.tokenizer.backend_tokenizer
    if not passages:
        prompts = [without_passages(prompt) for prompt in prompts]
    unique = list(dict.fromkeys(prompts))
    prompt_ids = dict(zip(unique, (e.ids for e in backend.encode_batch(unique, add_special_tokens=False)), strict=True))
    start, separator, end = special_ids(reading.tokenizer)
    room = reading.max_tokens - len(start) - len(separator) - len(end)
    rows = []
    for prompt, text, encoding in zip(
        prompts, responses, backend.encode_batch(list(responses), add_special_tokens=False), strict=True
    ):
        # An empty offset is a token without text of its own, such as a lone space marker.
        chars = [last - 1 if last > first else -1 for first, last in encoding.offsets]
        ids = encoding.ids
        if reading.separators:
            ends = [span.end for span in segments(text, reading.separators, reading.rule)]
            ids, chars = _separated(ids, chars, ends, separator or end)
        kept = min(len(ids), room - min(len(prompt_ids[prompt]), room // 4))
        before = start + cut_middle(prompt_ids[prompt], room - kept) + separator
        rows.append(RewardInput(before + ids[:kept] + end, [-1] * len(before) + chars[:kept] + [-1] * len(end)))
    return rows


def _separated(
    ids: Sequence[int], chars: Sequence[int], ends: Sequence[int], separator: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Ids and characters of a response with the separator after the last token of each segment."""
    new_ids: list[int] = []
    new_chars: list[int] = []
    done = 0
    for token, char in [*zip(ids, chars, strict=True), (None, max(ends, default=0))]:
        while done < len(ends) and char >= ends[done]:
            new_ids += separator
            new_chars += [ends[done] - 1] * len(separator)
            done += 1
        if token is not None:
            new_ids.append(token)
            new_chars.append(char)
    return new_ids, new_chars


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
