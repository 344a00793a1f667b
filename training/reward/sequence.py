"""The sequence reward model: one number for a whole response, learned from pairs (training.reward.comparisons)."""

import torch
from torch import Tensor, nn

from training.reward.comparisons import PairLoss, Ties
from training.reward.encoder import Encoder, head, response_tokens
from training.reward.inputs import RewardBatch

LENGTH_UNIT = 32.0  # tokens


class SequenceModel(nn.Module):
    """Reads prompt and response; the representation is of the response. linear: a model of its relations, which the
    head's score is added to; without an encoder there is only that. ties: the model of ties that it is trained with.
    temperature: what its scores are divided by to make calibrated probabilities. log_width: of ties, at first."""

    def __init__(
        self,
        encoder: Encoder | None,
        dropout: float,
        linear: nn.Module | None = None,
        ties: Ties = "drop",
        temperature: float = 1.0,
        log_width: float = 0.0,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.linear = linear
        self.ties: Ties = ties
        self.temperature = temperature
        if encoder:
            self.head = head(encoder.hidden_size + 1, encoder.hidden_size, dropout, start_at_zero=linear is not None)
        self.log_width = nn.Parameter(torch.tensor(log_width))  # of ties; it moves only where they are learned from

    def forward(self, batch: RewardBatch | None, relations: Tensor | None = None) -> Tensor:
        """(B,) scores, higher is better, on no particular scale. batch: None without an encoder; relations (B, F): of
        the responses, if there is a linear model of them."""
        base: Tensor | None = self.linear(relations) if self.linear is not None else None
        if self.encoder is None or batch is None:
            assert base is not None
            return base
        hidden = self.encoder(batch)
        tokens = response_tokens(batch)
        whole = self.encoder.parts(hidden, tokens.unsqueeze(1)).squeeze(1)
        # A mean does not tell how much it is the mean of, and completeness is a matter of how much there is.
        length = torch.log1p(tokens.sum(dim=1, keepdim=True) / LENGTH_UNIT)
        scores: Tensor = self.head(torch.cat([whole, length], dim=1)).squeeze(1)
        return scores if base is None else scores + base

    @torch.no_grad()
    def log_odds(self, ahead: Tensor) -> Tensor:
        """(P,) calibrated log-odds of a response being better than one that its score is `ahead` of, if one is."""
        return PairLoss(self.ties).log_odds(ahead / self.temperature, self.log_width)


def mean_and_std(scores: Tensor) -> tuple[float, float]:
    """Of the scores of both sides of all training pairs, (N,); what the artefact stores to put a score on a known
    scale.
    """
    std = float(scores.double().std(correction=0)) if len(scores) else 0.0
    return float(scores.double().mean()) if len(scores) else 0.0, std if std > 0 else 1.0


def standardise(score: float, mean: float, std: float) -> float:
    """(score - mean) / std; the reward of Wu et al. before its weight."""
    return (score - mean) / std
