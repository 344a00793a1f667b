"""Metrics against worked numbers and against definitions written out item by item."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.reward.metrics import (
    area_under_curve,
    binary_metrics,
    expected_calibration_error,
    fit_temperature,
    pair_metrics,
    sigmoid,
)


def test_binary_metrics() -> None:
    logits, labels = np.array([1.0, 2.0, -1.0, -2.0, -3.0]), np.array([1.0, 0.0, 0.5, 0.25, 0.0])
    metrics = binary_metrics(logits, labels)
    assert metrics["accuracy"] == pytest.approx(0.6)
    assert (metrics["f1"], metrics["majority"], metrics["count"]) == (0.5, 0.6, 5.0)
    assert metrics["auc"] == pytest.approx(4 / 6)
    assert binary_metrics(np.array([]), np.array([])) == {}


def test_pair_metrics() -> None:
    assert pair_metrics(np.array([1.0, -1.0, 0.0, 2.0]))["accuracy"] == 0.625
    assert pair_metrics(np.array([])) == {}


def test_the_calibration_error_of_pairs() -> None:
    # Three in four right, told with 9 in 10: 0.15 too sure of the better ones, and as much too little of the worse.
    sure = math.log(9)
    assert pair_metrics(np.array([sure, sure, sure, -sure]))["ece"] == pytest.approx(0.15)
    right = math.log(3)
    assert pair_metrics(np.array([right, right, right, -right]))["ece"] == pytest.approx(0, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=12))
def test_auc_is_the_share_of_couples_in_order(rows: list[tuple[int, bool]]) -> None:
    scores, actual = np.array([score for score, _ in rows], float), np.array([label for _, label in rows])
    couples = [(a > b) + (a == b) / 2 for a in scores[actual] for b in scores[~actual]]
    expected = sum(couples) / len(couples) if couples else 0.5
    assert area_under_curve(scores, actual) == pytest.approx(expected)


def test_calibration_error_is_the_gap_of_each_bin_by_its_share() -> None:
    probabilities, labels = np.array([0.05, 0.07, 0.95, 1.0]), np.array([0.0, 1.0, 1.0, 1.0])
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.5 * (0.5 - 0.06) + 0.5 * 0.025)


def test_the_temperature_has_the_least_cross_entropy() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=2000) * 2
    labels = (random.random(2000) < sigmoid(truth)).astype(float)
    found = fit_temperature(truth * 5, labels)
    assert found == pytest.approx(5.0, rel=0.15), "logits five times too sure"

    def loss(temperature: float) -> float:
        logits = truth * 5 / temperature
        return float((np.logaddexp(0, logits) - labels * logits).mean())

    assert loss(found) <= min(loss(found * factor) for factor in (0.9, 0.99, 1.01, 1.1))
    before, after = (expected_calibration_error(sigmoid(truth * 5 / t), labels) for t in (1.0, found))
    assert after < before / 3


def test_without_two_classes_nothing_is_calibrated() -> None:
    assert fit_temperature(np.array([1.0, -2.0]), np.array([0.0, 0.0])) == 1.0
    assert fit_temperature(np.array([]), np.array([])) == 1.0


def test_a_model_that_diverged_is_judged_as_one_that_says_nothing() -> None:
    labels = np.array([1.0, 0.0, 0.0])
    assert binary_metrics(np.full(3, np.nan), labels) == binary_metrics(np.zeros(3), labels)
    assert pair_metrics(np.array([np.nan]))["accuracy"] == 0.5


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
    assert math.isclose(sigmoid(np.array([2.0]))[0], 1 / (1 + math.exp(-2)))
