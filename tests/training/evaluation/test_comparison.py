import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.comparison import LENGTH, at_equal_length, differences, intercept
from training.evaluation.tallies import Tallies


def tallies(**columns: np.ndarray) -> Tallies:
    """One response to each prompt."""
    return {
        name.replace("__", "/"): np.stack([column, np.ones(len(column))], axis=1) for name, column in columns.items()
    }


def test_interval_covers_a_real_difference_and_shrinks_with_prompts() -> None:
    random = np.random.default_rng(0)

    def sample(prompts: int, share: float) -> Tallies:
        return tallies(clean__f=(random.random(prompts) < share).astype(float))

    narrow, wide = (differences(sample(n, 0.5), sample(n, 0.8), 0)["clean/f"] for n in (400, 25))
    assert 0 < narrow["low"] < 0.3 < narrow["high"]
    # standard error of the difference √(.25/400 + .16/400) = .032, interval ±1.96 of it
    assert narrow["high"] - narrow["low"] == pytest.approx(4 * 0.98 * 0.032, rel=0.15)
    assert wide["high"] - wide["low"] > 2.5 * (narrow["high"] - narrow["low"])


def test_a_perplexity_is_compared_as_one() -> None:
    first, second = (tallies(perplexity=np.full(3, np.log(of))) for of in (10.0, 12.5))
    assert differences(first, second, 0)["perplexity"] == pytest.approx({"mean": 2.5, "low": 2.5, "high": 2.5})


def test_what_one_policy_lacks_is_not_compared() -> None:
    first = tallies(score__a=np.ones(3), score__b=np.ones(3), response_characters=np.ones(3))
    second = tallies(score__a=np.ones(3), response_characters=np.ones(3))
    assert differences(first, second, 0).keys() == {"score/a", LENGTH}
    assert at_equal_length(first, second, 0).keys() == {"score/a"}


@settings(max_examples=15, deadline=None)
@given(per_character=st.floats(-2, 2), seed=st.integers(0, 2**32 - 1), longer=st.floats(0, 100))
def test_a_score_that_is_only_length_is_nothing_at_equal_length(per_character: float, seed: int, longer: float) -> None:
    random = np.random.default_rng(seed)
    lengths = random.uniform(20, 400, size=(2, 30)) + [[0.0], [longer]]
    first, second = (tallies(score__f=per_character * x, response_characters=x) for x in lengths)
    found = at_equal_length(first, second, 0)["score/f"]
    assert [found["low"], found["mean"], found["high"]] == pytest.approx([0, 0, 0], abs=1e-6)


def test_what_is_better_beside_its_length_stays() -> None:
    # A score of 0.01 per character; the second policy writes 50 more and earns 0.3 beside that.
    random = np.random.default_rng(1)
    short = random.uniform(50, 150, 300)
    long = short + random.normal(50, 20, 300)
    noise = random.normal(0, 0.2, 300)
    first = tallies(judge__score__f=0.01 * short, response_characters=short)
    second = tallies(judge__score__f=0.01 * long + 0.3 + noise, response_characters=long)
    raw = differences(first, second, 0)["judge/score/f"]
    found = at_equal_length(first, second, 0)["judge/score/f"]
    assert raw["low"] > 0.6, "0.01 * 50 of it is length"
    assert found["low"] < 0.3 < found["high"] < raw["low"]
    # standard error of an intercept: s √(1/n + mean² / Σ(x - mean)²) = .2 √(1/300 + 50²/(300 * 20²)) = .031
    assert found["high"] - found["low"] == pytest.approx(4 * 0.98 * 0.031, rel=0.2)


def test_a_twin_differs_by_nothing_and_a_constant_difference_of_length_tells_nothing() -> None:
    lengths, scores = np.array([5.0, 9.0, 4.0]), np.array([1.0, 0.0, 1.0])
    one = tallies(clean__f=scores, response_characters=lengths)
    assert at_equal_length(one, one, 0) == {"clean/f": {"mean": 0, "low": 0, "high": 0}}
    assert at_equal_length(one, tallies(clean__f=scores, response_characters=lengths + 3), 0) == {}


def test_prompts_without_a_count_are_left_out() -> None:
    lengths = np.array([1.0, 2.0, 4.0, 7.0])
    first = tallies(clean__f=np.zeros(4), response_characters=lengths)
    second = tallies(clean__f=np.array([1.0, 1.0, 1.0, 9.0]), response_characters=2 * lengths)
    second["clean/f"][3] = 0  # no segment at all
    assert at_equal_length(first, second, 0)["clean/f"]["mean"] == pytest.approx(1)


def test_the_intercept_is_that_of_least_squares() -> None:
    x, y = np.random.default_rng(2).normal(size=(2, 20))
    assert intercept(x, y) == pytest.approx(np.polyfit(x, y, 1)[1])


def test_lengths_are_not_compared_at_equal_length() -> None:
    random = np.random.default_rng(3)
    names = ["response_tokens", "response_characters", "truncated", "segments__f", "judge__segments__f", "perplexity"]
    first, second = (tallies(**{name: random.random(9) for name in names}) for _ in range(2))
    assert at_equal_length(first, second, 0) == {}
