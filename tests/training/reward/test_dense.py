"""Reward placement by hand: facts 18 to 23 of the paper's dossier, for a response whose tokens are words."""

import math
from itertools import accumulate

import pytest
import torch

from annotator.domain.errors import DomainError
from annotator.domain.segments import Density, segments
from annotator.domain.spans import Span
from training.reward.dense import Form, dense_rewards, shared
from training.reward.scores import SegmentScores
from training.reward.sequence import standardise

# Two sentences; the first is cut after "waiting,". One token per word with the space before it, then EOS.
TEXT = "In 2010, after a long time of waiting, the new film was finally released. It won."
WORDS = TEXT.split(" ")
ENDS = [*accumulate(len(word) + (index > 0) for index, word in enumerate(WORDS)), len(TEXT)]
EOS = len(WORDS)
WAITING, RELEASED, WON = WORDS.index("waiting,"), WORDS.index("released."), WORDS.index("won.")
PAPER_WEIGHTS = {"relevance": 0.3, "factuality": 0.5}


def scored(density: Density, *scores: float) -> SegmentScores:
    spans = tuple(segments(TEXT, density))
    assert len(spans) == len(scores)
    return SegmentScores(density, spans, scores)


def place(scores: dict[str, SegmentScores], weights: dict[str, float], padding: int = 3) -> dict[str, list[float]]:
    mask = torch.zeros(1, EOS + 1 + padding, dtype=torch.bool)
    mask[0, : EOS + 1] = True
    rewards = dense_rewards([scores], [TEXT], [ENDS], mask, weights)
    return {key: value[0].tolist() for key, value in rewards.items()}


def nonzero(row: list[float]) -> dict[int, float]:
    return {index: round(value, 6) for index, value in enumerate(row) if value}


def test_sub_sentences_are_rewarded_at_their_last_token() -> None:
    rewards = place({"relevance": scored(Density.SUB_SENTENCE, 1.0, -1.0, 1.0)}, {"relevance": 0.3})
    assert nonzero(rewards["relevance"]) == {WAITING: 0.3, RELEASED: -0.3, WON: 0.3}


def test_sentences_are_rewarded_at_their_last_token() -> None:
    rewards = place({"factuality": scored(Density.SENTENCE, -1.0, 1.0)}, {"factuality": 0.5})
    assert nonzero(rewards["factuality"]) == {RELEASED: -0.5, WON: 0.5}


def test_a_sequence_score_stands_on_the_end_of_sequence() -> None:
    score = standardise(2.0, -0.4468, 8.3012)
    rewards = place(
        {"completeness": SegmentScores(Density.SEQUENCE, (Span(0, len(TEXT)),), (score,))}, {"completeness": 0.3}
    )
    assert nonzero(rewards["completeness"]) == {EOS: round(0.3 * (2.0 + 0.4468) / 8.3012, 6)}


def test_a_truncated_response_has_its_sequence_score_on_its_last_token() -> None:
    mask = torch.ones(1, EOS, dtype=torch.bool)
    score = SegmentScores(Density.SEQUENCE, (Span(0, len(TEXT)),), (standardise(1.0, 0.9224, 1.5606),))
    rewards = dense_rewards([{"preference": score}], [TEXT], [ENDS[:-1]], mask, {"preference": 1.0})
    assert nonzero(rewards["preference"][0].tolist()) == {EOS - 1: round((1.0 - 0.9224) / 1.5606, 6)}


@pytest.mark.parametrize(
    ("relevance", "factuality", "total"), [(1, 1, 0.8), (-1, 1, 0.2), (1, -1, -0.2), (-1, -1, -0.8)]
)
def test_ends_that_coincide_add_up(relevance: float, factuality: float, total: float) -> None:
    scores = {
        "relevance": scored(Density.SUB_SENTENCE, 1.0, 1.0, relevance),
        "factuality": scored(Density.SENTENCE, 1.0, factuality),
    }
    rewards = place(scores, PAPER_WEIGHTS)
    assert math.isclose(rewards["relevance"][WON] + rewards["factuality"][WON], total, abs_tol=1e-6)


