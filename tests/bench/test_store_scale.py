"""The project that benchmarks are run on is one that the product could have made."""

from typing import Any

import pytest
from django.db import connection

from annotator.models import Annotation, Assignment, Example, Membership, Project, Slot, Span, User
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.people import membership_set, user_create
from annotator.services.projects import project_create
from tests.annotator.factories import assignment_next, judgement, submission
from tests.bench.store_scale import store_analyse, store_fill

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    owner = user_create(username="olga", password=None, is_staff=True)
    return project_create(owner=owner, slug="scale", name="Scale", overlap=4)


def test_a_filled_project_keeps_every_rule(project: Project, settings: Any, tmp_path: Any) -> None:
    settings.DATASETS_DIR = tmp_path
    people = store_fill(project=project, examples=20, judged=3, people=7)
    store_analyse()
    assert (len(people), Example.objects.count(), Annotation.objects.count()) == (7, 20, 60)
    assert dict(Slot.objects.values_list("number", "state").distinct().order_by("number")) == {
        **dict.fromkeys((1, 2, 3), "done"),
        4: "open",
    }
    with connection.cursor() as cursor:
        # An update that changes nothing wakes the triggers that were asleep, and foreign keys are validated anew.
        cursor.execute("UPDATE annotator_span SET quote = quote")
        cursor.execute("UPDATE annotator_judgement SET response_id = response_id")
        cursor.execute("UPDATE annotator_slot SET number = number")
        assert cursor.rowcount == 80
    manifest = dataset_freeze(project=project, user=None, name="d").manifest
    assert manifest["counts"]["spans"] == {"incoherent": 40, "irrelevant": 20}
    assert manifest["counts"]["records"] == 60
    assert Membership.objects.filter(user__in=people).count() == 7


def test_work_goes_on_where_it_stands(project: Project) -> None:
    store_fill(project=project, examples=20, judged=3, people=7)
    person = User.objects.get(username__endswith="-0", username__startswith="scale")
    membership_set(project=project, user=person, role="annotator")
    assignment = assignment_next(project=project, user=person)
    assert assignment
    assert not Assignment.objects.filter(user=person, example=assignment.example).exclude(pk=assignment.pk).exists()
    text = assignment.example.responses.get().text
    body = submission(judgements=[judgement(text=text)], comparisons=[])
    assert annotation_submit(assignment=assignment, **body).counted
    assert Span.objects.count() == 60


def test_more_judgements_than_places_are_refused(project: Project) -> None:
    with pytest.raises(ValueError, match="judged is 5"):
        store_fill(project=project, examples=1, judged=5)
