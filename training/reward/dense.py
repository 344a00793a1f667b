"""The dense reward composer: weighted segment scores at the tokens where the segments end.

Wu et al. 2023 (arXiv 2306.01693), section 4.1: r_t = sum_k sum_j 1[t = T_j^k] w_k R_k(x, y, j).
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density
from training.alignment import last_visible_char, token_of_char
from training.reward.scores import SegmentScores


def dense_rewards(
    scores: Sequence[Mapping[str, SegmentScores]],
    responses: Sequence[str],
    ends: Sequence[Sequence[int]],
    response_mask: Tensor,
    weights: Mapping[str, float],
) -> dict[str, Tensor]:
    """Weighted rewards per category, (B, T) float32 each; their sum over categories is the reward before KL.

    responses and ends: text and token ends of each row's sampled ids, as `alignment.decode_ids` gives them (EOS
    included if it was sampled, T columns being the sampled positions). response_mask: (B, T) bool, True at sampled
    tokens up to EOS. A segment's score goes to the token that completes its last non-space character; a sequence's
    score to the last token of the mask, EOS if it was emitted. Scores of one category that meet on a token add up.
    Rows without tokens earn nothing. Raises DomainError unknown_category for a weight on something that is not
    scored.
    """
    rows = response_mask.shape[0]
    rewards = {category: torch.zeros(response_mask.shape, dtype=torch.float32) for category in weights}
    lengths = response_mask.sum(dim=1).tolist()
    for category, weight in weights.items():
        at_row: list[int] = []
        at_token: list[int] = []
        values: list[float] = []
        for row in range(rows):
            found = scores[row].get(category)
            if found is None:
                raise DomainError(
                    "unknown_category",
                    f"reward weight for {category!r}, but the reward model scores {sorted(scores[row])}",
                    {"reward_weights": category},
                )
            if not lengths[row]:
                continue
            for span, score in zip(found.spans, found.scores, strict=True):
                if found.density == Density.SEQUENCE:
                    token = lengths[row] - 1
                else:
                    token = token_of_char(ends[row], last_visible_char(responses[row], span.start, span.end))
                at_row.append(row)
                at_token.append(token)
                values.append(weight * score)
        index = (torch.tensor(at_row, dtype=torch.long), torch.tensor(at_token, dtype=torch.long))
        rewards[category].index_put_(index, torch.tensor(values, dtype=torch.float32), accumulate=True)
    return {category: reward.to(response_mask.device) for category, reward in rewards.items()}
