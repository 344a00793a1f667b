"""Leases: who gets what, in which order, and what becomes of a lease that ends."""

from typing import Any

import pytest

from annotator.domain.errors import DomainError
from annotator.models import Assignment, Membership, Project, Slot, User
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import (
    assignment_heartbeat,
    assignment_release,
    leases_expire,
)
from annotator.services.drafts import draft_save
from annotator.services.projects import project_update
from tests.annotator.factories import assignment_next, expire, make_examples, make_user, submission

pytestmark = pytest.mark.django_db


def take(project: Project, user: User, after: Assignment | None = None) -> Assignment:
    assignment = assignment_next(project=project, user=user, after=after.pk if after else None)
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
        assignment_heartbeat(assignment=lost)
    assert caught.value.code == "assignment_expired"
    assert assignment_next(project=project, user=annotator) is None


def test_what_was_done_on_a_lost_place_is_kept_as_surplus(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    lost = take(project, annotator)
    expire(lost)
    other = take(project, make_user("bob", project))
    assert draft_save(assignment=lost, revision=0, body={"a": 1}) == 1
    lost.refresh_from_db()
    assert lost.state == "expired"
    body = submission()
    for replayed in (False, True):
        done = annotation_submit(assignment=lost, **body)
        assert (done.counted, done.replayed) == (False, replayed)
    lost.refresh_from_db()
    assert (lost.state, lost.slot) == ("submitted", None)
    assert annotation_submit(assignment=other, **submission()).counted
    assert Membership.objects.get(user=annotator).submitted == 1
    assert Slot.objects.get().state == "done"


def test_the_next_one_is_fetched_ahead(project: Project, annotator: User) -> None:
    make_examples(project, 3)
    first = take(project, annotator)
    assignment_heartbeat(assignment=first)
    ahead = take(project, annotator, after=first)
    assert ahead.pk != first.pk
    assert take(project, annotator, after=first).pk == ahead.pk
    assert take(project, annotator).pk == first.pk
    assert Slot.objects.filter(state="leased").count() == 2
    submit(first)
    assert take(project, annotator).pk == ahead.pk
    third = take(project, annotator, after=ahead)
    assert third.pk not in (first.pk, ahead.pk)
    submit(ahead)
    submit(third)
    assert assignment_next(project=project, user=annotator, after=third.pk) is None


def test_what_is_fetched_ahead_may_be_an_expired_one_but_never_the_one_at_hand(
    project: Project, annotator: User
) -> None:
    make_examples(project, 1)
    only = take(project, annotator)
    expire(only)
    leases_expire(project=project)
    assert assignment_next(project=project, user=annotator, after=only.pk) is None
    make_examples(project, 1)
    second = take(project, annotator, after=only)
    expire(second)
    leases_expire(project=project)
    assert take(project, annotator, after=only).pk == second.pk


def test_who_holds_two_regains_a_third_only_to_submit_it(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    lost = take(project, annotator)
    expire(lost)
    taken = take(project, make_user("bob", project))
    make_examples(project, 2)
    first = take(project, annotator)
    take(project, annotator, after=first)
    assignment_release(assignment=taken, reason="")
    assert draft_save(assignment=lost, revision=0, body={}) == 1
    with pytest.raises(DomainError) as caught:
        assignment_heartbeat(assignment=lost)
    assert caught.value.code == "assignment_expired"
    assert Assignment.objects.filter(state="active").count() == 2
    assert annotation_submit(assignment=lost, **submission()).counted


@pytest.mark.parametrize(
    "begin",
    [
        lambda row: assignment_heartbeat(assignment=row),
        lambda row: draft_save(assignment=row, revision=0, body={}),
    ],
    ids=["heartbeat", "draft"],
)
def test_work_starts_with_the_first_sign_of_it(project: Project, annotator: User, begin: Any) -> None:
    make_examples(project, 2)
    first = take(project, annotator)
    ahead = take(project, annotator, after=first)
    assert (first.started_at, ahead.started_at) == (None, None)
    begin(ahead)
    ahead.refresh_from_db()
    started = ahead.started_at
    assert started
    begin_again = assignment_heartbeat(assignment=ahead)
    ahead.refresh_from_db()
    assert (ahead.started_at, ahead.leased_until) == (started, begin_again)
    assert take(project, annotator).pk == ahead.pk  # the one begun comes first


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


def test_raising_and_lowering_the_overlap(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    take(project, annotator)
    project = project_update(project=project, overlap=3)
    assert Slot.objects.count() == 6
    project = project_update(project=project, overlap=1)
    assert Slot.objects.count() == 2
    assert assignment_next(project=project, user=make_user("bob", project))
    assert assignment_next(project=project, user=make_user("eve", project)) is None