def test_segments_of_one_category_that_end_in_one_token_add_up() -> None:
    spans = (Span(0, 2), Span(2, 4))
    scores = [{"relevance": SegmentScores(Density.SUB_SENTENCE, spans, (1.0, 1.0))}]
    rewards = dense_rewards(scores, ["a.b."], [[4, 4]], torch.ones(1, 2, dtype=torch.bool), {"relevance": 0.25})
    assert rewards["relevance"].tolist() == [[0.5, 0.0]]


def test_every_other_token_and_the_padding_get_nothing() -> None:
    scores = {
        "relevance": scored(Density.SUB_SENTENCE, 1.0, 1.0, 1.0),
        "factuality": scored(Density.SENTENCE, 1.0, 1.0),
    }
    rewards = place(scores, PAPER_WEIGHTS)
    total = [a + b for a, b in zip(rewards["relevance"], rewards["factuality"], strict=True)]
    assert set(nonzero(total)) == {WAITING, RELEASED, WON}


def test_white_space_after_a_segment_does_not_carry_its_reward() -> None:
    text, ends = "Yes. No.", [4, 5, 8]  # tokens "Yes.", " ", "No."
    scores = [{"factuality": SegmentScores(Density.SENTENCE, tuple(segments(text, Density.SENTENCE)), (1.0, 1.0))}]
    rewards = dense_rewards(scores, [text], [ends], torch.ones(1, 3, dtype=torch.bool), {"factuality": 1.0})
    assert rewards["factuality"].tolist() == [[1.0, 0.0, 1.0]]


def test_rows_do_not_meet_and_a_row_without_tokens_earns_nothing() -> None:
    mask = torch.tensor([[True, True], [False, False], [True, False]])
    whole = SegmentScores(Density.SEQUENCE, (Span(0, 0),), (2.0,))
    rewards = dense_rewards([{"p": whole}] * 3, ["ab", "", ""], [[1, 2], [], [0]], mask, {"p": 1.0})
    assert rewards["p"].tolist() == [[0.0, 2.0], [0.0, 0.0], [2.0, 0.0]]


def test_a_weight_on_what_is_not_scored_is_refused() -> None:
    with pytest.raises(DomainError) as caught:
        place({"relevance": scored(Density.SUB_SENTENCE, 1.0, 1.0, 1.0)}, {"factuality": 0.5})
    assert caught.value.code == "unknown_category"


@pytest.mark.parametrize(
    ("form", "scores", "expected"),
    [
        ("sum", [1.0, -1.0], [1.0, -1.0]),
        ("mean", [1.0, 1.0, -1.0, 1.0], [0.25, 0.25, -0.25, 0.25]),
        # e^(-2/0.1) of the weight stays with the good one.
        ("min", [1.0, -1.0], [math.exp(-20) / (1 + math.exp(-20)), -1 / (1 + math.exp(-20))]),
        ("min", [0.5, 0.5], [0.25, 0.25]),
        ("mean", [], []),
    ],
)
def test_what_segments_are_paid_together(form: Form, scores: list[float], expected: list[float]) -> None:
    assert shared(scores, form) == pytest.approx(expected)


def test_a_longer_response_of_the_same_quality_earns_no_more_by_mean_or_min() -> None:
    for form in ("mean", "min"):
        assert sum(shared([1.0] * 2, form)) == pytest.approx(sum(shared([1.0] * 9, form)))
    assert sum(shared([1.0] * 9, "sum")) == 9


def test_the_form_is_of_each_category_alone() -> None:
    mask = torch.ones(1, EOS + 1, dtype=torch.bool)
    scores = {"relevance": scored(Density.SUB_SENTENCE, 1, 1, -1), "factuality": scored(Density.SENTENCE, 1, -1)}
    rewards = dense_rewards([scores], [TEXT], [ENDS], mask, {"relevance": 0.3, "factuality": 0.5}, "mean")
    assert nonzero(rewards["relevance"][0].tolist()) == {WAITING: 0.1, RELEASED: 0.1, WON: -0.1}
    assert nonzero(rewards["factuality"][0].tolist()) == {RELEASED: 0.25, WON: -0.25}
