import json
import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from annotator.domain.specs import PpoSpec
from tests.training.ppo import oracle
from tests.training.ppo.tiny import (
    build,
    count_sevens,
    experience_of,
    lora_models_of,
    models_of,
    prompts_of,
    rollout_of,
    run_of,
    spec_of,
)
from training import checkpoints
from training.ppo.experience import Experience, parts, response_logprobs
from training.ppo.learner import Models
from training.ppo.loop import Running, learning_rate_factor, prompt_rows, scaled, train, train_step
from training.ppo.lora import merged
from training.ppo.rollout import Sampling, generator_of
from training.ppo.update import accumulate_gradients, make_optimizer, update
from training.runs import Run, Stopped, file_sha256

both = pytest.mark.parametrize("name", ["llama", "t5"])


def gradients(models: Models, experience: Experience, spec: PpoSpec, minibatches: list[Tensor]) -> list[Tensor]:
    tokens = experience.rollout.response_mask.sum()
    for minibatch in minibatches:
        accumulate_gradients(models, experience, minibatch, spec, tokens, {})
    parameters = [*models.policy.parameters(), *models.value.parameters()]
    found = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in parameters]
    for parameter in parameters:
        parameter.grad = None
    return found


@both
def test_gradient_does_not_depend_on_minibatches_or_passes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    models, spec = models_of(name), spec_of()
    experience = experience_of(models, spec)
    whole = gradients(models, experience, spec, [torch.arange(6)])
    assert any(gradient.abs().max() > 1e-4 for gradient in whole)
    uneven = gradients(models, experience, spec, [torch.tensor([4]), torch.tensor([0, 5, 2]), torch.tensor([3, 1])])
    monkeypatch.setattr("training.ppo.experience.TOKENS_PER_PASS", 1)
    one_by_one = gradients(models, experience, spec, [torch.arange(6)])
    for a, b, c in zip(whole, uneven, one_by_one, strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-4)
        torch.testing.assert_close(a, c, atol=1e-6, rtol=1e-4)


