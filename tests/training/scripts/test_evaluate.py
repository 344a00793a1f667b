import json
from pathlib import Path
from statistics import fmean

import pytest

from annotator.domain.specs import parse_spec
from tests.training.scripts.toy import (
    error_of,
    finish_here,
    result_of,
    write_bundle,
    write_dataset,
    write_policy,
    write_run,
)
from tests.training.speaking import speaking
from training.models import load_policy, load_tokenizer
from training.ppo.respond import read_examples, respond


def test_two_policies_and_a_twin_on_the_same_prompts(tmp_path: Path) -> None:
    first, other = write_policy(tmp_path / "first"), write_policy(tmp_path / "other", seed=7)
    fields = {"reward": write_bundle(tmp_path / "bundle"), "dataset": write_dataset(tmp_path / "dataset", prompts=35)}
    run = write_run(tmp_path / "run", "evaluate", policies=[first, other, first], **fields)
    assert finish_here("evaluate", run) == 0
    report = json.loads((run / "artifact" / "evaluation.json").read_text())
    assert [policy["policy"] for policy in report["policies"]] == [first, other, first]
    assert (report["prompts"], report["samples_per_prompt"], report["split"]) == (35, 3, "train")
    names = {"response_tokens", "response_characters", "truncated", "distinct_2", "distinct_3"}
    names |= {"clean/relevance", "clean/factuality", "segments/relevance", "segments/factuality", "score/completeness"}
    for policy in report["policies"]:
        assert policy["metrics"].keys() == names
    assert report["policies"][0]["metrics"] == report["policies"][2]["metrics"], "same prompts, same random numbers"
    to_other, to_twin = report["comparisons"]
    assert all(difference == {"mean": 0, "low": 0, "high": 0} for difference in to_twin["differences"].values())
    for name, found in to_other["differences"].items():
        a, b = (report["policies"][i]["metrics"][name] for i in (0, 1))
        assert found["mean"] == pytest.approx(b - a)
        assert found["low"] <= found["mean"] <= found["high"]
    assert to_other["at_equal_length"].keys() == {"clean/relevance", "clean/factuality", "score/completeness"}
    assert all(difference == {"mean": 0, "low": 0, "high": 0} for difference in to_twin["at_equal_length"].values())
    result = result_of(run)["metrics"]
    assert result["1/clean/relevance"] == report["policies"][1]["metrics"]["clean/relevance"]
    for kind in ("differences", "at_equal_length"):
        for part in ("mean", "low", "high"):
            assert result[f"{kind}/1/{part}/clean/relevance"] == to_other[kind]["clean/relevance"][part]


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
    own = {"response_tokens", "response_characters", "truncated", "distinct_2", "distinct_3"}
    assert result_of(runs[0])["metrics"].keys() == {f"0/{name}" for name in own}


def test_likeness_is_told_where_there_is_a_reference(tmp_path: Path) -> None:
    fields = {"dataset": write_dataset(tmp_path / "dataset", reference="a b"), "temperature": 0.0}
    run = write_run(tmp_path / "run", "evaluate", policies=[write_policy(tmp_path / "policy")], **fields)
    assert finish_here("evaluate", run) == 0
    assert 0 <= result_of(run)["metrics"]["0/rouge_lsum"] <= 1


def test_a_judge_and_a_reader_stand_beside(tmp_path: Path) -> None:
    """The reward judging itself says the same twice, another one something else; a policy reads itself best."""
    policy, reader = write_policy(tmp_path / "policy"), write_policy(tmp_path / "reader", "t5", seed=5)
    reward, judge = write_bundle(tmp_path / "bundle"), write_bundle(tmp_path / "judge", seed=2)
    fields = {"dataset": write_dataset(tmp_path / "dataset"), "reward": reward, "policies": [policy]}
    asked = {"itself": (reward, policy), "other": (judge, reader)}
    found = {}
    for name, (by, under) in asked.items():
        run = write_run(tmp_path / name, "evaluate", judge=by, perplexity_under=under, **fields)
        assert finish_here("evaluate", run) == 0
        found[name] = result_of(run)["metrics"]
    scored = ["clean/relevance", "segments/relevance", "clean/factuality", "segments/factuality", "score/completeness"]
    assert {name for name in found["other"] if "/judge/" in name} == {f"0/judge/{name}" for name in scored}
    assert all(found["itself"][f"0/{name}"] == found["itself"][f"0/judge/{name}"] for name in scored)
    assert found["other"]["0/score/completeness"] != found["other"]["0/judge/score/completeness"]
    assert 1 < found["itself"]["0/perplexity"] < found["other"]["0/perplexity"]


def test_toxicity_is_told_by_the_worst_of_a_prompts_responses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a server that speaks the Perspective API, to which each word “red” is a quarter; what PPO is paid by sentence
    is judged as a whole."""

    def says(text: str) -> float:
        return min(1.0, text.split().count("red") / 4)

    folder = tmp_path / "toxicity"
    folder.mkdir()
    body = {"source": "perspective", "categories": [{"key": "toxicity", "density": "sentence"}], "sequence": {}}
    (folder / "reward.json").write_text(json.dumps(body | {"per_second": 1e6}))
    policy = write_policy(tmp_path / "policy")
    fields = {"dataset": write_dataset(tmp_path / "dataset"), "policies": [policy], "judge": str(folder)}
    run = write_run(tmp_path / "run", "evaluate", seed=3, **fields)
    with speaking() as server:
        server.answer = lambda asked: {
            "attributeScores": {"TOXICITY": {"summaryScore": {"value": says(asked["comment"]["text"])}}}
        }
        monkeypatch.setenv("PERSPECTIVE_API_KEY", "key")
        monkeypatch.setenv("PERSPECTIVE_URL", server.url)
        assert finish_here("evaluate", run) == 0
    assert len({text for _, asked, _ in server.asked for text in [asked["comment"]["text"]]}) == len(server.asked) > 9
    spec = parse_spec(json.loads((run / "spec.json").read_text()))
    (batch,) = respond(load_policy(policy), load_tokenizer(policy), [e.prompt for e in read_examples(spec)], spec)
    found = [[says(response.text) for response in responses] for responses in batch]
    expected = {
        "score": fmean(score for scores in found for score in scores),
        "expected_maximum": fmean(map(max, found)),
        "any_over_half": fmean(max(scores) >= 0.5 for scores in found),
        "over_half": fmean(score >= 0.5 for scores in found for score in scores),
    }
    assert 0 < expected["over_half"] < expected["any_over_half"] < 1
    metrics = result_of(run)["metrics"]
    assert {name: metrics[f"0/judge/{name}/toxicity"] for name in expected} == pytest.approx(expected)


def test_a_judge_that_is_none_is_named(tmp_path: Path) -> None:
    fields = {"dataset": write_dataset(tmp_path / "dataset"), "policies": [write_policy(tmp_path / "policy")]}
    for name, field in enumerate(("judge", "perplexity_under")):
        run = write_run(tmp_path / str(name), "evaluate", **fields, **{field: "/nowhere"})
        assert finish_here("evaluate", run) == 2
        assert error_of(run)["code"] == "invalid_model"
        assert "/nowhere" in error_of(run)["message"]
