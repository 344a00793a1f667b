"""Real Celery workers on real PostgreSQL and Redis, killed, stopped and starved of hints."""

import signal
import time

from annotator.selectors.runs import log_tail, run_folder
from tests.faults.conftest import LEASE_SECONDS
from tests.faults.waiting import alive, artifact, ended, past_step, trainer_pid, until


def test_kill_9_of_the_worker_ends_its_trainer_and_the_next_worker_resumes(start, behave, gpu_worker):
    worker = gpu_worker()
    behave(steps=60)
    undisturbed = start()
    until(ended(undisturbed))
    behave(steps=60, step_seconds=0.1)
    job = start()
    until(past_step(job, 11))
    pid = trainer_pid(job)
    assert alive(pid)
    worker.kill()
    worker.wait()
    until(lambda: not alive(pid), seconds=1)
    killed_at = time.monotonic()
    gpu_worker()
    until(lambda: (run_folder(job.pk, 2) / "log.txt").exists())
    recovery_seconds = time.monotonic() - killed_at
    until(ended(job))
    assert (job.state, job.epoch) == ("succeeded", 2), job.error
    assert "step-00000010" in "\n".join(log_tail(run_folder(job.pk, 2), 10))
    assert artifact(job) == artifact(undisturbed)
    assert recovery_seconds < LEASE_SECONDS + 20
    assert [metric.step for metric in job.metrics.all()] == list(range(1, 61))


def test_sigterm_of_the_worker_hands_the_job_to_the_next(start, behave, gpu_worker):
    behave(steps=60, step_seconds=0.1)
    worker = gpu_worker()
    job = start()
    until(past_step(job, 6))
    worker.terminate()
    worker.wait(8)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 0)
    gpu_worker()
    until(ended(job))
    assert (job.state, job.epoch) == ("succeeded", 2), job.error


def test_a_hint_delivered_many_times_runs_the_job_once(start, gpu_worker):
    gpu_worker()
    gpu_worker()
    job = start(hints=6)
    until(ended(job))
    last = start()
    until(ended(last))
    job.refresh_from_db()
    assert (job.state, job.epoch) == ("succeeded", 1)
    assert not (run_folder(job.pk, 2)).exists()


def test_hints_lost_with_redis_are_sent_again(start, gpu_worker, hints):
    job = start()
    hints.flushdb()
    gpu_worker()
    until(ended(job))
    assert job.state == "succeeded"


def test_a_running_job_does_not_notice_the_loss_of_redis(start, behave, gpu_worker, hints):
    behave(step_seconds=0.1)
    gpu_worker()
    job = start()
    until(past_step(job, 3))
    hints.flushdb()
    until(ended(job))
    assert (job.state, job.epoch) == ("succeeded", 1)


def test_a_frozen_worker_loses_its_job_and_its_trainer(start, behave, gpu_worker):
    behave(steps=80, step_seconds=0.1)
    frozen = gpu_worker()
    job = start()
    until(past_step(job, 6))
    pid = trainer_pid(job)
    frozen.send_signal(signal.SIGSTOP)
    try:
        gpu_worker()
        until(lambda: (run_folder(job.pk, 2) / "log.txt").exists())
        assert not alive(pid), "two trainers of one job"
        until(ended(job))
        assert (job.state, job.epoch) == ("succeeded", 2), job.error
    finally:
        frozen.send_signal(signal.SIGCONT)
