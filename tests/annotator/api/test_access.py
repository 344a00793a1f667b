"""Who gets what answer from which operation. An operation that is missing here fails the test."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver

from annotator.api import urls
from annotator.models import GoldOrigin, Job, ModelVersion, Project, Role, User
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.entry_links import links_make
from annotator.services.gold import gold_make
from annotator.services.lessons import lessons_replace
from tests.annotator.factories import (
    TIE,
    assignment_next,
    lesson,
    make_examples,
    make_project,
    make_study,
    make_user,
    submission,
)
from tests.annotator.http import API, Client, openapi

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = ("anonymous", "annotator", "other_annotator", "researcher", "admin", "admin_of_another", "site_owner")
# "ok": past every check of access, whatever becomes of the (empty) request then.
EVERYONE = (401, "ok", "ok", "ok", "ok", "ok", "ok")
MEMBERS = (401, "ok", "ok", "ok", "ok", 404, 404)
RESEARCHERS = (401, 403, 403, "ok", "ok", 404, 404)
ADMINS = (401, 403, 403, 403, "ok", 404, 404)
ITS_PERSON = (401, "ok", 404, 404, 404, 404, 404)
SITE_OWNERS = (401, 403, 403, 403, 403, 403, "ok")

TABLE: dict[tuple[str, str], tuple[int | str, ...]] = {
    ("get", "me"): EVERYONE,
    ("get", "tokens"): EVERYONE,
    ("post", "tokens"): EVERYONE,
    ("delete", "tokens/{token_key}"): (401, 404, 404, 404, 404, 404, 404),
    ("get", "projects"): EVERYONE,
    ("post", "projects"): SITE_OWNERS,
    ("get", "projects/{project_id}"): MEMBERS,
    ("patch", "projects/{project_id}"): ADMINS,
    ("get", "audit"): SITE_OWNERS,
    ("get", "projects/{project_id}/audit"): ADMINS,
    ("get", "projects/{project_id}/progress"): MEMBERS,
    ("get", "projects/{project_id}/dashboard"): RESEARCHERS,
    ("get", "projects/{project_id}/dashboard/agreement"): RESEARCHERS,
    ("get", "projects/{project_id}/annotations"): RESEARCHERS,
    ("get", "projects/{project_id}/examples"): RESEARCHERS,
    ("get", "projects/{project_id}/examples/{example_id}"): RESEARCHERS,
    ("post", "projects/{project_id}/assignments/next"): MEMBERS,
    ("get", "projects/{project_id}/desk"): MEMBERS,
    ("post", "projects/{project_id}/agreements"): MEMBERS,
    ("post", "projects/{project_id}/survey"): MEMBERS,
    ("get", "projects/{project_id}/survey"): RESEARCHERS,
    ("get", "projects/{project_id}/survey/download"): RESEARCHERS,
    ("get", "projects/{project_id}/lessons"): RESEARCHERS,
    ("put", "projects/{project_id}/lessons"): ADMINS,
    ("post", "projects/{project_id}/lessons/next"): MEMBERS,
    ("post", "lessons/{lesson_id}/attempts"): MEMBERS,
    ("get", "assignments/{assignment_id}"): ITS_PERSON,
    ("put", "assignments/{assignment_id}/draft"): ITS_PERSON,
    ("post", "assignments/{assignment_id}/heartbeat"): ITS_PERSON,
    ("post", "assignments/{assignment_id}/submit"): ITS_PERSON,
    # There is none yet.
    ("get", "assignments/{assignment_id}/annotation"): (401, 404, 404, 404, 404, 404, 404),
    ("put", "assignments/{assignment_id}/annotation"): ITS_PERSON,
    ("post", "assignments/{assignment_id}/release"): ITS_PERSON,
    ("post", "assignments/{assignment_id}/flag"): ITS_PERSON,
    ("get", "projects/{project_id}/annotations/{record_id}/log"): RESEARCHERS,
    ("get", "projects/{project_id}/annotations/{record_id}/history"): RESEARCHERS,
    ("get", "projects/{project_id}/flags"): RESEARCHERS,
    ("get", "projects/{project_id}/disputes"): RESEARCHERS,
    ("get", "examples/{example_id}/adjudication"): RESEARCHERS,
    ("put", "examples/{example_id}/adjudication"): RESEARCHERS,
    ("post", "examples/{example_id}/adjudication/settle"): RESEARCHERS,
    ("post", "examples/{example_id}/adjudication/reopen"): RESEARCHERS,
    ("post", "examples/{example_id}/adjudication/gold"): ADMINS,
    ("post", "projects/{project_id}/imports"): RESEARCHERS,
    ("post", "projects/{project_id}/imports/preview"): RESEARCHERS,
    ("get", "projects/{project_id}/datasets"): RESEARCHERS,
    ("post", "projects/{project_id}/datasets"): RESEARCHERS,
    ("post", "projects/{project_id}/datasets/upload"): RESEARCHERS,
    ("get", "datasets/{dataset_id}"): RESEARCHERS,
    ("get", "datasets/{dataset_id}/download"): RESEARCHERS,
    ("get", "datasets/{dataset_id}/files/{file_name}"): RESEARCHERS,
    ("get", "datasets/{dataset_id}/losses"): RESEARCHERS,
    ("get", "datasets/{dataset_id}/diff"): RESEARCHERS,
    ("get", "formats"): EVERYONE,
    ("get", "projects/{project_id}/jobs"): RESEARCHERS,
    ("post", "projects/{project_id}/jobs"): RESEARCHERS,
    ("get", "jobs/{job_id}"): RESEARCHERS,
    ("get", "jobs/{job_id}/log"): RESEARCHERS,
    ("post", "jobs/{job_id}/cancel"): RESEARCHERS,
    ("get", "projects/{project_id}/models"): RESEARCHERS,
    ("post", "projects/{project_id}/models"): ADMINS,
    ("post", "models/{model_id}/promote"): ADMINS,
    ("get", "projects/{project_id}/samples"): RESEARCHERS,
    ("get", "projects/{project_id}/quality"): RESEARCHERS,
    ("get", "projects/{project_id}/quality/reports"): RESEARCHERS,
    ("post", "projects/{project_id}/quality/reports"): RESEARCHERS,
    ("get", "projects/{project_id}/people"): RESEARCHERS,
    ("get", "projects/{project_id}/people/{member_id}"): RESEARCHERS,
    ("post", "projects/{project_id}/people/{member_id}/standing"): ADMINS,
    ("post", "projects/{project_id}/people/{member_id}/withdraw"): ADMINS,
    ("post", "projects/{project_id}/people/{member_id}/erase"): ADMINS,
    ("get", "me/data"): EVERYONE,
    ("post", "me/erase"): EVERYONE,
    ("get", "projects/{project_id}/gold"): RESEARCHERS,
    ("post", "projects/{project_id}/gold"): ADMINS,
    ("post", "projects/{project_id}/gold/{gold_id}/retire"): ADMINS,
    ("get", "projects/{project_id}/studies"): RESEARCHERS,
    ("post", "projects/{project_id}/studies"): ADMINS,
    ("get", "studies/{study_id}"): RESEARCHERS,
    ("patch", "studies/{study_id}"): ADMINS,
    ("get", "studies/{study_id}/links"): ADMINS,
    ("post", "studies/{study_id}/links"): ADMINS,
    ("get", "studies/{study_id}/participants"): RESEARCHERS,
    ("delete", "links/{link_id}"): ADMINS,
}


@pytest.fixture
def world(project: Project, annotator: User, researcher: User, admin: User, owner: User) -> SimpleNamespace:
    """One of everything in a project, and everyone who might ask for it."""
    example, _ = make_examples(project, 2)
    first = assignment_next(project=project, user=annotator)
    assert first
    body = submission()
    annotation_submit(assignment=first, **body)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment
    lessons_replace(project=project, lessons=[lesson("tutorial")])
    study = make_study(project, owner)
    elsewhere = make_project(owner, "elsewhere")
    # The owner of the site sees no more of a project than anybody who is not in it.
    owner.memberships.filter(project=project).delete()
    people = {
        "anonymous": None,
        "annotator": annotator,
        "other_annotator": make_user("otto", project),
        "researcher": researcher,
        "admin": admin,
        "admin_of_another": make_user("zoe", elsewhere, Role.ADMIN),
        "site_owner": owner,
    }
    keys = {
        "project_id": project.pk,
        "example_id": assignment.example_id,
        "assignment_id": assignment.pk,
        "record_id": body["client_id"],
        "dataset_id": dataset_freeze(project=project, user=None, name="d").pk,
        "job_id": Job.objects.create(project=project, kind="sft").pk,
        "model_id": ModelVersion.objects.create(project=project, name="m", kind="policy", path="x", sha256="0").pk,
        "lesson_id": project.lessons.get().pk,
        "token_key": "abcdefgh",
        "member_id": annotator.memberships.get().pk,
        "gold_id": gold_make(
            example=example, judgements=[], comparisons=[TIE], origin=GoldOrigin.ADJUDICATION, made_by=None
        ).pk,
        "file_name": "train.jsonl",
        "study_id": study.pk,
        "link_id": links_make(study=study, made_by=owner, people=[""], days=1)[0].link.pk,
    }
    return SimpleNamespace(people=people, keys=keys)


def test_the_access_table(world: SimpleNamespace) -> None:
    unexpected = []
    for (method, address), answers in TABLE.items():
        path = address.format(**world.keys)
        for who, wanted in zip(CALLERS, answers, strict=True):
            client = Client(world.people[who])
            call: Callable[..., Any] = getattr(client, method)
            got = call(path, {}) if method in ("put", "patch") else call(path)
            seen = got.status_code if got.status_code in (401, 403, 404) or got.status_code >= 500 else "ok"
            if seen != wanted:
                unexpected.append(f"{method} {address} by {who}: {got.status_code}, not {wanted}")
    assert not unexpected, "\n".join(unexpected)


def test_every_operation_is_in_the_table() -> None:
    routed = {
        (method, re.sub(r"<\w+:(\w+)>", r"{\1}", address))
        for address, view in _routes(urls.urlpatterns)
        for method in view.view_class.by_method  # type: ignore[attr-defined]
    }
    described = {
        (method, path.removeprefix(f"{API}/"))
        for path, operations in openapi()["paths"].items()
        for method in operations
        if path.startswith(f"{API}/")
    }
    assert routed == set(TABLE)
    assert described == set(TABLE)


def test_every_operation_says_who_may_call_it() -> None:
    for _, view in _routes(urls.urlpatterns):
        for operation in view.view_class.by_method.values():  # type: ignore[attr-defined]
            assert "allowed" in vars(operation), operation


def _routes(patterns: Any) -> list[tuple[str, Any]]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _routes(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.append((str(pattern.pattern), pattern.callback))
    return found
