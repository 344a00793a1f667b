"""The sequence reward model: one number for a whole response, learned from pairs (Bradley and Terry)."""

from torch import Tensor, nn
from torch.nn import functional

from training.reward.encoder import Encoder, head, response_tokens
from training.reward.inputs import RewardBatch


class SequenceModel(nn.Module):
    """Reads prompt and response; the representation is of the response."""

    def __init__(self, encoder: Encoder, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head(encoder.hidden_size, dropout)

    def forward(self, batch: RewardBatch) -> Tensor:
        """(B,) scores, higher is better, on no particular scale."""
        hidden = self.encoder(batch)
        whole = self.encoder.parts(hidden, response_tokens(batch).unsqueeze(1))
        scores: Tensor = self.head(whole).reshape(-1)
        return scores


def pair_loss(chosen: Tensor, rejected: Tensor, weight: Tensor) -> Tensor:
    """-log sigmoid(chosen - rejected), weighted mean of (B,). At equal scores it is ln 2."""
    loss = -functional.logsigmoid(chosen - rejected)
    return (loss * weight).sum() / weight.sum().clamp(min=1e-8)


def mean_and_std(scores: Tensor) -> tuple[float, float]:
    """Of the scores of both sides of all training pairs, (N,); what the artefact stores to put a score on a known
    scale.
    """
    std = float(scores.double().std(correction=0)) if len(scores) else 0.0
    return float(scores.double().mean()) if len(scores) else 0.0, std if std > 0 else 1.0


def standardise(score: float, mean: float, std: float) -> float:
    """(score - mean) / std; the reward of Wu et al. before its weight."""
    return (score - mean) / std
