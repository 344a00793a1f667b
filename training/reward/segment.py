"""The segment reward model: one encoder, one head per error category, one logit of error per segment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from training.reward.encoder import Encoder, head, segment_membership
from training.reward.inputs import RewardBatch
from training.reward.relations import SEGMENT_RELATIONS, Array


@dataclass(frozen=True, slots=True)
class Segments:
    """Of each density the segments of some responses: where they end (B, S), as ends_of gives it, and their relations
    (B, S, F), if the model reads any."""

    ends: Mapping[Density, Tensor]
    relations: Mapping[Density, Tensor]


class SegmentModel(nn.Module):
    """densities: category key -> at which density its head reads the response. without_passages: the categories whose
    heads read the question alone of a prompt (relevance, in Wu et al. 2023). temperatures: what the logits of each are
    divided by to make calibrated probabilities. linear: models of relations, whose logits the heads' are added to;
    without an encoder there are only these."""

    def __init__(
        self,
        encoder: Encoder | None,
        densities: Mapping[str, Density],
        dropout: float,
        without_passages: Collection[str] = (),
        temperatures: Mapping[str, float] | None = None,
        linear: Mapping[str, nn.Module] | None = None,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.densities = dict(densities)
        self.without_passages = frozenset(without_passages) & set(densities)
        self.temperatures = dict.fromkeys(densities, 1.0) | dict(temperatures or {})
        self.linear = nn.ModuleDict(dict(linear or {}))
        self.heads = nn.ModuleDict()
        if encoder:
            inputs, size = encoder.hidden_size + 2, encoder.hidden_size
            self.heads.update({key: head(inputs, size, dropout, start_at_zero=bool(linear)) for key in densities})

    def views(self, wanted: Collection[str] | None = None) -> list[tuple[bool, list[str]]]:
        """(with passages?, categories) of each way in which the wanted categories read a prompt: one pass each."""
        keys = [key for key in self.densities if wanted is None or key in wanted]
        split = [(side, [key for key in keys if (key not in self.without_passages) == side]) for side in (True, False)]
        return [(side, found) for side, found in split if found]

    def forward(self, batch: RewardBatch | None, cut: Segments, keys: Collection[str]) -> dict[str, Tensor]:
        """Logits (B, S) of "this segment has an error" of these categories. batch: None without an encoder."""
        logits = {key: self.linear[key](cut.relations[self.densities[key]]) for key in keys if key in self.linear}
        if self.encoder is None or batch is None:
            return logits
        hidden = self.encoder(batch)
        parts = {}
        for density in {self.densities[key] for key in keys}:
            ends = cut.ends[density]
            tokens = self.encoder.parts(hidden, segment_membership(batch, ends))
            parts[density] = torch.cat([tokens, segment_places(ends)], dim=2)
        found = {key: self.heads[key](parts[self.densities[key]]).squeeze(2) for key in keys}
        return {key: found[key] + logits[key] if key in logits else found[key] for key in keys}

    def read(self, batch: RewardBatch | None, ends: Tensor) -> Tensor:
        """(B, S) bool: the segments that were read, whole or in part; false for padding and for what was cut off."""
        if batch is None:
            return torch.diff(ends, dim=1, prepend=torch.zeros_like(ends[:, :1])) > 0
        return segment_membership(batch, ends).any(dim=2)


def pack_segments(
    spans: Mapping[Density, Sequence[Sequence[Span]]],
    relations: Mapping[Density, Sequence[Array]],
    device: torch.device,
) -> Segments:
    """Spans, and relations (S, F), of each response by density."""
    ends = {density: ends_of(rows).to(device) for density, rows in spans.items()}
    padded = {}
    for density, rows in relations.items():
        padded[density] = torch.zeros(len(rows), ends[density].shape[1], len(SEGMENT_RELATIONS), device=device)
        for index, row in enumerate(rows):
            padded[density][index, : len(row)] = torch.from_numpy(row)
    return Segments(ends, padded)


def segment_places(ends: Tensor) -> Tensor:
    """(B, S) of ends_of -> (B, S, 2): log(1 + number of segments before), log(1 + number after); 0 for padding.

    Where a segment stands says much about it (people find late ones irrelevant more often), and an encoder whose
    positions count from the start of the prompt cannot tell.
    """
    real = torch.diff(ends, dim=1, prepend=torch.zeros_like(ends[:, :1])) > 0
    before = real.cumsum(dim=1) - 1
    after = real.sum(dim=1, keepdim=True) - 1 - before
    places = torch.stack([before, after], dim=2).clamp(min=0) * real.unsqueeze(2)
    return torch.log1p(places.float())


def ends_of(rows: Sequence[Sequence[Span]]) -> Tensor:
    """Where the segments of each response end, in characters: (B, S) int64, padded by repeating the last end (0 if
    none).
    """
    width = max((len(row) for row in rows), default=0)
    ends = [[span.end for span in row] for row in rows]
    padded = [row + (row[-1:] or [0]) * (width - len(row)) for row in ends]
    return torch.tensor(padded, dtype=torch.long).reshape(len(rows), width)


def segment_loss(logits: Tensor, target: Tensor, weight: Tensor, total: Tensor | None = None) -> Tensor:
    """Binary cross-entropy of segments, all (B, S), its weighted sum over `total`, by default the sum of weights ->
    scalar; 0 if none is labelled.
    """
    loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    total = weight.sum() if total is None else total
    return (loss * weight).sum() / total.clamp(min=1e-8)
