"""The dense reward composer: weighted segment scores at the tokens where the segments end.

Wu et al. 2023 (arXiv 2306.01693), section 4.1: r_t = sum_k sum_j 1[t = T_j^k] w_k R_k(x, y, j).

That sum pays for segments, so that good ones make a response longer. Two other forms do not: `mean`, where a
category's segments share one reward, and `min`, where nearly all of it is that of the worst (Cheng et al. 2025,
"Stop Summation": the weights are softmax(-R/T), T = MIN_TEMPERATURE).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density
from training.alignment import last_visible_char, token_of_char
from training.reward.scores import SegmentScores

Form = Literal["sum", "mean", "min"]

MIN_TEMPERATURE = 0.1


def dense_rewards(
    scores: Sequence[Mapping[str, SegmentScores]],
    responses: Sequence[str],
    ends: Sequence[Sequence[int]],
    response_mask: Tensor,
    weights: Mapping[str, float],
    form: Form = "sum",
) -> dict[str, Tensor]:
    """Weighted rewards per category, (B, T) float32 each; their sum over categories is the reward before KL.

    responses and ends: text and token ends of each row's sampled ids, as `alignment.decode_ids` gives them (EOS
    included if it was sampled, T columns being the sampled positions). response_mask: (B, T) bool, True at sampled
    tokens up to EOS. A segment's score goes to the token that completes its last non-space character; a sequence's
    score to the last token of the mask, EOS if it was emitted. Scores of one category that meet on a token add up.
    form: what a category's segments are paid together.
    Rows without tokens earn nothing. Raises DomainError unknown_category for a weight on something that is not
    scored.
    """
    lengths = response_mask.sum(dim=1).tolist()
    rewards = {}
    for category, weight in weights.items():
        placed = [
            (row, token, weight * score)
            for row, length in enumerate(lengths)
            for token, score in _tokens_of(_scores_of(scores[row], category), responses[row], ends[row], length, form)
        ]
        row, token, value = zip(*placed, strict=True) if placed else ((), (), ())
        reward = torch.zeros(response_mask.shape, dtype=torch.float32)
        index = (torch.tensor(row, dtype=torch.long), torch.tensor(token, dtype=torch.long))
        reward.index_put_(index, torch.tensor(value, dtype=torch.float32), accumulate=True)
        rewards[category] = reward.to(response_mask.device)
    return rewards


def _scores_of(row: Mapping[str, SegmentScores], category: str) -> SegmentScores:
    if category not in row:
        message = f"there is a reward weight for {category!r}, but the reward model scores {sorted(row)}"
        raise DomainError("unknown_category", message, {"reward_weights": category})
    return row[category]


def shared(scores: Sequence[float], form: Form) -> list[float]:
    """What each segment of a response is paid: its score ("sum"), or its share of one reward for them all."""
    if form == "sum" or not scores:
        return list(scores)
    if form == "mean":
        return [score / len(scores) for score in scores]
    worst = min(scores)
    odds = [math.exp((worst - score) / MIN_TEMPERATURE) for score in scores]
    return [score * odd / math.fsum(odds) for score, odd in zip(scores, odds, strict=True)]


def _tokens_of(
    found: SegmentScores, response: str, ends: Sequence[int], length: int, form: Form
) -> Iterator[tuple[int, float]]:
    """(token, reward) of each segment of a response of `length` tokens."""
    for span, score in zip(found.spans, shared(found.scores, form), strict=True):
        if found.density == Density.SEQUENCE:
            if length:
                yield length - 1, score
        else:
            yield token_of_char(ends, last_visible_char(response, span.start, span.end)), score
