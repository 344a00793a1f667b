"""The manners of the API: error shape, tokens, cross-site requests, bodies that cannot be stored, the schema."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from annotator.api.renderers import FastJSONRenderer
from annotator.models import Project, User
from tests.annotator.factories import PASSWORD, make_examples, submission
from tests.annotator.http import API, Client

pytestmark = pytest.mark.django_db


def test_the_openapi_schema_has_no_warnings_and_is_the_one_the_browser_was_built_for(tmp_path: Path) -> None:
    """Where it is not: `manage.py spectacular --file frontend/openapi.yaml`, then `npm run api` in frontend/."""
    current = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(current))
    assert current.read_text() == Path("frontend/openapi.yaml").read_text()


def test_programs_use_tokens(project: Project, annotator: User) -> None:
    annotator.set_password(PASSWORD)
    annotator.save()
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION="Basic YW5uOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==")
    assert program.get(f"{API}/me").status_code == 401  # a password is taken for a token only
    asked = {"days": 1, "scopes": ["read", "manage"]}
    issued = program.post(f"{API}/tokens", asked, format="json").json()
    program.credentials(HTTP_AUTHORIZATION=f"Token {issued['token']}")
    assert program.get(f"{API}/me").json()["username"] == "ann"
    listed = program.get(f"{API}/tokens").json()
    assert [token["token_key"] for token in listed] == [issued["token_key"]]
    assert "token" not in listed[0]
    assert program.delete(f"{API}/tokens/{issued['token_key']}").status_code == 204
    assert program.get(f"{API}/me").status_code == 401


def test_a_session_writes_only_with_the_csrf_token(project: Project, annotator: User) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(annotator)
    answer = browser.post(f"{API}/projects/{project.pk}/assignments/next")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"{", "not JSON"),
        (b'{"revision": 0, "body": {"a": "\\u0000"}}', "U+0000"),
        (b'{"revision": 0, "body": {"\\u0000": 1}}', "U+0000"),
        (b'{"revision": 0, "body": {"a": "\\ud800"}}', "not JSON"),
        (b'{"revision": 0, "body": {"a": NaN}}', "not JSON"),
        (b'{"revision": 0, "body": {"a": ' + b"[" * 2000 + b"]" * 2000 + b"}}", "not JSON"),
        (b"\xff", "not JSON"),
    ],
)
def test_a_body_that_cannot_be_stored(project: Project, annotator: User, raw: bytes, said: str) -> None:
    make_examples(project)
    client = Client(annotator)
    assignment = client.post(f"projects/{project.pk}/assignments/next").json()
    answer = client.raw.put(f"{API}/assignments/{assignment['id']}/draft", raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert said in answer.json()["message"]


def test_errors_name_the_path_of_the_field(project: Project, annotator: User) -> None:
    make_examples(project)
    client = Client(annotator)
    assignment = client.post(f"projects/{project.pk}/assignments/next").json()
    body = submission()
    body["judgements"][0]["spans"].append({"start": "x"})
    answer = client.post(f"assignments/{assignment['id']}/submit", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
    path = "judgements.0.spans.1"
    assert set(answer.json()["fields"]) == {f"{path}.{name}" for name in ("start", "end", "quote", "type")}


@pytest.mark.parametrize("path", ["nothing", "projects/99999999999999999999", "assignments/99999999999999999999"])
def test_what_is_not_there(annotator: User, path: str) -> None:
    answer = Client(annotator).raw.get(f"{API}/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_method_that_an_address_does_not_take(annotator: User) -> None:
    answer = Client(annotator).raw.delete(f"{API}/me")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_an_upload_of_the_wrong_type(project: Project, admin: User) -> None:
    answer: Any = Client(admin).raw.post(
        f"{API}/projects/{project.pk}/imports", json.dumps({"format": "jsonl"}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_an_integer_of_any_length_is_told() -> None:
    """PostgreSQL gives 1e30, of an example's metadata say, back as an integer."""
    data = {"n": 10**30, "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)}
    assert json.loads(FastJSONRenderer().render(data)) == {"n": 10**30, "at": "2026-01-02T03:04:05Z"}
