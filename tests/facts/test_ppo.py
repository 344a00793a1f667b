"""Facts about settings, and about what is paid where."""

from itertools import accumulate

import pytest
import torch

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from annotator.domain.specs import EvaluateSpec, PpoSpec
from training.reward.dense import dense_rewards
from training.reward.scores import SegmentScores
from training.reward.sequence import standardise

BASELINE = {"reward_weights": {"preference": 1.0}, "kl_coef": 0.2, "gae_lambda": 0.99}


def test_the_settings_of_the_baseline() -> None:
    spec = PpoSpec(job="any", policy="any", reward="any", **BASELINE)
    assert (spec.kl_coef, spec.gae_lambda, spec.gamma, spec.reward_weights) == (0.2, 0.99, 1.0, {"preference": 1.0})


def test_the_holistic_baseline_is_paid_once() -> None:
    words = ["One.", " Two.", " Three."]
    text, ends = "".join(words), [*accumulate(map(len, words)), sum(map(len, words))]  # and the end of sequence
    score = standardise(2.0, 0.9224, 1.5606)
    whole = SegmentScores(Density.SEQUENCE, (Span(0, len(text)),), (score,))
    mask = torch.tensor([[True] * 4 + [False]])
    rewards = dense_rewards([{"preference": whole}], [text], [ends], mask, {"preference": 1.0})
    expected = [0, 0, 0, (2.0 - 0.9224) / 1.5606, 0]
    assert rewards["preference"][0].tolist() == pytest.approx(expected)


def test_the_settings_of_an_evaluation() -> None:
    spec = EvaluateSpec(job="any", policies=("any",))
    assert (spec.temperature, spec.top_k, spec.max_new_tokens, spec.samples_per_prompt) == (0.0, 0, 200, 1)
