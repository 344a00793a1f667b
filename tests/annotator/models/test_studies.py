"""Which parts in a study the database refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from annotator.models import Participation, PartState, Project, Study, User
from tests.annotator.factories import make_user

pytestmark = pytest.mark.django_db


def study(project: Project, owner: User, name: str = "s", **fields: Any) -> Study:
    size = {"places": 1, "texts": 2, "minutes": 20, "currency": "GBP", "reward": 4, "target_per_hour": 12}
    return Study.objects.create(project=project, name=name, provider="link", created_by=owner, **size | fields)


def enter(study: Study, name: str) -> Participation:
    return Participation.objects.create(study=study, user=make_user(name, study.project), submitted_before=0)


def end(part: Participation, state: PartState) -> None:
    part.state, part.finished_at = state, now()
    part.save()


def refused(constraint: str, call: Any, *arguments: Any) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        call(*arguments)
    assert caught.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_there_are_no_more_parts_than_places(project: Project, owner: User) -> None:
    wanted = study(project, owner)
    first = enter(wanted, "u1")
    refused("study_full", enter, wanted, "u2")
    end(first, PartState.RETURNED)
    second = enter(wanted, "u3")
    end(second, PartState.COMPLETED)
    refused("study_full", enter, wanted, "u4")
    # Whoever gave the place back does not get it again while somebody else has it.
    refused("study_full", end, first, PartState.WORKING)


def test_nobody_works_in_two_studies_of_a_project_at_a_time(project: Project, owner: User) -> None:
    part = enter(study(project, owner), "u1")
    other = study(project, owner, "t")
    again = {"study": other, "user": part.user, "submitted_before": 0}
    refused("participation_one_at_a_time", lambda: Participation.objects.create(**again))
    end(part, PartState.COMPLETED)
    Participation.objects.create(**again)


def test_no_code_before_the_end(project: Project, owner: User) -> None:
    part = enter(study(project, owner), "u1")
    part.code = "C0DE"
    refused("participation_code_when_finished", part.save)


def test_a_part_stays_with_its_person(project: Project, owner: User) -> None:
    part = enter(study(project, owner), "u1")
    part.user = make_user("u2", project)
    refused("participation_unmoving", part.save)
