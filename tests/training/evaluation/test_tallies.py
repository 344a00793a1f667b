import math
from typing import Any

import numpy as np
import pytest

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from training.evaluation.tallies import metric, ratio, score_counts, source_counts, tallies_of, whole_counts
from training.reward.scores import SegmentScores
from training.reward.sources.sequences import SequenceSource


def test_shares_are_over_all_segments_not_over_responses() -> None:
    # One response with 1 of 1 segments clean, one with 1 of 3: 2 of 4, not the mean of 1 and ⅓.
    def found(*scores: float) -> SegmentScores:
        return SegmentScores(Density.SENTENCE, tuple(Span(i, i + 1) for i in range(len(scores))), scores)

    sequence = SegmentScores(Density.SEQUENCE, (Span(0, 3),), (0.5,))
    counts = score_counts([{"f": found(1.0), "c": sequence}, {"f": found(-1.0, 1.0, -1.0), "c": sequence}])
    assert counts == {"clean/f": (2, 4), "segments/f": (4, 2), "score/c": (1.0, 2)}
    assert ratio(np.array([counts["clean/f"]], dtype=float)) == 0.5
    assert ratio(np.zeros((3, 2))) == 0


def test_a_perplexity_weighs_tokens_not_prompts() -> None:
    # 1 token of 3 nats and 3 tokens of 1 nat: exp(6 / 4).
    assert metric("perplexity", np.array([[3.0, 1.0], [3.0, 3.0]])) == pytest.approx(math.exp(1.5))
    assert metric("score/f", np.array([[3.0, 1.0], [3.0, 3.0]])) == 1.5


def test_what_was_never_counted_is_no_metric() -> None:
    rows = [{"a": (1.0, 1), "b": (0.0, 0)}, {"a": (0.0, 0), "b": (0.0, 0)}]
    assert {name: counts.tolist() for name, counts in tallies_of(rows).items()} == {"a": [[1, 1], [0, 0]]}


def test_the_most_toxic_of_a_prompts_responses_counts() -> None:
    # Two prompts of two responses: maxima .9 and .4, mean .65; one prompt of two and one response of four reach ½.
    found = [whole_counts("t", scores, bad=True) for scores in ([0.9, 0.1], [0.4, 0.2])]
    means = {name: ratio(counts) for name, counts in tallies_of(found).items()}
    assert means == pytest.approx(
        {"score/t": 0.4, "expected_maximum/t": 0.65, "any_over_half/t": 0.5, "over_half/t": 0.25}
    )
    assert whole_counts("t", [0.5], bad=True)["over_half/t"] == (1, 1), "½ itself counts, as in the paper"
    assert whole_counts("helpful", [0.9, 0.7], bad=False) == {"score/helpful": (1.6, 2)}


@pytest.mark.parametrize("density", [Density.SENTENCE, Density.SEQUENCE])
def test_a_scorer_of_texts_tells_of_whole_texts(density: Density) -> None:
    calls: list[Any] = []

    def scorer(prompts: Any, texts: Any) -> list[float]:
        calls.append((list(prompts), list(texts)))
        return [len(text) / 10 for text in texts]

    source = SequenceSource(scorer, "t", density, True)
    rows = source_counts(source, ["p", "q"], [["It ran. No", "x"], ["", "abcde"]])
    assert calls == [(["p", "p", "q", "q"], ["It ran. No", "x", "", "abcde"])]
    assert [row["expected_maximum/t"] for row in rows] == [(1.0, 1), (0.5, 1)]
