"""/healthz tells which part is down, quickly, whatever is down."""

import time

import pytest
import redis
from django.conf import settings
from django.test import Client

from annotator.api import health
from annotator.tasks.beat import ALIVE_KEY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def beat_alive():
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.set(ALIVE_KEY, 1, ex=30)
    yield
    client.delete(ALIVE_KEY)
    client.close()


def test_without_workers_the_answer_is_503_and_says_so(client: Client, beat_alive: None) -> None:
    started = time.monotonic()
    response = client.get("/healthz")
    assert time.monotonic() - started < 3
    assert response.status_code == 503
    assert response.json() == {
        "database": "ok",
        "redis": "ok",
        "workers": {"short": "no worker 'short' answers", "gpu": "no worker 'gpu' answers"},
        "beat": "ok",
    }


def test_a_silent_beat_is_noticed(client: Client) -> None:
    assert client.get("/healthz").json()["beat"] == "beat has shown no sign of life for 30 s"


def test_with_every_part_well_the_answer_is_200(client: Client, beat_alive: None, monkeypatch) -> None:
    monkeypatch.setattr(health, "_worker", lambda kind: None)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["workers"] == {"short": "ok", "gpu": "ok"}


def test_a_part_that_hangs_delays_no_other(client: Client, beat_alive: None, monkeypatch) -> None:
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(health, "_worker", lambda kind: time.sleep(1))
    started = time.monotonic()
    body = client.get("/healthz").json()
    assert time.monotonic() - started < 0.9
    assert body["workers"]["gpu"] == "no answer within 0.2 s"
    assert body["database"] == "ok"


def test_redis_out_of_reach_is_named(client: Client, settings, tmp_path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/no.sock"
    body = client.get("/healthz").json()
    assert "connecting to" in body["redis"]
    assert body["database"] == "ok"


def test_a_post_is_refused(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
