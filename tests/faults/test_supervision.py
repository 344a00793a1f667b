"""One attempt after another, in this process: what each ending of a trainer makes of the row."""

import json
import os
import threading
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.functions import Now

from annotator.domain.errors import DomainError
from annotator.models.examples import Example
from annotator.models.jobs import Job, JobState
from annotator.models.model_versions import ModelKind, ModelVersion
from annotator.selectors.runs import log_tail, run_folder
from annotator.services import supervision
from annotator.services.job_states import job_cancel, job_claim, jobs_reap
from annotator.services.model_versions import model_promote, model_register
from annotator.services.publication import job_publish
from tests.faults.waiting import trainer_pid, until
from tests.jobs import make_bundle, make_model, start_job


@contextmanager
def running(job):
    """The job, running in a thread of its own and past its first step."""

    def run():
        try:
            supervision.job_run(job_id=job.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: Job.objects.get(pk=job.pk).step > 0)
    yield
    thread.join(20)
    assert not thread.is_alive()


def weights(job):
    return (run_folder(job.pk, job.epoch) / "artifact" / "model.safetensors").read_text()


def test_success_publishes_a_model_with_its_curve(project, fake_trainer):
    job = start_job(project)
    assert supervision.job_run(job_id=job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.epoch, job.step, job.total) == (JobState.SUCCEEDED, 1, 20, 20)
    assert [metric.step for metric in job.metrics.all()] == list(range(1, 21))
    model = ModelVersion.objects.get(job=job)
    assert (model.name, model.kind, model.stage, model.metrics) == ("policy-1", "policy", "candidate", {"loss": 1 / 20})
    assert model.dataset == job.dataset
    assert supervision.job_run(job_id=job.pk) is False, "a second hint does nothing"
    job.refresh_from_db()
    assert job.epoch == 1


def test_ppo_remembers_what_it_was_made_of(project, fake_trainer, tmp_path):
    base_model, reward_bundle = make_model(tmp_path / "policy"), make_bundle(tmp_path / "bundle")
    policy = model_register(project=project, name="p0", kind=ModelKind.POLICY, source=str(base_model))
    reward = model_register(project=project, name="r0", kind=ModelKind.REWARD, source=str(reward_bundle))
    model_promote(model_id=policy.pk)
    model_promote(model_id=reward.pk)
    job = start_job(project, "ppo")
    supervision.job_run(job_id=job.pk)
    assert set(ModelVersion.objects.get(job=job).parents.all()) == {policy, reward}
    spec = json.loads((run_folder(job.pk, 1) / "spec.json").read_text())
    assert (spec["policy"], spec["reward"], spec["job"]) == (str(base_model), str(reward_bundle), str(job.pk))
    assert spec["reward_weights"] == {"relevance": 0.3, "factuality": 0.5}, "what the reward model scores, no more"


@pytest.mark.parametrize("as_round", [False, True])
def test_sample_publishes_examples_with_token_rewards(project, fake_trainer, as_round):
    job = start_job(project, "sample", params={"as_round": as_round})
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED, job.error
    examples = Example.objects.filter(round=job)
    assert [example.metadata["sampled_from"] for example in examples] == ["q1", "q2"]
    assert [example.slots.count() for example in examples] == [int(as_round)] * 2
    response = examples[0].responses.get()
    assert response.rewards["rewards"] == {"relevance": [0.0, 0.25]}
    assert response.policy_version == "base-of-p"


def test_evaluate_keeps_its_metrics(project, fake_trainer):
    job = start_job(project, "evaluate")
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["metrics"]) == (JobState.SUCCEEDED, {"loss": 1 / 20})


def test_bad_input_fails_at_once_with_the_trainers_words(project, fake_trainer):
    fake_trainer(bad_input=True)
    job = start_job(project)
    assert supervision.job_run(job_id=job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.epoch, job.error["code"]) == (JobState.FAILED, 1, "single_class")


def test_a_crash_is_tried_again_until_it_gets_nowhere(project, fake_trainer):
    fake_trainer(crash_at=8)
    job = start_job(project)
    assert supervision.job_run(job_id=job.pk) is True, "7 steps were made: again"
    assert supervision.job_run(job_id=job.pk) is True, "no new step: once more"
    assert supervision.job_run(job_id=job.pk) is False, "twice without a new step"
    job.refresh_from_db()
    assert (job.state, job.epoch, job.error["code"]) == (JobState.FAILED, 3, "job_poisoned")
    assert "RuntimeError: crash at step 8" in job.error["message"]


