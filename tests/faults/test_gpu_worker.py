"""Real Celery workers on real PostgreSQL and Redis, killed, stopped and starved of hints."""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from urllib.parse import quote

import pytest
import redis

from annotator.selectors.runs import log_tail, run_folder
from annotator.services.processes import spawn
from tests.faults.conftest import FAKE_TRAINER

LEASE_SECONDS = 2


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """The environment of all processes of one installation, and its folder."""
    from django.conf import settings
    from django.db import connection

    folder = tmp_path_factory.mktemp("site")
    (folder / "runs").mkdir()
    db = connection.settings_dict
    login = f"{quote(db['USER'])}:{quote(db['PASSWORD'])}"
    place = f"{quote(db['HOST'], safe='')}:{db['PORT']}" if db["PORT"] else quote(db["HOST"], safe="")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{login}@{place}/{quote(db['NAME'])}",
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(folder),
        "RUNS_DIR": str(folder / "runs"),
        "TRAINER_COMMAND": f"{sys.executable} {FAKE_TRAINER} {{kind}}",
        "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "JOB_POLL_SECONDS": "0.1",
        "JOB_REAP_SECONDS": "0.5",
    }
    return folder, environment


@pytest.fixture(scope="module")
def celery(site):
    """Start a worker; all are gone when the module ends."""
    folder, environment = site
    workers = []

    def start(name, *arguments):
        command = [sys.executable, "-m", "celery", "-A", "annotator.config", "worker", "-P", "threads"]
        command += ["-n", f"{name}@%h", "--without-gossip", "--without-mingle", "--loglevel", "INFO", *arguments]
        workers.append(spawn(command, log=folder / f"{name}.log", env=environment))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture(scope="module", autouse=True)
def _short_worker(celery):
    """The worker for short tasks, with beat in it: here lives the reaper."""
    celery("short", "-Q", "default", "-c", "2", "-B")


@pytest.fixture
def gpu_worker(celery, hints):
    workers = []

    def start():
        workers.append(celery(f"gpu{time.monotonic_ns()}", "-Q", "gpu", "-c", "1"))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def hints(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


@pytest.fixture
def behave(site, settings):
    folder, _ = site
    settings.RUNS_DIR = folder / "runs"

    def behave(**behaviour):
        (settings.RUNS_DIR / "fake.json").write_text(json.dumps(behaviour))

    behave()
    return behave


@pytest.fixture
def start(project, behave):
    from annotator.models import JobKind
    from annotator.services.job_specs import JobRequest
    from annotator.services.jobs import job_create
    from annotator.tasks.jobs import hint

    def start(*, hints=1):
        job = job_create(project=project, user=None, request=JobRequest(kind=JobKind.SFT))
        for _ in range(hints):
            hint(job.pk)
        return job

    return start


def until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def past_step(job, step):
    def check():
        job.refresh_from_db()
        return job.step > step

    return check


def ended(job):
    def check():
        job.refresh_from_db()
        return job.finished_at is not None

    return check


def trainer_pid(job):
    return int(log_tail(run_folder(job.pk, job.epoch), 1000)[0].split()[-1])


def alive(pid):
    with suppress(OSError):
        return not open(f"/proc/{pid}/stat").read().rpartition(")")[2].startswith(" Z")
    return False


def artifact(job):
    folder = run_folder(job.pk, job.epoch) / "artifact"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_kill_9_of_the_worker_ends_its_trainer_and_the_next_worker_resumes(start, behave, gpu_worker):
    worker = gpu_worker()
    undisturbed = start()
    until(ended(undisturbed))
    behave(step_seconds=0.1)
    job = start()
    until(past_step(job, 11))
    pid = trainer_pid(job)
    assert alive(pid)
    worker.kill()
    worker.wait()
    until(lambda: not alive(pid), seconds=1)
    killed_at = time.monotonic()
    gpu_worker()
    until(lambda: past_step(job, 0)() and job.epoch == 2)
    recovery_seconds = time.monotonic() - killed_at
    until(ended(job))
    assert (job.state, job.epoch) == ("succeeded", 2), job.error
    assert "step-00000010" in "\n".join(log_tail(run_folder(job.pk, 2), 10))
    assert artifact(job) == artifact(undisturbed)
    assert recovery_seconds < LEASE_SECONDS + 20
    assert [metric.step for metric in job.metrics.all()] == list(range(1, 21))


def test_sigterm_of_the_worker_hands_the_job_to_the_next(start, behave, gpu_worker):
    behave(step_seconds=0.1)
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
    behave(step_seconds=0.2)
    frozen = gpu_worker()
    job = start()
    until(past_step(job, 6))
    pid = trainer_pid(job)
    frozen.send_signal(signal.SIGSTOP)
    try:
        gpu_worker()
        until(ended(job))
        assert (job.state, job.epoch) == ("succeeded", 2), job.error
        assert not alive(pid), "two trainers of one job"
    finally:
        frozen.send_signal(signal.SIGCONT)
