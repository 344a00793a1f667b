import numpy as np
import pytest
from scipy import stats

from annotator.domain.quality_report import Figure
from annotator.quality.figures import Measure, figures, ratio, wilson


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (0, 12), (3, 10), (50, 100), (999, 1000)])
def test_wilson_is_that_of_scipy(successes: int, trials: int) -> None:
    expected = stats.binomtest(successes, trials).proportion_ci(0.95, "wilson")
    found = wilson(successes, trials)
    assert found.count == trials
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_no_trials_have_no_share() -> None:
    assert wilson(0, 0) == Figure(None, None, None, 0, "no_pairs")


def share(sums: np.ndarray) -> Measure:
    return Measure(sums, lambda totals: ratio(totals[..., 0], totals[..., 1]), "no_marks")


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.random.default_rng(1).normal(3, 2, 400)
    found = figures({"mean": share(np.column_stack([values, np.ones(400)]))})["mean"]
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * values.std() / 20, abs=0.02)
    assert found.high == pytest.approx(values.mean() + 1.96 * values.std() / 20, abs=0.02)


def test_intervals_cover_as_often_as_they_say() -> None:
    """Of 200 samples of 60 examples, each with 1 to 9 trials that succeed together or not, about 95 % cover 0.3."""
    rng, covered = np.random.default_rng(2), 0
    for _ in range(200):
        trials = rng.integers(1, 10, 60)
        found = figures({"": share(np.column_stack([trials * (rng.random(60) < 0.3), trials]))})[""]
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.3 <= found.high
    assert 180 <= covered <= 198


def test_the_seed_decides_and_examples_without_a_say_change_nothing_but_the_draw() -> None:
    measure = share(np.array([[1.0, 2], [3, 3], [0, 4]]))
    assert figures({"a": measure}, seed=3) == figures({"a": measure}, seed=3)
    assert figures({"a": measure, "b": measure})["b"] == figures({"a": measure})["a"]
    assert figures({"a": share(np.vstack([measure.sums, np.zeros((2, 2))]))})["a"].count == 3


def test_one_example_has_no_interval_and_none_no_number() -> None:
    assert figures({"a": share(np.array([[1.0, 2]]))})["a"] == Figure(0.5, None, None, 1)
    assert figures({"a": share(np.zeros((3, 2)))})["a"] == Figure(None, None, None, 0, "no_marks")
    assert figures({"a": share(np.zeros((0, 2)))})["a"] == Figure(None, None, None, 0, "no_marks")
