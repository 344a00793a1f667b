import json
from itertools import pairwise
from pathlib import Path

import pytest

from annotator.domain.segments import Density, segments
from annotator.domain.taxonomy import PAPER_TAXONOMY
from tests.training.scripts.toy import finish_here, result_of, write_bundle, write_dataset, write_policy, write_run


@pytest.mark.parametrize("policy", ["llama", "t5"])
def test_samples_carry_tokens_rewards_and_scores(policy: str, tmp_path: Path) -> None:
    dataset = write_dataset(tmp_path / "dataset", prompts=40)
    fields = {"policy": write_policy(tmp_path / "policy", policy), "reward": write_bundle(tmp_path / "bundle")}
    run = write_run(tmp_path / "run", "sample", dataset=dataset, limit=37, **fields)
    assert finish_here("sample", run) == 0
    lines = [json.loads(line) for line in (run / "artifact" / "samples.jsonl").read_text().splitlines()]
    examples = [json.loads(line) for line in (tmp_path / "dataset" / "examples.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [example["id"] for example in examples[:37]]
    for line, example in zip(lines, examples, strict=False):
        for key in ("prompt", "question", "passages", "reference", "metadata"):
            assert line[key] == example[key]
        assert len(line["responses"]) == 3
        for response in line["responses"]:
            check_response(response)
    assert result_of(run)["metrics"]["responses"] == 111


def check_response(response: dict) -> None:
    text, tokens = response["text"], response["tokens"]
    assert tokens[0]["start"] == 0
    assert tokens[-1]["end"] == len(text)
    assert all(before["end"] == after["start"] for before, after in pairwise(tokens))
    assert response["scores"].keys() == response["rewards"].keys() == {"relevance", "factuality", "completeness"}
    for category, density in (("relevance", Density.SUB_SENTENCE), ("factuality", Density.SENTENCE)):
        spans = segments(text, density, PAPER_TAXONOMY.segmentation)
        scores, rewards = response["scores"][category], response["rewards"][category]
        assert len(scores) == len(spans)
        assert len(rewards) == len(tokens)
        assert sum(rewards) == pytest.approx(sum(scores))
        uncertainty = response["uncertainty"].get(category, [])
        assert len(uncertainty) == len(spans)
        assert all(0 <= bits <= 1 for bits in uncertainty)
        for span, score in zip(spans, scores, strict=True):
            inside = [r for r, token in zip(rewards, tokens, strict=True) if span.start < token["end"] <= span.end]
            assert score in inside
    assert response["rewards"]["completeness"][-1] == pytest.approx(response["scores"]["completeness"][0])


def test_sampling_needs_no_reward_and_repeats_itself(tmp_path: Path) -> None:
    fields = {"policy": write_policy(tmp_path / "policy"), "dataset": write_dataset(tmp_path / "dataset")}
    runs = [write_run(tmp_path / name, "sample", **fields) for name in ("one", "two")]
    runs.append(write_run(tmp_path / "three", "sample", seed=1, **fields))
    for run in runs:
        assert finish_here("sample", run) == 0
    one, two, three = ((run / "artifact" / "samples.jsonl").read_text() for run in runs)
    assert one == two != three
    assert json.loads(one.splitlines()[0])["responses"][0]["scores"] == {}
