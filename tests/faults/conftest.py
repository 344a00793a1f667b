import json
import os
import signal
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from annotator.services.processes import spawn, stop

LEASE_SECONDS = 4  # more than a worker waits for its turn on a busy machine
FAKE_TRAINER = Path(__file__).with_name("fake_trainer.py")


@pytest.fixture
def fake_trainer(settings, tmp_path):
    """Jobs run the fake trainer, at the pace of tests; call it to change how the trainer behaves."""
    settings.RUNS_DIR = tmp_path / "runs"
    settings.DATASETS_DIR = tmp_path / "datasets"
    settings.TRAINER_COMMAND = [sys.executable, str(FAKE_TRAINER), "{kind}"]
    settings.JOB_LEASE_SECONDS, settings.JOB_POLL_SECONDS, settings.JOB_GRACE_SECONDS = 3.0, 0.05, 2.0
    settings.RUNS_DIR.mkdir()

    def behave(**behaviour):
        (settings.RUNS_DIR / "fake.json").write_text(json.dumps(behaviour))

    return behave


@pytest.fixture
def project(transactional_db, tmp_path):
    from tests.jobs import make_dataset, make_project  # models: not before Django is set up

    project = make_project(tmp_path)
    make_dataset(project)
    return project


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """The environment of all processes of one installation, and its folder."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "runs").mkdir()
    db = connection.settings_dict
    login = f"{quote(db['USER'])}:{quote(db['PASSWORD'])}"
    place = f"{quote(db['HOST'], safe='')}:{db['PORT']}" if db["PORT"] else quote(db["HOST"], safe="")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{login}@{place}/{quote(db['NAME'])}",
        "REDIS_URL": django_settings.REDIS_URL,
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
    """Start a worker, with a change to its environment; all are gone when the module ends."""
    folder, environment = site
    workers = []

    def start(name, *arguments, **changes):
        command = [sys.executable, "-m", "celery", "-A", "annotator.config", "worker", "-P", "threads"]
        command += ["-n", f"{name}@%h", "--without-gossip", "--without-mingle", "--loglevel", "INFO", *arguments]
        workers.append(spawn(command, log=folder / f"{name}.log", env=environment | changes))
        return workers[-1]

    yield start
    # As groups: the beat inside a worker is a process of its own.
    stop(workers, number=signal.SIGKILL, grace_seconds=5)


@pytest.fixture(scope="module")
def short_worker(celery):
    """The worker for short tasks, with beat in it: here lives the reaper."""
    return celery("short", "-Q", "default", "-c", "2", "-B")


@pytest.fixture
def gpu_worker(celery, short_worker, hints):
    workers = []

    def start(**changes):
        workers.append(celery(f"gpu{time.monotonic_ns()}", "-Q", "gpu", "-c", "1", **changes))
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
    """Start a job and send its hint, or several."""
    from annotator.tasks.jobs import hint
    from tests.jobs import start_job

    def start(*, hints=1):
        job = start_job(project)
        for _ in range(hints):
            hint(job.pk)
        return job

    return start
