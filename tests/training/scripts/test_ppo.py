import contextlib
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from annotator.domain.errors import DomainError
from tests.training.ppo.tiny import spec_of, word_tokenizer
from tests.training.scripts.toy import (
    WORDS,
    error_of,
    finish,
    finish_here,
    ppo_fields,
    result_of,
    start,
    steps_of,
    write_bundle,
    write_policy,
    write_run,
)
from training.models import load_policy, load_tokenizer
from training.reward.artifact import load_bundle
from training.scripts.ppo import check_shares, reward_function


def wait_for_step(process: subprocess.Popen[str], run: Path, step: int) -> None:
    deadline = time.monotonic() + 60
    while step not in steps_of(run):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def assert_same_artifacts(one: Path, other: Path) -> None:
    for name in ("model.safetensors", "value/model.safetensors", "value/head.safetensors"):
        left, right = load_file(one / "artifact" / name), load_file(other / "artifact" / name)
        assert left.keys() == right.keys()
        assert not [key for key in left if not torch.equal(left[key], right[key])]


def test_killed_stopped_and_damaged_runs_end_as_an_undisturbed_one(tmp_path: Path) -> None:
    fields = ppo_fields(tmp_path)
    whole = write_run(tmp_path / "whole" / "1", "ppo", **fields)
    code, output = finish("ppo", whole)
    assert code == 0, output
    assert steps_of(whole) == [1, 2, 3, 4, 5, 6, 7, 8]

    killed = write_run(tmp_path / "job" / "1", "ppo", **fields)
    process = start("ppo", killed)
    wait_for_step(process, killed, 3)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    stopped = write_run(tmp_path / "job" / "2", "ppo", **fields)
    process = start("ppo", stopped)
    wait_for_step(process, stopped, steps_of(killed)[-1] + 1)
    process.terminate()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 143, output
    assert not (stopped / "result.json").exists()
    assert steps_of(stopped)[0] in (3, 5), "it goes on from the newest checkpoint, one every two steps"

    newest = sorted((stopped / "checkpoints").glob("step-*"))[-1]
    assert int(newest.name.removeprefix("step-")) == steps_of(stopped)[-1], "SIGTERM leaves a checkpoint"
    damaged = newest / "module-policy.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"!")

    last = write_run(tmp_path / "job" / "3", "ppo", **fields)
    code, output = finish("ppo", last)
    assert code == 0, output
    assert f"{newest} rejected: sha256 of module-policy.safetensors differs" in output
    assert_same_artifacts(whole, last)
    timeless = [
        {key: value for key, value in result_of(run)["metrics"].items() if not key.startswith("seconds/")}
        for run in (whole, last)
    ]
    assert timeless[0] == timeless[1]


def test_a_job_on_two_devices_is_stopped_resumed_and_does_what_one_on_one_does(tmp_path: Path) -> None:
    fields = ppo_fields(tmp_path) | {"lora_rank": 2, "learning_rate": 1e-2, "checkpoint_every": 100}
    alone = write_run(tmp_path / "alone", "ppo", **fields)
    assert finish_here("ppo", alone) == 0

    fields |= {"devices": 2, "parallel": "fsdp"}
    first, second = (write_run(tmp_path / "job" / str(attempt), "ppo", **fields) for attempt in (1, 2))
    process = start("ppo", first)
    wait_for_step(process, first, 2)
    process.terminate()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 143, output
    assert not (first / "result.json").exists()
    assert steps_of(first)[-1] < 8
    code, output = finish("ppo", second)
    assert code == 0, output
    assert steps_of(first) + steps_of(second) == [1, 2, 3, 4, 5, 6, 7, 8], "a line per step, not per rank"
    assert result_of(second)["metrics"]["reward/total"] == pytest.approx(result_of(alone)["metrics"]["reward/total"])
    for name in ("model.safetensors", "value/model.safetensors", "value/head.safetensors"):
        one, other = load_file(alone / "artifact" / name), load_file(second / "artifact" / name)
        assert one.keys() == other.keys()
        for key in one:
            torch.testing.assert_close(one[key], other[key], atol=2e-6, rtol=1e-5)


