"""A few of the requests that `make fuzz-api` makes up from the OpenAPI schema."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from annotator.models import Job, ModelVersion, Project, User
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.lessons import attempt_submit, lessons_replace
from annotator.services.tokens import token_issue
from tests.annotator.factories import assignment_next, judgement, lesson, make_examples, span, submission
from tests.security.fuzzing import operations, tried

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
    for operation in operations():
        tried(operation, world.keys, world.headers, CASES_PER_OPERATION)
