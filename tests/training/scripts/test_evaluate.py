import json
from pathlib import Path

import numpy as np
import pytest

from annotator.domain.segments import Density
from annotator.domain.spans import Span
from tests.training.scripts.toy import finish_here, result_of, write_bundle, write_dataset, write_policy, write_run
from training.reward.scores import SegmentScores
from training.scripts.evaluate import differences, ratio, score_counts


def test_two_policies_and_a_twin_on_the_same_prompts(tmp_path: Path) -> None:
    first, other = write_policy(tmp_path / "first"), write_policy(tmp_path / "other", seed=7)
    fields = {"reward": write_bundle(tmp_path / "bundle"), "dataset": write_dataset(tmp_path / "dataset", prompts=35)}
    run = write_run(tmp_path / "run", "evaluate", policies=[first, other, first], **fields)
    assert finish_here("evaluate", run) == 0
    report = json.loads((run / "artifact" / "evaluation.json").read_text())
    assert [policy["policy"] for policy in report["policies"]] == [first, other, first]
    assert (report["prompts"], report["samples_per_prompt"], report["split"]) == (35, 3, "train")
    names = {"response_tokens", "truncated", "clean/relevance", "clean/factuality", "score/completeness"}
    names |= {"segments/relevance", "segments/factuality", "distinct_2", "distinct_3"}
    for policy in report["policies"]:
        assert policy["metrics"].keys() == names
    assert report["policies"][0]["metrics"] == report["policies"][2]["metrics"], "same prompts, same random numbers"
    to_other, to_twin = report["comparisons"]
    assert all(difference == {"mean": 0, "low": 0, "high": 0} for difference in to_twin["differences"].values())
    for name, found in to_other["differences"].items():
        a, b = (report["policies"][i]["metrics"][name] for i in (0, 1))
        assert found["mean"] == pytest.approx(b - a)
        assert found["low"] <= found["mean"] <= found["high"]
    assert result_of(run)["metrics"]["1/clean/relevance"] == report["policies"][1]["metrics"]["clean/relevance"]


def test_evaluation_is_greedy_by_default_and_needs_no_reward(tmp_path: Path) -> None:
    fields = {"dataset": write_dataset(tmp_path / "dataset"), "temperature": 0.0}
    runs = [
        write_run(
            tmp_path / f"run{seed}", "evaluate", policies=[write_policy(tmp_path / f"p{seed}")], seed=seed, **fields
        )
        for seed in (0, 1)
    ]
    for run in runs:
        assert finish_here("evaluate", run) == 0
    assert result_of(runs[0])["metrics"] == result_of(runs[1])["metrics"]
    assert result_of(runs[0])["metrics"].keys() == {"0/response_tokens", "0/truncated", "0/distinct_2", "0/distinct_3"}


def test_likeness_is_told_where_there_is_a_reference(tmp_path: Path) -> None:
    fields = {"dataset": write_dataset(tmp_path / "dataset", reference="a b"), "temperature": 0.0}
    run = write_run(tmp_path / "run", "evaluate", policies=[write_policy(tmp_path / "policy")], **fields)
    assert finish_here("evaluate", run) == 0
    assert 0 <= result_of(run)["metrics"]["0/rouge_lsum"] <= 1


def test_shares_are_over_all_segments_not_over_responses() -> None:
    # One response with 1 of 1 segments clean, one with 1 of 3: 2 of 4, not the mean of 1 and ⅓.
    def found(*scores: float) -> SegmentScores:
        return SegmentScores(Density.SENTENCE, tuple(Span(i, i + 1) for i in range(len(scores))), scores)

    sequence = SegmentScores(Density.SEQUENCE, (Span(0, 3),), (0.5,))
    counts = score_counts([{"f": found(1.0), "c": sequence}, {"f": found(-1.0, 1.0, -1.0), "c": sequence}])
    assert counts == {"clean/f": (2, 4), "segments/f": (4, 2), "score/c": (1.0, 2)}
    assert ratio(np.array([counts["clean/f"]], dtype=float)) == 0.5
    assert ratio(np.zeros((3, 2))) == 0


def test_interval_covers_a_real_difference_and_shrinks_with_prompts() -> None:
    random = np.random.default_rng(0)

    def sample(prompts: int, share: float) -> dict[str, np.ndarray]:
        clean = random.random(prompts) < share
        ones = np.ones(prompts)
        return {"clean/f": np.stack([clean, ones], axis=1), "response_tokens": np.stack([ones, ones], axis=1)}

    narrow, wide = (differences(sample(n, 0.5), sample(n, 0.8), 0)["clean/f"] for n in (400, 25))
    assert 0 < narrow["low"] < 0.3 < narrow["high"]
    # standard error of the difference √(.25/400 + .16/400) = .032, interval ±1.96 of it
    assert narrow["high"] - narrow["low"] == pytest.approx(4 * 0.98 * 0.032, rel=0.15)
    assert wide["high"] - wide["low"] > 2.5 * (narrow["high"] - narrow["low"])
