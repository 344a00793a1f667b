"""In production, what comes without TLS: pages are sent on, the API refuses. A server as it is deployed, over HTTP."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.db import connection

from annotator.api.headers import NOTHING
from annotator.models import User
from annotator.services.tokens import token_issue
from tests.bench.store.serving import free_address, serving
from tests.infra.test_production_settings import SOUND

pytestmark = pytest.mark.django_db(transaction=True)

SECURE = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    # PostgreSQL of the tests asks for no password, but production wants one to be set.
    server = f"{parts.username}:f8Kq2mVx@{parts.netloc.rpartition('@')[2]}"
    database = parts._replace(netloc=server, path=f"/{connection.settings_dict['NAME']}").geturl()
    (data := tmp_path / "data").mkdir(mode=0o700)
    environment = {**os.environ, **SOUND, "DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL}
    environment |= {"DATA_DIR": str(data), "ALLOWED_HOSTS": "127.0.0.1"}
    address = free_address()
    command = [sys.executable, "-m", "gunicorn", "annotator.config.wsgi", "--bind", "{}:{}".format(*address)]
    command += ["--threads", "2", "--no-control-socket"]
    with serving(command, address, "/sign-in", tmp_path / "web.log", environment):
        yield "http://{}:{}".format(*address)


def test_pages_are_sent_on_to_https_and_the_api_refuses(url: str, annotator: User) -> None:
    authorization = {"Authorization": f"Token {token_issue(user=annotator)[1]}"}
    ask = requests.Session()
    known = ask.get(f"{url}/api/v1/me", headers={**authorization, **SECURE}, timeout=30)
    assert (known.status_code, known.json()["username"]) == (200, annotator.username)
    for method, path in [
        ("GET", "/api/v1/me"),
        ("POST", "/api/v1/tokens"),
        ("GET", "/api/schema"),
        ("GET", "/api/v1/nowhere?next=https://redpen.lab.org"),
        ("POST", "/api/v1/providers/prolific/webhook"),
        ("GET", "//api/v1/me"),
    ]:
        for more in ({}, {"X-Forwarded-Proto": "http"}, {"Forwarded": "proto=https"}):
            refused = ask.request(method, f"{url}{path}", headers={**authorization, **more}, allow_redirects=False)
            assert (refused.status_code, "Location" in refused.headers) == (403, False), (path, more)
            body = refused.json()
            assert (sorted(body), body["code"], body["fields"]) == (["code", "fields", "message"], "https_required", {})
            assert "in clear" in body["message"]
            assert refused.headers["Content-Security-Policy"] == NOTHING
            assert refused.headers["Cache-Control"] == "no-store"
    for path in ("/sign-in", "/", "/console", "/annotate/birds?a=1", "/apiary", "/static/redpen/pages.css"):
        sent_on = ask.get(f"{url}{path}", allow_redirects=False)
        assert (sent_on.status_code, sent_on.headers["Location"]) == (301, url.replace("http:", "https:") + path)
    assert ask.get(f"{url}/sign-in", headers=SECURE).status_code == 200
    assert ask.get(f"{url}/healthz").json()["database"] == "ok"
