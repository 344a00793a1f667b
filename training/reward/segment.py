"""The segment reward model: one encoder, one head per error category, one logit of error per segment."""

from collections.abc import Collection, Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from training.reward.encoder import Encoder, head, segment_membership
from training.reward.inputs import RewardBatch


class SegmentModel(nn.Module):
    """densities: category key -> at which density its head reads the response. without_passages: the categories whose
    heads read the question alone of a prompt (relevance, in Wu et al. 2023). temperatures: what the logits of each are
    divided by to make calibrated probabilities."""

    def __init__(
        self,
        encoder: Encoder,
        densities: Mapping[str, Density],
        dropout: float,
        without_passages: Collection[str] = (),
        temperatures: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.densities = dict(densities)
        self.without_passages = frozenset(without_passages) & set(densities)
        self.temperatures = dict.fromkeys(densities, 1.0) | dict(temperatures or {})
        inputs, size = encoder.hidden_size + 2, encoder.hidden_size
        self.heads = nn.ModuleDict({key: head(inputs, size, dropout) for key in densities})

    def views(self, wanted: Collection[str] | None = None) -> list[tuple[bool, list[str]]]:
        """(with passages?, categories) of each way in which the wanted categories read a prompt: one pass each."""
        keys = [key for key in self.densities if wanted is None or key in wanted]
        split = [(side, [key for key in keys if (key not in self.without_passages) == side]) for side in (True, False)]
        return [(side, found) for side, found in split if found]

    def forward(self, batch: RewardBatch, ends: Mapping[Density, Tensor], keys: Collection[str]) -> dict[str, Tensor]:
        """ends: per density (B, S), from ends_of. Returns the logits (B, S) of "this segment has an error" of these
        categories."""
        hidden = self.encoder(batch)
        parts = {
            density: torch.cat(
                [self.encoder.parts(hidden, segment_membership(batch, ends[density])), segment_places(ends[density])],
                dim=2,
            )
            for density in {self.densities[key] for key in keys}
        }
        return {key: self.heads[key](parts[self.densities[key]]).squeeze(2) for key in keys}


def segments_read(batch: RewardBatch, ends: Tensor) -> Tensor:
    """(B, S) bool: whether any token of the segment was read; false for padding and for what was cut off."""
    return segment_membership(batch, ends).any(dim=2)


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


def label_tensors(
    labels: Sequence[Sequence[float | None]], weights: Sequence[float], error_weight: float = 1.0, smoothing: float = 0
) -> tuple[Tensor, Tensor]:
    """Labels by response and segment (the share of annotators who saw an error) as target and weight of segment_loss,
    (B, S) each; the weight is 0 without a label. error_weight: what an error counts against a segment without one.
    smoothing: the share of labels that are taken to be a coin's.
    """
    width = max((len(row) for row in labels), default=0)
    target = torch.zeros((len(labels), width))
    weight = torch.zeros((len(labels), width))
    for index, row in enumerate(labels):
        for position, label in enumerate(row):
            if label is not None:
                target[index, position] = label
                weight[index, position] = weights[index] * (label * error_weight + 1 - label)
    return target * (1 - smoothing) + smoothing / 2, weight