@both
def test_losses_equal_oracle_after_the_policy_has_moved(name: str) -> None:
    models, spec = models_of(name), spec_of(clip_range=0.1, value_clip_range=0.1, temperature=0.8, top_k=6)
    experience = experience_of(models, spec)
    with torch.no_grad():
        for parameter in [*models.policy.parameters(), *models.value.parameters()]:
            parameter.add_(0.05 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
    rollout = experience.rollout
    tokens = rollout.response_mask.sum()
    totals: dict[str, Tensor] = {}
    accumulate_gradients(models, experience, torch.arange(6), spec, tokens, totals)

    (whole,) = parts(rollout, torch.arange(6))
    assert 0 < totals["clip_fraction"] < 1
    with torch.no_grad():
        logprobs = response_logprobs(models.policy, rollout, whole, 0.8)
        values = models.value(whole.prompts, rollout.samples, rollout.response_ids[whole.rows])[:, :-1]
    mask = rollout.response_mask[whole.rows]

    def flat(x: Tensor) -> oracle.Row:
        return x[mask].double().numpy()

    old_logprobs, advantages, old_values, returns = (
        flat(x[whole.rows]) for x in (rollout.logprobs, experience.advantages, experience.values, experience.returns)
    )
    policy = oracle.policy_loss(flat(logprobs), old_logprobs, advantages, 0.1).mean()
    value = oracle.value_loss(flat(values), old_values, returns, 0.1).mean()
    ratio = np.exp(flat(logprobs) - old_logprobs)
    assert totals["policy_loss"].item() == pytest.approx(policy, abs=1e-5)
    assert totals["value_loss"].item() == pytest.approx(value, abs=1e-5)
    assert totals["approx_kl"].item() == pytest.approx((ratio - 1 - np.log(ratio)).mean(), abs=1e-5)
    assert totals["clip_fraction"].item() == pytest.approx((abs(ratio - 1) > 0.1).mean(), abs=1e-6)


@pytest.mark.parametrize("name", ["gpt2", "t5"])  # both configured with dropout .1
def test_dropout_is_off_so_the_first_update_is_on_policy(name: str) -> None:
    models = models_of(name)
    models.policy.train()
    models.reference.train()
    models.prepare()
    spec = spec_of(epochs=1, minibatches=1)
    metrics = update(models, make_optimizer(models, spec), experience_of(models, spec), spec, generator_of(0, "", 0))
    assert metrics["approx_kl"] == pytest.approx(0, abs=1e-9)
    assert metrics["clip_fraction"] == 0


def test_each_minibatch_of_each_epoch_is_one_step_on_other_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    models, spec = models_of("llama"), spec_of(epochs=4, minibatches=3)
    seen: list[list[int]] = []
    original = accumulate_gradients

    def spy(models: Models, experience: Experience, rows: Tensor, *rest: object) -> None:
        seen.append(rows.tolist())
        original(models, experience, rows, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("training.ppo.update.accumulate_gradients", spy)
    optimizer = make_optimizer(models, spec)
    update(models, optimizer, experience_of(models, spec), spec, generator_of(0, "", 0))
    assert len(seen) == 12
    assert optimizer.state[next(models.policy.parameters())]["step"] == 12
    epochs = [[row for minibatch in seen[i : i + 3] for row in minibatch] for i in range(0, 12, 3)]
    assert all(sorted(epoch) == [0, 1, 2, 3, 4, 5] for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_gradients_are_clipped_per_model(monkeypatch: pytest.MonkeyPatch) -> None:
    models, spec = models_of("llama"), spec_of(epochs=1, minibatches=1, max_grad_norm=0.01)
    optimizer = make_optimizer(models, spec)
    monkeypatch.setattr(optimizer, "step", lambda: None)
    update(models, optimizer, experience_of(models, spec), spec, generator_of(0, "", 0))
    for module in (models.policy, models.value):
        norm = torch.stack([p.grad.norm() for p in module.parameters() if p.grad is not None]).norm()
        assert norm.item() == pytest.approx(0.01, rel=1e-3)


def test_a_gradient_that_is_not_finite_stops_the_run() -> None:
    models, spec = models_of("llama"), spec_of()
    experience = experience_of(models, spec)
    experience.advantages[0, 0] = torch.nan
    with pytest.raises(RuntimeError, match="non-finite"):
        update(models, make_optimizer(models, spec), experience, spec, generator_of(0, "", 0))


def test_first_step_has_no_kl_and_full_metrics() -> None:
    models, spec = models_of("llama"), spec_of()
    running = Running(spec.kl_coef)
    metrics = train_step(spec, models, make_optimizer(models, spec), prompts_of(4), count_sevens, 0, running)
    assert metrics["kl"] == pytest.approx(0, abs=1e-5)
    assert metrics["reward/total"] == pytest.approx(metrics["reward/sevens"] + metrics["reward/others"], abs=1e-6)
    assert metrics["explained_variance"] == pytest.approx(0, abs=1e-6)  # the value model starts at zero
    phases = {f"seconds/{phase}" for phase in ("rollout", "reward", "score", "update")}
    others = {
        "entropy", "approx_kl", "clip_fraction", "policy_loss", "value_loss", "response_tokens", "truncated",
        "segments_per_response",
    }  # fmt: skip
    assert phases | others <= metrics.keys()


@both
def test_policy_learns_what_is_rewarded_and_the_reference_stays(name: str, tmp_path: Path) -> None:
    models, spec = models_of(name), spec_of(steps=25, prompts_per_step=8, checkpoint_every=100)
    before = [parameter.clone() for parameter in models.reference.parameters()]
    train(run_of(tmp_path), spec, models, prompts_of(), count_sevens)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert [(line["step"], line["total"], line["phase"]) for line in lines] == [(n, 25, "ppo") for n in range(1, 26)]
    rewards = [line["metrics"]["reward/total"] for line in lines]
    assert np.mean(rewards[-3:]) > np.mean(rewards[:3]) + 1
    assert lines[-1]["metrics"]["kl"] > 0
    for old, new in zip(before, models.reference.parameters(), strict=True):
        assert torch.equal(old, new)


def test_the_kl_coefficient_goes_where_the_target_is(tmp_path: Path) -> None:
    near, far = (spec_of(steps=4, kl_target=target, kl_horizon=100) for target in (1e3, 1e-9))
    coefs = []
    for name, spec in (("near", near), ("far", far)):
        train(run_of(tmp_path / name), spec, models_of("llama"), prompts_of(), count_sevens)
        lines = (tmp_path / name / "progress.jsonl").read_text().splitlines()
        coefs.append([json.loads(line)["metrics"]["kl_coef"] for line in lines])
    # 12 responses a step. Far under the target it falls by the whole fifth of 12/100 each time; over it, it grows.
    assert coefs[0] == pytest.approx([0.05 * (1 - 0.2 * 0.12) ** n for n in range(4)])
    assert coefs[1][2:] == pytest.approx([coefs[1][1] * (1 + 0.2 * 0.12) ** n for n in (1, 2)])


def test_a_pass_that_went_too_far_is_the_last_of_its_step() -> None:
    models, spec = models_of("llama"), spec_of(epochs=5, kl_stop=1e-12)
    metrics = update(models, make_optimizer(models, spec), experience_of(models, spec), spec, generator_of(0, "", 0))
    # One minibatch of the first pass may have moved it already.
    assert metrics["epochs"] == 1
    models, spec = models_of("llama"), spec_of(epochs=5, kl_stop=1e6)
    metrics = update(models, make_optimizer(models, spec), experience_of(models, spec), spec, generator_of(0, "", 0))
    assert metrics["epochs"] == 5


@both
def test_adapters_learn_and_the_reference_is_the_policy_without_them(name: str, tmp_path: Path) -> None:
    models, spec = lora_models_of(name), spec_of(steps=25, prompts_per_step=8, learning_rate=1e-2, checkpoint_every=100)
    whole = build(name).state_dict()
    train(run_of(tmp_path), spec, models, prompts_of(), count_sevens)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    assert lines[0]["metrics"]["kl"] == pytest.approx(0, abs=1e-5)
    rewards = [line["metrics"]["reward/total"] for line in lines]
    assert np.mean(rewards[-3:]) > np.mean(rewards[:3]) + 1
    frozen = {key: x for key, x in models.policy.state_dict().items() if "lora" not in key}
    assert all(torch.equal(x, whole[key.replace(".base_layer", "")]) for key, x in frozen.items())
    sampling = Sampling(spec.max_new_tokens)
    rollout = rollout_of(models.policy, sampling)
    part = next(parts(rollout, torch.arange(5)))
    plain = merged(models.policy, build(name))
    assert not any("lora" in key for key in plain.state_dict())
    with torch.no_grad():
        expected = response_logprobs(models.policy, rollout, part, 1.0)
        torch.testing.assert_close(response_logprobs(plain, rollout, part, 1.0), expected, atol=1e-4, rtol=1e-4)
        before = models.ask_reference(lambda reference: response_logprobs(reference, rollout, part, 1.0))
        torch.testing.assert_close(before, response_logprobs(build(name), rollout, part, 1.0), atol=1e-6, rtol=1e-5)


def test_rewards_over_the_deviation_of_their_sums_so_far() -> None:
    running = Running(0.0)
    first = {"a": torch.tensor([[1.0, 0.0], [2.0, 1.0]]), "b": torch.zeros(2, 2)}  # sums 1, 3: deviation 1
    scaled(first, running)
    again = scaled({"a": torch.tensor([[5.0, 0.0], [0.0, 7.0]]), "b": torch.ones(2, 2)}, running)
    expected = np.std([1, 3, 5, 7])
    assert torch.allclose(again["a"], torch.tensor([[5.0, 0.0], [0.0, 7.0]]) / expected)
    assert torch.allclose(again["b"], torch.ones(2, 2) / np.std([0, 0, 2, 2]))


def test_learning_rate_warms_up_then_decays_linearly_to_zero() -> None:
    # 1,250 steps of which 100 warm up, as in the paper's code
    assert [learning_rate_factor(step, 1250, 100) for step in (0, 49, 99, 100)] == [0.01, 0.5, 1, 1]
    assert learning_rate_factor(675, 1250, 100) == 0.5
    assert learning_rate_factor(1250, 1250, 100) == 0
    assert learning_rate_factor(0, 10, 0) == 1
    assert learning_rate_factor(3, 4, 4) == 1


def test_prompts_come_in_fresh_shuffles_of_all_of_them() -> None:
    taken = [row for step in range(15) for row in prompt_rows(10, 4, step, seed=0)]
    shuffles = [taken[i : i + 10] for i in range(0, 60, 10)]
    assert all(sorted(shuffle) == list(range(10)) for shuffle in shuffles)
    assert len({tuple(shuffle) for shuffle in shuffles}) == 6
    assert {prompt_rows(3, 7, 0, seed=0).count(row) for row in range(3)} == {2, 3}, "more a step than there are"
    assert prompt_rows(10, 4, 2, seed=1) != prompt_rows(10, 4, 2, seed=0) == taken[8:12]


def weights(models: Models) -> dict[str, Tensor]:
    modules = {"policy": models.policy, "value": models.value}
    return {f"{part}.{key}": x.clone() for part, module in modules.items() for key, x in module.state_dict().items()}


EVERYTHING = {"reward_scale": "running_std", "kl_target": 0.5, "kl_horizon": 100, "kl_stop": 0.01}


@both
@pytest.mark.parametrize(("make", "stop_after"), [*((models_of, n) for n in (1, 2, 3, 5, 6)), (lora_models_of, 3)])
def test_stopping_and_resuming_changes_no_bit(
    name: str, make: Callable[[str], Models], stop_after: int, tmp_path: Path
) -> None:
    spec = spec_of(top_k=6, **EVERYTHING)
    undisturbed = make(name)
    expected_metrics = train(run_of(tmp_path / "whole"), spec, undisturbed, prompts_of(), count_sevens)

    class Interrupted(Run):
        def progress(self, step: int, total: int, phase: str, metrics: dict[str, float]) -> None:
            super().progress(step, total, phase, metrics)
            self.stop_requested = step == stop_after

    (tmp_path / "job" / "1").mkdir(parents=True)
    with pytest.raises(Stopped):
        train(Interrupted(tmp_path / "job" / "1", spec), spec, make(name), prompts_of(), count_sevens)
    torch.manual_seed(999)  # nothing may lean on generators that this process happens to hold
    resumed = make(name)
    metrics = train(run_of(tmp_path / "job" / "2"), spec, resumed, prompts_of(), count_sevens)
    assert not [key for key, x in weights(resumed).items() if not torch.equal(x, weights(undisturbed)[key])]

    def timeless(found: dict[str, float]) -> dict[str, float]:
        return {key: x for key, x in found.items() if not key.startswith("seconds/")}

    assert timeless(metrics) == timeless(expected_metrics)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def attempt(folder: Path, spec: PpoSpec, where: str = "", after: int = 0) -> None:
    """Trains on, and is killed in its step `after`: when its responses are to be rewarded, when the step has been told,
    or in the middle of the next checkpoint."""
    torch.set_num_threads(1)
    steps = count(1)

    class Killed(Run):
        def progress(self, *told: Any) -> None:
            super().progress(*told)
            if where == "told" and next(steps) == after:
                kill()
            if where == "checkpoint" and next(steps) >= after:
                checkpoints._fsync = lambda path: kill()

    def reward(*given: Any) -> Any:
        if where == "reward" and next(steps) == after:
            kill()
        return count_sevens(*given)

    folder.mkdir(parents=True)
    train(Killed(folder, None), spec, models_of("llama"), prompts_of(), reward)


def test_ten_kills_at_random_steps_change_no_bit(tmp_path: Path) -> None:
    spec = spec_of(steps=40, checkpoint_every=3, **EVERYTHING)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    random = Random(0)
    for number in range(1, 11):
        where, after = random.choice(("reward", "told", "checkpoint")), random.randint(1, 4)
        process = processes.Process(target=attempt, args=(tmp_path / "job" / str(number), spec, where, after))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert any((tmp_path / "job").glob("*/checkpoints/.step-*.tmp")), "none was killed while it wrote a checkpoint"
    attempt(tmp_path / "job" / "11", spec)
    attempt(tmp_path / "whole", spec)
    last, whole = (sorted((tmp_path / name / "checkpoints").iterdir())[-1] for name in ("job/11", "whole"))
    assert last.name == whole.name == "step-00000040"
    files = ("module-policy", "module-value", "optimizer-adam")
    assert all(file_sha256(last / f"{n}.safetensors") == file_sha256(whole / f"{n}.safetensors") for n in files)
    states = [json.loads((folder / "state.json").read_text())["state"]["running"] for folder in (last, whole)]
    assert states[0] == states[1]


@both
def test_passes_in_16_bits_begin_on_policy_and_learn(name: str, tmp_path: Path) -> None:
    models, once = models_of(name), spec_of(bf16=True, epochs=1, minibatches=1)
    first = train_step(once, models, make_optimizer(models, once), prompts_of(4), count_sevens, 0, Running(0.1))
    assert (first["kl"], first["approx_kl"], first["clip_fraction"]) == pytest.approx((0, 0, 0), abs=1e-5)
    assert all(parameter.dtype == torch.float32 for parameter in models.policy.parameters())
    spec = spec_of(steps=25, prompts_per_step=8, checkpoint_every=100, bf16=True)
    train(run_of(tmp_path), spec, models_of(name), prompts_of(), count_sevens)
    lines = [json.loads(line) for line in (tmp_path / "progress.jsonl").read_text().splitlines()]
    rewards = [line["metrics"]["reward/total"] for line in lines]
    assert np.mean(rewards[-3:]) > np.mean(rewards[:3]) + 1


def test_defaults_are_those_of_the_paper_s_code() -> None:
    spec = PpoSpec(job="any", policy="any", reward="any")
    assert spec.prompts_per_step * spec.samples_per_prompt == 64
    assert (spec.steps, spec.epochs * spec.minibatches) == (80_000 // 64, 4)
    assert (spec.gamma, spec.gae_lambda, spec.kl_coef) == (1.0, 0.95, 0.3)
    assert (spec.clip_range, spec.value_clip_range, spec.vf_coef) == (0.2, 0.2, 1.0)
    assert (spec.learning_rate, spec.value_learning_rate, spec.warmup_steps) == (1e-5, 1e-5, 100)
    assert (spec.temperature, spec.top_k, spec.max_new_tokens) == (0.7, 20, 200)
    assert make_optimizer(models_of("llama"), spec).defaults["eps"] == 1e-5
