"""The queue of open slots: what a claim reads of it, and where strategies put what."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from annotator.models import Annotation, Assignment, Example, Judgement, Project, Slot, Unmeasured, User
from annotator.selectors.assignments import OPEN_COUNTED
from annotator.selectors.queue import queue_arranged, unarranged_project_ids
from annotator.services import queue
from annotator.services.annotations import annotation_submit
from annotator.services.assignments import assignment_release
from annotator.services.projects import project_update
from annotator.tasks.queue import arrange, measure
from tests.annotator.factories import assignment_next, judgement, make_examples, make_user, span, submission
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
    """What is done in the block reads fewer than 20 of the slots, besides those that it counts."""
    with transaction.atomic():
        before = slots_read()
        yield
        assert slots_read() - before < OPEN_COUNTED + 20


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


def test_a_queue_is_arranged_in_batches_while_people_work(
    project: Project, annotator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "BATCH", 4)
    examples = make_examples(project, 10)
    assert queue_arranged(project=project) == 1
    project = project_update(project=project, overlap=2, strategy="depth_first")
    assert (project.arranged_to, Slot.objects.count()) == (examples[3].pk, 14)
    assert queue_arranged(project=project) == pytest.approx(3 / 9)
    assert unarranged_project_ids() == [project.pk]
    first = assignment_next(project=project, user=annotator)
    assert first
    arrange(project.pk)
    project.refresh_from_db()
    assert (project.arranged_to, Slot.objects.count()) == (None, 20)
    assert unarranged_project_ids() == []
    others = [assignment_next(project=project, user=make_user(f"p{number}", project)) for number in range(4)]
    assert [each.example.external_id for each in others if each] == ["e0", "e0", "e1", "e1"]
    project = project_update(project=project, overlap=1)
    arrange(project.pk)
    # The second slots that somebody holds stay.
    assert Slot.objects.filter(number=2).count() == 2


def test_what_models_are_least_sure_of_comes_first(project: Project, annotator: User) -> None:
    examples = make_examples(project, 3)
    Example.objects.filter(pk=examples[1].pk).update(uncertainty=0.25)
    Example.objects.filter(pk=examples[2].pk).update(uncertainty=0.75)
    project = project_update(project=project, strategy="uncertainty_first")
    assert work(project, annotator, 3) == ["e2", "e1", "e0"]


def work(project: Project, person: User, count: int, quote: str = "It has two moons") -> list[str]:
    """Judge so many texts, each with the one mark; which examples they were."""
    done = []
    for _ in range(count):
        assignment = assignment_next(project=project, user=person)
        assert assignment
        annotation_submit(assignment=assignment, **submission(judgements=[judgement(spans=[span(quote)])]))
        done.append(assignment.example.external_id)
    return done


def test_what_people_differ_about_is_judged_once_more_first(project: Project) -> None:
    project = project_update(project=project, overlap=3, strategy="disagreement_first")
    make_examples(project, 3)
    first, second, third = (make_user(name, project) for name in ("a", "b", "c"))
    work(project, first, 3, "It has")
    for quote in ("It has", "a ring of ice", "It has two"):
        work(project, second, 1, quote)
    measure()
    # "It has" against itself; against "a ring of ice", no word in common; against "It has two", F1 = 2 x 2 / (2 + 3).
    found = Example.objects.order_by("pk").values_list("disagreement", flat=True)
    assert list(found) == [0, 1, pytest.approx(0.2)]
    assert work(project, third, 3) == ["e1", "e2", "e0"]


def test_what_was_judged_before_is_measured_when_a_project_starts_to_go_by_it(project: Project) -> None:
    project = project_update(project=project, overlap=3)
    make_examples(project, 2)
    work(project, make_user("a", project), 2, "It has")
    work(project, make_user("b", project), 1, "a ring of ice")
    assert not Unmeasured.objects.exists()
    project_update(project=project, strategy="disagreement_first")
    measure()
    assert list(Example.objects.order_by("pk").values_list("disagreement", flat=True)) == [1, None]
