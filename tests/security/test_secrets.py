"""Nothing that opens anything gets into a log."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection

from annotator.models import Project, User
from annotator.services.entry_links import links_make
from annotator.services.tokens import token_issue
from tests.annotator.factories import make_study
from tests.faults.web import Web

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "Zq8-known-password-of-this-test"
WRONG = "Zq8-wrong-password-of-this-test"
SECRETS = {
    "SECRET_KEY": "Zq8known7secret6key5of4this3test2Zq8known7secret6key5",
    "PROLIFIC_TOKEN": "Zq8-provider-token",
    "PROLIFIC_WEBHOOK_SECRET": "Zq8-webhook-secret",
}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    database = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    if "?" in os.environ["DATABASE_URL"]:
        database += "?" + os.environ["DATABASE_URL"].partition("?")[2]
    environment = {**os.environ, **SECRETS, "DATABASE_URL": database, "DATA_DIR": str(tmp_path / "data")}
    flags = "--access-logfile - --logger-class annotator.config.access_log.AccessLog"
    server = Web(tmp_path, {**environment, "LOG_LEVEL": "INFO", "GUNICORN_CMD_ARGS": flags})
    yield server
    server.kill()


def test_no_secret_is_in_a_log(web: Web, project: Project, owner: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "SECRET_KEY", SECRETS["SECRET_KEY"])
    owner.set_password(PASSWORD)
    owner.save()
    _, token = token_issue(user=owner)
    (link,) = links_make(study=make_study(project, owner), made_by=owner, people=["Zq8-platform-id"], days=1)
    http = requests.Session()
    for password in (WRONG, PASSWORD):
        http.get(f"{web.url}/sign-in")
        form = {"username": "olga", "password": password, "csrfmiddlewaretoken": http.cookies["csrftoken"]}
        http.post(f"{web.url}/sign-in", data=form)
    session = http.cookies["sessionid"]
    authorization = {"Authorization": f"Token {token}"}
    assert requests.get(f"{web.url}/api/v1/me", headers=authorization, timeout=10).status_code == 200
    assert requests.get(f"{web.url}/api/v1/me", auth=("olga", PASSWORD), timeout=10).status_code == 401
    made = requests.post(f"{web.url}/api/v1/tokens", json={"scopes": ["read"], "days": 1}, auth=("olga", PASSWORD))
    paths = (f"enter/{link.token}", "enter/Zq8-made-up-link", f"nowhere?token={token}", f"api/v1/nowhere?x={token}")
    for path in paths:
        requests.get(f"{web.url}/{path}", headers={"Referer": f"{web.url}/enter/{link.token}"}, timeout=10)
    requests.get(f"{web.url}/enter/study/1?PROLIFIC_PID=Zq8-platform-id&SESSION_ID=Zq8-session", timeout=10)
    requests.post(f"{web.url}/api/v1/projects", data="{" + WRONG, headers={**authorization}, timeout=10)
    log = web.log.read_text(errors="replace")
    assert "GET /api/v1/me HTTP/1.1" in log, "there is an access log"
    assert "/enter/…" in log
    known = [token, session, link.token, made.json().get("token", PASSWORD)]
    assert [each for each in known if each in log] == []
    assert "Zq8" not in log
