import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_to_json
from annotator.services.processes import spawn

LEASE_SECONDS = 2
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
def base_model(tmp_path):
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


@pytest.fixture
def reward_bundle(tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    categories = [{"key": "relevance", "density": "sub_sentence"}, {"key": "factuality", "density": "sentence"}]
    (folder / "reward.json").write_text(json.dumps({"categories": categories, "sequence": {}}))
    return folder


@pytest.fixture
def project(transactional_db, base_model):
    """A project whose models have a base, and which has a dataset of 2 examples in each split."""
    from annotator.models import Dataset, Project, Taxonomy

    project = Project.objects.create(slug="p", name="P", base_policy=str(base_model), base_reward=str(base_model))
    Taxonomy.objects.create(project=project, version=PAPER_TAXONOMY.version, body=taxonomy_to_json(PAPER_TAXONOMY))
    counts = {"examples": 6, "splits": {"train": 2, "dev": 2, "test": 2}}
    counts |= {"records": 6, "spans": {"irrelevant": 3}, "missing": {}, "comparisons": {}}
    Dataset.objects.create(project=project, name="d", kind="feedback", manifest={"counts": counts}, sha256="0" * 64)
    return project


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
    """Start a worker, with a change to its environment; all are gone when the module ends."""
    folder, environment = site
    workers = []

    def start(name, *arguments, **changes):
        command = [sys.executable, "-m", "celery", "-A", "annotator.config", "worker", "-P", "threads"]
        command += ["-n", f"{name}@%h", "--without-gossip", "--without-mingle", "--loglevel", "INFO", *arguments]
        workers.append(spawn(command, log=folder / f"{name}.log", env=environment | changes))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


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