def test_a_trainer_that_cannot_start_fails_the_job(project, fake_trainer, settings):
    settings.RUNS_DIR = settings.RUNS_DIR / "not-a-folder"
    settings.RUNS_DIR.touch()
    job = start_job(project)
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.error["code"]) == (JobState.FAILED, "trainer_not_started")


def test_cancel_of_a_running_job_stops_its_trainer(project, fake_trainer):
    fake_trainer(steps=10_000)
    job = start_job(project)
    with running(job):
        job_cancel(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not os.path.exists(f"/proc/{trainer_pid(job)}")


def test_a_trainer_deaf_to_cancel_is_killed(project, fake_trainer, settings):
    settings.JOB_GRACE_SECONDS = 0.2
    fake_trainer(steps=10_000, deaf=True)
    job = start_job(project)
    with running(job):
        job_cancel(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not os.path.exists(f"/proc/{trainer_pid(job)}")


def test_cancel_of_a_queued_job_is_immediate(project, fake_trainer):
    job = job_cancel(job_id=start_job(project).pk)
    assert job.state == JobState.CANCELLED
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.epoch) == (JobState.CANCELLED, 0)


def test_a_taken_over_job_kills_its_first_trainer_and_publishes_nothing(project, fake_trainer):
    fake_trainer(steps=10_000)
    job = start_job(project)
    with running(job):
        Job.objects.filter(pk=job.pk).update(epoch=2)
    job.refresh_from_db()
    assert (job.state, job.epoch) == (JobState.RUNNING, 2)
    assert not ModelVersion.objects.exists()
    job.epoch = 1
    assert not os.path.exists(f"/proc/{trainer_pid(job)}")


def test_a_stale_epoch_cannot_publish_a_finished_result(project, fake_trainer):
    job = start_job(project)
    supervision.job_run(job_id=job.pk)
    second = start_job(project)
    assert job_claim(job_id=second.pk).epoch == 1
    Job.objects.filter(pk=second.pk).update(lease_until=Now())
    assert jobs_reap() == 1
    assert job_claim(job_id=second.pk).epoch == 2
    assert job_publish(job_id=second.pk, epoch=1, folder=run_folder(job.pk, 1)) is False
    assert not ModelVersion.objects.filter(job=second).exists()


def test_an_artifact_that_changed_is_refused(project, fake_trainer):
    job = start_job(project)
    supervision.job_run(job_id=job.pk)
    second = start_job(project)
    job_claim(job_id=second.pk)
    (run_folder(job.pk, 1) / "artifact" / "model.safetensors").write_text("other")
    with pytest.raises(DomainError, match="differ"):
        job_publish(job_id=second.pk, epoch=1, folder=run_folder(job.pk, 1))


def test_the_end_of_the_worker_queues_the_job_without_blame(project, fake_trainer, monkeypatch):
    monkeypatch.setattr(supervision, "shutdown", threading.Event())
    fake_trainer(steps=40)
    undisturbed, job = start_job(project), start_job(project)
    supervision.job_run(job_id=undisturbed.pk)
    fake_trainer(steps=40, step_seconds=0.05)
    with running(job):
        supervision.shutdown.set()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert not supervision.job_run(job_id=job.pk)  # on a hint that comes while it ends
    job.refresh_from_db()
    assert (job.state, job.epoch) == (JobState.QUEUED, 1)
    supervision.shutdown.clear()
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    undisturbed.refresh_from_db()
    assert (job.state, job.epoch) == (JobState.SUCCEEDED, 2)
    assert weights(job) == weights(undisturbed)


def test_a_damaged_checkpoint_is_passed_over(project, fake_trainer):
    undisturbed, job = start_job(project), start_job(project)
    supervision.job_run(job_id=undisturbed.pk)
    fake_trainer(crash_at=13)
    supervision.job_run(job_id=job.pk)
    newest = run_folder(job.pk, 1) / "checkpoints" / "step-00000010" / "state"
    newest.write_text("damaged")
    fake_trainer()
    supervision.job_run(job_id=job.pk)
    job.refresh_from_db()
    undisturbed.refresh_from_db()
    log = "\n".join(log_tail(run_folder(job.pk, 2), 100))
    assert "rejected: sha256 of state differs" in log
    assert "step-00000005" in log
    assert weights(job) == weights(undisturbed)
