"""A crowdworker's day, over HTTP: next, draft, submit, progress; and two files going in and out."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.timezone import now
from rest_framework.test import APIClient

from annotator.models import Assignment, Project, User
from annotator.services.people import membership_set
from annotator.services.tokens import token_issue
from tests.annotator.factories import (
    TEXT,
    expire,
    jsonl,
    judgement,
    make_examples,
    make_project,
    make_user,
    submission,
)
from tests.annotator.http import API, Client

pytestmark = pytest.mark.django_db


def test_from_next_to_submit(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    client = Client(annotator)
    (listed,) = client.get("me").json()["projects"]
    assert (listed["slug"], listed["role"]) == (project.slug, "annotator")
    shown = client.post(f"projects/{project.pk}/assignments/next").json()
    first = shown["example"]["responses"][0]
    assert (first["text"], first["length"]) == (TEXT, len(TEXT))
    assert first["segments"]["sentence"][0] == [0, 19]
    assert first["segments"]["sentence"][-1][1] == len(TEXT)
    assert shown["example"]["judged"] == [0]
    assert shown["taxonomy"]["categories"][0]["types"][0]["hotkey"] == "1"
    assert shown["progress"] == {"submitted": 0, "open": 0, "active_seconds": 0, "earned": None}
    assert shown["desk"]["asks"] == ["marks", "correction", "comparison"]
    path = f"assignments/{shown['id']}"
    draft = {"marks": [{"start": 0}], "note": "  kept  ", "correction": None}
    assert client.put(f"{path}/draft", {"revision": 0, "body": draft}).json() == {"revision": 1}
    assert client.get(path).json()["draft"] == {"revision": 1, "body": draft}
    assert client.post(f"{path}/heartbeat").json()["leased_until"] >= shown["leased_until"]
    conflict = client.put(f"{path}/draft", {"revision": 0, "body": {}})
    assert conflict.status_code == 409
    assert conflict.json()["stored"] == {"revision": 1, "body": draft}
    assert conflict.json()["sent"] == {"revision": 0, "body": {}}
    body = submission()
    for replayed in (False, True):
        answer = client.post(f"{path}/submit", body)
        assert answer.json() == {"annotation_id": body["client_id"], "counted": True, "replayed": replayed}
    assert client.post(f"{path}/submit", {**body, "active_seconds": 1}).status_code == 422
    assert client.post(f"projects/{project.pk}/assignments/next").status_code == 204
    progress = client.get(f"projects/{project.pk}/progress").json()
    assert (progress["examples"], progress["annotations"], progress["annotators"]) == (1, 1, 1)
    assert progress["slots"] == {"open": 0, "leased": 0, "done": 1}
    assert {each["key"]: each["count"] for each in progress["types"] if each["count"]} == {"irrelevant": 1}
    assert [each["count"] for each in progress["by_day"]] == [1]
    assert progress["mine"] == {"submitted": 1}


def test_a_submit_for_an_expired_or_someone_elses_assignment(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    client, other = Client(annotator), Client(make_user("bob", project))
    path = f"assignments/{client.post(f'projects/{project.pk}/assignments/next').json()['id']}"
    assert other.post(f"{path}/submit", submission()).json()["code"] == "not_found"
    expire(Assignment.objects.get())
    assert other.post(f"projects/{project.pk}/assignments/next").status_code == 200
    lost = client.post(f"{path}/heartbeat")
    assert (lost.status_code, lost.json()["code"]) == (409, "assignment_expired")
    assert client.put(f"{path}/draft", {"revision": 0, "body": {"a": 1}}).json() == {"revision": 1}
    body = submission()
    late = client.post(f"{path}/submit", body)
    assert (late.status_code, late.json()["counted"]) == (200, False)
    again = client.post(f"{path}/submit", submission())
    assert (again.status_code, again.json()["code"]) == (409, "already_submitted")


def test_fetching_the_next_one_ahead(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    client, path = Client(annotator), f"projects/{project.pk}/assignments/next"
    first = client.post(path, {"after": None}).json()
    ahead = client.post(path, {"after": first["id"]}).json()
    assert ahead["id"] != first["id"]
    client.post(f"assignments/{first['id']}/submit", submission())
    assert client.post(path).json()["id"] == ahead["id"]
    assert client.post(path, {"after": ahead["id"]}).status_code == 204
    assert client.post(path, {"after": "soon"}).json()["fields"].keys() == {"after"}


def test_answers_have_one_of_three_shapes(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    client = Client(annotator)
    path = f"assignments/{client.post(f'projects/{project.pk}/assignments/next').json()['id']}/submit"
    for answer, place in ((None, "q"), (True, "q"), (1.5, "q"), ({"a": 1}, "q"), ([1], "q.0")):
        refused = client.post(path, submission(judgements=[judgement(answers={"q": answer})]))
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
        assert list(refused.json()["fields"]) == [f"judgements.0.answers.{place}"]
    for answer in (1, "one", ["one"]):
        refused = client.post(path, submission(judgements=[judgement(answers={"q": answer})]))
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_answer")


def test_researchers_read_what_was_done_and_reported(
    project: Project, annotator: User, researcher: User, owner: User
) -> None:
    make_examples(project, 1)
    membership_set(project=make_project(owner, "other"), user=annotator, role="annotator")
    person, client = Client(annotator), Client(researcher)
    path = f"assignments/{person.post(f'projects/{project.pk}/assignments/next').json()['id']}"
    assert person.post(f"{path}/flag", {"reason": "broken", "note": "No passages."}).status_code == 204
    assert person.post(f"{path}/flag", {"reason": "dull"}).json()["fields"].keys() == {"reason"}
    body = submission(log=[{"at": 12, "do": {"kind": "mark"}}])
    for wrong in ([1], {}, [{}] * 20_001):
        assert person.post(f"{path}/submit", {**body, "log": wrong}).status_code == 400
    assert person.post(f"{path}/submit", body).status_code == 200
    assert client.get(f"projects/{project.pk}/annotations/{body['client_id']}/log").json() == {"log": body["log"]}
    (flag,) = client.get(f"projects/{project.pk}/flags").json()
    assert (flag["example"], flag["reason"], flag["note"]) == ("e0", "broken", "No passages.")
    assert flag["annotator"] == annotator.memberships.get(project=project).pseudonym
    quiet = person.post(f"projects/{project.pk}/assignments/next")
    assert quiet.status_code == 204
    unknown = client.get(f"projects/{project.pk}/annotations/{uuid4()}/log")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


def test_an_annotation_without_a_log_has_an_empty_one(
    project: Project, annotator: User, researcher: User, owner: User
) -> None:
    make_examples(project, 1)
    person, client, body = Client(annotator), Client(researcher), submission()
    shown = person.post(f"projects/{project.pk}/assignments/next").json()
    person.post(f"assignments/{shown['id']}/submit", body)
    assert client.get(f"projects/{project.pk}/annotations/{body['client_id']}/log").json() == {"log": []}
    other = make_project(owner, "other")
    assert Client(owner).get(f"projects/{other.pk}/annotations/{body['client_id']}/log").status_code == 404


def test_a_desk_is_read_and_set(project: Project, owner: User, admin: User) -> None:
    client, path = Client(admin), f"projects/{project.pk}"
    default = client.get(path).json()["desk"]
    assert (default["asks"], default["qualification"]["attempts"]) == (["marks", "correction", "comparison"], 2)
    rating = {"key": "clarity", "text": "How clear?", "kind": "rating", "when": {"clean": True}}
    changed = client.patch(path, {"desk": {"comparison": "pairs", "questions": [rating]}}).json()["desk"]
    assert (changed["comparison"], changed["questions"][0]["when"]) == ("pairs", {"clean": True})
    assert client.patch(path, {"desk": changed}).json()["desk"] == changed
    assert client.patch(path, {"name": "Moons"}).json()["desk"] == changed
    assert [each["desk"] for each in client.get("projects").json()] == [changed]
    refused = client.patch(path, {"desk": {"asks": ["praise"]}})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_desk")
    assert refused.json()["fields"].keys() == {"asks.0"}
    assert client.patch(path, {"desk": []}).status_code == 400
    made = Client(owner).post("projects", {"slug": "pairs", "name": "Pairs", "desk": {"asks": ["comparison"]}})
    assert made.json()["desk"]["asks"] == ["comparison"]


def test_giving_an_example_back(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    client = Client(annotator)
    path = f"assignments/{client.post(f'projects/{project.pk}/assignments/next').json()['id']}"
    assert client.post(f"{path}/release", {"reason": "not my language"}).status_code == 204
    assert client.post(f"{path}/submit", submission()).json()["code"] == "assignment_released"


def test_a_project_is_made_and_changed(owner: User, admin: User, project: Project) -> None:
    made = Client(owner).post("projects", {"slug": "rings", "name": "Rings", "overlap": 2})
    assert made.status_code == 201
    assert (made.json()["role"], made.json()["overlap"]) == ("admin", 2)
    assert Client(owner).post("projects", {"slug": "rings", "name": "Again"}).json()["fields"].keys() == {"slug"}
    changed = Client(admin).patch(f"projects/{project.pk}", {"overlap": 3, "job_defaults": {"ppo": {"steps": 2}}})
    assert (changed.json()["overlap"], changed.json()["job_defaults"]) == (3, {"ppo": {"steps": 2}})
    taxonomy = {**changed.json()["taxonomy"], "categories": changed.json()["taxonomy"]["categories"][:2]}
    assert Client(admin).patch(f"projects/{project.pk}", {"taxonomy": taxonomy}).json()["code"] == "name_taken"
    taxonomy["version"] = "two-only"
    renewed = Client(admin).patch(f"projects/{project.pk}", {"taxonomy": taxonomy}).json()
    assert [category["key"] for category in renewed["taxonomy"]["categories"]] == ["relevance", "factuality"]
    for wrong in ({"overlap": 0}, {"lease_minutes": "soon"}, {"taxonomy": {"version": "3"}}, {"job_defaults": []}):
        assert Client(admin).patch(f"projects/{project.pk}", wrong).status_code in (400, 422)


def upload(client: Client, path: str, *lines: Any, **fields: Any) -> Any:
    return client.upload(path, file=SimpleUploadedFile("x.jsonl", jsonl(*lines).read()), **fields)


def test_import_by_upload(project: Project, researcher: User) -> None:
    client, path = Client(researcher), f"projects/{project.pk}/imports"
    line = {"id": "x", "question": "Q?", "responses": [{"text": TEXT}]}
    assert upload(client, path, line, format="jsonl").json()["examples"] == 1
    refused = upload(client, path, {**line, "id": "y"}, line, format="jsonl")
    assert (refused.status_code, refused.json()["code"]) == (422, "example_exists")
    assert "line 2" in refused.json()["message"]
    assert client.get(f"projects/{project.pk}/progress").json()["examples"] == 1
    assert upload(client, path, line, format="xml").json()["fields"].keys() == {"format"}


@pytest.mark.django_db(transaction=True)
def test_datasets_over_http(project: Project, annotator: User, researcher: User) -> None:
    make_examples(project, 1)
    person, client, path = Client(annotator), Client(researcher), f"projects/{project.pk}/datasets"
    shown = person.post(f"projects/{project.pk}/assignments/next").json()
    person.post(f"assignments/{shown['id']}/submit", submission())
    made = client.post(path, {"name": "d", "note": "the first"})
    assert made.status_code == 201
    assert (made.json()["created_by"], made.json()["counts"]["records"]) == (researcher.username, 1)
    again = client.post(path, {"name": "d"})
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert upload(client, f"{path}/upload", {"id": "p", "prompt": "P"}, name="prompts").status_code == 201
    assert [(each["name"], each["kind"]) for each in client.get(path).json()] == [
        ("prompts", "examples"),
        ("d", "feedback"),
    ]
    key = made.json()["id"]
    assert client.get(f"datasets/{key}").json()["manifest"]["query"]["project"] == project.slug
    download = client.get(f"datasets/{key}/download")
    assert download["Content-Type"] == "application/x-ndjson"
    assert len(b"".join(download.streaming_content).splitlines()) == 1
    (item,) = json.loads(b"".join(client.get(f"datasets/{key}/download", {"format": "qa-feedback"}).streaming_content))
    assert item["prediction 1"] == TEXT
    assert client.get(f"datasets/{key}/download", {"format": "xml"}).status_code == 400


def test_a_taxonomy_from_before_a_property_has_its_default(admin: User, project: Project) -> None:
    row = project.taxonomies.get()
    for category in row.body["categories"]:
        for kind in category["types"]:
            del kind["reads_passages"]
    row.save()
    categories = Client(admin).get(f"projects/{project.pk}").json()["taxonomy"]["categories"]
    assert not any(kind["reads_passages"] for category in categories for kind in category["types"])


def test_what_every_annotator_asks_all_day_takes_few_queries(
    project: Project, annotator: User, django_assert_max_num_queries: Any
) -> None:
    make_examples(project, 2)
    _, token = token_issue(user=annotator)
    client = APIClient(headers={"Authorization": f"Token {token}"})
    for _ in range(2):
        with django_assert_max_num_queries(4):
            shown = client.post(f"{API}/projects/{project.pk}/assignments/next").json()
        with django_assert_max_num_queries(3):
            assert client.post(f"{API}/assignments/{shown['id']}/heartbeat").status_code == 200
        with django_assert_max_num_queries(3):
            assert client.post(f"{API}/assignments/{shown['id']}/submit", submission()).status_code == 200
    with django_assert_max_num_queries(3):
        assert client.post(f"{API}/projects/{project.pk}/assignments/next").status_code == 204


def test_a_token_holds_until_it_expires_or_is_revoked(project: Project, annotator: User) -> None:
    client = APIClient()
    answers = []
    for left in (timedelta(days=1), timedelta(seconds=-1), None):
        row, token = token_issue(user=annotator)
        row.expiry = now() + left if left else None
        row.save()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        answers.append(client.get(f"{API}/me").status_code)
        row.delete()
        answers.append(client.get(f"{API}/me").status_code)
    assert answers == [200, 401, 401, 401, 401, 401]
    _, token = token_issue(user=annotator)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    User.objects.filter(pk=annotator.pk).update(is_active=False)
    refused = client.get(f"{API}/me")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Token")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_between_requests_is_opened_anew(project: Project, annotator: User) -> None:
    _, token = token_issue(user=annotator)
    client = APIClient(headers={"Authorization": f"Token {token}"}, raise_request_exception=False)
    connection.ensure_connection()
    connection.connection.close()
    assert client.get(f"{API}/me").status_code == 200


def test_a_strategy_is_chosen(project: Project, admin: User) -> None:
    client, path = Client(admin), f"projects/{project.pk}"
    make_examples(project, 2)
    before = client.get(path).json()
    assert (before["strategy"], before["queue_arranged"]) == ("breadth_first", 1)
    changed = client.patch(path, {"strategy": "depth_first"}).json()
    assert (changed["strategy"], changed["queue_arranged"]) == ("depth_first", 1)
    assert client.patch(path, {"strategy": "at_random"}).json()["fields"].keys() == {"strategy"}
