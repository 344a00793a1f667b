"""The queue of open slots: what a claim reads of it, and where strategies put what."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from annotator.models import Annotation, Assignment, Judgement, Project, User
from annotator.services.assignments import assignment_next, assignment_release
from annotator.services.projects import project_update
from tests.annotator.factories import make_examples, make_user
from tests.bench.store_scale import store_analyse, store_fill

pytestmark = pytest.mark.django_db(transaction=True)


def slots_read() -> int:
    """Rows of slots that this transaction has read so far, by index or without."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'annotator_slot'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def reading_few_slots() -> Iterator[None]:
    """What is done in the block reads fewer than 20 of the slots."""
    with transaction.atomic():
        before = slots_read()
        yield
        assert slots_read() - before < 20


def test_a_claim_reads_a_few_slots_however_many_there_are(project: Project, annotator: User) -> None:
    make_examples(project, 500)
    store_analyse()
    for person in (annotator, make_user("bob", project)):
        with reading_few_slots():
            assert assignment_next(project=project, user=person)


def test_what_somebody_has_gone_through_is_not_read_again(project: Project) -> None:
    """Of 300 examples with an open place each, one person has judged them all, and one all but the last."""
    project = project_update(project=project, overlap=4)
    people = store_fill(project=project, examples=300, judged=3, people=3)
    done, almost = (User.objects.get(pk=key) for key in people[:2])
    last = Assignment.objects.filter(user=almost).latest("example_id")
    Judgement.objects.filter(annotation__assignment=last).delete()
    Annotation.objects.filter(assignment=last).delete()
    last.delete()
    store_analyse()
    assert assignment_next(project=project, user=done) is None
    for _ in range(2):
        with reading_few_slots():
            assert assignment_next(project=project, user=done) is None
    taken = assignment_next(project=project, user=almost)
    assert taken
    assert taken.example_id == last.example_id
    assignment_release(assignment=taken, reason="")
    with reading_few_slots():
        assert assignment_next(project=project, user=done) is None
    make_examples(project, 1)
    new = assignment_next(project=project, user=done)
    assert new
    assert new.example.external_id == "e300"
