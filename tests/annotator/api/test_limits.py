"""How much a request may bring, and how many of them are answered."""

import io
import json
from typing import Any

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver

from annotator.api import limits
from annotator.api.limits import HEAVY, USUAL
from annotator.api.parsers import MOST_LEVELS, MOST_VALUES
from annotator.models import Project, User
from tests.annotator.factories import make_user
from tests.annotator.http import API, Client

pytestmark = pytest.mark.django_db

HEAVY_ONES = {
    *("ExamplesImport", "ImportPreview", "DatasetFreeze", "DatasetUpload", "DatasetDownload", "DatasetFile"),
    *("DatasetLosses", "DatasetDiff", "GoldImport", "JobCreate", "ModelRegister", "ReportMake", "TokenIssue"),
    "LessonsReplace",
}


@pytest.fixture
def counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """As in production, at one moment in the middle of a minute."""
    settings.RATE_FACTOR = 1
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000_000 * limits.MINUTE + 20.5)
    monkeypatch.setattr(limits, "_counts", {})
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    return monkeypatch


def answers(user: User, count: int, path: str = "me", **query: Any) -> list[Any]:
    client = Client(user)
    return [client.get(path, query) for _ in range(count)]


def views(pattern: Any) -> list[Any]:
    if hasattr(pattern, "url_patterns"):
        return [view for each in pattern.url_patterns for view in views(each)]
    return [pattern.callback]


def sent(user: User, project: Project, body: Any) -> Any:
    path = f"{API}/projects/{project.pk}/lessons/next"
    return Client(user).raw.post(path, body, content_type="application/json")


def test_what_costs_much_is_counted_as_that() -> None:
    api = next(each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/")
    every = {each for view in views(api) for each in view.view_class.by_method.values()}
    assert {each.__name__ for each in every if each.rate == HEAVY} >= HEAVY_ONES
    assert {each.rate for each in every} == {USUAL, HEAVY}


def test_one_request_too_many_is_told_when_to_come_again(
    counted: Any, annotator: User, researcher: User, settings: Any
) -> None:
    settings.RATE_FACTOR = 3 / USUAL.per_minute
    codes = [each.status_code for each in answers(annotator, 4)]
    assert codes == [200, 200, 200, 429]
    refused = answers(annotator, 1)[0]
    assert refused.json()["code"] == "too_many_requests"
    assert refused.headers["Retry-After"] == "40"
    assert refused.json()["message"] == "No more than 3 of these requests are answered in a minute. Wait 40 s."
    assert answers(annotator, 1, "projects")[0].status_code == 200, "of another operation"
    assert answers(researcher, 1)[0].status_code == 200, "of another person"
    counted.setattr(limits.time, "time", lambda: 1_000_000_001 * limits.MINUTE)
    assert answers(annotator, 1)[0].status_code == 200, "in the next minute"


def test_programs_that_simulate_annotators_may_ask_more_often(counted: Any, project: Project, settings: Any) -> None:
    settings.RATE_FACTOR = 1 / USUAL.per_minute
    program = make_user("program", project, is_simulated=True)
    assert {each.status_code for each in answers(program, limits.SIMULATED_FACTOR)} == {200}
    assert answers(program, 1)[0].status_code == 429


def heavy(user: User, project: Project) -> int:
    path = f"projects/{project.pk}/imports/preview"
    return Client(user).upload(path, file=io.BytesIO(b"{}"), format="jsonl").status_code


def test_what_costs_much_is_counted_over_all_processes(counted: Any, project: Project, researcher: User) -> None:
    assert [heavy(researcher, project) for _ in range(HEAVY.per_minute)] == [200] * HEAVY.per_minute
    counted.setattr(limits, "_counts", {})  # another process
    assert heavy(researcher, project) == 429


def test_without_redis_each_process_counts_for_itself(
    counted: Any, project: Project, researcher: User, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    counted.setattr(limits, "_client", None)
    assert [heavy(researcher, project) for _ in range(HEAVY.per_minute)] == [200] * HEAVY.per_minute
    assert heavy(researcher, project) == 429
    counted.setattr(limits, "_client", None)


def test_a_stranger_is_refused_for_being_one(settings: Any) -> None:
    settings.RATE_FACTOR = 0
    assert Client().get("me").status_code == 401


@pytest.mark.parametrize(("size", "status"), [(limits.BODY_BYTES, 400), (limits.BODY_BYTES + 1, 413)])
def test_a_body_is_refused_by_its_length(project: Project, annotator: User, size: int, status: int) -> None:
    body = b'"' + b"x" * (size - 2) + b'"'
    answer = sent(annotator, project, body)
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "body_too_large"
        assert str(limits.BODY_BYTES) in answer.json()["message"]


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (nested(MOST_LEVELS + 1), f"nested more than {MOST_LEVELS} levels deep"),
        ("[" * 500_000, "holds more than"),
        ("[" * 2000 + "]" * 2000, "The body is not JSON"),
        ("[" + "0," * MOST_VALUES + "0]", f"more than {MOST_VALUES} values"),
    ],
)
def test_json_without_end_is_refused(project: Project, annotator: User, body: str, message: str) -> None:
    answer = sent(annotator, project, body)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_json_within_bounds_is_read(project: Project, annotator: User) -> None:
    body = json.dumps({"part": "tutorial", "more": json.loads(nested(MOST_LEVELS - 1)), "long": ["[,{"] * 10_000})
    answer = sent(annotator, project, body)
    assert answer.status_code in (204, 409)


def test_a_form_of_too_many_fields_or_files_is_refused(project: Project, researcher: User) -> None:
    path = f"projects/{project.pk}/imports/preview"
    fields = Client(researcher).upload(path, **{f"f{number}": "x" for number in range(300)})
    files = Client(researcher).upload(path, **{f"f{number}": SimpleUploadedFile("x", b"x") for number in range(3)})
    assert [each.status_code for each in (fields, files)] == [400, 400]
    assert fields.json()["code"] == files.json()["code"] == "invalid_input"
