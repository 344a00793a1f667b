"""The segment reward model: one encoder, one head per error category, one logit of error per segment."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from training.reward.encoder import Encoder, head, segment_membership
from training.reward.inputs import RewardBatch


class SegmentModel(nn.Module):
    """densities: category key -> at which density its head reads the response."""

    def __init__(self, encoder: Encoder, densities: Mapping[str, Density], dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.densities = dict(densities)
        inputs, size = encoder.hidden_size + 2, encoder.hidden_size
        self.heads = nn.ModuleDict({key: head(inputs, size, dropout) for key in densities})

    def forward(
        self, batch: RewardBatch, ends: Mapping[Density, Tensor]
    ) -> tuple[dict[str, Tensor], dict[Density, Tensor]]:
        """ends: per density (B, S), from ends_of.

        Returns per category the logits (B, S) of "this segment has an error", and per density (B, S) bool whether
        any token of the segment was read, which is false for padding and for what was cut off.
        """
        hidden = self.encoder(batch)
        membership = {density: segment_membership(batch, ends[density]) for density in ends}
        parts = {
            density: torch.cat([self.encoder.parts(hidden, tokens), segment_places(ends[density])], dim=2)
            for density, tokens in membership.items()
        }
        logits = {key: self.heads[key](parts[density]).squeeze(2) for key, density in self.densities.items()}
        return logits, {density: tokens.any(dim=2) for density, tokens in membership.items()}


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


def segment_loss(logits: Tensor, target: Tensor, weight: Tensor, error_weight: float) -> Tensor:
    """Binary cross-entropy over the labelled segments of a batch, all (B, S) -> scalar; 0 if none is labelled.

    target: share of annotators who saw an error. weight: 0 where there is no label. error_weight: what an error
    counts against a segment without one.
    """
    loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    weight = weight * (target * error_weight + (1 - target))
    return (loss * weight).sum() / weight.sum().clamp(min=1e-8)


def label_tensors(labels: Sequence[Sequence[float | None]], weights: Sequence[float]) -> tuple[Tensor, Tensor]:
    """Labels by response and segment as target and weight of segment_loss, (B, S) each."""
    width = max((len(row) for row in labels), default=0)
    target = torch.zeros((len(labels), width))
    weight = torch.zeros((len(labels), width))
    for index, row in enumerate(labels):
        for position, label in enumerate(row):
            if label is not None:
                target[index, position] = label
                weight[index, position] = weights[index]
    return target, weight
