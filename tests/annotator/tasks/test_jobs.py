import pytest
import redis
from kombu.exceptions import OperationalError

from annotator.config.celery import app
from annotator.services.job_states import job_claim
from annotator.tasks import jobs as tasks
from tests.jobs import make_dataset, make_project, start_job


@pytest.fixture
def project(db, tmp_path):
    project = make_project(tmp_path)
    make_dataset(project)
    return project


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda arguments, **_: sent.append(arguments[0]))
    return sent


def test_the_reaper_sends_lost_hints(project, sent, monkeypatch):
    running, first, second = (start_job(project) for _ in range(3))
    job_claim(job_id=running.pk)
    monkeypatch.setattr(tasks, "_hints_waiting", lambda: 0)
    tasks.reap_jobs()
    assert sent == [str(first.pk), str(second.pk)]


def test_hints_do_not_pile_up(project, sent, monkeypatch):
    start_job(project)
    monkeypatch.setattr(tasks, "_hints_waiting", lambda: 1)
    tasks.reap_jobs()
    assert sent == []


def test_waiting_hints_are_counted_in_redis(project, transactional_db):
    before = tasks._hints_waiting()
    tasks.hint(start_job(project).pk)
    assert tasks._hints_waiting() == before + 1


def test_celery_uses_the_database_that_redis_url_names(settings):
    number = redis.Redis.from_url(settings.REDIS_URL).connection_pool.connection_kwargs["db"]
    with app.connection_for_write() as connection:
        assert connection.default_channel.client.connection_pool.connection_kwargs["db"] == number


def test_a_hint_that_redis_does_not_take_is_only_logged(project, monkeypatch, caplog):
    def refuse(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run_job, "apply_async", refuse)
    job = start_job(project)
    tasks.hint(job.pk)
    assert str(job.pk) in caplog.text
