"""One text encoder under every reward model: which tokens belong to what, and a representation of each part.

Where the encoder sees both sides, a part is the mean of its tokens ("pooled"), or the separator token that stands after
it ("separator", as in Wu et al. 2023). Where it is causal, a part is its last token, the only one that has seen all of
it.
"""

from typing import Any, Literal

import torch
from torch import Tensor, nn

from training.models import is_causal
from training.reward.inputs import RewardBatch

Representation = Literal["pooled", "separator"]


class Encoder(nn.Module):
    """A transformers trunk, T5's encoder included, with what the reward models need to know of it. bf16: its matrices
    are multiplied in 16 bits, by autocast."""

    def __init__(self, trunk: Any, representation: Representation = "pooled", *, bf16: bool = False) -> None:
        super().__init__()
        self.trunk = trunk
        self.representation = representation
        self.bf16 = bf16
        self.causal = is_causal(trunk)
        self.hidden_size: int = trunk.config.hidden_size
        self.token_types = getattr(trunk.config, "type_vocab_size", 0) > 1

    def forward(self, batch: RewardBatch) -> Tensor:
        """(B, T, D) float32"""
        extra = {"token_type_ids": response_tokens(batch).long()} if self.token_types else {}
        with torch.autocast(batch.ids.device.type, torch.bfloat16, enabled=self.bf16):
            output = self.trunk(input_ids=batch.ids, attention_mask=batch.mask.long(), **extra)
        hidden: Tensor = output.last_hidden_state
        return hidden.float()

    def parts(self, hidden: Tensor, membership: Tensor) -> Tensor:
        """hidden (B, T, D), membership (B, S, T) bool: the tokens of each part -> (B, S, D); a part without tokens
        is 0.
        """
        if self.causal or self.representation == "separator":
            position = torch.arange(hidden.shape[1], device=hidden.device)
            last = torch.where(membership, position, -1).amax(dim=2)  # (B, S)
            weights = (last.unsqueeze(2) == position).to(hidden.dtype)
        else:
            counts = membership.sum(dim=2, keepdim=True).clamp(min=1)
            weights = membership.to(hidden.dtype) / counts
        return torch.bmm(weights, hidden)


def response_tokens(batch: RewardBatch) -> Tensor:
    """(B, T) bool: from the first token of the response to the end of the row; the end token alone if it is empty."""
    position = torch.arange(batch.ids.shape[1], device=batch.ids.device)
    last = batch.mask.sum(dim=1, keepdim=True) - 1
    found = batch.chars >= 0
    first = torch.where(found.any(dim=1, keepdim=True), found.to(torch.int8).argmax(dim=1, keepdim=True), last)
    return batch.mask & (position >= first)


def segment_membership(batch: RewardBatch, ends: Tensor) -> Tensor:
    """Tokens of each segment, (B, S, T) bool. ends (B, S): where each segment of the response ends, in characters,
    padded by repeating the last. A token belongs to the segment that holds its last character.
    """
    starts = torch.cat([torch.zeros_like(ends[:, :1]), ends[:, :-1]], dim=1)
    chars = batch.chars.unsqueeze(1)  # (B, 1, T)
    return (chars >= starts.unsqueeze(2)) & (chars < ends.unsqueeze(2))


def head(inputs: int, hidden_size: int, dropout: float, *, start_at_zero: bool = False) -> nn.Sequential:
    """(..., inputs) -> (..., 1), at first 0 if it is to."""
    last = nn.Linear(hidden_size, 1)
    if start_at_zero:
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Dropout(dropout), nn.Linear(inputs, hidden_size), nn.GELU(), nn.Dropout(dropout), last)