def test_ranks_die_with_what_started_them(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", "ppo", **(ppo_fields(tmp_path) | {"devices": 2, "steps": 10_000}))
    process = start("ppo", run)
    wait_for_step(process, run, 1)
    assert processes_on(run) == 3
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while processes_on(run):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes_on(run: Path) -> int:
    """How many processes have the folder as an argument."""
    found = 0
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += str(run).encode() in entry.read_bytes().split(b"\0")
    return found


@pytest.mark.parametrize(
    ("devices", "minibatches", "problem"),
    [
        (3, 1, "ppo.prompts_per_step is 4; it must be a multiple of 3, the number of devices"),
        (4, 2, "ppo.minibatches is 2; it must be at most ppo.prompts_per_step, 4, over 4 devices"),
    ],
)
def test_every_device_needs_prompts(devices: int, minibatches: int, problem: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_shares(spec_of(devices=devices, minibatches=minibatches))
    assert caught.value.message == problem


def test_bad_input_that_only_ranks_find_is_named_too(tmp_path: Path) -> None:
    fields = ppo_fields(tmp_path) | {"devices": 2, "reward_weights": {"style": 1.0}}
    run = write_run(tmp_path / "run", "ppo", **fields)
    code, output = finish("ppo", run)
    assert code == 2, output
    assert error_of(run)["code"] == "unknown_category"


def test_artifact_is_a_transformers_folder_with_a_value_model_and_a_card(tmp_path: Path) -> None:
    fields = ppo_fields(tmp_path) | {"steps": 2, "policy": write_policy(tmp_path / "t5", "t5")}
    run = write_run(tmp_path / "run", "ppo", **fields)
    assert finish_here("ppo", run) == 0
    result = result_of(run)
    assert result["kind"] == "ppo"
    assert result["artifact"] == "artifact"
    expected = {"reward/total", "reward/relevance", "reward/factuality", "reward/completeness", "kl", "approx_kl"}
    expected |= {"entropy", "clip_fraction", "explained_variance", "policy_loss", "value_loss", "response_tokens"}
    expected |= {"segments_per_response", "truncated", "seconds/rollout", "seconds/reward", "seconds/update"}
    assert expected <= result["metrics"].keys()
    load_policy(str(run / "artifact"))
    load_tokenizer(str(run / "artifact"))
    assert (run / "artifact" / "value" / "head.safetensors").is_file()
    assert "dense rewards" in (run / "artifact" / "README.md").read_text()
    before, after = load_file(tmp_path / "t5" / "model.safetensors"), load_file(run / "artifact" / "model.safetensors")
    assert any(not torch.equal(before[key], after[key]) for key in before)


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"reward_weights": {"style": 1.0}}, "unknown_category", "style"),
        ({"minibatches": 5}, "invalid_spec", "ppo.minibatches"),
        ({"devices": 10_000}, "invalid_spec", "ppo.devices is 10000; this machine has"),
        ({"dataset": None}, "invalid_spec", "ppo.dataset"),
        ({"split": "test"}, "empty_dataset", "test"),
        ({"max_new_tokens": 100_000}, "invalid_spec", "ppo.max_new_tokens"),
        ({"policy": "/nowhere"}, "invalid_model", "/nowhere"),
        ({"reward": "/nowhere"}, "invalid_model", "/nowhere"),
        ({"kl_koef": 1}, "invalid_spec", "ppo.kl_koef"),
        ({"value_from": "anybody"}, "invalid_spec", "ppo.value_from"),
    ],
)
def test_bad_input_is_named_and_never_worth_a_retry(
    change: dict[str, object], code: str, named: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run", "ppo", **(ppo_fields(tmp_path) | change))
    assert finish_here("ppo", run) == 2
    error = error_of(run)
    assert error["code"] == code
    assert named in error["message"]
    assert not (run / "result.json").exists()


def test_what_adapters_learned_is_in_the_weights_of_the_artifact(tmp_path: Path) -> None:
    fields = ppo_fields(tmp_path) | {"steps": 2, "lora_rank": 2, "learning_rate": 1e-2, "kl_target": 0.1}
    run = write_run(tmp_path / "run", "ppo", **fields)
    assert finish_here("ppo", run) == 0
    before, after = (load_file(folder / "model.safetensors") for folder in (tmp_path / "policy", run / "artifact"))
    assert before.keys() == after.keys()
    assert any(not torch.equal(before[key], after[key]) for key in before)
    assert load_file(run / "artifact" / "value" / "head.safetensors")["weight"].any()


def test_a_judge_tells_of_the_same_responses_and_changes_nothing(tmp_path: Path) -> None:
    """One that is the reward itself says the same of every step; with another one the policy learns just the same."""
    fields = ppo_fields(tmp_path) | {"steps": 3}
    other = write_bundle(tmp_path / "judge", seed=2)
    runs = {name: tmp_path / name for name in ("none", "itself", "other")}
    for name, more in {"none": {}, "itself": {"judge": fields["reward"]}, "other": {"judge": other}}.items():
        write_run(runs[name], "ppo", **fields, **more)
        assert finish_here("ppo", runs[name]) == 0
    steps = {
        name: [json.loads(line)["metrics"] for line in (run / "progress.jsonl").read_text().splitlines()]
        for name, run in runs.items()
    }
    assert not any(key.startswith("judge/") for key in steps["none"][0])
    keys = ["total", "relevance", "factuality", "completeness"]
    for step in steps["itself"]:
        assert [step[f"judge/{key}"] for key in keys] == pytest.approx([step[f"reward/{key}"] for key in keys])
    assert any(step["judge/total"] != pytest.approx(step["reward/total"], abs=1e-3) for step in steps["other"])
    assert_same_artifacts(runs["none"], runs["other"])


def test_a_judge_scores_what_is_weighted(tmp_path: Path) -> None:
    folder = tmp_path / "length"
    folder.mkdir()
    body = {"source": "rules", "categories": [{"key": "length", "density": "sequence"}], "sequence": {}}
    (folder / "reward.json").write_text(json.dumps(body | {"length": {"least": 1, "most": 2}}))
    run = write_run(tmp_path / "run", "ppo", **ppo_fields(tmp_path), judge=str(folder))
    assert finish_here("ppo", run) == 2
    assert (error_of(run)["code"], "the judge scores length" in error_of(run)["message"]) == ("unknown_category", True)


def test_rewards_land_on_the_tokens_that_end_segments(tmp_path: Path) -> None:
    bundle, tokenizer = load_bundle(write_bundle(tmp_path / "bundle")), word_tokenizer(WORDS)
    reward = reward_function(bundle, tokenizer, {"relevance": 0.3, "factuality": 0.5, "completeness": 0.0}, "sum")
    ids = tokenizer("red cat is one . blue dog has two three .")["input_ids"]
    mask = torch.ones(1, 13, dtype=torch.bool)
    mask[0, 12] = False
    by_category, metrics = reward(["one two"], [[*ids, 1]], mask)
    assert by_category.keys() == {"relevance", "factuality"}
    total = by_category["relevance"] + by_category["factuality"]
    # Two sentences, each a sub-sentence too: both scores meet on its full stop, ±.3 ± .5, and nothing anywhere else.
    assert total.nonzero().tolist() == [[0, 4], [0, 10]]
    for value in total[0, [4, 10]].abs().tolist():
        assert value == pytest.approx(0.8, abs=1e-6) or value == pytest.approx(0.2, abs=1e-6)
    assert metrics == {"segments_per_response": 2.0}


def test_progress_lines_carry_the_metrics_of_every_step(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", "ppo", **(ppo_fields(tmp_path) | {"steps": 3, "top_k": 5, "temperature": 0.7}))
    assert finish_here("ppo", run) == 0
    lines = [json.loads(line) for line in (run / "progress.jsonl").read_text().splitlines()]
    assert [(line["step"], line["total"]) for line in lines] == [(1, 3), (2, 3), (3, 3)]
    assert lines[0]["metrics"]["kl"] == pytest.approx(0, abs=1e-5)
    assert lines[-1]["metrics"] == result_of(run)["metrics"]
