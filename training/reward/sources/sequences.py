"""From a scorer of whole texts to scores of responses: once for the whole, or sentence by sentence.

A sentence earns what it changes: with y_1 … y_j the response up to sentence j, and s(empty) = 0,
s(y_1 … y_{j-1}) - s(y_1 … y_j) of a score that is bad (toxicity, in Wu et al. 2023, section 3), the reverse of one that
is good. These telescope: their sum is -s(y) or s(y), and only who is paid for it when differs from the holistic reward.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.segments import PAPER_RULE, Density, SegmentationRule, segments
from annotator.domain.spans import Span
from training.reward.bundle import check_scored
from training.reward.scores import SegmentScores

# (prompts, texts) -> their scores; one call for all, so that a source can batch.
Scorer = Callable[[Sequence[str], Sequence[str]], Sequence[float]]
Row = tuple[tuple[Span, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class SequenceSource:
    """category: the key that the scores are given under. bad: whether a high score is. density: "sequence" for one
    score of the whole (1 - s, if bad), else by segment, what each changes."""

    scorer: Scorer
    category: str
    density: Density
    bad: bool
    rule: SegmentationRule = PAPER_RULE

    @property
    def categories(self) -> list[str]:
        return [self.category]

    def score(
        self, prompts: Sequence[str], responses: Sequence[str], categories: Collection[str] | None = None
    ) -> list[dict[str, SegmentScores]]:
        wanted = self.categories if categories is None else list(categories)
        check_scored(wanted, self.categories)
        if not wanted:
            return [{} for _ in responses]
        if self.density == Density.SEQUENCE:
            scores = self.scorer(prompts, responses)
            earned = [(1 - score if self.bad else score,) for score in scores]
            rows: list[Row] = [((Span(0, len(text)),), row) for text, row in zip(responses, earned, strict=True)]
        else:
            spans_of = [tuple(segments(text, self.density, self.rule)) for text in responses]
            asked = [
                (prompt, text[: span.end].rstrip())
                for prompt, text, spans in zip(prompts, responses, spans_of, strict=True)
                for span in spans
            ]
            prefixes = iter(self.scorer([prompt for prompt, _ in asked], [text for _, text in asked]) if asked else ())
            rows = [(spans, changes([next(prefixes) for _ in spans], bad=self.bad)) for spans in spans_of]
        return [{self.category: SegmentScores(self.density, spans, found)} for spans, found in rows]


def changes(prefixes: Sequence[float], *, bad: bool) -> tuple[float, ...]:
    """What each segment changes, from the scores of the prefixes that end with it; the empty prefix's is 0."""
    sign = -1.0 if bad else 1.0
    return tuple(sign * (after - before) for before, after in zip([0.0, *prefixes], prefixes, strict=False))


def sequence_source(scorer: Scorer, body: Mapping[str, Any], *, bad: bool) -> SequenceSource:
    """From reward.json: "categories": [{"key", "density"}], one of them, and "bad" if it is to differ. ValueError."""
    key, density = only_category(body)
    return SequenceSource(scorer, key, density, bool(body.get("bad", bad)))


def only_category(body: Mapping[str, Any]) -> tuple[str, Density]:
    categories = body["categories"]
    if len(categories) != 1:
        raise ValueError(f"categories are {len(categories)}; this source scores one")
    return str(categories[0]["key"]), Density(categories[0]["density"])
