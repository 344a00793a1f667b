"""Lessons taken and replaced by many at once, each on a connection of their own."""

from functools import partial
from uuid import uuid4

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Lesson, LessonAttempt, Project, Qualification, User
from annotator.services.lessons import attempt_submit, lessons_replace
from tests.annotator.factories import judgement, lesson, make_user
from tests.annotator.services.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_attempt_sent_eight_times_is_one(project: Project, annotator: User) -> None:
    lessons_replace(project=project, lessons=[lesson("qualification")])
    (only,) = Lesson.objects.all()
    body = {"client_id": uuid4(), "judgements": [judgement()]}
    attempts = at_once([partial(attempt_submit, lesson=only, user=annotator, **body)] * 8)
    assert len(set(attempts)) == LessonAttempt.objects.count() == Qualification.objects.count() == 1


def test_a_lesson_is_withdrawn_while_it_is_taken(project: Project) -> None:
    """Whoever was in time has their attempt kept; everyone else is told that the lesson is gone."""
    lessons_replace(project=project, lessons=[lesson("tutorial")])
    (only,) = Lesson.objects.all()
    people = [make_user(f"a{number}", project) for number in range(6)]

    def take(person: User) -> str:
        try:
            attempt_submit(lesson=only, user=person, client_id=uuid4(), judgements=[judgement()])
        except DomainError as error:
            return error.code
        return "taken"

    def withdraw() -> str:
        lessons_replace(project=project, lessons=[])
        return "withdrawn"

    told = at_once([*(partial(take, person) for person in people), withdraw])
    assert set(told) <= {"taken", "lesson_retired", "not_found", "withdrawn"}
    assert LessonAttempt.objects.count() == told.count("taken")
    assert Lesson.objects.filter(retired=True).exists() == ("taken" in told)
    assert not Lesson.objects.filter(retired=False).exists()
