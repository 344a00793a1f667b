"""Requests made up from the OpenAPI schema: no answer is a 5xx, and each success is what the schema describes."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from annotator.models import Job, ModelVersion, Project, User
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.lessons import attempt_submit, lessons_replace
from annotator.services.tokens import token_issue
from tests.annotator.factories import assignment_next, judgement, lesson, make_examples, span, submission
from tests.annotator.http import API

CASES_PER_OPERATION = 5

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(project: Project, owner: User) -> SimpleNamespace:
    """One of everything, all of it open to the owner, who is the project's admin."""
    make_examples(project, 3)
    first = assignment_next(project=project, user=owner)
    assert first
    body = submission()
    annotation_submit(assignment=first, **body)
    assignment = assignment_next(project=project, user=owner)
    assert assignment
    lessons_replace(project=project, lessons=[lesson("tutorial")])
    # Taken, so that it does not stand between the owner and the work.
    taken = attempt_submit(
        lesson=project.lessons.get(), user=owner, client_id=uuid4(), judgements=[judgement(spans=[span("Oru")])]
    )
    keys = {
        "project_id": project.pk,
        "assignment_id": assignment.pk,
        "example_id": first.example_id,
        "record_id": body["client_id"],
        "dataset_id": str(dataset_freeze(project=project, user=None, name="d").pk),
        "job_id": str(Job.objects.create(project=project, kind="sft").pk),
        "model_id": str(ModelVersion.objects.create(project=project, name="m", kind="policy", path="x", sha256="0").pk),
        "lesson_id": taken.lesson_id,
        "token_key": "abcdefgh",
    }
    return SimpleNamespace(keys=keys, headers={"Authorization": f"Token {token_issue(user=owner)[1]}"})


def test_made_up_requests(world: SimpleNamespace) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    # Giving the assignment back ends its life, so that comes last.
    for operation in sorted(operations, key=lambda each: each.path.endswith("/release")):
        if operation.path.startswith(API):
            _try(operation, world)


def _try(operation: Any, world: SimpleNamespace) -> None:
    @settings(
        max_examples=CASES_PER_OPERATION,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.path_parameters |= {key: value for key, value in world.keys.items() if key in case.path_parameters}
        answer = case.call(headers=world.headers)
        assert answer.status_code < 500, f"{operation.label}: {answer.status_code} {answer.text[:500]}"
        if answer.status_code < 300:
            case.validate_response(answer, checks=[response_schema_conformance, status_code_conformance])

    run()
