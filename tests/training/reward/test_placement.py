"""Rewards on the tokens of random ids of several tokenizers, against placing them one by one."""

from collections import defaultdict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from tests.training.test_alignment import TOKENIZERS
from training.alignment import decode_ids
from training.reward.dense import dense_rewards
from training.reward.scores import SegmentScores

FAMILIES = ("byte_level", "sentencepiece", "word_piece", "byte_fallback")
WEIGHTS = {"relevance": 0.3, "factuality": 0.5, "completeness": 0.3}
DENSITIES = dict(zip(WEIGHTS, (Density.SUB_SENTENCE, Density.SENTENCE, Density.SEQUENCE), strict=True))


def by_hand(ids: list[int], ends: list[int], text: str, scores: dict[str, SegmentScores]) -> dict[str, np.ndarray]:
    """Each segment's score on the first token after which its last visible character stands; a sequence's on the last.
    (test_alignment has that the text stands as far as `ends` say.)"""
    rewards = {key: np.zeros(len(ids)) for key in scores}
    for key, found in scores.items():
        for span, score in zip(found.spans, found.scores, strict=True):
            if found.density == Density.SEQUENCE:
                place = len(ids) - 1
            else:
                visible = [at for at in range(span.start, span.end) if not text[at].isspace()] or [span.end - 1]
                place = next(n for n, end in enumerate(ends) if end > visible[-1])
            if ids:
                rewards[key][place] += WEIGHTS[key] * score
    return rewards


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_each_segment_is_paid_on_one_real_token(name: str, data: st.DataObject) -> None:
    tokenizer = TOKENIZERS[name]
    ids = data.draw(st.lists(st.integers(0, tokenizer.get_vocab_size() - 1), max_size=24))
    padding = data.draw(st.integers(0, 3))
    text, ends = decode_ids(tokenizer, ids)
    scores = {}
    for key, density in DENSITIES.items():
        spans = (Span(0, len(text)),) if density == Density.SEQUENCE else tuple(segments(text, density))
        drawn = st.lists(st.floats(-2, 2, width=32), min_size=len(spans), max_size=len(spans))
        scores[key] = SegmentScores(density, spans, tuple(data.draw(drawn)))
    mask = torch.zeros(1, len(ids) + padding, dtype=torch.bool)
    mask[0, : len(ids)] = True
    rewards = dense_rewards([scores], [text], [ends], mask, WEIGHTS)
    expected = by_hand(ids, ends, text, scores)
    paid: dict[str, float] = defaultdict(float)
    for key in WEIGHTS:
        row = rewards[key][0].double().numpy()
        np.testing.assert_allclose(row[: len(ids)], expected[key], atol=1e-6)
        assert not row[len(ids) :].any(), "padding earns nothing"
        if ids:
            paid[key] = sum(scores[key].scores) * WEIGHTS[key]
            assert row.sum() == pytest.approx(paid[key], abs=1e-5), "nothing is lost, nothing is paid twice"
