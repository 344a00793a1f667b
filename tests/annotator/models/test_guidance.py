"""What the database refuses of agreements, lessons and qualifications, by the name of the rule that refuses it."""

from typing import Any
from uuid import uuid4

import pytest

from annotator.models import Lesson, LessonAttempt, Project, Qualification, User
from annotator.services.guidance import agreement_add
from annotator.services.lessons import attempt_submit, lessons_replace
from tests.annotator.factories import judgement, lesson
from tests.annotator.models.test_invariants import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(project: Project, annotator: User) -> LessonAttempt:
    """A qualification of two lessons, of which one is taken."""
    agreement_add(project=project, user=annotator, document="guideline", version="1")
    lessons_replace(project=project, lessons=[lesson("qualification", name) for name in "ab"])
    first = Lesson.objects.get(number=1)
    return attempt_submit(lesson=first, user=annotator, client_id=uuid4(), judgements=[judgement()])


def figures(**fields: Any) -> dict[str, Any]:
    return {"span_f1": 1, "type_accuracy": 1, "missing_f1": 1, "passed": True, **fields}


def test_what_was_agreed_to_and_taken_stays(taken: LessonAttempt, project: Project, annotator: User) -> None:
    Qualification.objects.create(project=project, user=annotator, sitting=1, **figures())
    for table, rule, column in (
        ("agreement", "agreement_kept", "version"),
        ("lessonattempt", "lesson_attempt_kept", "body_sha256"),
        ("qualification", "qualification_kept", "sitting"),
    ):
        refused(rule, f"UPDATE annotator_{table} SET {column} = '2'")
        refused(rule, f"DELETE FROM annotator_{table}")


def test_a_lesson_may_move_and_retire_but_not_change(taken: LessonAttempt) -> None:
    for change in ("body = '{}'", "part = 'tutorial'"):
        refused("lesson_unchanging", f"UPDATE annotator_lesson SET {change}")
    refused("lesson_number_once", "UPDATE annotator_lesson SET number = 1")
    refused("lesson_number_positive", "UPDATE annotator_lesson SET number = 0")
    Lesson.objects.filter(pk=taken.lesson_id).update(retired=True)
    Lesson.objects.filter(retired=False).update(number=1)


def test_a_lesson_is_taken_once_in_a_sitting_and_an_id_is_used_once(taken: LessonAttempt) -> None:
    copy = """INSERT INTO annotator_lessonattempt
        (lesson_id, user_id, client_id, body_sha256, sitting, judgements, tally, created_at)
        SELECT lesson_id, user_id, {}, '', {}, '[]', '{{}}', now() FROM annotator_lessonattempt"""
    refused("lesson_attempt_once", copy.format("client_id", "2"))
    refused("lesson_once_in_a_sitting", copy.format("gen_random_uuid()", "sitting"))
    refused("lesson_attempt_sitting_positive", copy.format("gen_random_uuid()", "0"))


def test_a_qualification_is_passed_once(project: Project, annotator: User) -> None:
    make = Qualification.objects.create
    make(project=project, user=annotator, sitting=1, **figures(passed=False))
    make(project=project, user=annotator, sitting=2, **figures())
    copy = """INSERT INTO annotator_qualification
        (project_id, user_id, sitting, span_f1, type_accuracy, missing_f1, passed, created_at)
        SELECT project_id, user_id, {}, 1, 1, 1, {}, now() FROM annotator_qualification WHERE sitting = 1"""
    refused("qualification_sitting_once", copy.format("2", "false"))
    refused("qualification_passed_once", copy.format("3", "true"))


def test_one_agreement_per_version(taken: LessonAttempt) -> None:
    copy = """INSERT INTO annotator_agreement (project_id, user_id, document, version, body, created_at)
        SELECT project_id, user_id, {}, version, body, now() FROM annotator_agreement"""
    refused("agreement_once", copy.format("document"))
    refused("agreement_document_known", copy.format("'oath'"))
