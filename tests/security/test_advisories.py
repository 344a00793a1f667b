"""One test for each cause of the advisories against systems like this one. Each names those it stands for."""

import http.client
import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core import signing
from django.test import Client as Browser
from django.urls import get_resolver

from annotator.config.env import local_secret
from annotator.config.weak import weaknesses
from annotator.models import Dataset, Job, Project, User
from annotator.services import trainer
from annotator.services.tokens import token_issue
from tests.annotator.adjudicating import judged_twice
from tests.annotator.factories import jsonl, make_user
from tests.annotator.http import API, Client
from tests.infra.test_headers import addresses
from tests.security import ssrf

pytestmark = pytest.mark.django_db(transaction=True)

# As these were shipped.
DEFAULTS = (
    "$(fefwefwef13;LFK{P!)@#*!)kdsjfWF2l+i5e3t(8a1n",
    "v8sk33sy82!uw3ty=!jjv5vp7=s2phrzw(m(hrn^f7e_#1h2al",
    "argilla.apikey",
    "changeme",
)
TRAVERSALS = (
    *("../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "/etc/passwd", "..\\..\\win.ini"),
    *("train.jsonl/../../manifest.json", "%2e%2e/%2e%2e/secret_key", "train.parquet%00.jsonl", "..", "manifest.json"),
)
# What a stranger may see: the doors, and what says how to knock.
OPEN = {"", "sign-in", "healthz", "api/schema", "sign-out"}
OPEN_BEGINNINGS = ("enter/", "sign-in")


def test_default_secret(tmp_path: Path) -> None:
    """CVE-2023-43791, CVE-2024-10141, CVE-2026-2635: sessions forged with a secret, or doors opened with a password,
    that everybody has."""
    made = {local_secret(tmp_path / str(number) / "secret_key") for number in range(3)}
    assert len(made) == 3
    for secret in DEFAULTS:
        assert secret not in (settings.SECRET_KEY, *made)
        assert any("SECRET_KEY" in problem for problem in weaknesses({"SECRET_KEY": secret.ljust(50, "x")}))
        forged = Browser()
        forged.cookies[settings.SESSION_COOKIE_NAME] = signing.dumps({"_auth_user_id": 1}, key=secret)
        assert forged.get(f"{API}/me").status_code == 401


def test_server_side_request_forgery() -> None:
    """CVE-2022-36551, CVE-2023-47116 (past the check by a redirect or a second answer of the name server),
    CVE-2022-31188, GHSA-q684-4jjh-83g6, CVE-2023-48023, CVE-2024-40441."""
    found = ssrf.attempts()
    assert ssrf.wrong(found) == []
    tried = {each["payload"] for each in found}
    assert {"https://rebinding.test:PORT/", "302 → https://127.0.0.1:PORT/", "https://metadata.test:PORT/"} <= tried


def test_files_on_the_applications_origin(project: Project, researcher: User) -> None:
    """CVE-2023-47115, GHSA-fq23-g58m-799r, CVE-2024-26152, CVE-2025-25296, CVE-2025-47783, CVE-2026-22033,
    CVE-2026-23516, CVE-2026-65986: what somebody uploaded is shown as a page of the application."""
    script = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
    line = {"id": script, "prompt": script, "question": script, "passages": []}
    upload = jsonl(line)
    upload.name = "x.html"
    client = Client(researcher)
    made = client.upload(f"projects/{project.pk}/datasets/upload", file=upload, name=script, note=script)
    assert made.status_code == 201
    for path in (f"datasets/{made.json()['id']}/download", f"datasets/{made.json()['id']}"):
        answer = client.raw.get(f"{API}/{path}", headers={"Accept": "text/html"})
        assert answer.headers["Content-Type"].partition(";")[0] in ("application/json", "application/x-ndjson")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        if path.endswith("download"):
            assert re.fullmatch(r'attachment; filename="[0-9a-f-]+\.jsonl"', answer.headers["Content-Disposition"])


def test_what_filters_leak(project: Project, researcher: User) -> None:
    """GHSA-6hjj-gq77-j4qw (CVE-2023-47117): a filter that reaches the ORM tells a password letter by letter."""
    judged_twice(project)
    client = Client(researcher)
    for path in ("annotations", "examples", "people", "flags", "jobs", "datasets", "gold", "disputes"):
        plain = client.get(f"projects/{project.pk}/{path}")
        for field in ("user__password__startswith", "created_by__password__regex", "order_by", "ordering", "id__in"):
            asked = client.raw.get(f"{API}/projects/{project.pk}/{path}", {field: "argon2"})
            assert asked.status_code == 400 or asked.json() == plain.json(), (path, field)


def test_path_traversal(project: Project, researcher: User, admin: User, datasets_dir: Path) -> None:
    """GHSA-cpmr-mw4j-99r7, CVE-2026-47682, CVE-2023-1177, CVE-2025-11201, CVE-2026-2614: a name becomes a path."""
    judged_twice(project)
    client = Client(researcher)
    secret = datasets_dir.parent / "secret_key"
    secret.write_text("known-secret")
    for number, name in enumerate(TRAVERSALS):
        frozen = client.post(f"projects/{project.pk}/datasets", {"name": f"{name}{number}"})
        if frozen.status_code == 201:
            row = Dataset.objects.get(pk=frozen.json()["id"])
            assert row.path.resolve().parent == datasets_dir.resolve()
            assert row.path.name == str(row.pk)
        any_dataset = Dataset.objects.first()
        assert any_dataset
        read = client.raw.get(f"{API}/datasets/{any_dataset.pk}/files/{name}")
        assert read.status_code in (404, 400, 301)
        assert b"known-secret" not in read.content
        body = {"name": f"m{number}", "kind": "policy", "source": f"../{name}"}
        assert Client(admin).post(f"projects/{project.pk}/models", body).status_code == 422
        assert Browser().get(f"/static/{name}").status_code in (400, 404)
    known = {str(pk) for pk in Dataset.objects.values_list("pk", flat=True)}
    assert {each.name for each in datasets_dir.iterdir()} == known


def test_unauthenticated_routes(live_server: Any) -> None:
    """CVE-2023-48022, CVE-2025-62593, CVE-2026-0545, CVE-2026-2652: a route that no check of who asks stands before."""
    assert len(addresses(get_resolver().url_patterns)) > 60
    answered = {}
    for address in addresses():
        if address in OPEN or address.startswith(OPEN_BEGINNINGS):
            continue
        for method in ("get", "post", "put", "patch", "delete"):
            answer = getattr(Browser(), method)(f"/{address}")
            led_to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")
            if answer.status_code not in (401, 403, 404, 405) and not led_to_sign_in:
                answered[method, address] = answer.status_code
    assert answered == {}


@pytest.mark.parametrize(
    "params",
    [
        {"output_dir": "x; touch /tmp/pwned"},
        {"trust_remote_code": True},
        {"epochs": "2; touch /tmp/pwned"},
        {"epochs": "$(touch /tmp/pwned)"},
        {"seed": {"$ne": 1}},
        {"resume": "../../other"},
    ],
)
def test_training_launcher(project: Project, researcher: User, params: dict[str, Any]) -> None:
    """CVE-2024-52803 (a field of a form in a shell), CVE-2026-58116 and CVE-2026-27893 (code of a model is trusted,
    whatever was asked for)."""
    answer = Client(researcher).post(f"projects/{project.pk}/jobs", {"kind": "sft", "params": params})
    assert 400 <= answer.status_code < 500
    assert not Job.objects.exists()
    assert not Path("/tmp/pwned").exists()


def test_a_trainer_is_started_without_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, at the other end: what starts is a list of words, whatever stands in them."""
    started: list[Any] = []
    monkeypatch.setattr(trainer, "spawn", lambda command, **options: started.append((command, options)))
    trainer.trainer_start(kind="sft", folder=tmp_path / "run; touch pwned")
    ((command, options),) = started
    assert isinstance(command, list)
    assert str(tmp_path / "run; touch pwned") in command
    assert "shell" not in options


def test_pickled_messages() -> None:
    """CVE-2021-23727, and kin of CVE-2025-32434 and CVE-2026-24747 (test_model_files.py): a message or result that
    runs when it is read."""
    from annotator.config.celery import app

    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.result_backend is None
    assert app.conf.task_ignore_result is True


def test_answers_meant_for_others(live_server: Any, project: Project) -> None:
    """CVE-2023-28858: a connection that was given up comes back from the pool with another person's answer in it."""
    assert tuple(map(int, redis.__version__.split(".")[:3])) >= (4, 5, 3)
    tokens = {name: token_issue(user=make_user(name, project))[1] for name in ("eve", "mallory", "trent")}
    host, _, port = live_server.url.removeprefix("http://").partition(":")

    def ask(number: int) -> bool:
        name = list(tokens)[number % 3]
        request = f"GET {API}/me HTTP/1.1\r\nHost: {host}\r\nAuthorization: Token {tokens[name]}\r\n\r\n"
        if number % 4 == 0:  # hangs up before the answer
            with socket.create_connection((host, int(port))) as given_up:
                given_up.sendall(request.encode())
            return True
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        connection.request("GET", f"{API}/me", headers={"Authorization": f"Token {tokens[name]}"})
        return bool(json.loads(connection.getresponse().read())["username"] == name)

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, range(90)))
