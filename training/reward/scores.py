"""What every source of rewards answers with: per response and category, its segments and their scores.

The protocol: `score(prompts, responses) -> list[dict[str, SegmentScores]]`, one dict per response, category key (or
"preference") -> scores.
"""

from dataclasses import dataclass

from annotator.domain.segments import Density
from annotator.domain.spans import Span


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """`scores[j]` belongs to `spans[j]`, a segment of the response in code points. An empty response has no
    segments, except at sequence density, where the response as a whole is always the one segment.

    `uncertainty[j]`: the entropy of an error in that segment, in bits, 0 for one that was cut off unread; empty where
    the source gives no probabilities.
    """

    density: Density
    spans: tuple[Span, ...]
    scores: tuple[float, ...]
    uncertainty: tuple[float, ...] = ()
