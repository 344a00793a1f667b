"""Many people at once, each on a connection of their own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction

from annotator.domain.errors import DomainError
from annotator.models import Annotation, Assignment, Draft, Membership, Project, Slot, Span, User
from annotator.services.annotations import Submitted, annotation_submit
from annotator.services.assignments import assignment_release
from annotator.services.drafts import draft_save
from annotator.services.projects import project_update
from tests.annotator.factories import assignment_next, make_examples, make_user, submission

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")


def at_once(calls: list[Callable[[], T]]) -> list[T]:
    """Run the calls in threads that start together; what they return, in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        try:
            barrier.wait(30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_sixteen_annotators_never_exceed_the_overlap(project: Project) -> None:
    project = project_update(project=project, overlap=3)
    make_examples(project, 20)
    people = [make_user(f"a{number}", project) for number in range(16)]

    def work(person: User) -> int:
        done = 0
        while assignment := assignment_next(project=project, user=person):
            annotation_submit(assignment=assignment, **submission())
            done += 1
        return done

    done = at_once([partial(work, person) for person in people])
    assert sum(done) == 60
    assert set(Counter(Annotation.objects.values_list("assignment__example_id", flat=True)).values()) == {3}
    assert set(Slot.objects.values_list("state", flat=True)) == {"done"}
    assert Assignment.objects.filter(slot=None).count() == 0
    assert sorted(Membership.objects.filter(user__in=people).values_list("submitted", flat=True)) == sorted(done)


def test_a_place_that_a_claim_gave_up_is_found_by_who_passed_it(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    first = Slot.objects.earliest("pk")
    with transaction.atomic():
        Slot.objects.select_for_update().get(pk=first.pk)
        [passed] = at_once([partial(assignment_next, project=project, user=annotator)])
        assert passed
        assert passed.slot_id != first.pk
        transaction.set_rollback(True)
    annotation_submit(assignment=passed, **submission())
    found = assignment_next(project=project, user=annotator)
    assert found
    assert found.slot_id == first.pk


def test_a_place_whose_transaction_commits_late_is_found_by_who_passed_it(project: Project, annotator: User) -> None:
    """It may lie before the place up to which the person went through the queue while nobody could see it."""
    make_examples(project, 3)
    taken = [assignment_next(project=project, user=make_user(name, project)) for name in ("bob", "eve")]
    assert taken[0]
    assert taken[1]
    with transaction.atomic():
        assignment_release(assignment=taken[0], reason="")
        assignment_release(assignment=taken[1], reason="")
        [passed] = at_once([partial(assignment_next, project=project, user=annotator)])
        assert passed
        assert at_once([partial(assignment_next, project=project, user=annotator, after=passed.pk)]) == [None]
    ahead = assignment_next(project=project, user=annotator, after=passed.pk)
    assert ahead
    assert ahead.slot_id == taken[0].slot_id
    annotation_submit(assignment=passed, **submission())
    annotation_submit(assignment=ahead, **submission())
    last = assignment_next(project=project, user=annotator)
    assert last
    assert last.slot_id == taken[1].slot_id


def test_one_person_in_many_tabs_holds_one_example(project: Project, annotator: User) -> None:
    make_examples(project, 8)
    taken = at_once([lambda: assignment_next(project=project, user=annotator)] * 8)
    assert len({assignment.pk for assignment in taken if assignment}) == 1


def test_one_person_who_fetches_ahead_in_many_tabs_holds_two(project: Project, annotator: User) -> None:
    make_examples(project, 8)
    first = assignment_next(project=project, user=annotator)
    assert first
    ahead = at_once([partial(assignment_next, project=project, user=annotator, after=first.pk)] * 8)
    assert len({assignment.pk for assignment in ahead if assignment}) == 1
    assert Assignment.objects.filter(state="active").count() == 2


def test_the_same_submit_at_once_is_stored_once(project: Project, annotator: User) -> None:
    make_examples(project, 5)
    for _ in range(5):
        assignment = assignment_next(project=project, user=annotator)
        assert assignment
        body = submission()
        answers = at_once([partial(annotation_submit, assignment=assignment, **body)] * 8)
        assert {(str(answer.annotation_id), answer.counted) for answer in answers} == {(body["client_id"], True)}
        assert sorted(answer.replayed for answer in answers) == [False] + [True] * 7
    assert Annotation.objects.count() == Span.objects.count() == 5
    assert Membership.objects.get(user=annotator).submitted == 5


def test_of_different_submits_at_once_one_wins(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment

    def attempt() -> Submitted | str:
        try:
            return annotation_submit(assignment=assignment, **submission())
        except DomainError as error:
            return error.code

    answers: list[Any] = at_once([attempt] * 6)
    assert Counter(answer for answer in answers if isinstance(answer, str)) == {"already_submitted": 5}
    assert Annotation.objects.count() == 1


def test_one_id_for_two_people_is_stored_once(project: Project, annotator: User) -> None:
    make_examples(project, 2)
    both = [assignment_next(project=project, user=user) for user in (annotator, make_user("bob", project))]
    body = submission()

    def attempt(assignment: Assignment) -> str:
        try:
            annotation_submit(assignment=assignment, **body)
            return "stored"
        except DomainError as error:
            return error.code

    answers = at_once([partial(attempt, assignment) for assignment in both if assignment])
    assert sorted(answers) == ["idempotency_mismatch", "stored"]


def test_of_two_tabs_saving_a_draft_one_wins(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    assignment = assignment_next(project=project, user=annotator)
    assert assignment

    def attempt(number: int) -> str:
        try:
            return str(draft_save(assignment=assignment, revision=0, body={"tab": number}))
        except DomainError as error:
            return error.code

    answers = at_once([partial(attempt, number) for number in range(4)])
    assert Counter(answers) == {"1": 1, "draft_conflict": 3}
    assert Draft.objects.get().revision == 1
