"""Leases: who gets what, in which order, and what becomes of a lease that ends."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.domain.errors import DomainError
from annotator.models import Assignment, Membership, Project, Slot, User
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import (
    assignment_heartbeat,
    assignment_next,
    assignment_release,
    leases_expire,
)
from annotator.services.projects import project_update
from tests.annotator.factories import expire, make_examples, make_user, submission

pytestmark = pytest.mark.django_db


def take(project: Project, user: User) -> Assignment:
    assignment = assignment_next(project=project, user=user)
    assert assignment
    return assignment


def submit(assignment: Assignment) -> None:
    annotation_submit(assignment=assignment, **submission())


def test_breadth_first(project: Project) -> None:
    project = project_update(project=project, overlap=2)
    make_examples(project, 3)
    people = [make_user(f"a{number}", project) for number in range(6)]
    taken = [take(project, person).example.external_id for person in people]
    assert taken == ["e0", "e1", "e2", "e0", "e1", "e2"]
    assert assignment_next(project=project, user=make_user("late", project)) is None


def test_nobody_judges_an_example_twice(project: Project, annotator: User) -> None:
    project = project_update(project=project, overlap=3)
    make_examples(project, 2)
    for _ in range(2):
        submit(take(project, annotator))
    assert assignment_next(project=project, user=annotator) is None
    assert Slot.objects.filter(state="open").count() == 4
    assert Membership.objects.get(user=annotator).submitted == 2


def test_asking_again_gives_the_same_and_renews_the_lease(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    first = take(project, annotator)
    expire(first)
    again = take(project, annotator)
    assert again.pk == first.pk
    assert again.leased_until
    assert first.leased_until
    assert again.leased_until >= first.leased_until


def test_an_ended_lease_goes_to_the_next_person(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    lost = take(project, annotator)
    other = make_user("bob", project)
    assert assignment_next(project=project, user=other) is None
    expire(lost)
    assert take(project, other).example_id == lost.example_id
    lost.refresh_from_db()
    assert lost.state == "expired"
    with pytest.raises(DomainError) as caught:
        submit(lost)
    assert caught.value.code == "assignment_expired"
    assert assignment_next(project=project, user=annotator) is None


def test_a_lost_lease_is_regained_while_the_place_is_free(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    lost = take(project, annotator)
    expire(lost)
    leases_expire(project=project)
    assert Slot.objects.get(pk=lost.slot_id).state == "open"
    assert take(project, annotator).pk == lost.pk
    expire(lost)
    leases_expire(project=project)
    submit(lost)
    lost.refresh_from_db()
    assert (lost.state, lost.slot.state if lost.slot else None) == ("submitted", "done")


def test_a_released_example_goes_to_others_only(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    assignment = take(project, annotator)
    for reason in ("too long", "again"):
        assignment_release(assignment=assignment, reason=reason)
    assignment.refresh_from_db()
    assert assignment.release_reason == "too long"
    assert assignment_next(project=project, user=annotator) is None
    assert take(project, make_user("bob", project)).example_id == assignment.example_id
    with pytest.raises(DomainError) as caught:
        assignment_heartbeat(assignment=assignment)
    assert caught.value.code == "assignment_released"


def test_a_submitted_one_is_neither_renewed_nor_released(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    assignment = take(project, annotator)
    submit(assignment)
    for call in (assignment_heartbeat, lambda assignment: assignment_release(assignment=assignment, reason="")):
        with pytest.raises(DomainError) as caught:
            call(assignment=assignment)
        assert caught.value.code == "already_submitted"


def test_new_and_reopened_places_are_found_behind_the_cursor(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    other = make_user("bob", project)
    skipped = take(project, other)
    submit(take(project, annotator))
    assignment_release(assignment=skipped, reason="")
    reopened = take(project, annotator)
    assert reopened.example_id == skipped.example_id
    submit(reopened)
    make_examples(project, 1)
    assert take(project, annotator).example.external_id == "e2"


def test_a_place_hidden_by_a_claim_that_was_rolled_back_is_found(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    Membership.objects.filter(user=annotator).update(cursors=[10**12])
    assert take(project, annotator).example.external_id == "e0"


def test_raising_and_lowering_the_overlap(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    take(project, annotator)
    project = project_update(project=project, overlap=3)
    assert Slot.objects.count() == 6
    project = project_update(project=project, overlap=1)
    assert Slot.objects.count() == 2
    assert assignment_next(project=project, user=make_user("bob", project))
    assert assignment_next(project=project, user=make_user("eve", project)) is None


def test_the_next_place_comes_from_the_index_of_open_places(project: Project, annotator: User) -> None:
    """With 3,000 examples of which the person judged 500, no statement of `next` reads more than a few rows."""
    make_examples(project, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotator_slot, annotator_assignment, annotator_example")
    take(project, annotator)
    other = make_user("bob", project)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take(project, other)
    claims = [query["sql"] for query in queries if "annotator_slot" in query["sql"] and "SKIP LOCKED" in query["sql"]]
    assert claims
    with connection.cursor() as cursor:
        for sql in claims:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on annotator_slot" not in plan, plan
